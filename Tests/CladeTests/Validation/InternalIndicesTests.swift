import Clade
import Testing

@Suite struct InternalIndicesTests {
  // MARK: References

  /// scikit-learn 1.9.1 on iris: `silhouette_score`, `calinski_harabasz_score`,
  /// `davies_bouldin_score`; means of `silhouette_samples` per cluster; its first three rows. The
  /// Dunn index is from all distances of SciPy's `cdist`.
  @Test func equalsScikitLearn() throws {
    func check(
      _ labels: [Int32], _ expected: [Double], clusters: [Double], first: [Double]
    ) throws {
      let indices = try InternalIndices(Iris.points, labels: labels)
      #expect(abs(indices.silhouette.mean - expected[0]) < 1e-12)
      #expect(abs(indices.calinskiHarabasz - expected[1]) < 1e-9)
      #expect(abs(indices.daviesBouldin - expected[2]) < 1e-12)
      #expect(abs((indices.dunn ?? .nan) - expected[3]) < 1e-12)
      for (mean, expected) in zip(indices.silhouette.clusterMeans, clusters) {
        #expect(abs(mean - expected) < 1e-12)
      }
      for (value, expected) in zip(indices.silhouette.values, first) {
        #expect(abs(value - expected) < 1e-12)
      }
      #expect(indices.silhouette.clusterMeans.count == clusters.count)
      #expect(indices.silhouette.rows == Array(0..<150))
    }
    try check(
      Iris.species,
      [0.503477440693296, 487.33087637489984, 0.7513707094756737, 0.05848053214719304],
      clusters: [0.7893812421871645, 0.40908463959698727, 0.3119664402957364],
      first: [0.8464691670128704, 0.8073986239612003, 0.8223669477779386])
    try check(
      Iris.kMeans, [0.5528190123564095, 561.62775662962, 0.6619715465007465, 0.09880739332808099],
      clusters: [0.41731992154093284, 0.7981404884286225, 0.45110506043401233],
      first: [0.8529550597418951, 0.815494756252101, 0.8293150981473535])
    try check(
      Iris.averageLinkage,
      [0.34199038279830013, 326.50803945911997, 0.6376425783120546, 0.16683225703703583],
      clusters: [
        0.17943325646252042, 0.33490563869970996, 0.4448694162359481, 0.7710510066692587,
        0.4846203727232821, 0,
      ],
      first: [0.6349301973635082, 0.22917307635102252, 0.3425937238099977])
  }

  // MARK: Oracle

  /// Points on a small grid, so that distances tie and rows repeat, or from a cloud.
  private static func points(_ n: Int, _ d: Int, seed: UInt64, grid: Bool) -> Matrix<Double> {
    var random = CounterRandom(seed: seed)
    return Matrix(rows: n, columns: d) { values in
      for place in values.indices {
        values.initializeElement(
          at: place, to: grid ? Double(random.next() % 4) : random.normal() * 3 + 1)
      }
    }
  }

  private static func labels(_ n: Int, _ k: Int, seed: UInt64) -> [Int32] {
    var random = CounterRandom(seed: seed, stream: 9)
    return (0..<n).map { $0 < k ? Int32($0) : Int32(random.next() % UInt64(k)) }
  }

  @Test(arguments: [2, 3, 31, 32, 33, 64, 65, 200], [1, 2, 5, 16])
  func equalsTheDefinition(n: Int, d: Int) throws {
    for grid in [false, true] {
      for k in [2, 3, n - 1] where k >= 2 && k < n {
        let points = Self.points(n, d, seed: UInt64(n + d), grid: grid)
        let labels = Self.labels(n, k, seed: UInt64(k))
        let indices = try InternalIndices(points, labels: labels)
        func distance(_ a: Int, _ b: Int) -> Double {
          (0..<d).reduce(0) {
            $0 + (points[a, $1] - points[b, $1]) * (points[a, $1] - points[b, $1])
          }.squareRoot()
        }
        var between = Double.infinity
        var within = 0.0
        var sum = 0.0
        for a in 0..<n {
          var sums = [Double](repeating: 0, count: k)
          var counts = [Double](repeating: 0, count: k)
          for b in 0..<n {
            sums[Int(labels[b])] += distance(a, b)
            counts[Int(labels[b])] += 1
            if labels[a] == labels[b] {
              within = max(within, distance(a, b))
            } else {
              between = min(between, distance(a, b))
            }
          }
          let own = Int(labels[a])
          let inside = sums[own] / (counts[own] - 1)
          let outside = (0..<k).filter { $0 != own }.map { sums[$0] / counts[$0] }.min()!
          let value = (outside - inside) / max(inside, outside)
          sum += value.isNaN ? 0 : value
          #expect(abs(indices.silhouette.values[a] - (value.isNaN ? 0 : value)) < 1e-9)
        }
        #expect(abs(indices.silhouette.mean - sum / Double(n)) < 1e-9)
        let dunn = try #require(indices.dunn)
        if between == 0 {
          #expect(dunn == 0)
        } else if within == 0 {
          #expect(dunn == .infinity)
        } else {
          #expect(abs(dunn / (between / within) - 1) < 1e-12)
        }
      }
    }
  }

  // MARK: Sameness

  @Test func threadsInstructionSetsAndRowOrderChangeNoBit() throws {
    let n = 700
    for grid in [false, true] {
      let points = Self.points(n, 5, seed: 3, grid: grid)
      let labels = Self.labels(n, 9, seed: 4).map { $0 == 8 ? -1 : $0 }
      let indices = try InternalIndices(points, labels: labels, threads: 1)
      let sampled = try Silhouette(points, labels: labels, sample: 100, threads: 1)
      for set in InstructionSet.available {
        for threads in [1, 2, 7] {
          try InstructionSet.forcing(set) {
            #expect(try InternalIndices(points, labels: labels, threads: threads) == indices)
            let other = try Silhouette(points, labels: labels, sample: 100, threads: threads)
            #expect(other == sampled)
          }
        }
      }
      let random = CounterRandom(seed: 7)
      let order = (0..<n).sorted { random.value(at: UInt64($0)) < random.value(at: UInt64($1)) }
      let moved = try InternalIndices(
        points.gatheringRows(order), labels: order.map { labels[$0] })
      #expect(moved.calinskiHarabasz == indices.calinskiHarabasz)
      #expect(moved.daviesBouldin == indices.daviesBouldin)
      #expect(moved.dunn == indices.dunn)
      #expect(moved.silhouette.mean == indices.silhouette.mean)
      #expect(moved.silhouette.clusterMeans == indices.silhouette.clusterMeans)
      let back = Dictionary(
        uniqueKeysWithValues: zip(moved.silhouette.rows, moved.silhouette.values))
      for (row, original) in order.enumerated() where labels[original] >= 0 {
        let place = indices.silhouette.rows.firstIndex(of: Int32(original))!
        #expect(back[Int32(row)] == indices.silhouette.values[place])
      }
      let movedSample = try Silhouette(
        points.gatheringRows(order), labels: order.map { labels[$0] }, sample: 100)
      #expect(movedSample.mean == sampled.mean)
      #expect(movedSample.clusterMeans == sampled.clusterMeans)
    }
  }

  @Test func shiftAndScaleChangeNothing() throws {
    let points = Self.points(150, 4, seed: 1, grid: false)
    let labels = Self.labels(150, 4, seed: 2)
    let indices = try InternalIndices(points, labels: labels)
    func mapped(_ transform: (Double) -> Double) throws -> InternalIndices {
      let values = points.withUnsafeBufferPointer { $0.map(transform) }
      return try InternalIndices(
        Matrix(rows: 150, columns: 4, values: values), labels: labels)
    }
    let shifted = try mapped { $0 + 1000 }
    #expect(abs(shifted.silhouette.mean - indices.silhouette.mean) < 1e-9)
    #expect(abs(shifted.calinskiHarabasz / indices.calinskiHarabasz - 1) < 1e-9)
    #expect(abs(shifted.daviesBouldin / indices.daviesBouldin - 1) < 1e-9)
    // Where squares would overflow or vanish.
    for scale in [0x1p600, 0x1p1020, 0x1p-600, 0x1p-900] {
      let scaled = try mapped { $0 * scale }
      #expect(scaled.silhouette.mean == indices.silhouette.mean)
      #expect(scaled.calinskiHarabasz == indices.calinskiHarabasz)
      #expect(scaled.daviesBouldin == indices.daviesBouldin)
      #expect(scaled.dunn == indices.dunn)
    }
  }

  @Test func floatsAreUsedAsTheyAre() throws {
    let doubles = Self.points(100, 3, seed: 1, grid: false)
    let floats = Matrix<Float>(rows: 100, columns: 3) { target in
      doubles.withUnsafeBufferPointer { _ = target.initialize(from: $0.map { Float($0) }) }
    }
    let widened = Matrix<Double>(rows: 100, columns: 3) { target in
      floats.withUnsafeBufferPointer { _ = target.initialize(from: $0.map { Double($0) }) }
    }
    let labels = Self.labels(100, 3, seed: 1)
    #expect(
      try InternalIndices(floats, labels: labels) == InternalIndices(widened, labels: labels))
  }

  // MARK: Special cases

  @Test func equalRowsInEachCluster() throws {
    let points = try Matrix([[0.0, 0], [0, 0], [1, 1], [1, 1]])
    let apart = try InternalIndices(points, labels: [0, 0, 1, 1])
    #expect(apart.silhouette.mean == 1)
    #expect(apart.calinskiHarabasz == 1)  // as scikit-learn has it
    #expect(apart.daviesBouldin == 0)
    #expect(apart.dunn == .infinity)
    let mixed = try InternalIndices(points, labels: [0, 1, 0, 1])
    #expect(mixed.calinskiHarabasz == 0)
    #expect(mixed.daviesBouldin == 0)
    #expect(mixed.dunn == 0)
  }

  @Test func noiseIsLeftOut() throws {
    let points = try Matrix([[0.0], [1], [50], [10], [11], [-7]])
    let labels: [Int32] = [0, 0, -1, 4, 4, -1]
    let indices = try InternalIndices(points, labels: labels)
    #expect(indices.rowCount == 4)
    #expect(indices.silhouette.rows == [0, 1, 3, 4])
    #expect(indices.silhouette.labels == [0, 4])
    let without = try InternalIndices(points.gatheringRows([0, 1, 3, 4]), labels: [0, 0, 4, 4])
    #expect(indices.silhouette.values == without.silhouette.values)
    #expect(indices.dunn == 9)
  }

  // MARK: The estimate

  @Test func aSampleEstimatesTheMean() throws {
    let blobs = try GaussianBlobs(
      clusterCount: 6, dimensionCount: 3, pointCount: 6000, sizeRatio: 20, separation: 3
    ).generate()
    let exact = try Silhouette(blobs.points, labels: blobs.labels)
    let estimate = try Silhouette(blobs.points, labels: blobs.labels, sample: 1000)
    #expect(abs(exact.mean - estimate.mean) < 0.02)
    #expect(estimate.values.count >= 990 && estimate.values.count <= 1250)
    #expect(estimate.clusterMeans.count == 6)
    for (mean, estimated) in zip(exact.clusterMeans, estimate.clusterMeans) {
      #expect(abs(mean - estimated) < 0.1)
    }
    #expect(try Silhouette(blobs.points, labels: blobs.labels, sample: 6000) == exact)
    #expect(try InternalIndices(blobs.points, labels: blobs.labels, sample: 500).dunn == nil)
  }

  @Test func aSampleHoldsTwoRowsOfEveryCluster() throws {
    let points = Self.points(1000, 2, seed: 5, grid: false)
    let labels = (0..<1000).map { Int32($0 < 900 ? 0 : $0 / 2) }
    let estimate = try Silhouette(points, labels: labels, sample: 10)
    for label in estimate.labels {
      #expect(estimate.rows.count { labels[Int($0)] == label } >= 2)
    }
  }

  // MARK: Bad input

  @Test func whatCantBeUsedIsRefused() throws {
    let points = try Matrix([[0.0, 1], [1, 0], [2, 2]])
    func message(_ body: () throws -> Void) -> String {
      do {
        try body()
        return ""
      } catch {
        return "\(error)"
      }
    }
    #expect(
      message { _ = try Silhouette(points, labels: [0, 1]) }
        == "expected 3 labels, one per row of the data, found 2")
    #expect(message { _ = try Silhouette(points, labels: [0, 0, 0]) }.contains("all are the same"))
    #expect(message { _ = try Silhouette(points, labels: [-1, -1, -1]) }.contains("all are noise"))
    #expect(
      message { _ = try Silhouette(points, labels: [2, 0, 1]) }.contains("all are different"))
    #expect(
      message { _ = try Silhouette(points, labels: [0, 0, 1], sample: 1) }.contains("sample"))
    let infinite = try Matrix([[0.0, 1], [1, .infinity], [2, 2]])
    #expect(
      throws: CladeError.nonFiniteValue(row: 1, column: 1, value: "inf")
    ) { try DunnIndex.value(infinite, labels: [0, 0, 1]) }
    #expect(throws: CladeError.self) {
      try Silhouette(Matrix<Double>(rows: 3, columns: 0), labels: [0, 0, 1])
    }
    #expect(throws: CladeError.self) {
      try Silhouette(Matrix<Double>(rows: 0, columns: 2), labels: [])
    }
  }

  @Test func cancellationIsHonoured() async throws {
    let points = Self.points(200, 2, seed: 5, grid: false)
    let labels = Self.labels(200, 3, seed: 1)
    let task = Task {
      withUnsafeCurrentTask { $0?.cancel() }
      return try Silhouette(points, labels: labels)
    }
    await #expect(throws: CancellationError.self) { try await task.value }
  }
}
