/// A distance of one's own: a function of two rows.
///
/// ```swift
/// let hours = CustomMetric(named: "hours", satisfiesTriangleInequality: true) { a, b in
///   let gap = abs(a[0] - b[0])
///   return min(gap, 24 - gap)
/// }
/// ```
///
/// The row that comes first in lexicographic order is always handed in first, so that a distance
/// has the same bits both ways. A result that is negative or NaN is an error.
public struct CustomMetric: Sendable {
  /// What to call it.
  public let name: String
  /// Whether the triangle inequality holds, so that trees may be used. Results are wrong where this
  /// is said and not so.
  public let satisfiesTriangleInequality: Bool
  /// The distance of two rows.
  public let distance: @Sendable (_ x: [Double], _ y: [Double]) -> Double
  private let identity: Identity

  private final class Identity: Sendable {}

  /// Creates a metric.
  ///
  /// - Parameters:
  ///   - name: What to call it.
  ///   - satisfiesTriangleInequality: Whether d(x, z) ≤ d(x, y) + d(y, z) holds for all rows.
  ///   - distance: The distance of two rows of d numbers: not negative, and the same for the same
  ///     numbers each time. Called from several threads at once.
  public init(
    named name: String, satisfiesTriangleInequality: Bool = false,
    distance: @escaping @Sendable (_ x: [Double], _ y: [Double]) -> Double
  ) {
    self.name = name
    self.satisfiesTriangleInequality = satisfiesTriangleInequality
    self.distance = distance
    identity = Identity()
  }
}

extension CustomMetric: Hashable {
  /// Whether both are copies of the same metric: functions can't be compared.
  public static func == (a: CustomMetric, b: CustomMetric) -> Bool { a.identity === b.identity }

  /// Feeds the identity into a hash.
  public func hash(into hasher: inout Hasher) { hasher.combine(ObjectIdentifier(identity)) }
}

extension CustomMetric: Codable {
  /// Never succeeds: a function can't be read from a file.
  ///
  /// - Throws: `DecodingError`.
  public init(from decoder: any Decoder) throws {
    throw DecodingError.dataCorrupted(
      .init(
        codingPath: decoder.codingPath,
        debugDescription: "a metric of one's own is a function, which no file can hold"))
  }

  /// Never succeeds: a function can't be written to a file.
  ///
  /// - Throws: `EncodingError`.
  public func encode(to encoder: any Encoder) throws {
    throw EncodingError.invalidValue(
      name,
      .init(
        codingPath: encoder.codingPath,
        debugDescription: "the metric \"\(name)\" is a function, which no file can hold"))
  }
}
