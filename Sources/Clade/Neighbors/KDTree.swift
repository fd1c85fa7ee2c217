import CKernels
import CladeCore

/// A kd-tree: rows sorted into boxes, for looking up neighbours in Euclidean space.
///
/// Each box is halved at the median of its widest column until it holds a few rows
/// ("Multidimensional binary search trees used for associative searching", Bentley, 1975; "An
/// Algorithm for Finding Best Matches in Logarithmic Expected Time", Friedman, Bentley and Finkel,
/// 1977). Where each row goes follows from its values alone: rows that tie with the median go to
/// the same side, and equal rows share one place in the tree. So the tree is the same for any order
/// of the rows and any number of threads.
///
/// A squared distance is the sum of squared differences over the columns in their order, each term
/// added by a fused multiply-add in the precision of `Scalar`, as everywhere in Clade.
///
/// - Complexity: O(n · (log n + d)) time for each of about log₂ n levels, O(n · d) memory.
public struct KDTree<Scalar: MatrixScalar>: Sendable {
  /// The number of rows, n, equal ones included.
  public let rowCount: Int
  /// The number of columns, d.
  public let columnCount: Int
  /// The number of rows that differ from each other.
  public let distinctRowCount: Int

  /// See `kd_tree.h`.
  let second: [Int32]
  let firstPanel: [Int32]
  let endPanel: [Int32]
  let boxes: [Scalar]
  /// The rows, place by place.
  let panels: [Scalar]
  /// The rows of place p are `members[memberStarts[p]..<memberStarts[p + 1]]`, in ascending order;
  /// more than one where rows are equal, none where a panel isn't full.
  let memberStarts: [Int32]
  let members: [Int32]
  /// The nodes that are leaves, in the order of their places.
  let leaves: [Int32]
  /// By how much the rows in the tree are scaled, so that squares neither overflow nor vanish.
  let scaling: MagnitudeScaling

  /// The rows that a panel has room for.
  static var panelWidth: Int {
    Scalar.self == Float.self ? CLADE_PANEL_WIDTH_F32 : CLADE_PANEL_WIDTH_F64
  }

  /// The number of places, some of which hold no row.
  package var placeCount: Int { memberStarts.count - 1 }

  /// Builds the tree over the rows of `data` (n × d).
  ///
  /// - Parameters:
  ///   - data: The rows; only finite numbers.
  ///   - threads: At most this many threads; `nil` for one per core.
  /// - Throws: `CladeError.emptyData` where there are no columns, `CladeError.nonFiniteValue` for
  ///   NaN and infinity, and `CancellationError` when the task was cancelled.
  @_specialize(where Scalar == Double)
  @_specialize(where Scalar == Float)
  public init(_ data: Matrix<Scalar>, threads: Int? = nil) throws {
    guard data.columnCount > 0 else {
      throw CladeError.emptyData(reason: "rows without columns have no distance")
    }
    let largest = try FiniteBounds.check(data, threads: threads).max() ?? 0
    let scaling = MagnitudeScaling(largest: largest, Scalar.self)
    let parts = try KDTreeBuilder.parts(of: scaling.scaled(data), threads: threads)
    self.init(parts: parts, scaling: scaling)
  }

  private init(parts: KDTreeParts<Scalar>, scaling: MagnitudeScaling) {
    self.scaling = scaling
    rowCount = parts.members.count
    columnCount = parts.columnCount
    distinctRowCount = parts.distinctRowCount
    (second, firstPanel, endPanel) = (parts.second, parts.firstPanel, parts.endPanel)
    boxes = parts.boxes
    panels = parts.panels
    (memberStarts, members) = (parts.memberStarts, parts.members)
    leaves = second.indices.filter { parts.second[$0] == 0 }.map(Int32.init)
  }

  /// Another tree with its rows elsewhere.
  init(_ other: KDTree, boxes: [Scalar], panels: [Scalar]) {
    scaling = other.scaling
    rowCount = other.rowCount
    columnCount = other.columnCount
    distinctRowCount = other.distinctRowCount
    (second, firstPanel, endPanel) = (other.second, other.firstPanel, other.endPanel)
    (self.boxes, self.panels) = (boxes, panels)
    (memberStarts, members, leaves) = (other.memberStarts, other.members, other.leaves)
  }

  /// Calls `body` with the tree as the kernels take it.
  func withKernelTree<Result>(
    _ body: (_ tree: UnsafePointer<clade_kd_tree>) throws -> Result
  ) rethrows -> Result {
    try second.withUnsafeBufferPointer { second in
      try firstPanel.withUnsafeBufferPointer { firstPanel in
        try endPanel.withUnsafeBufferPointer { endPanel in
          try boxes.withUnsafeBufferPointer { boxes in
            try panels.withUnsafeBufferPointer { panels in
              var tree = clade_kd_tree(
                columns: columnCount, second: second.baseAddress,
                first_panel: firstPanel.baseAddress, end_panel: endPanel.baseAddress,
                boxes: UnsafeRawPointer(boxes.baseAddress),
                panels: UnsafeRawPointer(panels.baseAddress))
              return try withUnsafePointer(to: &tree, body)
            }
          }
        }
      }
    }
  }

  /// Calls `body` with the rows of each place.
  func withMembers<Result>(_ body: (KDTreeMembers) throws -> Result) rethrows -> Result {
    try memberStarts.withUnsafeBufferPointer { starts in
      try members.withUnsafeBufferPointer { rows in
        guard let starts = starts.baseAddress, let rows = rows.baseAddress else {
          return try withUnsafeTemporaryAllocation(of: Int32.self, capacity: 1) { nothing in
            nothing.initialize(repeating: 0)
            let address = UnsafePointer(nothing.baseAddress!)  // safe: the capacity isn't 0
            return try body(KDTreeMembers(starts: address, rows: address))
          }
        }
        return try body(KDTreeMembers(starts: starts, rows: rows))
      }
    }
  }

  /// What distances in the tree are multiplied with for those of the data: a power of two.
  var distanceScale: Scalar {
    Scalar(sign: .plus, exponent: Scalar.Exponent(scaling.exponent), significand: 1)
  }

  /// The places of the rows of a leaf.
  func places(ofLeaf leaf: Int) -> Range<Int> {
    let first = Int(firstPanel[leaf]) * Self.panelWidth
    var end = Int(endPanel[leaf]) * Self.panelWidth
    while end > first, memberStarts[end - 1] == memberStarts[end] { end -= 1 }
    return first..<end
  }

  /// Copies the rows of `count` places from `first` on to `target`, row after row.
  func copyRows(_ first: Int, count: Int, to target: UnsafeMutablePointer<Scalar>) {
    let width = Self.panelWidth
    panels.withUnsafeBufferPointer { panels in
      for index in 0..<count {
        let (panel, lane) = (first + index).quotientAndRemainder(dividingBy: width)
        for column in 0..<columnCount {
          target[index * columnCount + column] =
            panels[(panel * columnCount + column) * width + lane]
        }
      }
    }
  }
}

/// The rows of each place of a ``KDTree``: `rows[Int(starts[p])..<Int(starts[p + 1])]` for place p.
struct KDTreeMembers: @unchecked Sendable {
  // Unchecked: nobody writes.
  let starts: UnsafePointer<Int32>
  let rows: UnsafePointer<Int32>
}
