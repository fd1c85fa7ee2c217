import Clade
import Testing

/// The same bits for any number of threads, instruction set, and order of rows, with ties and duplicates.
@Suite struct GenieSamenessTests {
  private static let methods: [Genie] = [
    Genie(k: 4), Genie(k: 3, giniThreshold: 0.1, minSamples: 4),
    Genie(k: 5, giniThreshold: 0.5, minSamples: 6, noise: .outlyingLeaves),
    Genie(k: 4, minSamples: 2, noise: .leaves, metric: .manhattan),
    Genie(k: 2, giniThreshold: 0, metric: .chebyshev),
  ]

  private static let sets: [Matrix<Double>] = [
    DensityData.rows(700, columns: 2, seed: 1),
    DensityData.rows(900, columns: 2, step: 0.5, seed: 2),
    DensityData.rows(500, columns: 3, step: 1, seed: 3),
    DensityData.rows(400, columns: 9, step: 0.25, seed: 4),
  ]

  @Test(arguments: methods) func threadsAndInstructionSets(method: Genie) throws {
    for data in Self.sets {
      let one = try #require(
        try InstructionSet.forcing(.portable) { try method.fit(data, threads: 1) })
      for threads in [2, 7] { #expect(try method.fit(data, threads: threads) == one) }
      for isa in InstructionSet.available {
        #expect(try InstructionSet.forcing(isa) { try method.fit(data) } == one, "\(isa)")
      }
    }
  }

  @Test(arguments: methods) func shuffledRows(method: Genie) throws {
    for data in Self.sets {
      try Self.checkShuffles(method, data)
      let floats = data.withUnsafeBufferPointer { $0.map { Float($0) } }
      try Self.checkShuffles(
        method, Matrix(rows: data.rowCount, columns: data.columnCount, values: floats))
    }
  }

  private static func checkShuffles<Scalar: MatrixScalar>(
    _ method: Genie, _ data: Matrix<Scalar>
  ) throws {
    let model = try method.fit(data)
    for seed in 1...3 as ClosedRange<UInt64> {
      let order = DensityData.shuffled(data.rowCount, seed: seed)
      let other = try method.fit(data.gatheringRows(order))
      #expect(order.map { model.labels[$0] } == other.labels)
      #expect(model.objective == other.objective)
      #expect(
        model.dendrogram.merges.map { [$0.height, Double($0.size)] }
          == other.dendrogram.merges.map { [$0.height, Double($0.size)] })
    }
  }
}
