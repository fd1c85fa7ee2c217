import Clade
import CladeTables
import Foundation
import Testing

/// The partitions that genieclust 1.3.0 finds in real and made data with known groups, as they are in
/// their files: `Genie(n_clusters=k, M=m).fit(X)`, k that of the first reference.
///
/// With plain distances it is the same on all 34 sets. Mutual reachability makes ties, which genieclust
/// settles by the numbers of rows; these are the sets where that doesn't matter.
@Suite struct GenieSuiteTests {
  private static let partitions: [(String, Int, Int?, UInt64)] = [
    ("fcps/chainlink", 2, nil, 0x2c41_a801_3383_c089),
    ("fcps/engytime", 2, nil, 0x3dbc_ed0f_e680_6c91),
    ("fcps/hepta", 7, nil, 0x4c31_df46_609a_d42f),
    ("fcps/lsun", 3, nil, 0x97d0_2b39_ace1_f641),
    ("fcps/tetra", 4, nil, 0xbcfe_fa11_4b65_140d),
    ("fcps/wingnut", 2, nil, 0xdde9_f55f_5019_9fe1),
    ("graves/line", 2, nil, 0xe099_e278_37f3_dbcd),
    ("graves/ring", 2, nil, 0x2c41_a801_3383_c089),
    ("graves/ring_outliers", 5, nil, 0x18e1_bf58_a6bd_8cea),
    ("graves/zigzag", 3, nil, 0x0c68_ee92_ecba_3721),
    ("graves/zigzag_noisy", 3, nil, 0x5148_c566_3a46_7715),
    ("other/chameleon_t4_8k", 6, nil, 0xebff_a147_d6ed_cc2e),
    ("other/chameleon_t7_10k", 9, nil, 0x4894_ab20_5487_3fd0),
    ("other/hdbscan", 6, nil, 0xf573_4f22_e604_0e7b),
    ("other/square", 2, nil, 0x2c41_a801_3383_c089),
    ("sipu/a1", 20, nil, 0xe4ba_cd20_b4da_d20b),
    ("sipu/a3", 50, nil, 0xcf85_f405_078d_526f),
    ("sipu/aggregation", 7, nil, 0x57a6_9d81_5210_8d1a),
    ("sipu/birch1", 100, nil, 0xe5dd_40b6_50ef_c53a),
    ("sipu/birch2", 100, nil, 0x410f_54fc_4ea4_e12b),
    ("sipu/flame", 2, nil, 0x439d_6fa9_abd7_5f3c),
    ("sipu/s1", 15, nil, 0x3beb_d365_d8f8_feb4),
    ("sipu/unbalance", 8, nil, 0xfebd_3dd8_2c98_2b67),
    ("uci/glass", 6, nil, 0xdcb4_953d_f82c_15a5),
    ("uci/wdbc", 2, nil, 0x41c0_c65a_1d81_48ce),
    ("uci/wine", 3, nil, 0x7a25_8be7_18e6_7f0a),
    ("uci/yeast", 10, nil, 0x4650_5e68_fe85_d41f),
    ("wut/circles", 4, nil, 0xd288_dbfd_3272_6fe5),
    ("wut/labirynth", 6, nil, 0xaaf0_9ca8_77e3_c58e),
    ("wut/mk4", 3, nil, 0xc2cf_c176_e8c8_9e4d),
    ("wut/olympic", 5, nil, 0x5576_9450_5d0d_2ad9),
    ("wut/trajectories", 4, nil, 0x25af_5055_74b5_4fcd),
    ("wut/x2", 3, nil, 0x6701_77cc_d239_8c66),
    ("wut/z1", 3, nil, 0xac0d_fd64_1d81_7dd0),
    ("fcps/chainlink", 2, 5, 0x2c41_a801_3383_c089),
    ("fcps/hepta", 7, 5, 0x4c31_df46_609a_d42f),
    ("fcps/lsun", 3, 5, 0x97d0_2b39_ace1_f641),
    ("graves/line", 2, 5, 0xe099_e278_37f3_dbcd),
    ("graves/ring", 2, 5, 0x2c41_a801_3383_c089),
    ("graves/ring_outliers", 5, 5, 0xd304_039a_5112_e9c1),
    ("graves/zigzag", 3, 5, 0x0c68_ee92_ecba_3721),
    ("graves/zigzag_noisy", 3, 5, 0x5148_c566_3a46_7715),
    ("other/square", 2, 5, 0x2c41_a801_3383_c089),
    ("sipu/birch2", 100, 5, 0x1c22_29bf_b4a9_c626),
    ("uci/wdbc", 2, 5, 0x39bb_21e7_d5d5_6c8e),
    ("uci/wine", 3, 5, 0x3f37_b499_c3a2_5afd),
    ("wut/circles", 4, 5, 0xd288_dbfd_3272_6fe5),
    ("wut/labirynth", 6, 5, 0x60af_2a98_4232_c7a6),
    ("wut/mk4", 3, 5, 0xc2cf_c176_e8c8_9e4d),
    ("wut/trajectories", 4, 5, 0x25af_5055_74b5_4fcd),
    ("wut/x2", 3, 5, 0x6701_77cc_d239_8c66),
  ]

  @Test(.enabled(if: BenchmarkSets.areThere), arguments: partitions.indices)
  func thePartitionOfThePeer(index: Int) throws {
    let (name, k, minSamples, digest) = Self.partitions[index]
    let path = BenchmarkSets.folder + "/suite/" + name + ".data.gz"
    let model = try Genie(k: k, minSamples: minSamples).fit(TableReader.read(path).numbers)
    #expect(GenieTests.digest(model.labels) == digest, "\(name)")
  }
}
