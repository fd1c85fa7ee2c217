import Clade
import Testing

@Suite struct ExternalIndicesTests {
  /// What scikit-learn 1.9.1 gives for two labellings: `adjusted_rand_score`,
  /// `adjusted_mutual_info_score`, `normalized_mutual_info_score`, `mutual_info_score`,
  /// `homogeneity_completeness_v_measure`, `fowlkes_mallows_score`; purity from its
  /// `contingency_matrix`.
  struct Reference: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let truth: [Int32]
    let labels: [Int32]
    let values: [Double]

    init(_ name: String, _ truth: [Int32], _ labels: [Int32], _ values: [Double]) {
      (testDescription, self.truth, self.labels, self.values) = (name, truth, labels, values)
    }
  }

  static let references: [Reference] = {
    let i = (0..<Int32(5000)).map { $0 }
    return [
      Reference(
        "iris: species, k-means", Iris.species, Iris.kMeans,
        [
          0.7302382722834697, 0.7551191675800484, 0.7581756800057784, 0.8255910976103356,
          0.7514854021988338, 0.7649861514489815, 0.7581756800057784, 0.8208080729114153,
          0.8933333333333333,
        ]),
      Reference(
        "iris: species, average linkage", Iris.species, Iris.averageLinkage,
        [
          0.6524709706541229, 0.7090081083974896, 0.7176932335965515, 0.8813031761333495,
          0.8021967214673956, 0.6492962930956853, 0.7176932335965513, 0.7616499270243622,
          0.9066666666666666,
        ]),
      Reference(
        "iris: k-means, average linkage", Iris.kMeans, Iris.averageLinkage,
        [
          0.844289438397217, 0.8328686363192306, 0.8378799209798676, 1.0207656876007927,
          0.9458333758068954, 0.7520446936165112, 0.8378799209798677, 0.8960190976571201,
          0.9866666666666667,
        ]),
      Reference(
        "1000 classes, 777 clusters", i.map { $0 &* 7919 % 1000 }, i.map { $0 * $0 % 777 },
        [
          -0.0011101307279892108, -0.0062556945992401514, 0.5612421257698481, 3.320507730628527,
          0.48069272817635295, 0.6742209303122187, 0.561242125769848, 0.0005817327651939214,
          0.0314,
        ]),
      Reference(
        "runs of 50, of 60", i.map { $0 / 50 }, i.map { $0 / 60 },
        [
          0.6558140141868993, 0.8674357388185447, 0.893069480716272, 4.0332863117980615,
          0.8758169945749081, 0.9110153294998932, 0.893069480716272, 0.6622582547021533, 0.7,
        ]),
      Reference(
        "independent halves", i.map { $0 % 2 }, i.map { $0 / 2500 },
        [-0.00020008003201280514, -0.00014433362952313272, 0, 0, 0, 0, 0, 0.4997999199679872, 0.5]),
      Reference(
        "singletons, pairs", i, i.map { $0 / 2 },
        [
          0, 0, 0.9575829487604863, 7.824046010856295, 0.918617886787104, 1, 0.9575829487604863, 0,
          0.5,
        ]),
      // Edge cases.
      Reference("one and one", [0, 0, 0, 0], [3, 3, 3, 3], [1, 1, 1, 0, 1, 1, 1, 1, 1]),
      Reference(
        "singletons and singletons", [0, 1, 2, 3], [0, 1, 2, 3],
        [1, 1, 1, 1.3862943611198906, 1, 1, 1, 0, 1]),
      Reference("one and singletons", [0, 0, 0, 0], [0, 1, 2, 3], [0, 0, 0, 0, 1, 0, 0, 0, 1]),
      Reference(
        "singletons and one", [0, 1, 2, 3], [0, 0, 0, 0], [0, 0, 0, 0, 0, 1, 0, 0, 0.25]),
      Reference("no rows", [], [], [1, 1, 1, 0, 1, 1, 1, 0, 1]),
      Reference("one row", [5], [7], [1, 1, 1, 0, 1, 1, 1, 0, 1]),
      Reference(
        "worse than chance", [0, 0, 1, 1], [0, 1, 0, 1], [-0.5, -0.5, 0, 0, 0, 0, 0, 0, 0.5]),
      Reference(
        "other names", [0, 0, 1, 1], [1, 1, 0, 0], [1, 1, 1, 0.6931471805599453, 1, 1, 1, 1, 1]),
      Reference(
        "a class split", [0, 0, 1], [0, 1, 1],
        [
          -0.5, -0.5, 0.2740175421212811, 0.1744160479215161, 0.2740175421212811,
          0.2740175421212811, 0.2740175421212811, 0, 0.6666666666666666,
        ]),
      Reference(
        "one cluster, noise in the truth", [-1, -1, 0], [4, 4, 4],
        [0, 0, 0, 0, 0, 1, 0, 0.5773502691896257, 0.6666666666666666]),
    ]
  }()

  static func values(_ indices: ExternalIndices) -> [Double] {
    [
      indices.adjustedRandIndex, indices.adjustedMutualInformation,
      indices.normalizedMutualInformation, indices.mutualInformation, indices.homogeneity,
      indices.completeness, indices.vMeasure, indices.fowlkesMallows, indices.purity,
    ]
  }

  @Test(arguments: references) func equalsScikitLearn(_ reference: Reference) throws {
    let indices = try ExternalIndices(truth: reference.truth, labels: reference.labels)
    for (value, expected) in zip(Self.values(indices), reference.values) {
      #expect(abs(value - expected) < 1e-9)
    }
  }

  // MARK: Oracles

  /// Random labels, few and many clusters, some empty.
  private static func labels(_ seed: UInt64, count: Int, clusters: Int) -> [Int32] {
    var random = CounterRandom(seed: seed)
    return (0..<count).map { _ in Int32(random.next() % UInt64(clusters)) - 1 }
  }

  @Test(arguments: 0..<20) func pairIndicesEqualCountingPairs(seed: Int) throws {
    let n = 5 + seed * 3
    let truth = Self.labels(UInt64(seed), count: n, clusters: 1 + seed / 3)
    let labels = Self.labels(UInt64(seed) + 100, count: n, clusters: 1 + seed / 2)
    var (both, truthOnly, labelsOnly, neither) = (0.0, 0.0, 0.0, 0.0)
    for a in 0..<n {
      for b in a + 1..<n {
        switch (truth[a] == truth[b], labels[a] == labels[b]) {
        case (true, true): both += 1
        case (true, false): truthOnly += 1
        case (false, true): labelsOnly += 1
        case (false, false): neither += 1
        }
      }
    }
    let indices = try ExternalIndices(truth: truth, labels: labels)
    let pairs = both + truthOnly + labelsOnly + neither
    let expected = (both + truthOnly) * (both + labelsOnly) / pairs
    let highest = (2 * both + truthOnly + labelsOnly) / 2
    if truthOnly + labelsOnly > 0 {
      #expect(
        abs(indices.adjustedRandIndex - (both - expected) / (highest - expected)) < 1e-12)
    }
    if both > 0 {
      let mean = (both / (both + truthOnly) * both / (both + labelsOnly)).squareRoot()
      #expect(abs(indices.fowlkesMallows - mean) < 1e-12)
    }
  }

  @Test func expectedMutualInformationEqualsTheMeanOverAllPermutations() throws {
    let truth: [Int32] = [0, 0, 0, 1, 1, 2, 2]
    let labels: [Int32] = [0, 1, 1, 1, 1, 2, 0]
    var sum = 0.0
    var count = 0.0
    func permute(_ items: inout [Int32], _ from: Int) throws {
      guard from < items.count else {
        sum += try ExternalIndices(truth: truth, labels: items).mutualInformation
        count += 1
        return
      }
      for index in from..<items.count {
        items.swapAt(from, index)
        try permute(&items, from + 1)
        items.swapAt(from, index)
      }
    }
    var items = labels
    try permute(&items, 0)
    let expected = sum / count

    let indices = try ExternalIndices(truth: truth, labels: labels)
    let information = indices.mutualInformation
    let entropies =
      (information / indices.homogeneity + information / indices.completeness) / 2
    let adjusted = (information - expected) / (entropies - expected)
    #expect(abs(indices.adjustedMutualInformation - adjusted) < 1e-12)
  }

  @Test func contingencyTableEqualsCounting() throws {
    let truth = Self.labels(1, count: 500, clusters: 9)
    let labels = Self.labels(2, count: 500, clusters: 13).map { $0 == 5 ? Int32.max : $0 }
    let table = try ContingencyTable(truth: truth, labels: labels)
    #expect(table.classes == Set(truth).sorted())
    #expect(table.clusters == Set(labels).sorted())
    #expect(table.cells.reduce(0) { $0 + $1.count } == 500)
    for cell in table.cells {
      let (a, b) = (table.classes[cell.classIndex], table.clusters[cell.clusterIndex])
      #expect(zip(truth, labels).count { $0.0 == a && $0.1 == b } == cell.count)
    }
    for (index, label) in table.clusters.enumerated() {
      #expect(labels.count { $0 == label } == table.clusterSizes[index])
    }
  }

  // MARK: Properties

  @Test(arguments: 0..<10) func namesRowOrderAndDirectionChangeNoBit(seed: Int) throws {
    let n = 400
    let truth = Self.labels(UInt64(seed), count: n, clusters: 2 + seed * 3)
    let labels = Self.labels(UInt64(seed) + 50, count: n, clusters: 3 + seed * 2)
    let indices = try ExternalIndices(truth: truth, labels: labels)
    let values = Self.values(indices)

    let renamed = try ExternalIndices(
      truth: truth.map { Int32(1_000_000_007 &* ($0 &+ 3) % 1_000_003) }, labels: labels.map { -$0 }
    )
    #expect(renamed == indices)

    let order = CounterRandom(seed: 7)
    let shuffled = (0..<n).sorted { order.value(at: UInt64($0)) < order.value(at: UInt64($1)) }
    #expect(
      try ExternalIndices(truth: shuffled.map { truth[$0] }, labels: shuffled.map { labels[$0] })
        == indices)

    let swapped = try ExternalIndices(truth: labels, labels: truth)
    #expect(swapped.adjustedRandIndex == indices.adjustedRandIndex)
    #expect(swapped.adjustedMutualInformation == indices.adjustedMutualInformation)
    #expect(swapped.mutualInformation == indices.mutualInformation)
    #expect(swapped.vMeasure == indices.vMeasure)
    #expect(swapped.fowlkesMallows == indices.fowlkesMallows)
    #expect(swapped.homogeneity == indices.completeness)

    for threads in [1, 2, 7] {
      #expect(try ExternalIndices(truth: truth, labels: labels, threads: threads) == indices)
    }
    for set in InstructionSet.available {
      let other = try InstructionSet.forcing(set) {
        try ExternalIndices(truth: truth, labels: labels)
      }
      #expect(other == indices)
    }
    #expect(values.allSatisfy { $0 <= 7 && $0 >= -1 })
    #expect(indices.purity <= 1 && indices.purity > 0)
  }

  @Test(arguments: 1..<12) func agreementIsExactlyOne(k: Int) throws {
    let truth = Self.labels(UInt64(k), count: 300, clusters: k)
    let indices = try ExternalIndices(truth: truth, labels: truth.map { 99 - $0 })
    #expect(indices.adjustedRandIndex == 1)
    #expect(indices.adjustedMutualInformation == 1)
    #expect(indices.normalizedMutualInformation == 1)
    #expect(indices.homogeneity == 1)
    #expect(indices.completeness == 1)
    #expect(indices.vMeasure == 1)
    #expect(indices.fowlkesMallows == 1)
    #expect(indices.purity == 1)
  }

  @Test func tenMillionRowsOverflowNothing() throws {
    let n = 10_000_000
    let truth = [Int32](unsafeUninitializedCapacity: n) { buffer, count in
      for row in 0..<n { buffer[row] = Int32(row % 3) }
      count = n
    }
    let labels = truth.map { $0 == 2 ? 1 : $0 }
    let indices = try ExternalIndices(truth: truth, labels: labels)
    // Of pairs in one cluster: (1/9 + 4/9); in one class: 1/3; in both: 1/3.
    #expect(abs(indices.adjustedRandIndex - 4.0 / 7) < 1e-6)
    #expect(indices.homogeneity < 1)
    #expect(indices.completeness == 1)
  }

  // MARK: Leaving rows out

  @Test func rowsWhoseTruthIsNoiseAreLeftOut() throws {
    let truth: [Int32] = [0, 1, 1, 2, 2, -1]
    let labels: [Int32] = [5, 3, 3, 4, 4, 3]
    let table = try ContingencyTable(truth: truth, labels: labels, leavingOut: [0, -1])
    #expect(table.leftOutCount == 2)
    #expect(table.classes == [1, 2])
    #expect(table.clusters == [3, 4])
    #expect(try ExternalIndices(table).adjustedRandIndex == 1)
    #expect(try ExternalIndices(truth: truth, labels: labels).adjustedRandIndex < 1)
  }

  // MARK: Bad input

  @Test func labelsOfAnotherLengthAreRefused() {
    #expect(
      throws: CladeError.shapeMismatch(
        expected: "3 labels, as many as the truth has", found: "2")
    ) {
      try ExternalIndices(truth: [0, 1, 2], labels: [0, 1])
    }
  }
}
