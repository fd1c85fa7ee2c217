import CladeCore

/// What rows count in spherical k-means: positive numbers.
struct SphericalWeights: Sendable {
  /// The weight of each row.
  let values: [Double]
  /// Whether a weight is the same as so many equal rows.
  private let isWhole: Bool
  private let heaviest: Double

  init(_ values: [Double]) {
    self.values = values
    heaviest = values.max() ?? 0
    let sum = values.reduce(0, +)
    isWhole = sum <= 0x1p40 && values.allSatisfy { $0 == $0.rounded() }
  }

  /// The sum over the rows of their weights times 1 − similarity, whatever their order.
  func objective(_ similarities: [Double]) -> Double {
    var sum = ExactSum(bound: 4 * heaviest)
    for (weight, similarity) in zip(values, similarities) {
      sum.addProduct(weight, 1 - similarity)
    }
    return sum.value
  }

  /// The total weight of each of `k` clusters.
  func masses(_ labels: [Int32], k: Int) -> [Double] {
    var sums = [ExactSum](repeating: ExactSum(bound: heaviest), count: k)
    for (weight, label) in zip(values, labels) { sums[Int(label)].add(weight) }
    return sums.map(\.value)
  }

  /// How the rows of a cluster enter their sum.
  struct Addends {
    /// At most so many times the largest value is added.
    let count: Int
    /// With whole weights `nil`; else a power of two above the largest weight.
    let exponent: Int?

    init(_ count: Int, exponent: Int? = nil) {
      self.count = count
      self.exponent = exponent
    }
  }

  /// The weights where they lie in memory.
  struct View: @unchecked Sendable {
    // Unchecked: what the pointer leads to is only read, and lives as long as `withView` runs.
    fileprivate let values: UnsafeBufferPointer<Double>
    fileprivate let isWhole: Bool

    /// How rows enter the sum of their cluster.
    func addends(_ members: UnsafeBufferPointer<Int32>) -> Addends {
      if isWhole { return Addends(members.reduce(0) { $0 + Int(values[Int($1)]) }) }
      let heaviest = members.reduce(0) { max($0, values[Int($1)]) }
      return Addends(members.count, exponent: heaviest > 0 ? Int(heaviest.exponent) + 1 : 0)
    }

    /// How often a row's integers are added, and what its values are multiplied by before.
    @inline(__always)
    func parts(of row: Int, _ addends: Addends) -> (times: Int64, factor: Double) {
      guard let exponent = addends.exponent else { return (Int64(values[row]), 1) }
      return (1, Double(sign: .plus, exponent: -exponent, significand: values[row]))
    }
  }

  /// Calls `body` with a pointer to the weights.
  func withView<Result>(_ body: (View) throws -> Result) rethrows -> Result {
    try values.withUnsafeBufferPointer { try body(View(values: $0, isWhole: isWhole)) }
  }
}
