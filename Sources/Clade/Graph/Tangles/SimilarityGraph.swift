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
    let tree = try KDTree(data, threads: threads)
    let reach = try tree.coreSquares(
      samples: min(k, data.rowCount - 1), threads: threads, progress: nil)
    let most = max(1 << 24, 64 * data.rowCount * k)
    let edgeCount = Atomic<Int>(0)
    let lists = tree.withKernelTree { kernelTree in
      tree.withMembers { members in
        nonisolated(unsafe) let kernelTree = kernelTree
        return ParallelChunks.map(count: tree.placeCount, chunkSize: 256, threads: threads) {
          _, range in
          var near = KDTreeSurroundings<Double>()
          var point = [Double](repeating: 0, count: data.columnCount)
          var found: [(Int32, Int32)] = []
          for place in range where reach[place] < .infinity {
            tree.copyRows(place, count: 1, to: &point)
            near.find(through: reach[place], of: point, kernelTree)
            for index in 0..<near.count {
              let other = Int(near.places[index])
              // Each edge once: by the lower place where both reach each other.
              guard other >= place || near.squares[index] > reach[other] else { continue }
              let pairs = members.pairCount(place, other)
              guard
                edgeCount.add(pairs, ordering: .relaxed).newValue <= most
              else { return found }
              members.appendPairs(place, other, to: &found)
            }
          }
          return found
        }
      }
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

extension KDTreeMembers {
  /// How many pairs ``appendPairs(_:_:to:)`` appends.
  fileprivate func pairCount(_ a: Int, _ b: Int) -> Int {
    let (first, second) = (Int(starts[a + 1] - starts[a]), Int(starts[b + 1] - starts[b]))
    return a == b ? first * (first - 1) / 2 : first * second
  }

  /// Appends each pair of a row of one place and a row of another, or of two rows of the same one.
  fileprivate func appendPairs(_ a: Int, _ b: Int, to pairs: inout [(Int32, Int32)]) {
    for first in starts[a]..<starts[a + 1] {
      for second in (a == b ? first + 1 : starts[b])..<starts[b + 1] {
        let (x, y) = (rows[Int(first)], rows[Int(second)])
        pairs.append((min(x, y), max(x, y)))
      }
    }
  }
}
