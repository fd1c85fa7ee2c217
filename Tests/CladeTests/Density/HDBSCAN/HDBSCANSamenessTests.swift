import Clade
import Testing

/// The same bits for any number of threads, instruction set, and order of rows.
@Suite struct HDBSCANSamenessTests {
  private static let methods: [HDBSCAN] = [
    HDBSCAN(), HDBSCAN(minClusterSize: 3, minSamples: 2, clusterSelection: .leaf),
    HDBSCAN(minClusterSize: 8, minSamples: 3, clusterSelectionEpsilon: 1.1),
    HDBSCAN(minClusterSize: 4, metric: .manhattan, allowSingleCluster: true),
  ]

  /// All that a fit gives.
  private struct Outcome: Equatable {
    let tree: CondensedTree
    let labels: [Int32]
    let numbers: [[Double]]
    let exemplars: [[Int32]]

    init(_ model: HDBSCANModel<Double>, threads: Int? = nil) throws {
      tree = model.condensedTree
      labels = model.labels
      let vectors = try model.membershipVectors(threads: threads)
      numbers =
        [
          model.probabilities, model.outlierScores, model.coreDistances, model.persistences,
          vectors.withUnsafeBufferPointer { Array($0) },
        ]
      exemplars = model.exemplars
    }
  }

  @Test(arguments: methods.indices) func threads(method: Int) throws {
    let method = Self.methods[method]
    for set in HDBSCANData.sets {
      let one = try Outcome(method.fit(set.rows, threads: 1), threads: 1)
      for threads in [2, 7] {
        let other = try Outcome(method.fit(set.rows, threads: threads), threads: threads)
        #expect(other == one, "\(set.name), \(threads) threads")
      }
    }
  }

  @Test(arguments: methods.indices) func instructionSets(method: Int) throws {
    let method = Self.methods[method]
    for set in HDBSCANData.sets {
      let plain = try #require(
        try InstructionSet.forcing(.portable) { try Outcome(method.fit(set.rows)) })
      for isa in InstructionSet.available {
        let other = try InstructionSet.forcing(isa) { try Outcome(method.fit(set.rows)) }
        #expect(other == plain, "\(set.name), \(isa)")
      }
    }
  }

  @Test(arguments: methods.indices) func shuffledRows(method: Int) throws {
    let method = Self.methods[method]
    for set in HDBSCANData.sets {
      let model = try method.fit(set.rows)
      let vectors = try model.membershipVectors()
      var random = CounterRandom(seed: 11)
      for _ in 0..<3 {
        let order = Array(0..<set.rows.rowCount).shuffled(using: &random)
        let rows = set.rows.gatheringRows(order)
        let other = try method.fit(rows)
        #expect(order.map { model.labels[$0] } == other.labels, "\(set.name)")
        #expect(order.map { model.probabilities[$0] } == other.probabilities, "\(set.name)")
        #expect(order.map { model.outlierScores[$0] } == other.outlierScores, "\(set.name)")
        #expect(
          order.map { model.condensedTree.rowClusters[$0] } == other.condensedTree.rowClusters)
        #expect(model.condensedTree.birthHeights == other.condensedTree.birthHeights)
        #expect(model.condensedTree.stabilities == other.condensedTree.stabilities)
        #expect(model.persistences == other.persistences)
        #expect(try other.membershipVectors() == vectors.gatheringRows(order), "\(set.name)")
        #expect(try other.places(of: set.rows) == model.places(of: set.rows), "\(set.name)")
        for (a, b) in zip(model.exemplars, other.exemplars) {
          #expect(set.rows.gatheringRows(a) == rows.gatheringRows(b), "\(set.name)")
        }
      }
    }
  }

  /// hdbscan's issue 259: moons and blobs in another order, another number of clusters there.
  @Test func moonsAndBlobsInAnyOrder() throws {
    var random = CounterRandom(seed: 259)
    let rows = try Matrix<Double>(
      (0..<2000).map { row in
        let turn = random.uniform() * Double.pi
        switch row % 4 {
        case 0:
          return [circle(turn).0 + 0.05 * random.normal(), circle(turn).1 + 0.05 * random.normal()]
        case 1:
          return [
            1 - circle(turn).0 + 0.05 * random.normal(),
            0.5 - circle(turn).1 + 0.05 * random.normal(),
          ]
        case 2: return [-0.75 + 0.25 * random.normal(), 2.25 + 0.25 * random.normal()]
        default: return [1 + 0.25 * random.normal(), 2 + 0.25 * random.normal()]
        }
      })
    let model = try HDBSCAN().fit(rows)
    #expect(model.clusterCount > 2)
    let order = Array(0..<2000).shuffled(using: &random)
    #expect(try HDBSCAN().fit(rows.gatheringRows(order)).labels == order.map { model.labels[$0] })
  }

  /// A point of the upper half of the unit circle, near enough.
  private func circle(_ turn: Double) -> (Double, Double) {
    let x = 1 - 2 * turn / Double.pi
    return (x, (1 - x * x).squareRoot())
  }

  @Test func floatsAsDoubles() throws {
    let doubles = HDBSCANData.grid(12, 9)
    let floats = Matrix<Float>(rows: doubles.rowCount, columns: 2) { target in
      doubles.withUnsafeBufferPointer { _ = target.initialize(from: $0.map { Float($0) }) }
    }
    let (a, b) = (try HDBSCAN().fit(doubles), try HDBSCAN().fit(floats))
    #expect(a.labels == b.labels)
    #expect(b.clusterCount == a.clusterCount)
  }
}
