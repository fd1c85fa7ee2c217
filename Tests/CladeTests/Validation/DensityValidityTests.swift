import Clade
import Testing

/// DBCV by hand, by its definition from the matrix of all distances, and beside the peer.
@Suite struct DensityValidityTests {
  private func points(_ values: [Double]) -> Matrix<Double> {
    Matrix<Double>(rows: values.count, columns: 1) { _ = $0.initialize(from: values) }
  }

  /// In one column the core distance is the harmonic mean of the distances: 4/3, 1 and 4/3 in both
  /// triples. All edges are 4/3 long; 0 and 2 are no inner rows, so each triple's sparseness is that of
  /// all edges. From 1 to 11 it is 10.
  @Test func triplesOnALine() throws {
    let index = try DensityValidity(points([0, 1, 2, 10, 11, 12]), labels: [0, 0, 0, 1, 1, 1])
    let expected: Double = (10 - 4.0 / 3) / 10
    #expect(index.clusterValues.allSatisfy { abs($0 - expected) < 1e-15 })
    #expect(abs(index.value - expected) < 1e-15)
    // A row of noise takes its share of the weight.
    let noisy = try DensityValidity(
      points([0, 1, 2, 10, 11, 12, 50]), labels: [0, 0, 0, 1, 1, 1, -1])
    #expect(abs(noisy.value - expected * 6 / 7) < 1e-15)
  }

  @Test(arguments: 0..<3) func theDefinition(set: Int) throws {
    let rows = HDBSCANData.sets[set].rows
    // Halves by the first column, with some noise.
    let split = rows.column(0).sorted()[rows.rowCount / 2]
    let labels = (0..<rows.rowCount).map { row -> Int32 in
      row % 11 == 0 ? -1 : rows[row, 0] < split ? 0 : 1
    }
    let index = try DensityValidity(rows, labels: labels)
    let oracle = try oracle(rows, labels)
    #expect(index.labels == [0, 1])
    for (a, b) in zip(index.clusterValues, oracle) { #expect(abs(a - b) < 1e-9) }
  }

  /// hdbscan 0.8.44, `validity_index(points, labels, per_cluster_scores=True)`. It breaks ties of mutual
  /// reachability by the order of the rows, and for the same rows in other orders it gives values that
  /// are as far from each other as from these.
  @Test func nearThePeer() throws {
    let index = try DensityValidity(
      HDBSCANReference.points, labels: HDBSCANReference.groups.labels)
    for (a, b) in zip(index.clusterValues, [0.61512479, 0.70883934, 0.66267296]) {
      #expect(abs(a - b) < 0.15)
    }
  }

  @Test func sameness() throws {
    for set in HDBSCANData.sets {
      let labels = try HDBSCAN(minClusterSize: 3, minSamples: 2).fit(set.rows).labels
      guard (labels.max() ?? 0) >= 1 else { continue }
      let one = try DensityValidity(set.rows, labels: labels, threads: 1)
      for threads in [2, 7] {
        #expect(try DensityValidity(set.rows, labels: labels, threads: threads) == one)
      }
      for isa in InstructionSet.available {
        let other = try InstructionSet.forcing(isa) {
          try DensityValidity(set.rows, labels: labels)
        }
        #expect(other == one, "\(set.name), \(isa)")
      }
      var random = CounterRandom(seed: 5)
      let order = Array(0..<set.rows.rowCount).shuffled(using: &random)
      let shuffled = try DensityValidity(
        set.rows.gatheringRows(order), labels: order.map { labels[$0] })
      #expect(shuffled == one, "\(set.name)")
    }
  }

  @Test func wrongLabels() throws {
    let rows = points([0, 1, 2, 10, 11, 12])
    for labels: [Int32] in [
      [0, 0, 0, 0, 0, 0], [-1, -1, -1, -1, -1, -1], [0, 0, 0, 0, 0, 1], [0, 1],
    ] {
      #expect(throws: CladeError.self) { try DensityValidity(rows, labels: labels) }
    }
    #expect(throws: CladeError.self) {
      try DensityValidity(points([0, 1, .nan, 3]), labels: [0, 0, 1, 1])
    }
    #expect(throws: CladeError.self) {
      try DensityValidity(rows, labels: [0, 0, 0, 1, 1, 1], metric: .precomputed)
    }
  }

  /// The clusters' values from the matrix of all distances; the spanning tree is Kruskal's, over pairs in
  /// the order of mutual reachability, then the smaller core distance, then distance.
  private func oracle(_ data: Matrix<Double>, _ labels: [Int32]) throws -> [Double] {
    let order = CanonicalOrder(data).order.map(Int.init)
    let distances = try Metric.euclidean.distances(of: data)
    let d = Double(data.columnCount)
    var inner: [[Int]] = []
    var sparseness: [Double] = []
    var core = [Int: Double]()
    for cluster in Int32(0)...1 {
      let rows = order.filter { labels[$0] == cluster }
      for row in rows {
        var sum = 0.0
        for other in rows where distances[row, other] > 0 {
          var term = 1.0
          for _ in 0..<data.columnCount { term /= distances[row, other] }
          sum += term
        }
        core[row] = sum > 0 ? Elementary.exp(-Elementary.log(sum / Double(rows.count - 1)) / d) : 0
      }
      var pairs: [(length: Double, core: Double, distance: Double, a: Int, b: Int)] = []
      for (i, a) in rows.enumerated() {
        for b in rows.dropFirst(i + 1) {
          let distance = distances[a, b]
          let (one, other) = (core[a] ?? 0, core[b] ?? 0)
          pairs.append((max(distance, one, other), min(one, other), distance, a, b))
        }
      }
      pairs.sort { ($0.length, $0.core, $0.distance) < ($1.length, $1.core, $1.distance) }
      var group = Dictionary(uniqueKeysWithValues: rows.map { ($0, $0) })
      var edges: [(length: Double, a: Int, b: Int)] = []
      for pair in pairs where group[pair.a] != group[pair.b] {
        edges.append((pair.length, pair.a, pair.b))
        let (from, to) = (group[pair.b], group[pair.a])
        for (row, leader) in group where leader == from { group[row] = to }
      }
      let degrees = edges.flatMap { [$0.a, $0.b] }.reduce(into: [Int: Int]()) {
        $0[$1, default: 0] += 1
      }
      let inside = edges.filter { degrees[$0.a, default: 0] > 1 && degrees[$0.b, default: 0] > 1 }
      sparseness.append((inside.isEmpty ? edges : inside).map(\.length).max() ?? 0)
      let some = rows.filter { degrees[$0, default: 0] > 1 }
      inner.append(some.isEmpty ? rows : some)
    }
    var separation = Double.infinity
    for a in inner[0] {
      for b in inner[1] {
        separation = min(separation, max(distances[a, b], core[a] ?? 0, core[b] ?? 0))
      }
    }
    return sparseness.map { (separation - $0) / max(separation, $0) }
  }
}
