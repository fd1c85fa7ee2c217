import CladeCore

/// What models that consist of centers keep on disk, and the checks that a file has to pass.
struct CodedCenters<Scalar: MatrixScalar>: Codable {
  let centers: Matrix<Scalar>
  let sizes: [Int]
  let objective: Double
  var seedingCost: Double?
  let iterations: Int
  let converged: Bool

  private enum CodingKeys: String, CodingKey {
    case centers, sparseCenters, sizes, objective, seedingCost, iterations, converged
  }

  init(
    centers: Matrix<Scalar>, sizes: [Int], objective: Double, seedingCost: Double? = nil,
    iterations: Int, converged: Bool
  ) {
    self.centers = centers
    self.sizes = sizes
    self.objective = objective
    self.seedingCost = seedingCost
    self.iterations = iterations
    self.converged = converged
  }

  init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    if let sparse = try container.decodeIfPresent(
      SparseMatrix<Scalar>.self, forKey: .sparseCenters)
    {
      let count = sparse.rowCount.multipliedReportingOverflow(by: sparse.columnCount)
      guard !count.overflow,
        count.partialValue <= MachineMemory.size / 2 / MemoryLayout<Scalar>.stride
      else {
        throw DecodingError.dataCorruptedError(
          forKey: .sparseCenters, in: container,
          debugDescription: "Centers take less than half of this machine's memory")
      }
      centers = sparse.dense()
    } else {
      centers = try container.decode(Matrix<Scalar>.self, forKey: .centers)
    }
    sizes = try container.decode([Int].self, forKey: .sizes)
    objective = try container.decode(Double.self, forKey: .objective)
    seedingCost = try container.decodeIfPresent(Double.self, forKey: .seedingCost)
    iterations = try container.decode(Int.self, forKey: .iterations)
    converged = try container.decode(Bool.self, forKey: .converged)
    try Self.check(centers, sizes: sizes, in: decoder)
  }

  /// The checks that the centers of any model have to pass.
  static func check(
    _ centers: Matrix<Scalar>, sizes: [Int], in decoder: any Decoder
  ) throws {
    func refuse(_ key: CodingKeys, _ reason: String) -> DecodingError {
      .dataCorrupted(.init(codingPath: decoder.codingPath + [key], debugDescription: reason))
    }
    guard centers.rowCount > 0, centers.columnCount > 0, sizes.count == centers.rowCount else {
      throw refuse(.sizes, "A model has a size for each center")
    }
    guard centers.withUnsafeBufferPointer({ $0.allSatisfy(\.isFinite) }) else {
      throw refuse(.centers, "Centers are finite")
    }
  }

  /// Writes centers most of whose values are 0 compressed.
  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    let compressed = SparseMatrix(centers)
    if compressed.storedCount * 3 < centers.rowCount * centers.columnCount {
      try container.encode(compressed, forKey: .sparseCenters)
    } else {
      try container.encode(centers, forKey: .centers)
    }
    try container.encode(sizes, forKey: .sizes)
    try container.encode(objective, forKey: .objective)
    try container.encodeIfPresent(seedingCost, forKey: .seedingCost)
    try container.encode(iterations, forKey: .iterations)
    try container.encode(converged, forKey: .converged)
  }
}
