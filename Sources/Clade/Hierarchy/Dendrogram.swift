import CladeCore

/// A tree of clusters as a list of merges, the stepwise dendrogram: what SciPy, R and fastcluster
/// have, too.
///
/// Every row begins as a cluster of its own. Each of the n − 1 merges joins two clusters at a
/// height, so that one is left in the end. Row i is cluster i, and merge j makes cluster n + j.
///
/// ```swift
/// let tree = try Dendrogram(
///   rowCount: 3,
///   merges: [
///     .init(first: 0, second: 2, height: 1, size: 2),  // cluster 3
///     .init(first: 1, second: 3, height: 4, size: 3),
///   ])
/// ```
public struct Dendrogram: Sendable, Hashable {
  /// Two clusters that become one.
  public struct Merge: Sendable, Hashable, Codable {
    /// The cluster with the lower number.
    public let first: Int32
    /// The cluster with the higher number.
    public let second: Int32
    /// How far the two are apart, as the method has it.
    public let height: Double
    /// The number of rows in the new cluster.
    public let size: Int32

    /// Creates a merge.
    ///
    /// - Parameters:
    ///   - first: A cluster.
    ///   - second: Another one, of a higher number.
    ///   - height: How far they are apart.
    ///   - size: The number of rows in both together.
    public init(first: Int32, second: Int32, height: Double, size: Int32) {
      self.first = first
      self.second = second
      self.height = height
      self.size = size
    }
  }

  /// The number of rows, n.
  public let rowCount: Int
  /// The merges in the order in which clusters are numbered (n − 1; none of no rows).
  public let merges: [Merge]

  /// Creates a tree from its merges, and checks them.
  ///
  /// - Parameters:
  ///   - rowCount: The number of rows, n.
  ///   - merges: The merges (n − 1). Each cluster is joined once, after it was made, the one with
  ///     the lower number first; sizes are the numbers of rows; no height is NaN. Heights may fall
  ///     from one merge to the next.
  /// - Throws: `CladeError.invalidParameter` that names the first merge that isn't so.
  /// - Complexity: O(n).
  public init(rowCount: Int, merges: [Merge]) throws {
    guard rowCount >= 0, rowCount <= Self.mostRows, merges.count == max(0, rowCount - 1) else {
      throw CladeError.invalidParameter(
        name: "merges", value: "\(merges.count) merges of \(rowCount) rows",
        reason: "n rows are joined by n − 1 merges, and n is at most \(Self.mostRows)")
    }
    var sizes = [Int32](repeating: 1, count: rowCount + merges.count)
    for (index, merge) in merges.enumerated() {
      func refuse(_ reason: String) -> CladeError {
        .invalidParameter(
          name: "merge \(index)",
          value: "\(merge.first), \(merge.second), \(merge.height), \(merge.size)", reason: reason)
      }
      guard merge.first >= 0, merge.first < merge.second, Int(merge.second) < rowCount + index
      else {
        throw refuse(
          "it has to join two clusters of 0..<\(rowCount + index), the lower number first")
      }
      let (first, second) = (sizes[Int(merge.first)], sizes[Int(merge.second)])
      guard first > 0, second > 0 else {
        throw refuse("cluster \(first > 0 ? merge.second : merge.first) was joined before")
      }
      guard merge.size == first + second else {
        throw refuse("its clusters have \(first) and \(second) rows, \(first + second) together")
      }
      guard !merge.height.isNaN else { throw refuse("a height is a number") }
      (sizes[Int(merge.first)], sizes[Int(merge.second)]) = (0, 0)
      sizes[rowCount + index] = merge.size
    }
    (self.rowCount, self.merges) = (rowCount, merges)
  }

  /// Creates a tree from merges that are right by the way they were made.
  init(rowCount: Int, checked merges: [Merge]) {
    (self.rowCount, self.merges) = (rowCount, merges)
  }

  /// Refuses a tree of rows that are farther apart than numbers go.
  ///
  /// - Throws: `CladeError.valueOutOfRange` for a row of each of two clusters that are so.
  func checkHeights() throws {
    guard let merge = merges.first(where: { !$0.height.isFinite }) else { return }
    func row(of cluster: Int32) -> Int {
      var cluster = Int(cluster)
      while cluster >= rowCount { cluster = Int(merges[cluster - rowCount].first) }
      return cluster
    }
    throw CladeError.valueOutOfRange(
      row: row(of: merge.first), column: row(of: merge.second), value: "\(merge.height)",
      expected: "a finite distance of two rows")
  }

  /// The most rows: numbers of clusters are of 32 bits.
  static var mostRows: Int { 1 << 30 }

  /// The number of rows in a cluster.
  ///
  /// - Parameter cluster: Its number, 0..<2 · n − 1.
  /// - Returns: 1 for a row.
  func size(of cluster: Int32) -> Int32 {
    Int(cluster) < rowCount ? 1 : merges[Int(cluster) - rowCount].size
  }

  /// How high a cluster was made: 0 for a row.
  ///
  /// - Parameter cluster: Its number, 0..<2 · n − 1.
  func height(of cluster: Int32) -> Double {
    Int(cluster) < rowCount ? 0 : merges[Int(cluster) - rowCount].height
  }
}

extension Dendrogram: Codable {
  private enum CodingKeys: String, CodingKey {
    case rowCount = "rows"
    case first, second, height, size
  }

  /// Reads what ``encode(to:)`` writes.
  ///
  /// - Parameter decoder: Where to read from.
  /// - Throws: As ``init(rowCount:merges:)``, and what the decoder throws.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    let first = try container.decode([Int32].self, forKey: .first)
    let second = try container.decode([Int32].self, forKey: .second)
    let heights = try container.decode([Double].self, forKey: .height)
    let sizes = try container.decode([Int32].self, forKey: .size)
    guard Set([first.count, second.count, heights.count, sizes.count]).count == 1 else {
      throw CladeError.shapeMismatch(
        expected: "as many numbers in first, second, height and size",
        found: "\(first.count), \(second.count), \(heights.count) and \(sizes.count)")
    }
    try self.init(
      rowCount: container.decode(Int.self, forKey: .rowCount),
      merges: first.indices.map {
        Merge(first: first[$0], second: second[$0], height: heights[$0], size: sizes[$0])
      })
  }

  /// Writes the number of rows, and the merges column by column.
  ///
  /// - Parameter encoder: Where to write to.
  /// - Throws: What the encoder throws.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(rowCount, forKey: .rowCount)
    try container.encode(merges.map(\.first), forKey: .first)
    try container.encode(merges.map(\.second), forKey: .second)
    try container.encode(merges.map(\.height), forKey: .height)
    try container.encode(merges.map(\.size), forKey: .size)
  }
}
