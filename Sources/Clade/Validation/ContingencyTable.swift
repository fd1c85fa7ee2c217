/// How often each pair of a class (of the truth) and a cluster (of a result) occurs.
///
/// Only pairs that occur are kept, so that thousands of classes and clusters cost no more than the
/// rows do. All counts are exact.
public struct ContingencyTable: Sendable, Equatable {
  /// A class and a cluster that have rows in common.
  public struct Cell: Sendable, Equatable {
    /// The class, as an index into ``ContingencyTable/classes``.
    public let classIndex: Int
    /// The cluster, as an index into ``ContingencyTable/clusters``.
    public let clusterIndex: Int
    /// The number of rows in both; at least 1.
    public let count: Int
  }

  /// The labels that occur in the truth, rising.
  public let classes: [Int32]
  /// The labels that occur in the result, rising.
  public let clusters: [Int32]
  /// The number of rows in each class.
  public let classSizes: [Int]
  /// The number of rows in each cluster.
  public let clusterSizes: [Int]
  /// The pairs that occur, by class, then by cluster.
  public let cells: [Cell]
  /// The number of rows counted, n.
  public let rowCount: Int
  /// The number of rows left out.
  public let leftOutCount: Int

  /// Counts.
  ///
  /// - Parameters:
  ///   - truth: The class of each row (n).
  ///   - labels: The cluster of each row (n).
  ///   - leavingOut: Rows of these classes are not counted: those whose truth is "noise", which
  ///     some data sets mark with 0 and others with −1.
  /// - Throws: `CladeError.shapeMismatch` unless both have the same length.
  /// - Complexity: O(n + c log c) time for c cells where labels are small numbers, as those of a
  ///   clustering are, O(n log n) otherwise; O(n) memory.
  public init(truth: [Int32], labels: [Int32], leavingOut: [Int32] = []) throws {
    guard truth.count == labels.count else {
      throw CladeError.shapeMismatch(
        expected: "\(truth.count) labels, as many as the truth has", found: "\(labels.count)")
    }
    var truth = truth
    var labels = labels
    let total = truth.count
    if !leavingOut.isEmpty {
      let kept = truth.indices.filter { !leavingOut.contains(truth[$0]) }
      labels = kept.map { labels[$0] }
      truth = kept.map { truth[$0] }
    }
    let rows = LabelIndex(truth)
    let columns = LabelIndex(labels)
    classes = rows.labels
    clusters = columns.labels
    classSizes = rows.sizes
    clusterSizes = columns.sizes
    rowCount = truth.count
    leftOutCount = total - truth.count
    cells = Self.cells(rows, columns)
  }

  /// Counts one class after the other, with one counter per cluster.
  private static func cells(_ rows: LabelIndex, _ columns: LabelIndex) -> [Cell] {
    var cells: [Cell] = []
    var counts = [Int](repeating: 0, count: columns.labels.count)
    var touched: [Int32] = []
    let order = rows.rowsByLabel()
    var start = 0
    for (classIndex, size) in rows.sizes.enumerated() {
      touched.removeAll(keepingCapacity: true)
      for row in order[start..<start + size] {
        let cluster = columns.indices[Int(row)]
        if counts[Int(cluster)] == 0 { touched.append(cluster) }
        counts[Int(cluster)] += 1
      }
      touched.sort()
      for cluster in touched {
        let clusterIndex = Int(cluster)
        cells.append(
          Cell(classIndex: classIndex, clusterIndex: clusterIndex, count: counts[clusterIndex]))
        counts[clusterIndex] = 0
      }
      start += size
    }
    return cells
  }
}
