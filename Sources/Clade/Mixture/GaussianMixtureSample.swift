/// Rows made ready for fitting mixtures to them, once for any number of fits.
///
/// The rows are sorted by value and equal rows are joined into one that carries their weight, so
/// nothing that is computed from a sample depends on the order in which the rows came, and a row
/// with weight 3 is the same as three rows.
package struct GaussianMixtureSample: Sendable {
  /// The distinct rows in ascending order of their values (m × d).
  package let rows: Matrix<Double>
  /// The total weight of each distinct row (m).
  package let weights: [Double]
  /// The distinct row that each row of the data is (n).
  package let distinctRow: [Int32]
  /// The sum of all weights; the number of rows where none were given.
  package let totalWeight: Double
  /// The variance of each feature (d), by weight.
  package let variances: [Double]
  /// Whether a feature has one value only (d).
  package let isConstant: [Bool]

  /// Sorts and joins rows.
  ///
  /// - Parameters:
  ///   - data: Points (n × d).
  ///   - weights: How often each row counts (n), 0 or more; `nil` for once.
  ///   - threads: At most this many; `nil` for one per core.
  /// - Throws: `CladeError.emptyData`, `CladeError.nonFiniteValue`,
  ///   `CladeError.shapeMismatch`, and
  ///   `CladeError.invalidParameter` for a negative weight, weights that sum to
  ///   0, or numbers so large that their variance isn't finite.
  /// - Complexity: O(n log n + n · d).
  package init<Scalar: MatrixScalar>(
    _ data: Matrix<Scalar>, weights: [Scalar]? = nil, threads: Int? = nil
  ) throws {
    try self.init(
      doubles: data.doubles, weights: weights.map { $0.map { Double($0) } }, threads: threads)
  }

  private init(doubles data: Matrix<Double>, weights: [Double]?, threads: Int?) throws {
    let (n, d) = (data.rowCount, data.columnCount)
    guard n > 0, d > 0 else {
      throw CladeError.emptyData(
        reason: "a mixture needs at least one row and one column, and there are \(n) × \(d)")
    }
    _ = try FiniteBounds.check(data, threads: threads)
    if let weights { try Self.check(weights, count: n) }

    let sorted = CanonicalOrder(data, threads: threads)
    (rows, self.weights, distinctRow) = Self.join(data, weights, sorted)
    totalWeight = self.weights.reduce(0, +)
    guard totalWeight > 0, totalWeight.isFinite else {
      throw CladeError.invalidParameter(
        name: "weights", value: "a sum of \(totalWeight)",
        reason: "some rows must count, and all together must stay finite")
    }
    (variances, isConstant) = Self.spread(of: rows, self.weights, totalWeight)
    if let column = variances.firstIndex(where: { !$0.isFinite }) {
      throw CladeError.invalidParameter(
        name: "column \(column)", value: "that large",
        reason: "its variance isn't a finite number; scale the column down")
    }
  }

  /// The number of rows of the data, n.
  package var rowCount: Int { distinctRow.count }
  /// The number of distinct rows, m.
  package var distinctRowCount: Int { rows.rowCount }
  /// The number of distinct rows that have a weight.
  package var weightedRowCount: Int { weights.reduce(0) { $0 + ($1 > 0 ? 1 : 0) } }
  /// The number of features, d.
  package var columnCount: Int { rows.columnCount }
  /// The number of features that vary.
  package var varyingColumnCount: Int { isConstant.reduce(0) { $0 + ($1 ? 0 : 1) } }

  /// One value per row of the data from one per distinct row.
  package func spread<Value>(_ values: [Value]) -> [Value] {
    distinctRow.map { values[Int($0)] }
  }

  /// One label per distinct row from one per row of the data: the smallest of its rows that isn't
  /// noise, or −1.
  package func joined(labels: [Int32]) -> [Int32] {
    var result = [Int32](repeating: -1, count: distinctRowCount)
    for (row, label) in zip(distinctRow, labels) where label >= 0 {
      if result[Int(row)] < 0 || label < result[Int(row)] { result[Int(row)] = label }
    }
    return result
  }

  private static func check(_ weights: [Double], count: Int) throws {
    guard weights.count == count else {
      throw CladeError.shapeMismatch(
        expected: "\(count) weights, one per row", found: "\(weights.count)")
    }
    if let row = weights.firstIndex(where: { !($0 >= 0 && $0.isFinite) }) {
      throw CladeError.invalidParameter(
        name: "weights[\(row)]", value: "\(weights[row])",
        reason: "a weight must be a finite number that is 0 or more")
    }
  }

  /// Joins equal rows, in sorted order.
  private static func join(
    _ data: Matrix<Double>, _ weights: [Double]?, _ sorted: CanonicalOrder
  ) -> (rows: Matrix<Double>, weights: [Double], distinctRow: [Int32]) {
    let (n, d) = (data.rowCount, data.columnCount)
    let (order, starts) = (sorted.order, sorted.distinctStarts)
    var distinctRow = [Int32](repeating: 0, count: n)
    var joined = [Double](repeating: 1, count: starts.count)
    for index in starts.indices {
      let (start, end) = (Int(starts[index]), index + 1 < starts.count ? Int(starts[index + 1]) : n)
      for place in start..<end { distinctRow[Int(order[place])] = Int32(index) }
      if end - start == 1 {
        if let weights { joined[index] = weights[Int(order[start])] }
      } else if let weights {
        // In ascending order, so that it doesn't matter which of equal rows came first.
        joined[index] = order[start..<end].map { weights[Int($0)] }.sorted().reduce(0, +)
      } else {
        joined[index] = Double(end - start)
      }
    }
    let rows = Matrix<Double>(rows: starts.count, columns: d) { buffer in
      data.withUnsafeBufferPointer { values in
        for (index, start) in starts.enumerated() {
          let from = Int(order[Int(start)]) * d
          // Adding 0 turns −0 into 0: equal rows are equal to the last bit.
          for column in 0..<d { buffer[index &* d &+ column] = values[from &+ column] + 0 }
        }
      }
    }
    return (rows, joined, distinctRow)
  }

  private static func spread(
    of rows: Matrix<Double>, _ weights: [Double], _ total: Double
  ) -> (variances: [Double], isConstant: [Bool]) {
    let (m, d) = (rows.rowCount, rows.columnCount)
    let means = [Double](unsafeUninitializedCapacity: d) { means, count in
      means.initialize(repeating: 0)
      rows.withUnsafeBufferPointer { values in
        // About the first row, so that a far-off origin costs no digits.
        for row in 0..<m {
          for column in 0..<d {
            means[column] += weights[row] * (values[row &* d &+ column] - values[column])
          }
        }
        for column in 0..<d { means[column] = values[column] + means[column] / total }
      }
      count = d
    }
    var variances = [Double](unsafeUninitializedCapacity: d) { variances, count in
      variances.initialize(repeating: 0)
      rows.withUnsafeBufferPointer { values in
        for row in 0..<m {
          for column in 0..<d {
            let shift = values[row &* d &+ column] - means[column]
            variances[column] += weights[row] * shift * shift
          }
        }
      }
      count = d
    }
    var isConstant = [Bool](repeating: false, count: d)
    for column in 0..<d {
      variances[column] /= total
      let first = rows[0, column]
      isConstant[column] = (0..<m).allSatisfy { rows[$0, column] == first }
      // So small a spread that its square vanishes counts as none.
      if isConstant[column] || variances[column] < 0x1p-960 {
        (variances[column], isConstant[column]) = (0, true)
      }
    }
    return (variances, isConstant)
  }
}
