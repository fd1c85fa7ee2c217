import CladeCore

/// How one column of a table becomes columns of the matrix.
struct PreparedColumn: Sendable, Equatable, Codable {
  /// What is done with the column's values.
  enum Use: Sendable, Equatable, Codable {
    case number(NumberScaling)
    case date(DateStyle, NumberScaling)
    case category(CategoryEncoding)
    case leftOut
    case label
  }

  var report: ColumnReport
  var use: Use

  /// The columns of the matrix that it becomes.
  var features: [Feature] {
    switch use {
    case .number(let scaling):
      [Feature(column: report.name, offset: scaling.offset, scale: scaling.scale)]
    case .date(_, let scaling):
      [Feature(column: report.name, offset: scaling.offset, scale: scaling.scale, isDate: true)]
    case .category(let encoding):
      encoding.categories.map {
        Feature(column: report.name, category: $0, offset: 0, scale: 1 / encoding.weight)
      }
    case .leftOut, .label: []
    }
  }
}

/// How a number is scaled: (x − ``offset``) / ``scale``, a missing one as if it were ``median``.
struct NumberScaling: Sendable, Equatable, Codable {
  var median: Double
  var offset: Double
  var scale: Double

  @inline(__always)
  func prepared(_ value: Double) -> Double {
    let value = value.isNaN ? median : value
    let difference = value - offset
    if difference.isFinite { return difference / scale }
    // Near the largest double: halves can be subtracted.
    return (value * 0.5 - offset * 0.5) / (scale * 0.5)
  }
}

/// How a category is spread over columns: a row has ``weight`` in the column of its own text and 0
/// in the others; where the text is missing or unknown it has 0 in all.
///
/// The weight makes a category weigh as much as one number. A standardised number has variance 1,
/// and the columns of a category whose texts have the shares p₁ … pₘ of the rows have together the
/// variance w² (1 − Σ pⱼ²); so w = 1 / √(1 − Σ pⱼ²). With ``Scaling/minmax`` numbers are at most 1
/// apart, and so are two texts with w = 1 / √2.
struct CategoryEncoding: Sendable, Equatable, Codable {
  /// The texts, sorted by their bytes.
  var categories: [String]
  var weight: Double

  init(categories: [String], counts: [Int], scaling: Scaling) {
    self.categories = categories
    if scaling == .minmax {
      weight = 0.5.squareRoot()
    } else {
      // Whole numbers, so that no order of summing matters.
      let total = Double(counts.reduce(0, +))
      let squares = counts.reduce(into: Int128(0)) { $0 += Int128($1) * Int128($1) }
      weight = 1 / (1 - Double(squares) / (total * total)).squareRoot()
    }
  }
}
