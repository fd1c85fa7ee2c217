import Clade
import Testing

/// What the package kmedoids 0.5.5 (in Rust) finds from the same medoids, looking at candidates in the
/// same order: `kmedoids.fasterpam(cdist(X, X, metric), np.arange(k) * 7 + 3, n_cpu=1)`, and likewise
/// `fastpam1`, `pam`, and `alternating`.
@Suite struct KMedoidsReferenceTests {
  struct Reference: Sendable, CustomTestStringConvertible {
    let metric: Metric
    let k: Int
    let algorithm: KMedoids.Algorithm
    let loss: Double
    let medoids: [Int32]
    let iterations: Int

    var testDescription: String { "\(metric), \(k), \(algorithm)" }
  }

  static let wine: [Reference] = [
    Reference(
      metric: .euclidean, k: 2, algorithm: .fasterPAM, loss: 23407.3806804016,
      medoids: [45, 143], iterations: 3),
    Reference(
      metric: .euclidean, k: 2, algorithm: .fastPAM1, loss: 23407.3806804016,
      medoids: [45, 143], iterations: 5),
    Reference(
      metric: .euclidean, k: 2, algorithm: .pam, loss: 23407.3806804016,
      medoids: [45, 143], iterations: 5),
    Reference(
      metric: .euclidean, k: 2, algorithm: .alternating, loss: 23407.3806804016,
      medoids: [45, 143], iterations: 7),
    Reference(
      metric: .euclidean, k: 3, algorithm: .fasterPAM, loss: 16375.88913421363,
      medoids: [50, 72, 135], iterations: 4),
    Reference(
      metric: .euclidean, k: 3, algorithm: .fastPAM1, loss: 16375.88913421363,
      medoids: [50, 72, 135], iterations: 6),
    Reference(
      metric: .euclidean, k: 3, algorithm: .pam, loss: 16375.88913421363,
      medoids: [50, 72, 135], iterations: 6),
    Reference(
      metric: .euclidean, k: 3, algorithm: .alternating, loss: 18676.404231990244,
      medoids: [32, 58, 143], iterations: 7),
    Reference(
      metric: .euclidean, k: 5, algorithm: .fasterPAM, loss: 10452.275058060466,
      medoids: [48, 58, 72, 144, 153], iterations: 3),
    Reference(
      metric: .euclidean, k: 5, algorithm: .fastPAM1, loss: 10282.607809720203,
      medoids: [22, 58, 65, 125, 170], iterations: 9),
    Reference(
      metric: .euclidean, k: 5, algorithm: .pam, loss: 10282.607809720203,
      medoids: [22, 58, 65, 125, 170], iterations: 9),
    Reference(
      metric: .euclidean, k: 5, algorithm: .alternating, loss: 17374.07627997504,
      medoids: [5, 31, 32, 57, 143], iterations: 6),
    Reference(
      metric: .euclidean, k: 10, algorithm: .fasterPAM, loss: 5301.532465201358,
      medoids: [31, 48, 57, 65, 68, 70, 113, 126, 160, 164], iterations: 3),
    Reference(
      metric: .euclidean, k: 10, algorithm: .fastPAM1, loss: 5285.67553045698,
      medoids: [22, 31, 50, 58, 65, 68, 70, 86, 125, 140], iterations: 11),
    Reference(
      metric: .euclidean, k: 10, algorithm: .pam, loss: 5285.67553045698,
      medoids: [22, 31, 50, 58, 65, 68, 70, 86, 125, 140], iterations: 11),
    Reference(
      metric: .euclidean, k: 10, algorithm: .alternating, loss: 8510.14819446484,
      medoids: [5, 10, 14, 21, 38, 45, 50, 58, 63, 140], iterations: 3),
    Reference(
      metric: .manhattan, k: 2, algorithm: .fasterPAM, loss: 26666.223999,
      medoids: [48, 143], iterations: 3),
    Reference(
      metric: .manhattan, k: 2, algorithm: .fastPAM1, loss: 26666.223999,
      medoids: [48, 143], iterations: 5),
    Reference(
      metric: .manhattan, k: 2, algorithm: .pam, loss: 26666.223999,
      medoids: [48, 143], iterations: 5),
    Reference(
      metric: .manhattan, k: 2, algorithm: .alternating, loss: 26666.223999,
      medoids: [48, 143], iterations: 6),
    Reference(
      metric: .manhattan, k: 3, algorithm: .fasterPAM, loss: 19435.363998999997,
      medoids: [2, 91, 161], iterations: 3),
    Reference(
      metric: .manhattan, k: 3, algorithm: .fastPAM1, loss: 19435.363998999997,
      medoids: [2, 91, 161], iterations: 7),
    Reference(
      metric: .manhattan, k: 3, algorithm: .pam, loss: 19435.363998999997,
      medoids: [2, 91, 161], iterations: 7),
    Reference(
      metric: .manhattan, k: 3, algorithm: .alternating, loss: 21773.743999,
      medoids: [32, 58, 143], iterations: 7),
    Reference(
      metric: .manhattan, k: 5, algorithm: .fasterPAM, loss: 13034.085999,
      medoids: [48, 58, 62, 91, 145], iterations: 2),
    Reference(
      metric: .manhattan, k: 5, algorithm: .fastPAM1, loss: 13016.133999000009,
      medoids: [22, 58, 125, 161, 170], iterations: 9),
    Reference(
      metric: .manhattan, k: 5, algorithm: .pam, loss: 13016.133999000009,
      medoids: [22, 58, 125, 161, 170], iterations: 9),
    Reference(
      metric: .manhattan, k: 5, algorithm: .alternating, loss: 20485.103999,
      medoids: [10, 14, 32, 57, 143], iterations: 5),
    Reference(
      metric: .manhattan, k: 10, algorithm: .fasterPAM, loss: 7709.027998999997,
      medoids: [31, 48, 58, 65, 68, 70, 86, 103, 128, 140], iterations: 3),
    Reference(
      metric: .manhattan, k: 10, algorithm: .fastPAM1, loss: 7734.6279989999975,
      medoids: [22, 31, 50, 58, 65, 68, 70, 86, 125, 140], iterations: 11),
    Reference(
      metric: .manhattan, k: 10, algorithm: .pam, loss: 7734.6279989999975,
      medoids: [22, 31, 50, 58, 65, 68, 70, 86, 125, 140], iterations: 11),
    Reference(
      metric: .manhattan, k: 10, algorithm: .alternating, loss: 9203.283999000001,
      medoids: [5, 10, 11, 14, 17, 19, 22, 65, 125, 170], iterations: 12),
  ]

  @Test(arguments: wine) func medoidsOfWine(_ reference: Reference) throws {
    let model = try KMedoids(
      k: reference.k, algorithm: reference.algorithm,
      start: .items((0..<reference.k).map { $0 * 7 + 3 }), visitingOrder: .rows,
      metric: reference.metric
    ).fit(Wine.points)
    #expect(abs(model.objective / reference.loss - 1) < 1e-13)
    #expect(model.medoids.sorted() == reference.medoids)
    #expect(model.iterations == reference.iterations)
  }

  /// The losses of FasterPAM; iris has duplicates and ties, between which both may decide otherwise.
  @Test(arguments: [
    (2, 129.33038857693228, 219.40000000000003),
    (3, 98.86857306414682, 164.7),
    (5, 79.09252711719667, 130.10000000000008),
    (10, 59.54309059538732, 96.20000000000002),
  ])
  func lossesOfIris(_ k: Int, _ euclidean: Double, _ manhattan: Double) throws {
    for (metric, loss) in [(Metric.euclidean, euclidean), (.manhattan, manhattan)] {
      let model = try KMedoids(
        k: k, start: .items((0..<k).map { $0 * 7 + 3 }), visitingOrder: .rows, metric: metric
      ).fit(Iris.points)
      #expect(abs(model.objective / loss - 1) < 1e-13)
    }
  }

  /// `kmedoids.pam_build(cdist(X, X), k)`, of which the medoids alone are looked at here.
  @Test(arguments: [
    (2, 26892.113488074556, [17, 65]),
    (3, 16396.142003068504, [17, 65, 72]),
    (5, 11090.950213840222, [15, 17, 65, 70, 72]),
    (10, 5565.887000911893, [15, 17, 22, 31, 65, 68, 70, 72, 125, 140]),
  ])
  func medoidsOfBuild(_ k: Int, _ loss: Double, _ medoids: [Int]) throws {
    let distances = try Metric.euclidean.distances(of: Wine.points)
    #expect(abs(KMedoidsTests.loss(medoids, distances) / loss - 1) < 1e-13)
    // From BUILD's medoids by name, PAM goes the same way as from BUILD.
    let named = try KMedoids(k: k, algorithm: .pam, start: .items(medoids)).fit(Wine.points)
    let built = try KMedoids(k: k, algorithm: .pam, start: .build).fit(Wine.points)
    #expect(named.medoids == built.medoids && named.swaps == built.swaps)
  }

  /// The swaps of PAM are those of FastPAM1, also where many are equally good.
  @Test(arguments: [2, 3, 5, 10, 30]) func fastPAM1IsPAM(_ k: Int) throws {
    let sets = [
      Iris.points, Wine.points, MedoidData.rows(300, columns: 2, step: 0.5, seed: 1),
      MedoidData.rows(250, columns: 5, seed: 2),
    ]
    for data in sets {
      for metric in [Metric.euclidean, .manhattan, .chebyshev] {
        for start in [MedoidStart.build, .lab, .random] {
          let pam = try KMedoids(k: k, algorithm: .pam, start: start, metric: metric).fit(data)
          let fast = try KMedoids(k: k, algorithm: .fastPAM1, start: start, metric: metric)
            .fit(data)
          #expect(fast.medoids == pam.medoids && fast.labels == pam.labels)
          #expect(fast.objective == pam.objective && fast.swaps == pam.swaps)
        }
      }
    }
  }
}
