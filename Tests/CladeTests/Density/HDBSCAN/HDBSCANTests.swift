import Clade
import Foundation
import Testing

/// What HDBSCAN* finds: by hand, by its definition, and beside the peer.
@Suite struct HDBSCANTests {
  private func points(_ values: [Double]) -> Matrix<Double> {
    Matrix<Double>(rows: values.count, columns: 1) { _ = $0.initialize(from: values) }
  }

  // MARK: By hand

  /// 0, 1, 2 | 10, 11, 12 | 30: with the nearest row's distance as core distance, all gaps are heights.
  @Test func twoClustersOnALine() throws {
    let model = try HDBSCAN(minClusterSize: 2, minSamples: 1).fit(
      points([0, 1, 2, 10, 11, 12, 30]))
    #expect(model.labels == [0, 0, 0, 1, 1, 1, -1])
    #expect(model.sizes == [3, 3])
    let tree = model.condensedTree
    #expect(tree.parents == [-1, 0, 0])
    #expect(tree.birthHeights == [.infinity, 8, 8])
    #expect(tree.deathHeights == [8, 1, 1])
    #expect(tree.sizes == [7, 3, 3])
    #expect(tree.rowHeights == [1, 1, 1, 1, 1, 1, 18])
    #expect(tree.rowClusters == [1, 1, 1, 2, 2, 2, 0])
    // 30 leaves at 1/18, the others at 1/8; each cluster's rows last from 1/8 to 1.
    let wide: Double = 1.0 / 18 + 6.0 / 8
    #expect(abs(tree.stabilities[0] - wide) < 1e-15)
    #expect(tree.stabilities[1] == 2.625)
    #expect(model.objective == 5.25)
    #expect(model.probabilities == [1, 1, 1, 1, 1, 1, 0])
    let outlying: Double = 1 - 1.0 / 18
    #expect(model.outlierScores == [0, 0, 0, 0, 0, 0, outlying])
    #expect(model.persistences == [0.875, 0.875])
    #expect(model.exemplars == [[0, 1, 2], [3, 4, 5]])
  }

  /// A square, in which every row is as far from two others: one height, no way to split it in two.
  @Test func tiesSplitAtOnce() throws {
    let square = try Matrix<Double>([[0, 0], [0, 1], [1, 0], [1, 1]])
    let model = try HDBSCAN(minClusterSize: 2, minSamples: 1).fit(square)
    #expect(model.condensedTree.clusterCount == 1)
    #expect(model.labels == [-1, -1, -1, -1])
    let allowed = try HDBSCAN(minClusterSize: 2, minSamples: 1, allowSingleCluster: true)
      .fit(square)
    #expect(allowed.labels == [0, 0, 0, 0])
  }

  /// Three pairs in a row, the same gap between them: three clusters are born at once.
  @Test func threeWays() throws {
    let model = try HDBSCAN(minClusterSize: 2, minSamples: 1).fit(points([0, 1, 5, 6, 10, 11]))
    #expect(model.condensedTree.parents == [-1, 0, 0, 0])
    #expect(model.labels == [0, 0, 1, 1, 2, 2])
  }

  /// The example of hdbscan's issue 265, whose labels there change with the order of the rows.
  @Test func orderOfRowsInTheExampleOfIssue265() throws {
    let a = try Matrix<Double>([
      [0, 0, 0], [0, 0, 0], [0, 0, 0], [0, 1, 1], [0, 1, 0], [0, 1, 0], [0, 0, 0], [0, 0, 0],
    ])
    let b = a.gatheringRows([3, 4, 0, 1, 2, 5, 6, 7])
    let method = HDBSCAN(minClusterSize: 2, minSamples: 2, metric: .jaccard)
    #expect(try method.fit(a).labels == [0, 0, 0, 1, 1, 1, 0, 0])
    #expect(try method.fit(b).labels == [1, 1, 0, 0, 0, 1, 0, 0])
  }

  // MARK: By definition

  @Test(arguments: HDBSCANData.sets.indices, [(2, 1), (5, 5), (8, 3), (20, 4)])
  func theDefinition(set: Int, parameters: (size: Int, samples: Int)) throws {
    let rows = HDBSCANData.sets[set].rows
    let oracle = try HDBSCANOracle(
      rows, minClusterSize: parameters.size, minSamples: parameters.samples)
    for method in ClusterSelectionMethod.allCases {
      let model = try HDBSCAN(
        minClusterSize: parameters.size, minSamples: parameters.samples, clusterSelection: method
      ).fit(rows)
      let tree = model.condensedTree
      #expect(tree.rowHeights == oracle.heights)
      #expect(tree.clusterCount == oracle.regions.count)
      #expect(tree.sizes.sorted() == oracle.regions.map { $0.rows.count }.sorted())
      let found = (0..<model.clusterCount).map { cluster in
        rows.rowIndices.filter { model.labels[$0] == Int32(cluster) }
      }
      #expect(Set(found) == Set(oracle.clusters(leaves: method == .leaf)), "\(method)")
      #expect(found.map(\.count) == model.sizes)
      #expect(model.sizes == model.sizes.sorted(by: >))
    }
    let tree = try HDBSCAN(minClusterSize: parameters.size, minSamples: parameters.samples)
      .fit(rows).condensedTree
    let expected = oracle.regions.indices.map { oracle.stability($0) }.sorted()
    for (a, b) in zip(tree.stabilities.sorted(), expected) {
      let isClose = a == b || abs(a - b) <= 1e-12 * max(abs(a), abs(b))
      #expect(isClose, "\(a), \(b)")
    }
  }

  @Test(arguments: [Metric.manhattan, .chebyshev, .cosine, .canberra])
  func otherMetrics(metric: Metric) throws {
    let rows = HDBSCANData.groups([40, 30], noise: 10, columns: 3)
    let oracle = try HDBSCANOracle(rows, minClusterSize: 6, minSamples: 4, metric: metric)
    let model = try HDBSCAN(minClusterSize: 6, minSamples: 4, metric: metric).fit(rows)
    #expect(model.condensedTree.rowHeights == oracle.heights)
    let found = (0..<model.clusterCount).map { cluster in
      rows.rowIndices.filter { model.labels[$0] == Int32(cluster) }
    }
    #expect(Set(found) == Set(oracle.clusters()))
  }

  @Test func givenDistancesAreThoseOfTheRows() throws {
    let rows = HDBSCANData.groups([40, 30], noise: 10)
    let method = HDBSCAN(minClusterSize: 6)
    var given = method
    given.metric = .precomputed
    let (a, b) = (
      try method.fit(rows), try given.fit(try Metric.euclidean.distances(of: rows))
    )
    #expect(a.labels == b.labels)
    #expect(a.probabilities == b.probabilities)
    #expect(throws: CladeError.self) { try b.predict(rows) }
    #expect(throws: CladeError.self) { try b.membershipVectors() }
  }

  // MARK: Beside the peer

  @Test func groupsAsThePeerHasThem() throws {
    let points = HDBSCANReference.points
    let model = try HDBSCAN(minClusterSize: 8, minSamples: 4).fit(points)
    expect(model, HDBSCANReference.groups)
    for (a, b) in zip(model.persistences, HDBSCANReference.persistences) {
      #expect(abs(a - b) < 1e-9)
    }
    let memberships = try model.membershipVectors()
    #expect(memberships.columnCount == 3)
    for row in 0..<170 {
      for cluster in 0..<3 {
        let difference =
          memberships[row, cluster] - HDBSCANReference.memberships[row * 3 + cluster]
        #expect(abs(difference) < 1e-8)
      }
    }
  }

  /// Outlier scores of twelve rows between two regions differ, which leave where these part.
  @Test func penguinsAsThePeerHasThem() throws {
    let model = try HDBSCAN(minClusterSize: 5).fit(HDBSCANData.penguins())
    let reference = HDBSCANReference.penguins
    #expect(model.labels == reference.labels)
    for (a, b) in zip(model.probabilities, reference.probabilities) { #expect(abs(a - b) < 1e-9) }
    let different = zip(model.outlierScores, reference.outlierScores).count { abs($0 - $1) > 1e-9 }
    #expect(different <= 12)
  }

  private func expect(_ model: HDBSCANModel<Double>, _ reference: HDBSCANReference.Result) {
    #expect(model.labels == reference.labels)
    for (a, b) in zip(model.probabilities, reference.probabilities) { #expect(abs(a - b) < 1e-9) }
    for (a, b) in zip(model.outlierScores, reference.outlierScores) { #expect(abs(a - b) < 1e-9) }
  }

  // MARK: Choosing clusters

  @Test func clustersAreMergedBelowEpsilon() throws {
    let data = points([0, 1, 2, 4, 5, 6, 30, 31, 32, 36, 37, 38])
    var method = HDBSCAN(minClusterSize: 3, minSamples: 1, clusterSelection: .leaf)
    #expect(try method.fit(data).clusterCount == 4)
    method.clusterSelectionEpsilon = 3
    #expect(try method.fit(data).labels == [0, 0, 0, 0, 0, 0, 1, 1, 1, 2, 2, 2])
    method.clusterSelectionEpsilon = 5
    #expect(try method.fit(data).labels == [0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1])
    // The root is taken only where it may be.
    method.clusterSelectionEpsilon = 100
    #expect(try method.fit(data).clusterCount == 2)
    method.allowSingleCluster = true
    #expect(try method.fit(data).labels == [Int32](repeating: 0, count: 12))
  }

  @Test func clustersAreNoLargerThanAllowed() throws {
    let data = points([0, 1, 2, 3, 4.5, 5.5, 6.5, 7.5, 50, 51, 52, 53])
    var method = HDBSCAN(minClusterSize: 3, minSamples: 1)
    #expect(try method.fit(data).sizes == [8, 4])
    method.maxClusterSize = 5
    #expect(try method.fit(data).sizes == [4, 4, 4])
  }

  @Test func oneClusterWhereItIsAllowed() throws {
    let rows = HDBSCANData.groups([200], noise: 0)
    #expect(try HDBSCAN(minClusterSize: 60).fit(rows).clusterCount == 0)
    let model = try HDBSCAN(minClusterSize: 60, allowSingleCluster: true).fit(rows)
    #expect(model.clusterCount == 1)
    #expect(model.selectedClusters == [0])
    #expect(model.sizes[0] >= 60)
    #expect(try model.predict(rows) == model.labels)
  }

  // MARK: New rows

  /// Lists of neighbours so long that rows are placed some at a time.
  @Test(arguments: [Metric.euclidean, .manhattan]) func rowsArePlacedInParts(_ metric: Metric)
    throws
  {
    let rows = HDBSCANData.groups([1300, 900, 500], noise: 100)
    let model = try HDBSCAN(minClusterSize: 200, minSamples: 800, metric: metric).fit(rows)
    #expect(try model.predict(rows) == model.labels)
  }

  @Test(arguments: HDBSCANData.sets.indices)
  func trainingRowsAreWhereTheyWere(set: Int) throws {
    let rows = HDBSCANData.sets[set].rows
    for allowed in [false, true] {
      let model = try HDBSCAN(minClusterSize: 5, minSamples: 3, allowSingleCluster: allowed)
        .fit(rows)
      let places = try model.places(of: rows)
      #expect(places.labels == model.labels)
      #expect(places.probabilities == model.probabilities)
      #expect(places.outlierScores == model.outlierScores)
    }
  }

  @Test func newRowsJoinWhatIsAround() throws {
    let model = try HDBSCAN(minClusterSize: 3, minSamples: 1).fit(
      points([0, 1, 2, 20, 21, 22, 23]))
    let places = try model.places(of: points([-0.5, 1.5, 11, 21.5, 1000]))
    // 11 is within the height of 18 at which the clusters part, and nearer to no other row than to 2.
    #expect(places.labels == [1, 1, 1, 0, -1])
    #expect(places.outlierScores[4] > 0.9)
    #expect(throws: CladeError.self) {
      try model.predict(Matrix<Double>(rows: 1, columns: 2))
    }
    #expect(throws: CladeError.self) { try model.predict(points([.nan])) }
    #expect(try model.predict(Matrix<Double>(rows: 0, columns: 1)).isEmpty)
  }

  @Test func aModelOnDiskPlacesTheSame() throws {
    for set in HDBSCANData.sets {
      let model = try HDBSCAN(minClusterSize: 5, minSamples: 3).fit(set.rows)
      let data = try JSONEncoder().encode(model)
      let read = try JSONDecoder().decode(HDBSCANModel<Double>.self, from: data)
      #expect(read.condensedTree == model.condensedTree)
      #expect(read.sizes == model.sizes)
      #expect(read.labels.isEmpty)
      #expect(try read.places(of: set.rows) == model.places(of: set.rows))
    }
  }

  @Test(arguments: ["parents", "sizes", "rowClusters", "coreDistances", "clusters", "minSamples"])
  func damagedModelsAreRefused(key: String) throws {
    let model = try HDBSCAN(minClusterSize: 5, minSamples: 3).fit(HDBSCANData.sets[0].rows)
    let text = String(decoding: try JSONEncoder().encode(model), as: UTF8.self)
    let damaged = text.replacing(
      try Regex("\"\(key)\":(\\[[^\\]]*\\]|[0-9]+)"),
      with: "\"\(key)\":\(key == "minSamples" ? "0" : "[99999]")")
    #expect(damaged != text)
    #expect(throws: (any Error).self) {
      try JSONDecoder().decode(HDBSCANModel<Double>.self, from: Data(damaged.utf8))
    }
  }

  // MARK: What can't be

  @Test func wrongParameters() throws {
    let rows = HDBSCANData.grid(4, 4)
    let wrong: [(HDBSCAN, String)] = [
      (HDBSCAN(minClusterSize: 1), "minClusterSize"),
      (HDBSCAN(minSamples: 0), "minSamples"),
      (HDBSCAN(minSamples: 16), "minSamples"),
      (HDBSCAN(clusterSelectionEpsilon: -1), "clusterSelectionEpsilon"),
      (HDBSCAN(clusterSelectionEpsilon: .nan), "clusterSelectionEpsilon"),
      (HDBSCAN(clusterSelectionEpsilon: .infinity), "clusterSelectionEpsilon"),
      (HDBSCAN(maxClusterSize: 4), "maxClusterSize"),
    ]
    for (method, name) in wrong {
      let error = #expect(throws: CladeError.self) { try method.fit(rows) }
      #expect(error?.description.hasPrefix(name + " can't be ") == true, "\(name)")
    }
    #expect(try HDBSCAN(minSamples: 15).fit(rows).labels.count == 16)
  }

  @Test func wrongData() throws {
    for rows in 0...1 {
      #expect(throws: CladeError.self) {
        try HDBSCAN().fit(Matrix<Double>(rows: rows, columns: 2))
      }
    }
    #expect(throws: CladeError.self) { try HDBSCAN().fit(Matrix<Double>(rows: 5, columns: 0)) }
    #expect(throws: CladeError.self) {
      try HDBSCAN().fit(points([1, 2, .nan, 3]))
    }
    #expect(throws: CladeError.self) { try HDBSCAN().fit(points([1, 2, .infinity, 3])) }
  }

  @Test func fewRowsAndEqualRows() throws {
    #expect(try HDBSCAN().fit(points([1, 2])).labels == [-1, -1])
    #expect(try HDBSCAN().fit(points([3, 3, 3, 3, 3, 3])).clusterCount == 0)
    let one = try HDBSCAN(allowSingleCluster: true).fit(points([3, 3, 3, 3, 3, 3]))
    #expect(one.labels == [0, 0, 0, 0, 0, 0])
    #expect(one.probabilities == [1, 1, 1, 1, 1, 1])
    let vectors = try one.membershipVectors()
    #expect((0..<6).allSatisfy { vectors[$0, 0] == 1 })
  }

  @Test func hugeAndTinyNumbers() throws {
    for scale in [1e-300, 1e-30, 1e30, 1e150] {
      let values = [0.0, 1, 2, 10, 11, 12, 30].map { $0 * scale }
      let model = try HDBSCAN(minClusterSize: 2, minSamples: 1).fit(points(values))
      #expect(model.labels == [0, 0, 0, 1, 1, 1, -1], "\(scale)")
      #expect(model.probabilities.allSatisfy { $0 >= 0 && $0 <= 1 })
      #expect(model.outlierScores.allSatisfy { $0 >= 0 && $0 <= 1 })
    }
  }
}

extension Matrix {
  fileprivate var rowIndices: Range<Int> { 0..<rowCount }
}
