/// The covariances of a mixture's components.
public struct GaussianCovariances: Sendable, Equatable {
  /// Which shapes the components may take.
  public let type: CovarianceType
  /// The number of components, k.
  public let componentCount: Int
  /// The number of features, d.
  public let columnCount: Int
  /// The numbers themselves. `full`: k matrices d × d, one after another, each row-major; `tied`:
  /// one matrix d × d; `diagonal`: the variances, k × d; `spherical`: one variance per component.
  public let values: [Double]

  /// Creates covariances from their numbers.
  ///
  /// - Throws: `CladeError.shapeMismatch` unless there are as many as the type
  ///   needs.
  public init(
    type: CovarianceType, componentCount: Int, columnCount: Int, values: [Double]
  ) throws {
    let expected =
      componentCount > 0 && columnCount > 0
      ? type.valueCount(components: componentCount, columns: columnCount) : 0
    guard expected > 0, values.count == expected else {
      throw CladeError.shapeMismatch(
        expected: "\(expected) numbers for \(componentCount) \(type.rawValue) covariances "
          + "in \(columnCount) columns", found: "\(values.count)")
    }
    self.init(
      type: type, components: componentCount, columns: columnCount, trusting: values)
  }

  init(type: CovarianceType, components: Int, columns: Int, trusting values: [Double]) {
    self.type = type
    componentCount = components
    columnCount = columns
    self.values = values
  }

  /// The covariance matrix of one component, d × d, whatever the type.
  public func matrix(of component: Int) -> Matrix<Double> {
    precondition(component >= 0 && component < componentCount)
    let d = columnCount
    return Matrix(rows: d, columns: d) { buffer in
      switch type {
      case .full, .tied:
        let start = type == .full ? component * d * d : 0
        _ = buffer.initialize(from: values[start..<(start + d * d)])
      case .diagonal, .spherical:
        buffer.initialize(repeating: 0)
        for column in 0..<d {
          buffer[column * d + column] =
            type == .diagonal ? values[component * d + column] : values[component]
        }
      }
    }
  }

  /// The numbers of the component at each of `order`'s places.
  func reordered(_ order: [Int]) -> GaussianCovariances {
    let stride = type == .tied ? 0 : values.count / componentCount
    let moved =
      type == .tied
      ? values : order.flatMap { values[($0 * stride)..<(($0 + 1) * stride)] }
    return GaussianCovariances(
      type: type, components: order.count, columns: columnCount, trusting: moved)
  }
}

extension GaussianCovariances: Codable {
  private enum CodingKeys: String, CodingKey {
    case type, components, columns, values
  }

  /// Reads `type`, `components`, `columns` and `values`.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    try self.init(
      type: container.decode(CovarianceType.self, forKey: .type),
      componentCount: container.decode(Int.self, forKey: .components),
      columnCount: container.decode(Int.self, forKey: .columns),
      values: container.decode([Double].self, forKey: .values))
  }

  /// Writes `type`, `components`, `columns` and `values`.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(type, forKey: .type)
    try container.encode(componentCount, forKey: .components)
    try container.encode(columnCount, forKey: .columns)
    try container.encode(values, forKey: .values)
  }
}
