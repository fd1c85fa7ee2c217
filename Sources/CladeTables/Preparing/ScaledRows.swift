import CladeCore

/// The rows of a source, each column brought to one scale as rows are read.
///
/// With ``Scaling/standard`` and ``Scaling/minmax`` the offsets and scales are those that
/// ``Preparation`` finds for the same rows in memory; all columns are used.
public struct ScaledRows<Scalar: MatrixScalar>: RowSource {
  private let base: any RowSource<Scalar>
  private let scaling: Scaling
  private let offsets: [Double]
  private let scales: [Double]

  /// The number of rows, n.
  public var rowCount: Int { base.rowCount }
  /// The number of columns, d.
  public var columnCount: Int { base.columnCount }
  /// The number of rows that are best read at a time.
  public var preferredChunkSize: Int { base.preferredChunkSize }

  /// Goes over the rows to find the scales: not at all for ``Scaling/none``, three times for
  /// ``Scaling/standard``, and once for ``Scaling/minmax``.
  ///
  /// - Parameters:
  ///   - base: n × d, finite.
  ///   - scaling: How to scale.
  ///   - threads: At most this many threads; `nil` for one per core. The scales don't depend on it.
  /// - Throws: `CladeError.nonFiniteValue`; `CladeError.invalidParameter` for ``Scaling/robust``,
  ///   since quartiles need all rows in memory; what reading rows throws.
  /// - Complexity: O(n · d) time; a few rows of memory.
  @_specialize(where Scalar == Double)
  @_specialize(where Scalar == Float)
  public init(_ base: any RowSource<Scalar>, scaling: Scaling, threads: Int? = nil) throws {
    self.base = base
    self.scaling = scaling
    let statistics = SourceStatistics(source: base, threads: threads)
    switch scaling {
    case .none:
      offsets = Array(repeating: 0, count: base.columnCount)
      scales = Array(repeating: 1, count: base.columnCount)
    case .minmax:
      let ranges = try statistics.ranges()
      offsets = ranges.map(\.low)
      scales = ranges.map { Self.usable(min($0.high - $0.low, .greatestFiniteMagnitude)) }
    case .standard:
      let ranges = try statistics.ranges()
      let means = try statistics.means(ranges)
      offsets = means
      scales = try statistics.deviations(ranges, means: means).map(Self.usable)
    case .robust:
      throw CladeError.invalidParameter(
        name: "scale", value: "robust",
        reason: "quartiles need all rows in memory; use standard, minmax or none")
    }
  }

  private static func usable(_ scale: Double) -> Double {
    scale > 0 && scale.isFinite ? scale : 1
  }

  /// Calls `body` with the rows of `range`, read and scaled.
  ///
  /// - Throws: What `body` and the reading of rows throw.
  /// - Complexity: O(m · d) time and memory for m rows.
  public func withRows<Result>(
    _ range: Range<Int>, _ body: (UnsafeBufferPointer<Scalar>) throws -> Result
  ) throws -> Result {
    guard scaling != .none else { return try base.withRows(range, body) }
    let scaled = try base.withRows(range) { rows in
      Matrix<Scalar>(rows: range.count, columns: base.columnCount) { target in
        if let rows = rows as? UnsafeBufferPointer<Float>,
          let target = target as? UnsafeMutableBufferPointer<Float>
        {
          scale(rows, into: target)
        } else if let rows = rows as? UnsafeBufferPointer<Double>,
          let target = target as? UnsafeMutableBufferPointer<Double>
        {
          scale(rows, into: target)
        } else {
          scale(rows, into: target)
        }
      }
    }
    return try scaled.withUnsafeBufferPointer(body)
  }

  @inline(__always)
  private func scale<Number: MatrixScalar>(
    _ rows: UnsafeBufferPointer<Number>, into target: UnsafeMutableBufferPointer<Number>
  ) {
    let columns = base.columnCount
    offsets.withUnsafeBufferPointer { offsets in
      scales.withUnsafeBufferPointer { scales in
        var index = 0
        while index < rows.count {
          for column in 0..<columns {
            let scaling = NumberScaling(
              median: 0, offset: offsets[column], scale: scales[column])
            target[index] = Number(scaling.prepared(Double(rows[index])))
            index &+= 1
          }
        }
      }
    }
  }

  /// What a model needs to treat new rows in the same way. A missing number becomes the offset.
  public var preparation: Preparation {
    let columns = (0..<columnCount).map { index in
      let numbers = NumberScaling(
        median: offsets[index], offset: offsets[index], scale: scales[index])
      return PreparedColumn(
        report: ColumnReport(
          name: Table.defaultName(index), kind: .numeric, treatment: .number, missingCount: 0,
          reason: scaling == .none
            ? "as it is"
            : "scaled: from \(NumberSpelling.rounded(offsets[index])) on, in units of "
              + NumberSpelling.rounded(scales[index])),
        use: .number(numbers))
    }
    return Preparation(columns: columns, isPositional: true)
  }
}

/// Computes what scaling needs to know of the columns of a source.
private struct SourceStatistics<Scalar: MatrixScalar> {
  let source: any RowSource<Scalar>
  let threads: Int?

  /// The smallest and the largest number of each column.
  ///
  /// - Throws: `CladeError.nonFiniteValue`.
  func ranges() throws -> [(low: Double, high: Double)] {
    let columns = source.columnCount
    let none = (low: Double.infinity, high: -Double.infinity)
    let parts = try ParallelChunks.reduce(
      count: source.rowCount, chunkSize: source.preferredChunkSize, threads: threads,
      state: { Array(repeating: none, count: columns) }
    ) { ranges, _, range in
      try source.withRows(range) { rows in
        for index in rows.indices {
          let (value, column) = (Double(rows[index]), index % columns)
          guard value.isFinite else {
            throw CladeError.nonFiniteValue(
              row: range.lowerBound + index / columns, column: column, value: "\(value)")
          }
          if value < ranges[column].low { ranges[column].low = value }
          if value > ranges[column].high { ranges[column].high = value }
        }
      }
    }
    return (0..<columns).map { column in
      // Of zeros with both signs the first would be taken: make them +0.
      (
        parts.reduce(.infinity) { min($0, $1[column].low) } + 0,
        parts.reduce(-.infinity) { max($0, $1[column].high) } + 0
      )
    }
  }

  /// The mean of each column.
  func means(_ ranges: [(low: Double, high: Double)]) throws -> [Double] {
    let sums = try sums(bounds: ranges.map { max(abs($0.low), abs($0.high)) }) { value, _ in value }
    return ranges.indices.map { sums.mean(column: $0, count: source.rowCount) + 0 }
  }

  /// The standard deviation of each column, with n in the denominator.
  func deviations(
    _ ranges: [(low: Double, high: Double)], means: [Double]
  ) throws -> [Double] {
    // In units of the largest deviation, so that no square is too large or too small.
    let units = zip(ranges, means).map { range, mean -> Double in
      let unit = max(range.high * 0.5 - mean * 0.5, mean * 0.5 - range.low * 0.5)
      return unit > 0 ? unit : 1
    }
    let sums = try sums(bounds: Array(repeating: 16, count: ranges.count)) { value, column in
      let deviation = (value * 0.5 - means[column] * 0.5) / units[column]
      return deviation * deviation
    }
    return ranges.indices.map { column in
      let variance = sums.mean(column: column, count: source.rowCount)
      return min(variance.squareRoot() * units[column] * 2, .greatestFiniteMagnitude)
    }
  }

  private func sums(
    bounds: [Double], _ term: @Sendable (_ value: Double, _ column: Int) -> Double
  ) throws -> ExactColumnSums {
    let columns = source.columnCount
    let parts = try ParallelChunks.reduce(
      count: source.rowCount, chunkSize: source.preferredChunkSize, threads: threads,
      state: { ExactColumnSums(bounds: bounds) }
    ) { sums, _, range in
      let terms = try source.withRows(range) { rows in
        rows.indices.map { term(Double(rows[$0]), $0 % columns) }
      }
      terms.withUnsafeBufferPointer { terms in
        if let start = terms.baseAddress { sums.add(start, count: range.count) }
      }
    }
    var total = ExactColumnSums(bounds: bounds)
    for part in parts { total.add(part) }
    return total
  }
}
