import Clade
import Foundation
import Testing

/// The same bits for any threads, instruction set, order of rows, and place of duplicates.
@Suite struct KMedoidsSamenessTests {
  static let sets: [Matrix<Double>] = [
    MedoidData.rows(250, columns: 3, seed: 1),
    MedoidData.rows(200, columns: 2, step: 0.5, seed: 2),
    MedoidData.rows(200, columns: 4, seed: 3).gatheringRows((0..<200).map { $0 * $0 % 61 }),
  ]

  @Test(
    arguments: KMedoids.Algorithm.allCases.filter { $0 != .pamSil },
    [MedoidStart.build, .lab, .random])
  func threadsInstructionsAndOrder(
    _ algorithm: KMedoids.Algorithm, _ start: MedoidStart
  ) throws {
    for (number, data) in Self.sets.enumerated() {
      var method = KMedoids(k: 5 + 2 * number, algorithm: algorithm, start: start)
      let expected = try method.fit(data, threads: 1)
      let order = DensityData.shuffled(data.rowCount, seed: 9)
      let shuffled = data.gatheringRows(order)
      for set in InstructionSet.available {
        try InstructionSet.forcing(set) {
          for threads in set == .portable ? [2] : [1, 2, 7] {
            #expect(try method.fit(data, threads: threads) == expected)
          }
          let other = try method.fit(shuffled, threads: 2)
          #expect(other.medoidRows == expected.medoidRows)
          #expect(other.labels == order.map { expected.labels[$0] })
          #expect(other.probabilities == order.map { expected.probabilities[$0] })
          #expect(other.objective == expected.objective && other.losses == expected.losses)
          #expect(other.swaps == expected.swaps && other.iterations == expected.iterations)
        }
      }
      method.distanceMemory = 0
      let computed = try method.fit(data, threads: 2)
      #expect(computed.labels == expected.labels && computed.medoids == expected.medoids)
    }
  }

  @Test func givenDistancesInAnotherOrder() throws {
    let data = MedoidData.rows(60, columns: 3, seed: 5)
    let distances = try Metric.euclidean.distances(of: data)
    let order = DensityData.shuffled(60, seed: 4)
    for algorithm in KMedoids.Algorithm.allCases {
      let method = KMedoids(k: 3, algorithm: algorithm, metric: .precomputed)
      let expected = try method.fit(distances)
      let other = try method.fit(MedoidData.shuffled(distances, order))
      #expect(other.labels == order.map { expected.labels[$0] })
      #expect(other.medoids.map { order[Int($0)] } == expected.medoids.map { Int($0) })
      #expect(other.objective == expected.objective)
    }
  }

  @Test func modelsInAndOutOfFiles() throws {
    let data = Self.sets[0]
    let model = try KMedoids(k: 4).fit(data)
    let copy = try JSONDecoder().decode(
      KMedoidsModel<Double>.self, from: JSONEncoder().encode(model))
    #expect(copy.labels.isEmpty && copy.probabilities.isEmpty)
    #expect(copy.medoids == model.medoids && copy.objective == model.objective)
    #expect(try copy.predict(data) == model.labels)
  }
}
