/// How rows become the coordinates that a metric compares.
struct RowPreparation: Sendable {
  enum Step: Sendable {
    case asGiven
    /// Divided by their length, and before that less their mean if that is so.
    case directions(withoutMean: Bool)
    /// A transform of what is left of them without the middle.
    case whitened(middle: [Double], transform: [Double])
    /// Latitude and longitude as a point of the unit sphere.
    case sphere
    /// Numbers less the least, divided by the range; codes as they are.
    case gower(GowerScale)
    /// Rows for a function.
    case vectors
    /// Distances from `columns` rows.
    case distances
  }

  /// The numbers in a row as they are given.
  let columns: Int
  let step: Step

  init(columns: Int, step: Step) {
    self.columns = columns
    self.step = step
  }

  /// Looks at the rows that others will be compared with.
  init<Scalar: MatrixScalar>(
    of data: Matrix<Scalar>, for metric: Metric, learned: LearnedColumns? = nil, threads: Int?
  ) throws {
    columns = data.columnCount
    guard data.columnCount > 0 || data.rowCount == 0 else {
      throw CladeError.emptyData(reason: "rows without columns have no distances")
    }
    switch metric {
    case .haversine:
      step = .sphere
      guard columns == 2 || data.rowCount == 0 else {
        throw CladeError.shapeMismatch(
          expected: "2 columns for haversine, latitude and longitude in degrees",
          found: "\(columns)")
      }
    case .gower(let kinds):
      step = .gower(try GowerScale(kinds, data: data, learned: learned))
      return
    default:
      try Self.checkFinite(data)
      switch metric {
      case .cosine: step = .directions(withoutMean: false)
      case .correlation: step = .directions(withoutMean: true)
      case .mahalanobis(let inverse):
        if let learned {
          try learned.check(columns: columns, scales: columns * columns)
          step = .whitened(middle: learned.origins, transform: learned.scales)
          return
        }
        let middle = Whitening.middle(of: data)
        let transform =
          if let inverse {
            try Whitening.transform(inverseCovariance: inverse, columns)
          } else {
            try Whitening.transform(covarianceOf: data, middle: middle, threads: threads)
          }
        step = .whitened(middle: middle, transform: transform)
      case .custom: step = .vectors
      default: step = .asGiven
      }
      return
    }
    try Self.checkFinite(data)
  }

  /// Checks that rows have the length of those known, and numbers that the metric takes.
  func check<Scalar: MatrixScalar>(_ other: Matrix<Scalar>, metric: Metric) throws {
    guard other.columnCount == columns else {
      throw CladeError.shapeMismatch(
        expected: "rows of \(columns) numbers, as many as those they are compared with have",
        found: "\(other.columnCount)")
    }
    switch step {
    case .distances: try GivenDistances.check(other)
    case .gower(let scale): try scale.check(other)
    default: try Self.checkFinite(other)
    }
  }

  private static func checkFinite<Scalar: MatrixScalar>(_ data: Matrix<Scalar>) throws {
    guard ExactColumnSums.bounds(of: data).contains(where: { !$0.isFinite }) else { return }
    for row in 0..<data.rowCount {
      for column in 0..<data.columnCount where !data[row, column].isFinite {
        throw CladeError.nonFiniteValue(row: row, column: column, value: "\(data[row, column])")
      }
    }
  }

  /// The coordinates of rows that were checked.
  func coordinates<Scalar: MatrixScalar>(
    of data: Matrix<Scalar>, threads: Int?
  ) throws -> Matrix<Scalar> {
    switch step {
    case .asGiven, .distances: return data
    case .vectors: return Matrix(rows: data.rowCount, columns: 0)
    case .directions(let withoutMean):
      return try mapRows(data, to: columns, threads: threads) { row, from, to in
        if let problem = Self.direction(from, to, withoutMean: withoutMean, row: row) {
          throw problem
        }
      }
    case .whitened(let middle, let transform):
      let columns = columns
      return try mapRows(data, to: columns, threads: threads) { _, from, to in
        for i in 0..<columns {
          var sum = 0.0
          for j in 0..<columns {
            sum += transform[i &* columns &+ j] * (from[j] - middle[j])
          }
          to[i] = sum
        }
      }
    case .sphere:
      return try mapRows(data, to: 3, threads: threads) { row, from, to in
        guard from[0].magnitude <= 90 else {
          throw CladeError.valueOutOfRange(
            row: row, column: 0, value: "\(from[0])",
            expected: "a latitude in degrees, −90 to 90,")
        }
        guard from[1].magnitude <= 360 else {
          throw CladeError.valueOutOfRange(
            row: row, column: 1, value: "\(from[1])",
            expected: "a longitude in degrees, −360 to 360,")
        }
        let (up, out) = Elementary.sineAndCosine(degrees: from[0])
        let (sine, cosine) = Elementary.sineAndCosine(degrees: from[1])
        to[0] = out * cosine
        to[1] = out * sine
        to[2] = up
      }
    case .gower(let scale):
      return try mapRows(data, to: columns, threads: threads) { _, from, to in
        for j in 0..<from.count { to[j] = scale.coordinate(from[j], column: j) }
      }
    }
  }

  /// A row's direction, by numbers of its own magnitude so that no square overflows or vanishes.
  private static func direction(
    _ from: UnsafeMutableBufferPointer<Double>, _ to: UnsafeMutableBufferPointer<Double>,
    withoutMean: Bool, row: Int
  ) -> CladeError? {
    var largest = 0.0
    for x in from { largest = max(largest, x.magnitude) }
    guard largest > 0 else {
      return withoutMean ? .rowWithoutVariation(row: row) : .rowOfZeros(row: row)
    }
    let unit = Double(sign: .plus, exponent: -largest.exponent, significand: 1)
    for j in 0..<from.count { to[j] = from[j] * unit }
    if withoutMean {
      // Of equal numbers nothing at all is left, whatever their mean is rounded to.
      guard from.contains(where: { $0 != from[0] }) else { return .rowWithoutVariation(row: row) }
      var sum = 0.0
      for x in to { sum += x }
      let mean = sum / Double(to.count)
      for j in 0..<to.count { to[j] -= mean }
    }
    var squares = 0.0
    for x in to { squares = squares.addingProduct(x, x) }
    let length = squares.squareRoot()
    for j in 0..<to.count { to[j] /= length }
    return nil
  }

  /// Applies a function to every row.
  private func mapRows<Scalar: MatrixScalar>(
    _ data: Matrix<Scalar>, to width: Int, threads: Int?,
    _ body:
      @Sendable (
        _ row: Int, _ from: UnsafeMutableBufferPointer<Double>,
        _ to: UnsafeMutableBufferPointer<Double>
      ) throws -> Void
  ) throws -> Matrix<Scalar> {
    let columns = data.columnCount
    return try Matrix(rows: data.rowCount, columns: width) { target in
      nonisolated(unsafe) let target = target
      try ParallelChunks.forEach(count: data.rowCount, chunkSize: 4096, threads: threads) {
        _, range in
        try data.withUnsafeBufferPointer { values in
          try withUnsafeTemporaryAllocation(of: Double.self, capacity: columns + width) { space in
            space.initialize(repeating: 0)
            let from = UnsafeMutableBufferPointer(rebasing: space[..<columns])
            let to = UnsafeMutableBufferPointer(rebasing: space[columns...])
            for row in range {
              for j in 0..<columns { from[j] = Double(values[row &* columns &+ j]) }
              try body(row, from, to)
              for j in 0..<width {
                target.initializeElement(at: row &* width &+ j, to: Scalar(to[j]))
              }
            }
          }
        }
      }
    }
  }
}
