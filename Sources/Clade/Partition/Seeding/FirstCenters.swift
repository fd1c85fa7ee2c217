import CladeCore

extension SeedingSample {
  /// The first centers of one start: k × d, or fewer where no part can be split any more.
  ///
  /// What draws nothing would begin every start at the same place, so further starts are those of
  /// greedy k-means++.
  func firstCenters(_ method: KMeans, restart: Int, threads: Int?) throws -> Matrix<Scalar> {
    let stream = UInt64(restart)
    var seeding = method.seeding
    if seeding.isDeterministic, restart > 0 { seeding = .greedyKMeansPlusPlus }
    let centers =
      switch seeding {
      case .principalSplitting:
        try PrincipalSplitting(rows, masses: masses, threads: threads).centers(
          method.k, Scalar.self)
      case .random:
        rows.gatheringRows(
          CanonicalOrder(rows).sample(
            count: method.k, seed: method.seed &+ stream, of: rows))
      default:
        rows.gatheringRows(
          try chooseRows(seeding, k: method.k, seed: method.seed, stream: stream, threads: threads))
      }
    guard method.localSearch > 0 else { return centers }
    var search = LocalSearch(self, centers: centers, threads: threads)
    try search.run(
      rounds: method.localSearch, seed: method.seed, stream: stream &+ 1 << 62)
    return search.centers
  }

  /// The rows that one of the methods which choose rows takes, in its order.
  func chooseRows(
    _ seeding: Seeding, k: Int, seed: UInt64, stream: UInt64, threads: Int?
  ) throws -> [Int] {
    func plusPlus(_ candidateCount: Int) throws -> [Int] {
      var seeder = KMeansPlusPlus(
        self, candidateCount: candidateCount, seed: seed, stream: stream, threads: threads)
      return try seeder.chooseRows(k)
    }
    func rejection(_ limit: Int?) throws -> [Int] {
      var seeder = RejectionSampling(
        self, proposalLimit: limit, seed: seed, stream: stream, threads: threads)
      return try seeder.chooseRows(k)
    }
    switch seeding {
    case .kMeansPlusPlus:
      return try plusPlus(1)
    case .scalableKMeansPlusPlus:
      return try ScalableKMeansPlusPlus(self, seed: seed, stream: stream, threads: threads)
        .chooseRows(k)
    case .rejectionSampling:
      return try rejection(nil)
    case .cappedRejectionSampling:
      return try rejection(RejectionSampling<Scalar>.cappedProposals)
    case .afkmc2:
      var seeder = AFKMC2(self, seed: seed, stream: stream)
      return try seeder.chooseRows(k)
    case .maximin:
      var seeder = Maximin(self, threads: threads)
      return try seeder.chooseRows(k)
    case .greedyKMeansPlusPlus, .principalSplitting, .random:
      return try plusPlus(KMeansPlusPlus<Scalar>.greedyCandidateCount(k: k))
    }
  }
}
