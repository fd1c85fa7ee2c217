import CladeCore

/// A coreset of a stream of rows, in memory that grows with the logarithm of their number.
///
/// Rows are collected until there are 2 m; these are reduced to a coreset of m. Two coresets that
/// stand for equally many rows are merged and reduced again, so that there is at most one for each
/// power of two ("On Coresets for k-Means and k-Median Clustering", Har-Peled and Mazumdar, 2004,
/// after Bentley and Saxe's method for decomposable searching problems).
///
/// ```swift
/// var stream = CoresetStream<Double>(SensitivityCoreset(size: 2000, k: 20))
/// while let rows = try next() { try stream.append(rows) }
/// let coreset = try stream.coreset()
/// ```
///
/// The result depends on the order in which rows come, as any summary of a stream does, but not on
/// how many come at a time, on threads or on the instruction set. Each of the about log₂(n / 2 m)
/// times that a row's weight is drawn anew adds an error of the size of the first; estimates stay
/// unbiased.
public struct CoresetStream<Scalar: MatrixScalar>: Sendable {
  /// How rows are reduced.
  public let method: SensitivityCoreset
  /// The number of rows that came.
  public private(set) var rowCount = 0

  private let threads: Int?
  private var pending = WeightedRows<Scalar>()
  /// At place i what stands for 2^i full blocks.
  private var levels: [WeightedRows<Scalar>?] = []
  private var reductions: UInt64 = 0

  /// Starts an empty stream.
  ///
  /// - Parameters:
  ///   - method: The size, the cost and the sampling; ``SensitivityCoreset/k`` may be more than
  ///     there are distinct rows.
  ///   - threads: At most this many threads; `nil` for one per core.
  public init(_ method: SensitivityCoreset, threads: Int? = nil) {
    self.method = method
    self.threads = threads
  }

  /// Takes rows.
  ///
  /// - Parameters:
  ///   - rows: Some × d, finite; d is that of the first rows.
  ///   - weights: What each row counts, not negative; 1 each if `nil`. Rows of weight 0 are left
  ///     out.
  /// - Throws: `CladeError` for rows of another width or that aren't finite, and weights that are
  ///   missing or negative; the stream is as before then.
  /// - Complexity: O(k · d · log n) time a row, spread evenly.
  public mutating func append(_ rows: Matrix<Scalar>, weights: [Scalar]? = nil) throws {
    guard rows.rowCount > 0 else { return }
    if rowCount > 0, rows.columnCount != pending.columnCount {
      throw CladeError.shapeMismatch(
        expected: "rows of \(pending.columnCount) columns, as those before",
        found: "\(rows.columnCount)")
    }
    try method.checkParameters()
    // Where no row counts, only their number is checked.
    if weights?.count != rows.rowCount || weights?.contains(where: { $0 != 0 }) ?? true {
      _ = try CoresetInput(rows, weights: weights, threads: threads)
    }
    try take(rows, weights)
  }

  /// The coreset of all rows that came so far; more can come after.
  ///
  /// - Returns: At most `size` rows; their `indices` are the rows' places in the stream.
  /// - Throws: `CladeError.emptyData` before the first row of a positive weight.
  public func coreset() throws -> Coreset<Scalar> {
    var all = pending
    for case let level? in levels { all.append(level) }
    guard !all.isEmpty else { throw CladeError.emptyData(reason: "no rows have come") }
    let drawn = try reduced(all, number: reductions)
    return Coreset(
      rows: drawn.matrix, weights: drawn.weights, indices: drawn.places,
      objective: method.objective, offset: 0, sourceRowCount: rowCount)
  }

  // MARK: Steps

  private mutating func take(_ rows: Matrix<Scalar>, _ weights: [Scalar]?) throws {
    pending.columnCount = rows.columnCount
    for row in 0..<rows.rowCount {
      let weight = weights?[row] ?? 1
      if weight > 0 { pending.append(rows, row: row, weight: weight, place: rowCount) }
      rowCount += 1
      if pending.count == 2 * method.size { try reducePending() }
    }
  }

  private mutating func reducePending() throws {
    var carried = try reduced(pending, number: reductions)
    reductions += 1
    pending.removeAll()
    var level = 0
    while level < levels.count, let other = levels[level] {
      levels[level] = nil
      var merged = other
      merged.append(carried)
      carried = try reduced(merged, number: reductions)
      reductions += 1
      level += 1
    }
    if level == levels.count { levels.append(nil) }
    levels[level] = carried
  }

  /// A coreset of rows, with draws of its own: a row that was drawn once has to stand the next draw
  /// independently.
  private func reduced(
    _ rows: WeightedRows<Scalar>, number: UInt64
  ) throws -> WeightedRows<Scalar> {
    var method = method
    method.seed = CounterRandom(seed: method.seed, stream: 0x7374_7265).value(at: number)
    let drawn = try method.draw(
      rows.matrix, weights: rows.weights, threads: threads, isLenient: true, progress: nil)
    return WeightedRows(
      drawn.rows, weights: drawn.weights, places: drawn.indices.map { rows.places[$0] })
  }
}

/// Rows with their weights and places in a stream.
private struct WeightedRows<Scalar: MatrixScalar>: Sendable {
  var columnCount = 0
  private var values: [Scalar] = []
  private(set) var weights: [Scalar] = []
  private(set) var places: [Int] = []

  init() {}

  init(_ rows: Matrix<Scalar>, weights: [Scalar], places: [Int]) {
    columnCount = rows.columnCount
    values = rows.withUnsafeBufferPointer { Array($0) }
    self.weights = weights
    self.places = places
  }

  var count: Int { weights.count }
  var isEmpty: Bool { weights.isEmpty }

  var matrix: Matrix<Scalar> {
    Matrix(rows: count, columns: columnCount) { _ = $0.initialize(from: values) }
  }

  mutating func append(_ rows: Matrix<Scalar>, row: Int, weight: Scalar, place: Int) {
    rows.withUnsafeBufferPointer {
      values.append(contentsOf: $0[(row * columnCount)..<((row + 1) * columnCount)])
    }
    weights.append(weight)
    places.append(place)
  }

  mutating func append(_ other: WeightedRows) {
    columnCount = other.columnCount
    values += other.values
    weights += other.weights
    places += other.places
  }

  mutating func removeAll() {
    values.removeAll(keepingCapacity: true)
    weights.removeAll(keepingCapacity: true)
    places.removeAll(keepingCapacity: true)
  }
}
