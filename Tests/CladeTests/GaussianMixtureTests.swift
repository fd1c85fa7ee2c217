import Clade
import Foundation
import Testing

/// What the public method promises.
@Suite struct GaussianMixtureTests {
  // MARK: Choosing the number of components

  @Test(arguments: [1, 2, 3, 5, 8])
  func bicFindsTheNumberOfClearComponents(k: Int) throws {
    for columns in [2, 5] {
      let data = Self.blobs(rows: 150 * k, columns: columns, k: k, distance: 12, seed: UInt64(k))
      let model = try GaussianMixture().fit(data.rows)
      #expect(model.clusterCount == k)
      #expect(model.candidates.count == k + 4)
      #expect(model.candidates.map(\.requested) == Array(1...(k + 4)))
      #expect(model.candidates[k - 1].bic == model.bic)
      #expect(model.sizes.reduce(0, +) == 150 * k)
      #expect(Self.samePartition(model.labels, data.labels))
      #expect(model.separability.allSatisfy { $0 > 0.999 })
    }
  }

  @Test(arguments: InformationCriterion.allCases)
  func criteriaFollowTheirFormulas(criterion: InformationCriterion) throws {
    let data = MixtureData.groups(rows: 300, columns: 3, groups: 3, spread: 0.8)
    let model = try GaussianMixture(componentCount: 3).fit(data.rows)
    #expect(model.freeParameterCount == 2 + 9 + 18)
    let posteriors = model.probabilities.reduce(0) { $0 + log($1) }
    let expected =
      switch criterion {
      case .bic: -2 * model.logLikelihood + 29 * log(300.0)
      case .aic: -2 * model.logLikelihood + 58
      case .icl: -2 * model.logLikelihood + 29 * log(300.0) - 2 * posteriors
      }
    let value =
      switch criterion {
      case .bic: model.bic
      case .aic: model.aic
      case .icl: model.icl
      }
    #expect(abs(value - expected) < 1e-8)
    #expect(model.objective == model.logLikelihood / 300)
  }

  @Test func searchStopsAtTheLimitAndAtTheDistinctRows() throws {
    let data = Self.blobs(rows: 300, columns: 2, k: 6, distance: 12, seed: 3)
    let model = try GaussianMixture(maxComponents: 3).fit(data.rows)
    #expect(model.candidates.count == 3)
    let few = try GaussianMixture(covariance: .spherical).fit(
      try Matrix([[0.0, 0], [0, 0], [5, 5], [5, 5]]))
    #expect(few.candidates.count == 2)
  }

  // MARK: Singular data

  @Test(arguments: CovarianceType.allCases)
  func asManyComponentsAsDistinctRows(type: CovarianceType) throws {
    let rows = try Matrix([[0.0, 1], [3, 4], [10, -2], [3, 4], [7, 7], [0, 1], [0, 1]])
    let model = try GaussianMixture(componentCount: 4, covariance: type).fit(rows)
    #expect(model.clusterCount == 4)
    #expect(model.labels == [0, 1, 3, 1, 2, 0, 0])
    #expect(model.sizes == [3, 2, 1, 1])
    #expect(model.probabilities.allSatisfy { $0 > 0.999 })
    #expect(model.logLikelihood.isFinite)
    #expect(throws: CladeError.tooManyClusters(k: 5, distinctRows: 4)) {
      try GaussianMixture(componentCount: 5, covariance: type).fit(rows)
    }
  }

  @Test(arguments: CovarianceType.allCases)
  func collinearFeatures(type: CovarianceType) throws {
    let base = Self.blobs(rows: 200, columns: 1, k: 2, distance: 20, seed: 1)
    let rows = try Matrix(
      (0..<200).map { row in
        let x = base.rows[row, 0]
        return [x, 2 * x, -3 * x + 1]
      })
    let model = try GaussianMixture(componentCount: 2, covariance: type).fit(rows)
    #expect(model.clusterCount == 2)
    #expect(Self.samePartition(model.labels, base.labels))
    #expect(model.logLikelihood.isFinite)
    #expect(try model.predict(rows) == model.labels)
  }

  @Test(arguments: CovarianceType.allCases)
  func constantFeatureChangesNothing(type: CovarianceType) throws {
    let data = Self.blobs(rows: 240, columns: 2, k: 3, distance: 5, seed: 2)
    let wider = try Matrix((0..<240).map { [data.rows[$0, 0], 7.25, data.rows[$0, 1]] })
    let plain = try GaussianMixture(componentCount: 3, covariance: type).fit(data.rows)
    let model = try GaussianMixture(componentCount: 3, covariance: type).fit(wider)
    #expect(model.labels == plain.labels)
    if type != .spherical {
      // A sphere's one variance is the mean over all features.
      #expect(zip(model.probabilities, plain.probabilities).allSatisfy { abs($0 - $1) < 1e-9 })
      #expect(model.freeParameterCount == plain.freeParameterCount)
    }
    #expect((0..<3).allSatisfy { model.means[$0, 1] == 7.25 })
    #expect(model.logLikelihood.isFinite)
  }

  @Test(arguments: CovarianceType.allCases)
  func allRowsEqual(type: CovarianceType) throws {
    let rows = Matrix<Double>(rows: 20, columns: 3, repeating: 4)
    let model = try GaussianMixture(covariance: type).fit(rows)
    #expect(model.clusterCount == 1)
    #expect(model.means.row(0) == [4, 4, 4])
    #expect(model.logLikelihood.isFinite)
    #expect(model.labels.allSatisfy { $0 == 0 })
  }

  @Test func moreFeaturesThanRows() throws {
    let noise = Self.blobs(rows: 12, columns: 30, k: 1, distance: 0, seed: 5).rows
    let labels = (0..<12).map { Int32($0 % 2) }
    let rows = try Matrix(
      (0..<12).map { row in noise.row(row).map { $0 + 40 * Double(labels[row]) } })
    for type in CovarianceType.allCases {
      let model = try GaussianMixture(componentCount: 2, covariance: type).fit(rows)
      #expect(Self.samePartition(model.labels, labels))
      #expect(model.logLikelihood.isFinite)
    }
  }

  @Test func scaleOfAFeatureChangesNothing() throws {
    // Nearly singular as well, so that the floor is at work.
    let base = Self.blobs(rows: 300, columns: 2, k: 3, distance: 6, seed: 8)
    let rows = try Matrix((0..<300).map { [base.rows[$0, 0], base.rows[$0, 1], base.rows[$0, 0]] })
    let model = try GaussianMixture().fit(rows, initialLabels: base.labels)
    for (a, b) in [(1e-9, 1e9), (1e12, 1e-3)] {
      let scaled = try Matrix(
        (0..<300).map { [rows[$0, 0] * a, rows[$0, 1] * b, rows[$0, 2] * b] })
      let other = try GaussianMixture().fit(scaled, initialLabels: base.labels)
      #expect(other.labels == model.labels)
      #expect(zip(other.probabilities, model.probabilities).allSatisfy { abs($0 - $1) < 1e-6 })
    }
  }

  @Test func scaleOfAllFeaturesChangesNothing() throws {
    let data = MixtureData.groups(rows: 500, columns: 3, groups: 4, spread: 0.8).rows
    let model = try GaussianMixture().fit(data)
    for factor in [0x1p-60, 0x1p80] {
      let scaled = try Matrix((0..<500).map { row in data.row(row).map { $0 * factor } })
      let other = try GaussianMixture().fit(scaled)
      #expect(other.labels == model.labels)
      #expect(other.candidates.count == model.candidates.count)
      #expect(zip(other.probabilities, model.probabilities).allSatisfy { abs($0 - $1) < 1e-9 })
    }
  }

  @Test func startSeesGroupsWhateverTheUnits() throws {
    // Groups in small numbers beside noise in large ones, and the other way round.
    var random = CounterRandom(seed: 3)
    let labels = (0..<600).map { Int32($0 % 3) }
    for (inGroups, inNoise) in [(1.0, 1e4), (1e4, 1.0)] {
      let rows = Matrix<Double>(rows: 600, columns: 4) { buffer in
        for row in 0..<600 {
          buffer[row * 4] = inGroups * (10 * Double(labels[row]) + random.normal())
          buffer[row * 4 + 1] = inGroups * (10 * Double((labels[row] + 1) % 3) + random.normal())
          buffer[row * 4 + 2] = inNoise * random.normal()
          buffer[row * 4 + 3] = inNoise * random.normal()
        }
      }
      let model = try GaussianMixture(componentCount: 3).fit(rows)
      #expect(Self.samePartition(model.labels, labels))
    }
  }

  // MARK: Weights

  @Test(arguments: CovarianceType.allCases)
  func weightsEqualRepeatedRows(type: CovarianceType) throws {
    let data = MixtureData.groups(rows: 200, columns: 3, groups: 3, spread: 0.9).rows
    let weights = (0..<200).map { Double(1 + $0 % 3) }
    let repeated = data.gatheringRows(
      (0..<200).flatMap { Array(repeating: $0, count: Int(weights[$0])) })
    let method = GaussianMixture(componentCount: 3, covariance: type)
    let weighted = try method.fit(data, weights: weights)
    let plain = try method.fit(repeated)
    #expect(weighted.means == plain.means)
    #expect(weighted.covariances == plain.covariances)
    #expect(weighted.weights == plain.weights)
    #expect(weighted.bic == plain.bic)
    #expect(weighted.separability == plain.separability)
    #expect(weighted.labels == Array(plain.labelsOfFirst(weights)))
  }

  @Test func rowsWithoutWeightOnlyGetLabels() throws {
    let data = Self.blobs(rows: 100, columns: 2, k: 2, distance: 20, seed: 4)
    let more = try Matrix(
      (0..<100).map { data.rows.row($0) } + [[1000.0, 1000], [-1000, 1000]])
    let weights = [Double](repeating: 1, count: 100) + [0, 0]
    let plain = try GaussianMixture(componentCount: 2).fit(data.rows)
    let model = try GaussianMixture(componentCount: 2).fit(more, weights: weights)
    #expect(Array(model.labels.prefix(100)) == plain.labels)
    #expect(abs(model.meanLogLikelihood - plain.meanLogLikelihood) < 1e-9)
  }

  // MARK: New points

  @Test(arguments: CovarianceType.allCases)
  func newPointsAreTreatedLikeTrainingRows(type: CovarianceType) throws {
    let data = MixtureData.groups(rows: 5000, columns: 3, groups: 4, spread: 1)
    let model = try GaussianMixture(componentCount: 4, covariance: type).fit(data.rows)
    #expect(try model.predict(data.rows) == model.labels)
    #expect(try model.probabilities(of: data.rows) == model.probabilities)
    let responsibilities = try model.responsibilities(of: data.rows)
    let densities = try model.logDensity(of: data.rows)
    for row in 0..<5000 {
      let posteriors = responsibilities.row(row)
      #expect(posteriors[Int(model.labels[row])] == model.probabilities[row])
      #expect(abs(posteriors.reduce(0, +) - 1) < 1e-14)
    }
    #expect(abs(densities.reduce(0, +) - model.logLikelihood) < 1e-8)
    let part = data.rows.gatheringRows([17, 4, 4999])
    #expect(try model.logDensity(of: part) == [densities[17], densities[4], densities[4999]])
    #expect(try model.predict(Matrix<Double>(rows: 0, columns: 3)) == [])
    // Beyond all reach, but still a label and finite numbers.
    let far = try Matrix([[1e200, -1e200, 1e200]])
    #expect(try model.predict(far)[0] >= 0)
    #expect(try model.logDensity(of: far)[0].isFinite)
  }

  @Test func floatsAreTreatedAsTheDoublesTheyAre() throws {
    let data = MixtureData.groups(rows: 400, columns: 2, groups: 3, spread: 0.8).rows
    let floats = Matrix<Float>(rows: 400, columns: 2) { buffer in
      for row in 0..<400 {
        for column in 0..<2 { buffer[row * 2 + column] = Float(data[row, column]) }
      }
    }
    let doubles = Matrix<Double>(rows: 400, columns: 2) { buffer in
      for row in 0..<400 {
        for column in 0..<2 { buffer[row * 2 + column] = Double(floats[row, column]) }
      }
    }
    let a = try GaussianMixture(componentCount: 3).fit(floats)
    let b = try GaussianMixture(componentCount: 3).fit(doubles)
    #expect(a.labels == b.labels)
    #expect(a.logLikelihood == b.logLikelihood)
    #expect(try a.predict(floats) == b.predict(doubles))
  }

  @Test(arguments: CovarianceType.allCases)
  func modelSurvivesEncoding(type: CovarianceType) throws {
    let data = MixtureData.groups(rows: 300, columns: 5, groups: 3, spread: 1)
    let model = try GaussianMixture(covariance: type, maxComponents: 4).fit(data.rows)
    let json = try JSONEncoder().encode(model)
    let read = try JSONDecoder().decode(GaussianMixtureModel.self, from: json)
    #expect(read.labels.isEmpty && read.probabilities.isEmpty)
    #expect(read.means == model.means && read.covariances == model.covariances)
    #expect(read.bic == model.bic && read.candidates == model.candidates)
    #expect(try read.predict(data.rows) == model.labels)
    #expect(try read.probabilities(of: data.rows) == model.probabilities)
    for component in 0..<read.clusterCount {
      let (factor, covariance) = (
        read.precisionFactor(of: component), read.covariances.matrix(of: component)
      )
      // P·Σ·Pᵀ is the identity.
      for i in 0..<5 {
        for j in 0..<5 {
          var sum = 0.0
          for a in 0..<5 {
            for b in 0..<5 { sum += factor[i, a] * covariance[a, b] * factor[j, b] }
          }
          #expect(abs(sum - (i == j ? 1 : 0)) < 1e-9)
        }
      }
    }
  }

  @Test func damagedModelIsRefused() throws {
    let data = MixtureData.groups(rows: 100, columns: 2, groups: 2, spread: 1)
    let model = try GaussianMixture(componentCount: 2).fit(data.rows)
    let json = try String(decoding: JSONEncoder().encode(model), as: UTF8.self)
    let broken = [
      json.replacingOccurrences(of: "\"weights\":[", with: "\"weights\":[-1,"),
      json.replacingOccurrences(of: "\"sizes\":[", with: "\"sizes\":[3,"),
      json.replacingOccurrences(of: "\"columns\":2", with: "\"columns\":3"),
    ]
    for text in broken {
      #expect(throws: CladeError.self) {
        try JSONDecoder().decode(GaussianMixtureModel.self, from: Data(text.utf8))
      }
    }
  }

  // MARK: Bad parameters

  @Test func badParametersSayWhatIsWrong() throws {
    let rows = MixtureData.groups(rows: 20, columns: 2, groups: 2, spread: 1).rows
    func message(_ body: () throws -> Void) -> String {
      do { try body() } catch { return "\(error)" }
      return "nothing thrown"
    }
    #expect(
      message { _ = try GaussianMixture(componentCount: 0).fit(rows) }
        == "componentCount can't be 0: a mixture has at least 1 component")
    #expect(
      message { _ = try GaussianMixture(componentCount: 30).fit(rows) }
        == "30 clusters were asked for, but the data has only 20 distinct rows; "
        + "ask for at most that many")
    #expect(
      message { _ = try GaussianMixture(regularization: 0).fit(rows) }
        == "regularization can't be 0.0: it is relative to the data's variance and must lie "
        + "between 1e-12 and 1")
    #expect(
      message { _ = try GaussianMixture(tolerance: .nan).fit(rows) }
        == "tolerance can't be nan: it must be a finite number that is 0 or more")
    #expect(
      message { _ = try GaussianMixture(maxComponents: 0).fit(rows) }
        == "maxComponents can't be 0: it must be at least 1")
    #expect(
      message { _ = try GaussianMixture().fit(rows, weights: [1]) }
        == "expected 20 weights, one per row, found 1")
    #expect(
      message {
        _ = try GaussianMixture().fit(rows, weights: Array(repeating: -1, count: 20))
      } == "weights[0] can't be -1.0: a weight must be a finite number that is 0 or more")
    #expect(
      message { _ = try GaussianMixture().fit(rows, weights: Array(repeating: 0, count: 20)) }
        == "weights can't be a sum of 0.0: some rows must count, and all together must stay "
        + "finite")
    #expect(
      message { _ = try GaussianMixture().fit(rows, initialLabels: [0]) }
        == "expected 20 labels, one per row, found 1")
    #expect(
      message {
        _ = try GaussianMixture().fit(rows, initialLabels: Array(repeating: -1, count: 20))
      } == "labels can't be -1 for every row: a mixture needs a row to start from")
    #expect(
      message {
        _ = try GaussianMixture(componentCount: 2)
          .fit(rows, initialLabels: Array(repeating: 2, count: 20))
      } == "initialLabels can't be as large as 2: componentCount is 2, so labels must be below it")
    #expect(
      message { _ = try GaussianMixture().fit(Matrix<Double>(rows: 0, columns: 2)) }
        == "there is no data: a mixture needs at least one row and one column, and there are "
        + "0 × 2")
    #expect(
      message { _ = try GaussianMixture().fit(try Matrix([[1.0, 2], [3, .infinity]])) }
        == "row 1, column 1 holds inf; only finite numbers can be clustered, "
        + "so remove or impute it")
    #expect(
      message { _ = try GaussianMixture().fit(try Matrix([[1e200], [-1e200], [0.0]])) }
        == "column 0 can't be that large: its variance isn't a finite number; "
        + "scale the column down")
    let model = try GaussianMixture(componentCount: 2).fit(rows)
    #expect(
      message { _ = try model.predict(Matrix<Double>(rows: 1, columns: 3)) }
        == "expected 2 columns, as the model was fitted to, found 3")
  }

  // MARK: Data

  /// Standard normal groups on a line that winds through space, `distance` apart.
  static func blobs(
    rows: Int, columns: Int, k: Int, distance: Double, seed: UInt64
  ) -> (rows: Matrix<Double>, labels: [Int32]) {
    var random = CounterRandom(seed: seed)
    let labels = (0..<rows).map { Int32($0 % k) }
    let matrix = Matrix<Double>(rows: rows, columns: columns) { buffer in
      for row in 0..<rows {
        let label = Int(labels[row])
        for column in 0..<columns {
          let step = column == label % columns ? label / columns + 1 : label / columns
          buffer[row * columns + column] = distance * Double(step) + random.normal()
        }
      }
    }
    return (matrix, labels)
  }

  /// Whether two labelings part the rows in the same way.
  static func samePartition(_ a: [Int32], _ b: [Int32]) -> Bool {
    var (there, back) = ([Int32: Int32](), [Int32: Int32]())
    for (x, y) in zip(a, b) {
      if there[x, default: y] != y || back[y, default: x] != x { return false }
      there[x] = y
      back[y] = x
    }
    return true
  }
}

extension GaussianMixtureModel {
  /// The labels of the first of each run of repeated rows.
  fileprivate func labelsOfFirst(_ repeats: [Double]) -> [Int32] {
    var place = 0
    return repeats.map { count in
      defer { place += Int(count) }
      return labels[place]
    }
  }
}
