import CladeCore
import Synchronization

/// The nearest of several centers for each row, by squared Euclidean distance.
///
/// Of centers at exactly the same distance the one whose coordinates come first (in lexicographic
/// order) is taken, so that neither the order of the rows nor the numbering of the centers matters.
/// How they are found is chosen by the shape; it changes no bit of the result.
package struct NearestCenters<Scalar: MatrixScalar>: Sendable {
  private let packed: Lazy<PackedRows<Scalar>>
  private let ids: [Int32]
  private let shortlist: CenterShortlist<Scalar>?
  private let cells: CenterCells<Scalar>?
  private let cellsForced: Bool
  let columnCount: Int

  /// Prepares the centers (k × d).
  ///
  /// - Parameters:
  ///   - centers: k × d.
  ///   - rows: How many rows there are, and a box that most of them are in; `nil` if it isn't
  ///     known.
  ///   - scales: What is known of those rows, for shortlists; `nil` for nothing.
  ///   - strategy: How to find the nearest; the one that is forced, or the automatic one, if `nil`.
  ///   - threads: At most this many threads for preparing; `nil` for one per core.
  package init(
    _ centers: Matrix<Scalar>, rows: (count: Int, box: RowBox)? = nil,
    strategy: AssignmentStrategy? = nil, threads: Int? = nil
  ) {
    self.init(centers, rows: rows, scales: nil, strategy: strategy, threads: threads)
  }

  /// As above.
  init(
    _ centers: Matrix<Scalar>, rows: (count: Int, box: RowBox)?, scales: RowScales?,
    strategy: AssignmentStrategy?, threads: Int?
  ) {
    let strategy = strategy ?? .current
    columnCount = centers.columnCount
    let order = CanonicalOrder(centers).order
    // Whole panels, of any width.
    ids = order + Array(repeating: 0, count: (64 - order.count % 64) % 64)
    packed = Lazy { PackedRows(centers, order: order) }
    shortlist =
      Self.usesShortlist(order.count, centers.columnCount, strategy)
      ? CenterShortlist(centers, order: order, scales: scales, threads: threads) : nil
    cellsForced = strategy == .cells
    if let rows, rows.box.isFinite,
      Self.usesCells(order.count, centers.columnCount, rows: rows.count, strategy)
    {
      cells = CenterCells(centers, order: order, box: rows.box, rows: rows.count, threads: threads)
    } else {
      cells = nil
    }
  }

  /// Whether every distance is computed.
  var isPlain: Bool { cells == nil && shortlist == nil }

  /// Whether cells were made that left out few centers.
  var cellsFailed: Bool { cells.map { !$0.pays } ?? false }

  /// Whether most centers are ruled out by codes of 8 bits.
  static func usesShortlist(_ centers: Int, _ columns: Int, _ strategy: AssignmentStrategy) -> Bool
  {
    switch strategy {
    case .automatic: CenterShortlist<Scalar>.isUseful(centers: centers, columns: columns)
    case .shortlist: true
    case .plain, .cells, .leads, .neighbors: false
    }
  }

  /// Whether the box of the rows is of use.
  package static func usesCells(
    _ centers: Int, _ columns: Int, rows: Int, _ strategy: AssignmentStrategy
  ) -> Bool {
    switch strategy {
    case .automatic:
      CenterCells<Scalar>.isUseful(centers: centers, columns: columns, rows: rows)
    case .cells: columns > 0 && columns <= CenterCells<Scalar>.mostColumns
    case .plain, .shortlist, .leads, .neighbors: false
    }
  }

  /// Writes the label and, where asked for, the squared distance of each of `count` rows.
  ///
  /// - Parameter first: The place of the first of them among all rows, if that is known.
  package func assign(
    _ rows: UnsafePointer<Scalar>, first: Int? = nil, count: Int,
    labels: UnsafeMutablePointer<Int32>, distances: UnsafeMutablePointer<Scalar>?
  ) {
    if let cells, cellsForced || cells.pays {
      cells.assign(rows, count: count, labels: labels, distances: distances)
    } else if let shortlist, shortlist.pays {
      shortlist.assign(rows, first: first, count: count, labels: labels, distances: distances)
    } else {
      packed.value.assign(rows, count: count, ids: ids, labels: labels, distances: distances)
    }
  }

  /// Writes the label of each of `count` rows, and by how much at least its center is nearer than
  /// any other, as ``RowLeads`` has it. Every distance is computed.
  func assign(
    _ rows: UnsafePointer<Scalar>, count: Int, labels: UnsafeMutablePointer<Int32>,
    leads: UnsafeMutablePointer<Float>
  ) {
    packed.value.assign(rows, count: count, ids: ids, labels: labels, leads: leads)
  }

  /// The label (n) and the squared distance (n) of each row of `data`.
  ///
  /// - Complexity: O(n · k · d).
  package static func assign(
    _ data: Matrix<Scalar>, _ centers: Matrix<Scalar>, strategy: AssignmentStrategy? = nil,
    threads: Int? = nil
  ) -> (labels: [Int32], squaredDistances: [Scalar]) {
    precondition(centers.rowCount > 0 && data.columnCount == centers.columnCount)
    let strategy = strategy ?? .current
    let boxed = usesCells(centers.rowCount, data.columnCount, rows: data.rowCount, strategy)
    let nearest = NearestCenters(
      centers, rows: boxed ? (data.rowCount, RowBox(data, threads: threads)) : nil,
      strategy: strategy, threads: threads)
    let columns = data.columnCount
    var labels = [Int32](repeating: 0, count: data.rowCount)
    var distances = [Scalar](repeating: 0, count: data.rowCount)
    data.withUnsafeBufferPointer { values in
      guard let base = values.baseAddress else { return }
      labels.withUnsafeMutableBufferPointer { labels in
        distances.withUnsafeMutableBufferPointer { distances in
          nonisolated(unsafe) let (rows, labels, distances) = (base, labels, distances)
          ParallelChunks.forEach(
            count: data.rowCount, chunkSize: chunkSize(columns: columns), threads: threads
          ) { _, range in
            guard let label = labels.baseAddress, let distance = distances.baseAddress else {
              return
            }
            nearest.assign(
              rows + range.lowerBound * columns, count: range.count,
              labels: label + range.lowerBound, distances: distance + range.lowerBound)
          }
        }
      }
    }
    return (labels, distances)
  }

  /// The nearest of the centers that a model holds for each row of `data` (m), whatever their
  /// magnitudes.
  ///
  /// - Throws: `CladeError.shapeMismatch` for another number of columns;
  ///   `CladeError.nonFiniteValue`.
  static func labels(
    of data: Matrix<Scalar>, _ centers: Matrix<Scalar>, threads: Int?
  ) throws -> [Int32] {
    guard data.columnCount == centers.columnCount else {
      throw CladeError.shapeMismatch(
        expected: "rows of \(centers.columnCount) columns", found: "\(data.columnCount)")
    }
    guard data.rowCount > 0 else { return [] }
    let bounds = try FiniteBounds.check(data, threads: threads)
    let known = ExactColumnSums.bounds(of: centers)
    let scaling = MagnitudeScaling(
      largest: max(bounds.max() ?? 0, known.max() ?? 0), Scalar.self)
    return assign(
      scaling.scaled(data), scaling.scaled(centers), threads: threads
    ).labels
  }

  /// Rows that are worked on at a time: about 128 KiB of them.
  static func chunkSize(columns: Int) -> Int {
    min(4096, max(64, 131_072 / (max(1, columns) * MemoryLayout<Scalar>.stride)))
  }
}

/// A value that is made when it is first asked for.
final class Lazy<Value: Sendable>: Sendable {
  private let made = Mutex<Value?>(nil)
  private let make: @Sendable () -> Value

  init(_ make: @escaping @Sendable () -> Value) { self.make = make }

  var value: Value {
    made.withLock { made in
      if let made { return made }
      let value = make()
      made = value
      return value
    }
  }
}
