/// The merges of a tree in the order in which they were found.
///
/// Row i is node i, and the j-th merge makes node n + j.
struct MergeList: Sendable {
  private let rowCount: Int
  private let isMonotone: Bool
  private var merges: [Dendrogram.Merge] = []

  /// An empty list.
  ///
  /// - Parameters:
  ///   - rowCount: The number of rows, n.
  ///   - isMonotone: Whether a merge that is lower than one of its parts is so by rounding only. It
  ///     is lifted then, and merges can be sorted by height.
  init(rowCount: Int, isMonotone: Bool) {
    self.rowCount = rowCount
    self.isMonotone = isMonotone
    merges.reserveCapacity(max(0, rowCount - 1))
  }

  /// Joins two nodes, and returns the new one.
  mutating func join(_ a: Int32, _ b: Int32, height: Double) -> Int32 {
    var height = height + 0  // not −0
    if isMonotone { height = max(height, self.height(of: a), self.height(of: b)) }
    merges.append(
      .init(first: min(a, b), second: max(a, b), height: height, size: size(of: a) + size(of: b)))
    return Int32(rowCount + merges.count - 1)
  }

  private func size(of node: Int32) -> Int32 {
    Int(node) < rowCount ? 1 : merges[Int(node) - rowCount].size
  }

  private func height(of node: Int32) -> Double {
    Int(node) < rowCount ? 0 : merges[Int(node) - rowCount].height
  }

  /// The tree: merges of a monotone linkage by ascending height, those of the same height in the
  /// order in which they were found.
  ///
  /// - Complexity: O(n log n).
  func dendrogram() -> Dendrogram {
    guard isMonotone else { return Dendrogram(rowCount: rowCount, checked: merges) }
    let order = merges.indices.sorted {
      merges[$0].height != merges[$1].height ? merges[$0].height < merges[$1].height : $0 < $1
    }
    var numbers = [Int32](repeating: 0, count: merges.count)
    for (number, merge) in order.enumerated() { numbers[merge] = Int32(rowCount + number) }
    func cluster(_ node: Int32) -> Int32 {
      Int(node) < rowCount ? node : numbers[Int(node) - rowCount]
    }
    return Dendrogram(
      rowCount: rowCount,
      checked: order.map { index in
        let merge = merges[index]
        let (a, b) = (cluster(merge.first), cluster(merge.second))
        return .init(first: min(a, b), second: max(a, b), height: merge.height, size: merge.size)
      })
  }
}
