import Clade
import Foundation
import Testing

@Suite struct OPTICSTests {
  /// OPTICS by its definition, from a matrix of distances.
  static func byDefinition(
    _ distances: Matrix<Double>, of data: Matrix<Double>, minSamples: Int, maxEps: Double
  ) -> (ordering: [Int], reachabilities: [Double], cores: [Double], predecessors: [Int]) {
    let count = distances.rowCount
    let cores = (0..<count).map { row in
      let core = distances.row(row).sorted()[minSamples - 1]
      return core <= maxEps ? core : .infinity
    }
    var reachabilities = [Double](repeating: .infinity, count: count)
    var predecessors = [Int](repeating: -1, count: count)
    var left = Array(0..<count)
    var ordering: [Int] = []
    while let next = left.min(by: { a, b in
      reachabilities[a] != reachabilities[b]
        ? reachabilities[a] < reachabilities[b]
        : data.row(a).lexicographicallyPrecedes(data.row(b))
    }) {
      left.removeAll { $0 == next }
      ordering.append(next)
      guard cores[next].isFinite else { continue }
      for other in left where distances[next, other] <= maxEps {
        let reachability = max(cores[next], distances[next, other])
        guard reachability < reachabilities[other] else { continue }
        (reachabilities[other], predecessors[other]) = (reachability, next)
      }
    }
    return (ordering, reachabilities, cores, predecessors)
  }

  // MARK: By definition

  @Test(arguments: 0..<24) func equalsTheDefinition(_ number: Int) throws {
    let columns = [1, 2, 3, 6][number % 4]
    let step = number % 2 == 0 ? nil : [1.0, 2][number % 3 % 2]
    let data = DensityData.rows(80 + 8 * number, columns: columns, step: step, seed: UInt64(number))
    let metric = number % 3 == 2 ? Metric.manhattan : .squaredEuclidean
    let distances = try metric.distances(of: data)
    func row(_ number: Int32) -> [Double] { number < 0 ? [] : Array(data.row(Int(number))) }
    for (minSamples, maxEps) in [(2, Double.infinity), (5, .infinity), (4, 2), (12, 0.5)] {
      let wanted = Self.byDefinition(
        distances, of: data, minSamples: minSamples, maxEps: maxEps)
      let model = try OPTICS(minSamples: minSamples, maxEps: maxEps, metric: metric).fit(data)
      #expect(model.coreDistances == wanted.cores)
      // Equal rows may stand for each other.
      #expect(model.ordering.map { data.row(Int($0)) } == wanted.ordering.map(data.row))
      #expect(
        model.ordering.map { model.reachabilities[Int($0)] }
          == wanted.ordering.map { wanted.reachabilities[$0] })
      #expect(
        model.ordering.map { row(model.predecessors[Int($0)]) }
          == wanted.ordering.map { row(Int32(wanted.predecessors[$0])) })
      #expect(try model.predict(data) == model.labels)
      for (row, from) in model.predecessors.enumerated() where from >= 0 {
        #expect(
          model.reachabilities[row]
            == max(model.coreDistances[Int(from)], distances[row, Int(from)]))
      }
    }
  }

  /// Clusters that are far apart: the way has to leave each of them as a whole.
  @Test(arguments: [2, 7]) func findsTheWayBetweenClusters(_ minSamples: Int) throws {
    var random = CounterRandom(seed: 3)
    let data = Matrix<Double>(rows: 600, columns: 2) { target in
      for row in 0..<600 {
        let (x, y) = row % 6 == 0 ? (0, 0) : (Double(row % 6) * 100, Double(row % 7) * 40)
        target.initializeElement(at: 2 * row, to: x + random.uniform())
        target.initializeElement(at: 2 * row + 1, to: y + random.uniform())
      }
    }
    let wanted = Self.byDefinition(
      try Metric.squaredEuclidean.distances(of: data), of: data, minSamples: minSamples,
      maxEps: .infinity)
    let model = try OPTICS(minSamples: minSamples, metric: .squaredEuclidean).fit(data)
    #expect(model.ordering.map { Int($0) } == wanted.ordering)
    #expect(model.reachabilities == wanted.reachabilities)
    #expect(model.predecessors.map { Int($0) } == wanted.predecessors)
  }

  @Test func equalsScikitLearn() throws {
    let model = try OPTICS(minSamples: 5).fit(Wine.points)
    #expect(model.ordering == WineDensity.ordering)
    #expect(model.predecessors == WineDensity.predecessors)
    for (found, wanted) in zip(model.reachabilities, WineDensity.reachabilities) {
      #expect(found == wanted || abs(found - wanted) < 1e-8 * wanted)
    }
    #expect(
      try ExternalIndices(truth: WineDensity.valleys, labels: model.labels).adjustedRandIndex == 1)
    #expect(model.noiseCount == WineDensity.valleys.count { $0 < 0 })
    let dbscan = try DBSCAN(eps: 35, minSamples: 6).fit(Wine.points)
    #expect(dbscan.coreIndices == WineDensity.cores)
    let cores = dbscan.coreIndices.map { Int($0) }
    #expect(
      try ExternalIndices(
        truth: cores.map { WineDensity.labels[$0] }, labels: cores.map { dbscan.labels[$0] }
      ).adjustedRandIndex == 1)
    #expect(dbscan.noiseCount == WineDensity.labels.count { $0 < 0 })
  }

  // MARK: By hand

  @Test func aValleyInAValley() throws {
    // Two close groups of four, and four far away.
    let values = [0, 0.1, 0.2, 0.3, 1, 1.1, 1.2, 1.3, 9, 9.5, 10, 10.5]
    let data = try Matrix(values.map { [$0] })
    let model = try OPTICS(minSamples: 2, extraction: .xi(0.3, minClusterSize: 4)).fit(data)
    #expect(model.ordering == Array(0..<12))
    #expect(model.labels == [0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2])
    #expect(model.hierarchy.contains(0..<8))
    #expect(try model.labels(cutAt: 0.2) == [0, 0, 0, 0, 1, 1, 1, 1, -1, -1, -1, -1])
    #expect(try model.labels(cutAt: 0.8) == [0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1])
    let cut = try OPTICS(minSamples: 2, extraction: .dbscan(eps: 0.8)).fit(data)
    #expect(cut.labels == [0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1])
    #expect(try cut.predict(try Matrix([[0.5], [5], [10.2]])) == [-1, -1, 1])
  }

  @Test func cuttingGivesTheCoreRowsOfDBSCAN() throws {
    let data = DensityData.rows(900, columns: 2, groups: 6, seed: 4)
    let model = try OPTICS(minSamples: 6).fit(data)
    for eps in [0.1, 0.2, 0.4, 1] {
      let dbscan = try DBSCAN(eps: eps, minSamples: 6).fit(data)
      let labels = try model.labels(cutAt: eps)
      let cores = dbscan.coreIndices.map { Int($0) }
      #expect(
        try ExternalIndices(
          truth: cores.map { dbscan.labels[$0] }, labels: cores.map { labels[$0] }
        ).adjustedRandIndex == 1)
      for row in labels.indices where dbscan.labels[row] < 0 { #expect(labels[row] < 0) }
    }
  }

  // MARK: Sameness

  @Test(arguments: [nil, 0.5, 2]) func isTheSameInAnyOrderOnAnyMachine(_ step: Double?) throws {
    let data = DensityData.rows(1200, columns: 2, groups: 7, step: step, seed: 5)
    let order = DensityData.shuffled(1200, seed: 8)
    for metric in [Metric.euclidean, .manhattan] {
      let method = OPTICS(minSamples: 6, metric: metric)
      let model = try method.fit(data)
      let moved = data.gatheringRows(order)
      let shuffled = try method.fit(moved)
      #expect(shuffled.labels == order.map { model.labels[$0] })
      #expect(shuffled.coreDistances == order.map { model.coreDistances[$0] })
      #expect(
        shuffled.ordering.map { moved.row(Int($0)) } == model.ordering.map { data.row(Int($0)) })
      #expect(
        shuffled.ordering.map { shuffled.reachabilities[Int($0)] }
          == model.ordering.map { model.reachabilities[Int($0)] })
      #expect(
        try shuffled.labels(cutAt: 0.5) == order.map { try model.labels(cutAt: 0.5)[$0] })
      for threads in [1, 7] {
        for set in InstructionSet.available {
          let again = try InstructionSet.forcing(set) { try method.fit(data, threads: threads) }
          #expect(again == model)
        }
      }
    }
  }

  // MARK: Limits and bad input

  @Test func limits() throws {
    let same = Matrix<Double>(rows: 3000, columns: 2, repeating: 3)
    let model = try OPTICS(minSamples: 5).fit(same)
    #expect(model.reachabilities.count { $0 == 0 } == 2999)
    #expect(Set(model.labels).count == 1)
    let two = try OPTICS(minSamples: 2).fit(try Matrix<Double>([[0], [1e300]]))
    #expect(two.coreDistances == [1e300, 1e300])
  }

  @Test func modelsAreKept() throws {
    let data = DensityData.rows(300, columns: 2, seed: 1)
    let model = try OPTICS(minSamples: 5, maxEps: 0.7).fit(data)
    let text = String(decoding: try JSONEncoder().encode(model), as: UTF8.self)
    let copy = try JSONDecoder().decode(OPTICSModel<Double>.self, from: Data(text.utf8))
    #expect(copy == model)
    let unlimited = try OPTICS(minSamples: 5).fit(data)
    #expect(
      try JSONDecoder().decode(
        OPTICSModel<Double>.self, from: try JSONEncoder().encode(unlimited)) == unlimited)
    for (from, to) in [
      ("\"minSamples\":5", "\"minSamples\":0"), ("\"ordering\":[", "\"ordering\":[7,"),
      ("\"labels\":[", "\"labels\":[99,"), ("\"hierarchy\":[", "\"hierarchy\":[[5,2],"),
      ("\"hierarchy\":[", "\"hierarchy\":[[5,2000],"),
    ] {
      #expect(text.contains(from))
      #expect(throws: (any Error).self) {
        try JSONDecoder().decode(
          OPTICSModel<Double>.self, from: Data(text.replacingOccurrences(of: from, with: to).utf8))
      }
    }
  }

  @Test func badInputIsRefused() throws {
    let data = DensityData.rows(20, columns: 2, seed: 1)
    for method in [
      OPTICS(minSamples: 1), OPTICS(minSamples: 21), OPTICS(maxEps: 0), OPTICS(maxEps: .nan),
      OPTICS(extraction: .xi(0, minClusterSize: nil)),
      OPTICS(extraction: .xi(1, minClusterSize: nil)),
      OPTICS(extraction: .xi(.nan, minClusterSize: nil)),
      OPTICS(extraction: .xi(0.05, minClusterSize: 1)), OPTICS(extraction: .dbscan(eps: -1)),
    ] {
      #expect(throws: CladeError.self) { try method.fit(data) }
    }
    #expect(throws: CladeError.self) { try OPTICS().fit(Matrix<Double>(rows: 0, columns: 2)) }
    #expect(throws: CladeError.self) { try OPTICS(minSamples: 2).fit(try Matrix([[1], [.nan]])) }
    #expect(throws: CladeError.self) { try OPTICS().fit(data).labels(cutAt: 0) }
    #expect(throws: CladeError.self) {
      try OPTICS(minSamples: 2, metric: .haversine).fit(try Matrix<Double>([[95, 0], [0, 0]]))
    }
  }
}
