import Clade
import Foundation
import Testing

/// The partitions that hdbscan 0.8.44 finds in real and made data with known groups, standardised:
/// `HDBSCAN(min_cluster_size=m, approx_min_span_tree=False)`.
///
/// These are the sets on which its labels don't change when rows are shuffled. The others have rows that
/// reach two clusters at the same height; there the two agree but for such rows.
@Suite struct HDBSCANSuiteTests {
  /// The set, the least size of a cluster, the number of clusters and of rows of noise, and a digest of
  /// the partition.
  private static let partitions: [(String, Int, Int, Int, UInt64)] = [
    ("fcps/chainlink", 5, 2, 0, 0x2c41_a801_3383_c089),
    ("fcps/chainlink", 20, 2, 0, 0x2c41_a801_3383_c089),
    ("fcps/hepta", 5, 7, 0, 0x4c31_df46_609a_d42f),
    ("fcps/hepta", 20, 7, 0, 0x4c31_df46_609a_d42f),
    ("fcps/lsun", 5, 3, 3, 0x1267_6a53_df35_e662),
    ("graves/line", 5, 2, 0, 0xe099_e278_37f3_dbcd),
    ("graves/line", 20, 2, 0, 0xe099_e278_37f3_dbcd),
    ("graves/ring", 5, 2, 0, 0x2c41_a801_3383_c089),
    ("graves/ring", 20, 2, 0, 0x2c41_a801_3383_c089),
    ("graves/ring_outliers", 5, 5, 0, 0x4df5_a658_11e6_0d29),
    ("graves/ring_outliers", 20, 2, 9, 0xc914_7d32_a6b4_b9d3),
    ("graves/zigzag", 5, 3, 0, 0x0c68_ee92_ecba_3721),
    ("other/square", 5, 2, 0, 0x2c41_a801_3383_c089),
    ("sipu/aggregation", 5, 5, 0, 0xd830_d985_bbd1_e21b),
    ("sipu/aggregation", 20, 4, 3, 0xd1f8_2fca_b9be_96e2),
    ("uci/glass", 20, 0, 214, 0xd1e9_2687_a286_2f7d),
    ("uci/wdbc", 5, 2, 360, 0xea47_1e80_e92c_e7d5),
    ("uci/wdbc", 20, 0, 569, 0xeeb4_5431_5adf_f8ff),
    ("uci/wine", 20, 0, 178, 0x6971_9faa_3d2d_53ad),
    ("uci/yeast", 5, 3, 2, 0xa1ae_2f65_a8aa_d858),
    ("uci/yeast", 20, 0, 1484, 0x4be6_f922_15e9_0795),
    ("wut/circles", 20, 4, 0, 0xd288_dbfd_3272_6fe5),
    ("wut/x2", 5, 3, 32, 0x158d_2c82_a770_e140),
    ("wut/x2", 20, 0, 120, 0xde9f_a0da_6fc2_2a85),
  ]

  @Test(.enabled(if: BenchmarkSets.areThere), arguments: partitions.indices)
  func thePartitionOfThePeer(index: Int) throws {
    let (name, size, clusters, noise, digest) = Self.partitions[index]
    let set = try BenchmarkSets.read(name)
    let model = try HDBSCAN(minClusterSize: size).fit(set.points)
    #expect(model.clusterCount == clusters, "\(name)")
    #expect(model.labels.count { $0 < 0 } == noise, "\(name)")
    #expect(Self.digest(model.labels) == digest, "\(name)")
  }

  /// The FNV-1a hash of the labels, numbered as they appear.
  private static func digest(_ labels: [Int32]) -> UInt64 {
    var names: [Int32: UInt64] = [-1: 0]
    return labels.reduce(0xcbf2_9ce4_8422_2325) { hash, label in
      let name = names[label] ?? UInt64(names.count)
      names[label] = name
      return (hash ^ name) &* 0x100_0000_01b3
    }
  }
}
