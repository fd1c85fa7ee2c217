import Clade
import Testing

/// The same bits for any number of threads, instruction set, and order of rows.
@Suite struct GaussianMixtureSamenessTests {
  /// Data in general position, and data full of exact ties.
  static let sets: [(name: String, rows: Matrix<Double>)] = [
    ("groups", MixtureData.groups(rows: 1500, columns: 5, groups: 4, spread: 1.2).rows),
    ("one column", MixtureData.groups(rows: 700, columns: 1, groups: 3, spread: 1).rows),
    ("integer grid", grid(20, 20)),
    ("duplicates", duplicates()),
    ("collinear", collinear()),
    ("wide", MixtureData.groups(rows: 300, columns: 21, groups: 3, spread: 1).rows),
  ]

  @Test(arguments: CovarianceType.allCases, [Int?.none, 4])
  func threads(type: CovarianceType, count: Int?) throws {
    for set in Self.sets {
      let method = Self.method(type, count)
      let one = try Fingerprint(method.fit(set.rows, threads: 1))
      for threads in [2, 7] {
        #expect(
          try Fingerprint(method.fit(set.rows, threads: threads)) == one,
          "\(set.name), \(threads) threads")
      }
    }
  }

  @Test(arguments: CovarianceType.allCases)
  func instructionSets(type: CovarianceType) throws {
    for set in Self.sets {
      let method = Self.method(type, 4)
      let plain = try #require(
        try InstructionSet.forcing(.portable) { try Fingerprint(method.fit(set.rows)) })
      for isa in InstructionSet.available {
        let other = try InstructionSet.forcing(isa) { try Fingerprint(method.fit(set.rows)) }
        #expect(other == plain, "\(set.name), \(isa)")
      }
    }
  }

  @Test(arguments: CovarianceType.allCases, [Int?.none, 4])
  func shuffledRows(type: CovarianceType, count: Int?) throws {
    for set in Self.sets {
      let method = Self.method(type, count)
      let model = try method.fit(set.rows)
      var random = CounterRandom(seed: 11)
      for _ in 0..<3 {
        let order = Array(0..<set.rows.rowCount).shuffled(using: &random)
        let other = try method.fit(set.rows.gatheringRows(order))
        #expect(order.map { model.labels[$0] } == other.labels, "\(set.name)")
        #expect(order.map { model.probabilities[$0] } == other.probabilities, "\(set.name)")
        #expect(
          Fingerprint(model, withRows: false) == Fingerprint(other, withRows: false), "\(set.name)")
      }
    }
  }

  @Test func duplicatedRowsInAnyPlace() throws {
    let rows = Self.sets[0].rows
    let n = rows.rowCount
    let method = Self.method(.full, 4)
    let behind = Array(0..<n) + (0..<n)
    let beside = (0..<n).flatMap { [$0, $0] }
    let (a, b) = (
      try method.fit(rows.gatheringRows(behind)), try method.fit(rows.gatheringRows(beside))
    )
    #expect(Fingerprint(a, withRows: false) == Fingerprint(b, withRows: false))
    #expect((0..<n).allSatisfy { a.labels[$0] == b.labels[2 * $0] })
    #expect((0..<n).allSatisfy { a.labels[$0] == a.labels[n + $0] })
  }

  @Test func namesOfInitialLabelsDoNotMatter() throws {
    let data = MixtureData.groups(rows: 500, columns: 3, groups: 4, spread: 1)
    let names: [Int32] = [2, 0, 3, 1]
    let a = try GaussianMixture().fit(data.rows, initialLabels: data.labels)
    let b = try GaussianMixture().fit(
      data.rows, initialLabels: data.labels.map { names[Int($0)] * 5 })
    let equal = Fingerprint(a) == Fingerprint(b)
    #expect(equal)
  }

  private static func method(_ type: CovarianceType, _ count: Int?) -> GaussianMixture {
    GaussianMixture(componentCount: count, covariance: type, maxComponents: 5, maxIterations: 30)
  }

  private static func grid(_ width: Int, _ height: Int) -> Matrix<Double> {
    Matrix(rows: width * height, columns: 2) { buffer in
      for row in 0..<(width * height) {
        buffer[2 * row] = Double(row / height)
        buffer[2 * row + 1] = Double(row % height)
      }
    }
  }

  private static func duplicates() -> Matrix<Double> {
    var random = CounterRandom(seed: 5)
    return Matrix(rows: 900, columns: 3) { buffer in
      for index in buffer.indices { buffer[index] = Double(random.next() % 3) }
    }
  }

  private static func collinear() -> Matrix<Double> {
    var random = CounterRandom(seed: 6)
    return Matrix(rows: 400, columns: 4) { buffer in
      for row in 0..<400 {
        let (x, y) = (random.normal() + Double(row % 2) * 9, random.normal())
        for (column, value) in [x, x + y, y, 5].enumerated() { buffer[row * 4 + column] = value }
      }
    }
  }
}

/// Everything that a model reports, to the last bit.
private struct Fingerprint: Equatable {
  var numbers: [UInt64]
  var labels: [Int32]
  var sizes: [Int]

  init(_ model: GaussianMixtureModel, withRows: Bool = true) {
    var values = [
      model.logLikelihood, model.meanLogLikelihood, model.bic, model.aic, model.icl,
      Double(model.iterations), model.converged ? 1 : 0,
    ]
    values += model.weights + model.separability + model.covariances.values
    values += model.means.withUnsafeBufferPointer { Array($0) }
    values += model.candidates.flatMap { [Double($0.componentCount), $0.bic, $0.icl] }
    if withRows { values += model.probabilities }
    numbers = values.map(\.bitPattern)
    labels = withRows ? model.labels : []
    sizes = model.sizes
  }
}
