import Clade
import Foundation
import Testing

/// Noise that is given to the groups of the nearest rows.
@Suite struct NearestRowModelTests {
  @Test func byHand() throws {
    // 5 is nearer to 3 than to 8, 6 nearer to 8; 5.5 is as near to both, and 3 comes first.
    let data = try Matrix<Double>([[0], [3], [5], [6], [8], [9], [5.5], [10]])
    let model = try NearestRowModel(
      assigningNoiseOf: [7, 7, -1, -1, 2, 2, -1, 2], in: data)
    #expect(model.labels == [0, 0, 0, 1, 1, 1, 0, 1])
    #expect(model.sizes == [4, 4])
    #expect(model.assignedCount == 3)
    #expect(model.objective == 3.0 / 8)
    #expect(model.clusterCount == 2 && model.converged && model.iterations == 1)
    #expect(try model.predict(data) == model.labels)
    // New rows are placed by all rows, those that were noise among them.
    #expect(try model.predict(Matrix([[5.7], [5.8], [-100], [100]])) == [0, 1, 0, 1])
  }

  @Test func largestGroupFirst() throws {
    let data = try Matrix<Double>([[0], [1], [9], [8], [7], [6]])
    let model = try NearestRowModel(assigningNoiseOf: [0, 0, 1, -1, -1, -1], in: data)
    #expect(model.labels == [1, 1, 0, 0, 0, 0])
    #expect(model.sizes == [4, 2])
  }

  @Test func withoutNoiseAndWithNothingElse() throws {
    let data = try Matrix<Double>([[0], [1], [9]])
    let all = try NearestRowModel(assigningNoiseOf: [0, 0, 1], in: data)
    #expect(all.labels == [0, 0, 1] && all.assignedCount == 0)
    let none = try NearestRowModel(assigningNoiseOf: [-1, -1, -1], in: data)
    #expect(none.labels == [-1, -1, -1] && none.clusterCount == 0 && none.assignedCount == 0)
    #expect(try none.predict(data) == [-1, -1, -1])
    let again = try JSONDecoder().decode(
      NearestRowModel<Double>.self, from: JSONEncoder().encode(none))
    #expect(try again.predict(data) == [-1, -1, -1])
  }

  private static let metrics: [Metric] = [
    .euclidean, .manhattan, .chebyshev, .mahalanobis(), .gower(GowerColumns(categories: [1])),
  ]

  private func rows(_ count: Int) -> Matrix<Double> {
    Matrix(rows: count, columns: 3) { target in
      let random = CounterRandom(seed: 5)
      for index in target.indices {
        // Small whole numbers: many ties and equal rows.
        target.initializeElement(
          at: index, to: Double(random.value(at: UInt64(index)) % 7) + 1)
      }
    }
  }

  /// Every row compared with every other.
  @Test(arguments: metrics) func bruteForce(_ metric: Metric) throws {
    let data = rows(180)
    // Equal rows have the same label, as any method gives them.
    let labels = (0..<180).map { row -> Int32 in
      let values = data.row(row)
      let key = Int(values[0] * 49 + values[1] * 7 + values[2]) % 5
      return key > 2 ? -1 : Int32(key)
    }
    let model = try NearestRowModel(assigningNoiseOf: labels, in: data, metric: metric)
    let distances = try metric.distances(from: data, to: data)
    let order = (0..<180).sorted { data.row($0).lexicographicallyPrecedes(data.row($1)) }
    let expected = (0..<180).map { row -> Int32 in
      if labels[row] >= 0 { return labels[row] }
      let members = order.filter { labels[$0] >= 0 }
      let nearest = members.min { distances[row, $0] < distances[row, $1] }
      return labels[nearest ?? 0]
    }
    // The same groups by whatever numbers.
    #expect(Set(zip(expected, model.labels).map { [$0, $1] }).count == 3)
    #expect(try model.predict(data) == model.labels)
    let again = try JSONDecoder().decode(
      NearestRowModel<Double>.self, from: JSONEncoder().encode(model))
    #expect(again.labels.isEmpty && again.sizes == model.sizes)
    #expect(try again.predict(data) == model.labels)
  }

  @Test func sameForThreadsAndShuffles() throws {
    let data = rows(900)
    let labels = try HDBSCAN(minClusterSize: 12).fit(data).labels
    let model = try NearestRowModel(assigningNoiseOf: labels, in: data, threads: 1)
    #expect(model.labels.allSatisfy { $0 >= 0 } || model.clusterCount == 0)
    for threads in [2, 7] {
      #expect(
        try NearestRowModel(assigningNoiseOf: labels, in: data, threads: threads) == model)
    }
    for set in InstructionSet.available {
      let other = try InstructionSet.forcing(set) {
        try NearestRowModel(assigningNoiseOf: labels, in: data)
      }
      #expect(other == model)
    }
    let order = (0..<900).sorted { ($0 &* 7919) % 907 < ($1 &* 7919) % 907 }
    let shuffled = try NearestRowModel(
      assigningNoiseOf: order.map { labels[$0] }, in: data.gatheringRows(order))
    #expect(shuffled.labels == order.map { model.labels[$0] })
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    #expect(try encoder.encode(shuffled) == encoder.encode(model))
    let single = try NearestRowModel(assigningNoiseOf: labels, in: data.converted(to: Float.self))
    #expect(single.labels == model.labels)
  }

  @Test func badInput() throws {
    let data = try Matrix<Double>([[0], [1], [9]])
    #expect(throws: CladeError.self) {
      try NearestRowModel(assigningNoiseOf: [0, 0], in: data)
    }
    #expect(throws: CladeError.self) {
      try NearestRowModel(assigningNoiseOf: [0, 0, 3], in: data)
    }
    #expect(throws: CladeError.self) {
      try NearestRowModel(assigningNoiseOf: [0, 0, -1], in: data, metric: .precomputed)
    }
    #expect(throws: CladeError.self) {
      try NearestRowModel(assigningNoiseOf: [0, 0, -1], in: Matrix([[0], [.nan], [1]]))
    }
    #expect(throws: CladeError.self) {
      try NearestRowModel(assigningNoiseOf: [], in: Matrix<Double>(rows: 0, columns: 0))
    }
    let model = try NearestRowModel(assigningNoiseOf: [0, 0, -1], in: data)
    #expect(throws: CladeError.self) { try model.predict(Matrix([[1, 2]])) }
  }
}
