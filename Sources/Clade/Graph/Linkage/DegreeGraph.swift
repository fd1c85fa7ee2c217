import CladeCore

/// The digraph in which each row has edges to its nearest rows, with a weight that falls with the
/// distance.
///
/// Both directions between two rows stand side by side: for each row, in ascending order, the rows
/// that it has an edge to or from.
struct DegreeGraph: Sendable {
  /// Where each row's part begins in the arrays below, and their end (n + 1).
  let starts: [Int]
  /// The other row.
  let others: [Int32]
  /// The weight of the edge to the other row, 0 where there is none.
  let out: [Double]
  /// The weight of the edge from it.
  let into: [Double]

  /// The number of rows, n.
  var rowCount: Int { starts.count - 1 }

  /// Weighs lists of nearest rows: exp(−d² / (scale · mean of all d²)).
  ///
  /// - Parameters:
  ///   - nearest: The nearest rows of each row, without itself.
  ///   - scale: The width of the weights in mean squares.
  /// - Complexity: O(n · K · log K) time, O(n · K) memory.
  init<Scalar: MatrixScalar>(_ nearest: NearestRows<Scalar>, scale: Double) {
    let n = nearest.count
    let largest = nearest.distances.reduce(0) { max($0, Double($1)) }
    // Scaled by the largest, so that no square is too large.
    var sum = ExactSum(bound: 1)
    if largest > 0 {
      for distance in nearest.distances {
        let part = Double(distance) / largest
        sum.add(part * part)
      }
    }
    let width = scale * sum.value / Double(max(1, nearest.distances.count))
    let weights = nearest.distances.map { distance -> Double in
      guard largest > 0, width > 0 else { return 1 }
      let part = Double(distance) / largest
      return Elementary.exp(-(part * part / width))
    }
    var counts = [Int](repeating: 0, count: n + 1)
    for (index, other) in nearest.rows.enumerated() {
      counts[index / nearest.length + 1] += 1
      counts[Int(other) + 1] += 1
    }
    for row in 0..<n { counts[row + 1] += counts[row] }
    var edges = [Edge](repeating: Edge(other: 0, out: 0, into: 0), count: counts[n])
    var ends = counts
    for (index, other) in nearest.rows.enumerated() {
      let row = index / nearest.length
      edges[ends[row]] = Edge(other: other, out: weights[index], into: 0)
      edges[ends[Int(other)]] = Edge(other: Int32(row), out: 0, into: weights[index])
      ends[row] += 1
      ends[Int(other)] += 1
    }
    var (starts, others, out, into) = ([0], [Int32](), [Double](), [Double]())
    starts.reserveCapacity(n + 1)
    for row in 0..<n {
      edges[counts[row]..<counts[row + 1]].sort { $0.other < $1.other }
      for edge in edges[counts[row]..<counts[row + 1]] {
        if let last = others.last, others.count > starts[row], last == edge.other {
          out[out.count - 1] += edge.out
          into[into.count - 1] += edge.into
        } else {
          others.append(edge.other)
          out.append(edge.out)
          into.append(edge.into)
        }
      }
      starts.append(others.count)
    }
    (self.starts, self.others, self.out, self.into) = (starts, others, out, into)
  }

  private struct Edge {
    let other: Int32
    let out, into: Double
  }
}
