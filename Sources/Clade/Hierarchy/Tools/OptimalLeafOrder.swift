import CladeCore

extension Dendrogram {
  /// The rows from left to right, of all ways to draw the tree without crossings one in which the
  /// sum of the distances of neighbours is least (n).
  ///
  /// - Parameter distances: The distances of the rows, n × n, or the n · (n − 1) / 2 above the
  ///   diagonal in one row; see `Metric.distances(of:threads:)`.
  /// - Returns: The rows in order. Its first row is before its last one by number.
  /// - Throws: `CladeError` where these aren't the distances of n rows, and for more than
  ///   ``mostOrderedRows`` rows.
  /// - Complexity: O(n³) time at most, O(n²) where parts are of about one size; 8 · n² bytes.
  /// - Source: "Fast optimal leaf ordering for hierarchical clustering" (Bar-Joseph, Gifford and
  ///   Jaakkola, 2001).
  public func optimalLeafOrder(_ distances: Matrix<Double>) throws -> [Int32] {
    guard rowCount <= Self.mostOrderedRows else {
      throw CladeError.invalidParameter(
        name: "optimal leaf order", value: "that of \(rowCount) rows",
        reason: "its time grows with the cube of the rows; take at most \(Self.mostOrderedRows), "
          + "as by cutting the tree and ordering a part, or leafOrder")
    }
    let rows = try Metric.precomputed.prepared(for: distances)
    guard rows.rowCount == rowCount else {
      throw CladeError.shapeMismatch(
        expected: "the distances of \(rowCount) rows", found: "those of \(rows.rowCount)")
    }
    return LeafOrdering(self, rows).order
  }

  /// The most rows that ``optimalLeafOrder(_:)`` takes: at worst about a minute of work.
  public static var mostOrderedRows: Int { 4000 }
}

/// The dynamic program of optimal leaf orders.
private struct LeafOrdering {
  private(set) var order: [Int32] = []

  private let tree: Dendrogram
  private let leaves: LeafIntervals
  private let count: Int
  /// By places of ``LeafIntervals``: how far two rows are apart, and the least sum of an order of
  /// the smallest cluster that holds both with one at either end.
  private var apart: [Double]
  private var best: [Double]

  init(_ tree: Dendrogram, _ rows: PreparedRows<Double>) {
    self.tree = tree
    leaves = LeafIntervals(tree)
    count = tree.rowCount
    let (count, order) = (count, leaves.order)
    apart = Array(repeating: 0, count: count * count)
    best = apart
    rows.coordinates.withUnsafeBufferPointer { given in
      for i in 0..<count {
        for j in 0..<count where i != j {
          let (a, b) = (Int(min(order[i], order[j])), Int(max(order[i], order[j])))
          apart[i * count + j] =
            rows.form == .lookedUp
            ? given[a * count + b] : given[a * (2 * count - a - 1) / 2 + b - a - 1]
        }
      }
    }
    for merge in tree.merges { fill(merge) }
    self.order = count > 1 ? chosen() : order
  }

  /// The two parts of a cluster, or of a row itself twice.
  private func parts(of cluster: Int32) -> [Range<Int>] {
    guard Int(cluster) >= tree.rowCount else { return [leaves.places(of: cluster)] }
    let merge = tree.merges[Int(cluster) - tree.rowCount]
    return [leaves.places(of: merge.first), leaves.places(of: merge.second)]
  }

  /// The rows at which an order of `cluster` may end that begins at `place`.
  private func ends(of cluster: Int32, from place: Int) -> Range<Int> {
    let parts = parts(of: cluster)
    return parts.count == 1 || parts[1].contains(place) ? parts[0] : parts[1]
  }

  private mutating func fill(_ merge: Dendrogram.Merge) {
    let (left, right) = (leaves.places(of: merge.first), leaves.places(of: merge.second))
    var through = [Double](repeating: 0, count: right.count)
    for first in left {
      let middles = ends(of: merge.first, from: first)
      for next in right {
        var least = Double.infinity
        for middle in middles {
          least = min(least, best[first * count + middle] + apart[next * count + middle])
        }
        through[next - right.lowerBound] = least
      }
      for last in right {
        var least = Double.infinity
        for next in ends(of: merge.second, from: last) {
          least = min(least, through[next - right.lowerBound] + best[last * count + next])
        }
        best[first * count + last] = least
        best[last * count + first] = least
      }
    }
  }

  /// Follows the best choices down from the root.
  private func chosen() -> [Int32] {
    let root = Int32(2 * count - 2)
    let whole = parts(of: root)
    var (from, to) = (whole[0].lowerBound, whole[1].lowerBound)
    for first in whole[0] {
      for last in whole[1] where best[first * count + last] < best[from * count + to] {
        (from, to) = (first, last)
      }
    }
    if leaves.order[from] > leaves.order[to] { swap(&from, &to) }
    var order: [Int32] = []
    var waiting = [(cluster: root, from: from, to: to)]
    while let (cluster, from, to) = waiting.popLast() {
      guard Int(cluster) >= tree.rowCount else {
        order.append(leaves.order[from])
        continue
      }
      let merge = tree.merges[Int(cluster) - tree.rowCount]
      let isSwapped = !leaves.places(of: merge.first).contains(from)
      let (a, b) = isSwapped ? (merge.second, merge.first) : (merge.first, merge.second)
      var least = (sum: Double.infinity, middle: from, next: to)
      for middle in ends(of: a, from: from) {
        for next in ends(of: b, from: to) {
          let sum =
            best[from * count + middle] + apart[middle * count + next] + best[next * count + to]
          if sum < least.sum { least = (sum, middle, next) }
        }
      }
      waiting.append((b, least.next, to))
      waiting.append((a, from, least.middle))
    }
    return order
  }
}
