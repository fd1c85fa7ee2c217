import Clade
import Foundation
import Testing

@Suite struct SpanningTreeMixtureTests {
  private func scores(_ labels: [Int32], _ truth: [Bool]) -> (precision: Double, recall: Double) {
    let found = labels.indices.filter { labels[$0] == 0 }
    let right = found.count { truth[$0] }
    return (
      Double(right) / Double(max(1, found.count)), Double(right) / Double(truth.count { $0 })
    )
  }

  @Test(
    arguments: [
      (200, 5.0, 4.0, 0.97, 0.85), (200, 20, 4, 0.97, 0.85), (100, 50, 4, 0.95, 0.8),
      (200, 20, 2, 0.9, 0.75),
    ])
  func findsTheMembers(
    _ members: Int, _ fieldPerMember: Double, _ motion: Double, _ precision: Double,
    _ recall: Double
  ) throws {
    for seed in 0..<3 {
      let sky = StarField(
        memberCount: members, fieldPerMember: fieldPerMember, fieldMotion: motion,
        seed: UInt64(seed)
      ).generate()
      let model = try SpanningTreeMixture().fit(sky.stars)
      let found = scores(model.labels, sky.isMember)
      #expect(found.precision >= precision && found.recall >= recall, "\(found)")
      #expect(model.clusterCount == 1)
      #expect(try model.predict(sky.stars) == model.labels)
      #expect(try model.probabilities(of: sky.stars) == model.probabilities)
    }
  }

  /// A star whose parallax is infinitely many deviations out is one of the field.
  @Test func starsBeyondAllMeasure() throws {
    var stars = StarField(memberCount: 100, fieldPerMember: 10).generate().stars
    for row in 0..<stars.rowCount { stars[row, 4] *= 1e-280 }
    let plain = try SpanningTreeMixture().fit(stars)
    let last = stars.rowCount - 1
    #expect(plain.labels[last] == -1 && plain.sizes[0] > 80)
    stars[last, 4] = 1e300
    let model = try SpanningTreeMixture().fit(stars)
    #expect(model.labels[last] == -1 && model.sizes[0] > 80)
    #expect(try model.predict(stars) == model.labels)
    for column in 0..<5 {
      stars[last - 1, column] = 1.7e308
      stars[last - 2, column] = -1.7e308
    }
    #expect(try SpanningTreeMixture().fit(stars).sizes[0] > 80)
  }

  @Test func isTheSameInAnyOrderOnAnyMachine() throws {
    let sky = StarField(memberCount: 100, fieldPerMember: 10).generate()
    let method = SpanningTreeMixture()
    let model = try method.fit(sky.stars)
    let order = DensityData.shuffled(sky.stars.rowCount, seed: 3)
    let shuffled = try method.fit(sky.stars.gatheringRows(order))
    #expect(shuffled.probabilities == order.map { model.probabilities[$0] })
    for threads in [1, 7] {
      for set in InstructionSet.available {
        let again = try InstructionSet.forcing(set) { try method.fit(sky.stars, threads: threads) }
        #expect(again?.probabilities == model.probabilities)
      }
    }
  }

  @Test func unitsDoNotMatter() throws {
    let sky = StarField(memberCount: 100, fieldPerMember: 10).generate()
    let other = Matrix<Double>(rows: sky.stars.rowCount, columns: 5) { target in
      for index in target.indices {
        target.initializeElement(at: index, to: sky.stars[index / 5, index % 5] * 1024)
      }
    }
    #expect(
      try SpanningTreeMixture().fit(other).labels == SpanningTreeMixture().fit(sky.stars).labels)
  }

  @Test func modelsAreKept() throws {
    let sky = StarField(memberCount: 100, fieldPerMember: 10).generate()
    let model = try SpanningTreeMixture().fit(sky.stars)
    let data = try JSONEncoder().encode(model)
    let copy = try JSONDecoder().decode(SpanningTreeMixtureModel.self, from: data)
    #expect(try copy.predict(sky.stars) == model.labels)
    let text = String(decoding: data, as: UTF8.self)
    for (from, to) in [
      ("\"neighborCount\":15", "\"neighborCount\":0"),
      ("\"positionColumns\":2", "\"positionColumns\":7"), ("\"sizes\":[", "\"sizes\":[-1,"),
    ] {
      #expect(text.contains(from))
      #expect(throws: (any Error).self) {
        try JSONDecoder().decode(
          SpanningTreeMixtureModel.self,
          from: Data(text.replacingOccurrences(of: from, with: to).utf8))
      }
    }
  }

  @Test func oddSkies() throws {
    // Nothing but members, whose middle is found; nothing but one place; and hardly any star.
    let alone = StarField(memberCount: 150, fieldPerMember: 0).generate()
    #expect(try SpanningTreeMixture().fit(alone.stars).sizes.first ?? 0 > 0)
    let same = Matrix<Double>(rows: 50, columns: 5, repeating: 2)
    #expect(try SpanningTreeMixture().fit(same).labels == [Int32](repeating: 0, count: 50))
    for method in [
      SpanningTreeMixture(positionColumns: 5), SpanningTreeMixture(positionColumns: -1),
      SpanningTreeMixture(filterRadius: 0), SpanningTreeMixture(filterRadius: .nan),
      SpanningTreeMixture(neighborCount: 1), SpanningTreeMixture(neighborCount: 151),
    ] {
      #expect(throws: CladeError.self) { try method.fit(alone.stars) }
    }
    #expect(throws: CladeError.self) {
      try SpanningTreeMixture().fit(Matrix<Double>(rows: 0, columns: 5))
    }
  }
}
