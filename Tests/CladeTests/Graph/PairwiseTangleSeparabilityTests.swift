import Clade
import Testing

/// Which pairs of Gaussians tangles would tell apart.
@Suite struct PairwiseTangleSeparabilityTests {
  /// Two Gaussians of the given standard deviations along the axes, the second one moved.
  private func pair(
    _ first: [Double], _ second: [Double], moved: [Double], share: Double = 0.5
  ) throws -> PairwiseTangleSeparability? {
    let d = first.count
    let mixture = GaussianMixtureParameters(
      weights: [share, 1 - share],
      means: try Matrix([[Double](repeating: 0, count: d), moved]),
      covariances: try GaussianCovariances(
        type: .diagonal, componentCount: 2, columnCount: d,
        values: (first + second).map { $0 * $0 }))
    return PairwiseTangleSeparability(mixture, groups: [0, 1], persistence: 1.5, threads: 1)
  }

  /// Rows of the same two.
  private func rows(
    _ first: [Double], _ second: [Double], moved: [Double], share: Double, count: Int
  ) -> Matrix<Double> {
    let d = first.count
    var random = CounterRandom(seed: 5)
    return Matrix<Double>(rows: count, columns: d) { target in
      for row in 0..<count {
        let isFirst = Double(row) < share * Double(count)
        for column in 0..<d {
          let value = random.normal() * (isFirst ? first : second)[column]
          target.initializeElement(
            at: row * d + column, to: value + (isFirst ? 0 : moved[column]))
        }
      }
    }
  }

  @Test(arguments: [2, 3, 5], [4.0, 5, 7]) func balls(_ d: Int, _ distance: Double) throws {
    let ball = [Double](repeating: 1, count: d)
    let moved = [distance] + [Double](repeating: 0, count: d - 1)
    let ratio = try #require(try pair(ball, ball, moved: moved)).ratios[0]
    let known = TangleSeparability(distance: distance, dimensionCount: d).ratio
    #expect(abs(ratio / known - 1) < 1e-3)
  }

  /// Side by side, a cut along two long Gaussians is long, and halving them is cheap: the tangles
  /// of deviations 1 and 4 last to 1/4, and the plane between them is of order √2 · exp(−9/4).
  @Test func longOnesByHand() throws {
    let side = try #require(try pair([1, 4], [1, 4], moved: [6, 0]))
    #expect(abs(side.ratios[0] - 0.25 / (2.0.squareRoot() * Elementary.exp(-2.25))) < 1e-9)
    #expect(side.separablePairCount == 1 && side.doubtfulPairs.isEmpty)
    // One after the other they are balls, seen along the line.
    let after = try #require(try pair([4, 1], [4, 1], moved: [16, 0]))
    let balls = try #require(try pair([1, 1], [1, 1], moved: [4, 0]))
    #expect(abs(after.ratios[0] - balls.ratios[0]) < 1e-9)
    #expect(try #require(try pair([1, 4], [1, 4], moved: [4, 0])).ratios == [1])
  }

  /// What the condition says is what a search finds. It is sufficient: nothing is said of the
  /// others.
  @Test func tanglesAgree() throws {
    let cases: [(first: [Double], second: [Double], moved: [Double], share: Double)] = [
      ([1, 1], [1, 1], [3, 0], 0.5), ([1, 1], [1, 1], [4, 0], 0.5),
      ([1, 4], [1, 4], [6.5, 0], 0.5),
      ([1, 1], [3, 3], [5, 0], 0.5), ([1, 1], [3, 3], [8, 0], 0.5),
      ([1, 1], [1, 1], [5, 0], 0.2),
      ([1, 1, 1], [1, 1, 1], [4, 0, 0], 0.5), ([1, 2, 3], [1, 2, 3], [6, 0, 0], 0.5),
    ]
    var told = 0
    for (first, second, moved, share) in cases {
      let condition = try #require(try pair(first, second, moved: moved, share: share))
      guard condition.separablePairCount == 1 else { continue }
      told += 1
      let data = rows(first, second, moved: moved, share: share, count: 1500)
      #expect(try Tangles().fit(data).clusterCount == 2, "\(first) \(second) \(moved)")
    }
    #expect(told == 6)
  }

  @Test func coordinatesDoNotMatter() throws {
    let first = GaussianMixtureParameters(
      weights: [0.3, 0.7], means: try Matrix([[1, 2], [6, 3]]),
      covariances: try GaussianCovariances(
        type: .diagonal, componentCount: 2, columnCount: 2, values: [1, 4, 2, 1]))
    // The same, turned by arctan(4/3) and doubled, with full covariances.
    let (c, s) = (0.6, 0.8)
    let turned = { (x: Double, y: Double) in [2 * (c * x - s * y), 2 * (s * x + c * y)] }
    let covariance = { (a: Double, b: Double) in
      let mixed = c * s * (a - b)
      return [c * c * a + s * s * b, mixed, mixed, s * s * a + c * c * b].map { 4 * $0 }
    }
    let second = GaussianMixtureParameters(
      weights: [0.3, 0.7], means: try Matrix([turned(1, 2), turned(6, 3)]),
      covariances: try GaussianCovariances(
        type: .full, componentCount: 2, columnCount: 2,
        values: covariance(1, 4) + covariance(2, 1)))
    let ratios = try [first, second].map {
      try #require(
        PairwiseTangleSeparability($0, groups: [0, 1], persistence: 1.5, threads: nil)
      ).ratios[0]
    }
    #expect(ratios[0] > 1.1)
    #expect(abs(ratios[0] - ratios[1]) < 1e-9 * ratios[0])
  }

  /// The longest axis may lie where the variances of the columns don't show it.
  @Test func theLongestAxisIsFound() throws {
    let covariance = [2.0, 0, 0, 0, 1.9, -1.8, 0, -1.8, 1.9]
    let make = { (values: [Double]) in
      let mixture = GaussianMixtureParameters(
        weights: [0.5, 0.5], means: try Matrix([[0, 0, 0], [9, 0, 0]]),
        covariances: try GaussianCovariances(
          type: .tied, componentCount: 2, columnCount: 3, values: values))
      return try #require(
        PairwiseTangleSeparability(mixture, groups: [0, 1], persistence: 1.5, threads: 1)
      ).ratios[0]
    }
    // The same with its axes along the columns: 1.9 + 1.8 and 1.9 − 1.8.
    let turned = try make([2, 0, 0, 0, 3.7, 0, 0, 0, 0.1])
    #expect(abs(try make(covariance) / turned - 1) < 1e-9)
    #expect(turned > 1.5)
  }

  /// Every Gaussian of one group from every one of the other.
  @Test func groupsOfSeveral() throws {
    let places = [0.0, 3, 10, 30]
    let mixture = GaussianMixtureParameters(
      weights: [0.25, 0.25, 0.25, 0.25], means: try Matrix(places.map { [$0, 0] }),
      covariances: try GaussianCovariances(
        type: .spherical, componentCount: 4, columnCount: 2, values: [1, 1, 1, 1]))
    let make = { (groups: [Int]) in
      try #require(
        PairwiseTangleSeparability(mixture, groups: groups, persistence: 1.5, threads: nil))
    }
    let all = try make([0, 1, 2, 3])
    #expect(all.pairCount == 6 && all.separablePairCount == 5)
    #expect(all.doubtfulPairs.map { [$0.first, $0.second] } == [[0, 1]])
    #expect(all.ratio(1, 0) == all.ratio(0, 1))
    let (two, one) = (all.nearest(to: 2), all.nearest(to: 0))
    #expect(two?.group == 1 && two?.ratio == all.ratio(1, 2))
    #expect(one?.group == 1)
    let joined = try make([0, 0, 1, 2])
    #expect(joined.groupCount == 3)
    #expect(joined.ratio(0, 1) == all.ratio(1, 2))
    #expect(joined.ratio(0, 2) == all.ratio(1, 3))
    let alone = try make([0, 0, 0, 0])
    #expect(alone.pairCount == 0 && alone.nearest(to: 0) == nil && alone.doubtfulPairs.isEmpty)
  }

  @Test func limits() throws {
    #expect(try pair([1], [1], moved: [9]) == nil)
    #expect(try #require(try pair([1, 1], [1, 1], moved: [0, 0])).ratios == [1])
    let far = try #require(try pair([1, 1], [1, 1], moved: [1e150, 0])).ratios[0]
    #expect(far.isFinite && far > 1e100)
    #expect(try #require(try pair([1e-300, 1], [1, 1], moved: [5, 0])).ratios == [1])
    let many = GaussianMixtureParameters(
      weights: [Double](repeating: 1.0 / 201, count: 201),
      means: Matrix<Double>(rows: 201, columns: 2, repeating: 0),
      covariances: try GaussianCovariances(
        type: .spherical, componentCount: 201, columnCount: 2,
        values: [Double](repeating: 1, count: 201)))
    #expect(
      PairwiseTangleSeparability(many, groups: Array(0..<201), persistence: 1.5, threads: 1) == nil)
  }

  @Test func modelsSayIt() throws {
    let sample = try GaussianBlobs(
      clusterCount: 4, dimensionCount: 3, pointCount: 600, separation: 7, seed: 3
    ).generate().points
    let model = try PPP().fit(sample)
    let pairs = try #require(model.tangleSeparability())
    #expect(pairs.groupCount == model.clusterCount && pairs.persistence == 1.5)
    let order = DensityData.shuffled(600, seed: 4)
    let shuffled = try PPP().fit(sample.gatheringRows(order))
    #expect(shuffled.tangleSeparability(threads: 7) == pairs)
    for set in InstructionSet.available {
      InstructionSet.forcing(set) { #expect(model.tangleSeparability(threads: 1) == pairs) }
    }
    for covariance in CovarianceType.allCases {
      let mixture = try GaussianMixture(componentCount: 4, covariance: covariance).fit(sample)
      let pairs = try #require(mixture.tangleSeparability(persistence: 2))
      #expect(pairs.pairCount == 6 && pairs.persistence == 2)
      #expect(pairs.ratios.allSatisfy { $0 >= 1 && $0.isFinite })
    }
  }
}
