import CladeCore
import Synchronization

/// Rows joined with their nearest ones, each edge as strong as they are similar.
///
/// Two rows are joined where one is among the k nearest of the other. All edges weigh the same, so
/// that the weight of a cut is a number of edges, whose sum has no rounding: what the order of a
/// cut stands for is how many similarities it severs.
struct SimilarityGraph: Sendable {
  /// The ends of each edge, the first less than the second.
  let edges: [(Int32, Int32)]

  /// Joins rows.
  ///
  /// - Parameters:
  ///   - data: n × d, finite.
  ///   - k: The nearest rows that each is joined with; all at the distance of the k-th are.
  /// - Throws: `CladeError.invalidParameter` where so many rows are equal, or equally far apart,
  ///   that edges are many times n · k.
  /// - Complexity: O(n² · d) time, O(n · k) memory.
  init(_ data: Matrix<Double>, k: Int, threads: Int?) throws {
    let tree = try RegionTree(data, diagonal: 0, threads: threads)
    let cores = try tree.coreSquares(
      data, k: min(k + 1, data.rowCount), within: .infinity, threads: threads, progress: nil)
    var squares = [Double](repeating: 0, count: data.rowCount)
    for place in cores.indices { squares[Int(tree.order[place])] = cores[place] }
    let reach = squares
    let columns = data.columnCount
    let most = max(1 << 24, 64 * data.rowCount * k)
    let edgeCount = Atomic<Int>(0)
    let lists = ParallelChunks.map(count: data.rowCount, chunkSize: 256, threads: threads) {
      _, range in
      var near = NearLeaves<Double>()
      var squares = [Double](repeating: 0, count: tree.largestLeaf)
      var found: [(Int32, Int32)] = []
      data.withUnsafeBufferPointer { values in
        for row in range {
          guard edgeCount.load(ordering: .relaxed) <= most else { return }
          let before = found.count
          let point = values.baseAddress! + row * columns
          near.collectLeaves(aroundPoint: point, in: tree, within: reach[row]) {
            tree.nodes[$0].count
          }
          for leaf in near.leaves {
            let node = tree.nodes[leaf]
            tree.squares(leaf, first: Int(node.count), from: point, into: &squares)
            for place in 0..<Int(node.count) where squares[place] <= reach[row] {
              let other = Int(tree.order[Int(node.first) + place])
              // Each edge once: by the lower row where both reach each other.
              guard other != row, other > row || squares[place] > reach[other] else { continue }
              found.append((Int32(min(row, other)), Int32(max(row, other))))
            }
          }
          edgeCount.add(found.count - before, ordering: .relaxed)
        }
      }
      return found
    }
    guard edgeCount.load(ordering: .relaxed) <= most else {
      throw CladeError.invalidParameter(
        name: "neighborCount", value: "\(k)",
        reason:
          "so many rows are equal that joining them takes more than \(most) similarities; leave "
          + "out rows that come often, or use another method")
    }
    edges = lists.flatMap { $0 }
  }
}
