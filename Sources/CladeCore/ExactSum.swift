/// A sum that does not depend on the order of its terms, on chunks or on threads.
///
/// Terms are turned into integers in a unit that follows from a bound on their magnitude, and
/// integers add up without rounding. ``value`` is exact when no non-zero term is smaller than 2⁻³⁴
/// of the bound; otherwise each term adds an error of at most 2⁻⁸⁷ of the bound. The one rounding
/// to a double comes on top. Up to 2³⁹ terms can be added.
///
/// The bound must itself not depend on the order of the terms: take the largest magnitude.
public struct ExactSum: Sendable, Equatable {
  private let scale: FixedPointScale
  private var total: Int128 = 0

  /// Creates an empty sum.
  ///
  /// - Parameter bound: At least the magnitude of every term; finite. Sums that are to be added to
  ///   each other need the same bound.
  public init(bound: Double) {
    scale = FixedPointScale(bound: bound)
  }

  /// Adds a term of at most `bound` in magnitude.
  @inline(__always)
  public mutating func add(_ x: Double) {
    precondition(x.magnitude <= scale.limit, "A term is larger than the bound of its sum")
    total += scale.integer(x)
  }

  /// Adds a product without rounding it; the product's magnitude is at most `bound`.
  public mutating func addProduct(_ x: Double, _ y: Double) {
    let product = x * y
    add(product)
    total += scale.integer((-product).addingProduct(x, y))
  }

  /// Adds all terms of another sum with the same bound.
  public mutating func add(_ other: ExactSum) {
    precondition(scale == other.scale, "Sums with different bounds can't be added")
    total += other.total
  }

  /// The sum, rounded once. Infinite when it is too large for a double.
  public var value: Double { scale.value(total) }

  /// The sum divided by a count, rounded once; finite where the mean is.
  public func value(dividedBy count: Int) -> Double {
    precondition(count > 0)
    return scale.value(total, dividedBy: UInt64(count))
  }

  /// The exact sum of `terms`, whose magnitudes give the bound.
  ///
  /// - Complexity: O(n), two passes.
  public static func of(_ terms: some Collection<Double>) -> Double {
    var sum = ExactSum(bound: terms.reduce(0) { max($0, $1.magnitude) })
    for term in terms { sum.add(term) }
    return sum.value
  }
}
