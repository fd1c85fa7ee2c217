import Clade
import CladeCore
import Foundation
import Synchronization
import Testing

/// What PPP finds, and what its model says.
@Suite struct PPPTests {
  // MARK: How many groups

  @Test(arguments: [1, 2, 5, 16, 50]) func oneGaussianIsOneGroup(columns: Int) throws {
    let model = try PPP().fit(PPPData.gaussian(rows: 2000, columns: columns))
    #expect(model.clusterCount == 1)
    #expect(model.labels == Array(repeating: 0, count: 2000))
    #expect(model.clusterability == 0)
    #expect(model.isolation == [0])
    #expect(model.sizes == [2000])
  }

  @Test(arguments: [30, 100, 400]) func fewGaussianRowsAreOneGroup(rows: Int) throws {
    for seed in 0..<5 as Range<UInt64> {
      let data = PPPData.gaussian(rows: rows, columns: 3, seed: seed)
      #expect(try PPP().fit(data).clusterCount == 1)
    }
  }

  @Test(arguments: [1, 2, 3, 8]) func aUniformCubeIsOneGroup(columns: Int) throws {
    #expect(try PPP().fit(PPPData.cube(rows: 3000, columns: columns)).clusterCount == 1)
  }

  @Test(arguments: [1, 2, 7, 1000]) func equalRowsAreOneGroup(rows: Int) throws {
    for value in [0, -3.25, 1e300, Double.leastNonzeroMagnitude] {
      let model = try PPP().fit(Matrix(rows: rows, columns: 3, repeating: value))
      #expect(model.clusterCount == 1)
      #expect(model.sizes == [rows])
      #expect(model.centers.row(0) == [value, value, value])
      #expect(model.labels == Array(repeating: 0, count: rows))
      #expect(model.separability == [1])
    }
  }

  @Test(arguments: [2, 3, 8, 20], [2, 5, 12]) func blobsAreFound(k: Int, columns: Int) throws {
    let truth = try PPPData.blobs(k, columns: columns, rows: 3000, sizeRatio: 5)
    let model = try PPP().fit(truth.points)
    #expect(model.clusterCount == k)
    #expect(try PPPData.adjustedRandIndex(model.labels, truth.labels) > 0.98)
  }

  @Test func groupsNeedNotBeGaussian() throws {
    let (points, labels) = PPPData.ringAndBlob(rows: 3000)
    let model = try PPP().fit(points)
    #expect(model.clusterCount == 2)
    #expect(model.componentCount > 2)
    #expect(try PPPData.adjustedRandIndex(model.labels, labels) > 0.99)
  }

  // MARK: Ending it

  /// Wherever it is when its time is over, it ends.
  @Test(arguments: [1, 2]) func itEndsWhenItsTimeIsOver(threads: Int) throws {
    let data = try PPPData.blobs(6, columns: 12, rows: 1500).points
    let whole = try PPP().fit(data, threads: threads)
    let asked = Mutex(0)
    let counting = TimeLimit {
      asked.withLock { $0 += 1 }
      return false
    }
    let counted = try counting.result { try PPP().fit(data, threads: threads) }
    #expect(counted?.labels == whole.labels && counted?.probabilities == whole.probabilities)
    let total = asked.withLock { $0 }
    #expect(total > 200)
    for part in stride(from: 0.0, to: 1, by: 0.04) {
      let left = Mutex(Int(Double(total) * part))
      let limit = TimeLimit {
        left.withLock { left in
          left -= 1
          return left < 0
        }
      }
      #expect(try limit.result { try PPP().fit(data, threads: threads).labels } == nil)
    }
  }

  // MARK: What changes nothing

  /// Scaling by a power of two rounds nothing, so every bit but the density's unit is the same.
  @Test(arguments: [-40, -1, 3, 100]) func scaling(exponent: Int) throws {
    let data = try PPPData.blobs(5, columns: 3, rows: 1500).points
    let factor = Double(sign: .plus, exponent: exponent, significand: 1)
    let model = try PPP().fit(data)
    let scaled = try PPP().fit(PPPData.mapped(data) { value, _ in value * factor })
    #expect(scaled.labels == model.labels)
    #expect(scaled.probabilities == model.probabilities)
    #expect(scaled.isolation == model.isolation)
    #expect(scaled.evidence == model.evidence)
    #expect(scaled.centers == PPPData.mapped(model.centers) { value, _ in value * factor })
    let shift = 3 * Double(exponent) * Foundation.log(2)
    #expect(abs(model.objective - (scaled.objective + shift)) < 1e-9)
  }

  @Test func shiftingAndExchangingColumns() throws {
    for truth in [
      try PPPData.blobs(5, columns: 3, rows: 1500), try PPPData.blobs(9, columns: 3, rows: 1500),
    ] {
      let model = try PPP().fit(truth.points)
      let shifted = PPPData.mapped(truth.points) { $0 + 100 - 300 * Double($1) }
      #expect(try PPPData.adjustedRandIndex(PPP().fit(shifted).labels, model.labels) > 0.99)
      let exchanged = PPPData.selecting([2, 0, 1], of: truth.points)
      let other = try PPP().fit(exchanged)
      #expect(other.clusterCount == model.clusterCount)
      #expect(try PPPData.adjustedRandIndex(other.labels, model.labels) > 0.99)
    }
  }

  /// Two ways to hold the same rows.
  @Test func floatsAreDoubles() throws {
    let single = KMeansTests.single(try PPPData.blobs(5, columns: 3, rows: 1500).points)
    let double = Matrix<Double>(rows: 1500, columns: 3) { buffer in
      for index in buffer.indices { buffer[index] = Double(single[index / 3, index % 3]) }
    }
    let (a, b) = (try PPP().fit(single), try PPP().fit(double))
    #expect(a.labels == b.labels)
    #expect(a.probabilities == b.probabilities)
  }

  // MARK: The model

  @Test func theModelSaysWhatItFound() throws {
    let truth = try PPPData.blobs(7, columns: 4, rows: 4000, sizeRatio: 10)
    let model = try PPP().fit(truth.points)
    let k = model.clusterCount
    #expect(k == 7)
    #expect(model.sizes == model.sizes.sorted(by: >))
    for group in 0..<k {
      let rows = model.labels.indices.filter { model.labels[$0] == Int32(group) }
      #expect(rows.count == model.sizes[group])
      for column in 0..<4 {
        let mean = rows.reduce(0) { $0 + truth.points[$1, column] } / Double(rows.count)
        #expect(abs(model.centers[group, column] - mean) < 1e-9)
      }
      let posterior = rows.reduce(0) { $0 + model.probabilities[$1] } / Double(rows.count)
      #expect(abs(model.separability[group] - posterior) < 1e-12)
    }
    let isolation = zip(model.sizes, model.isolation).reduce(0) { $0 + Double($1.0) * $1.1 } / 4000
    #expect(abs(model.clusterability - isolation) < 1e-12)
    #expect(model.probabilities.allSatisfy { 0...1 ~= $0 })
    #expect(model.separability.allSatisfy { 0.9...1 ~= $0 })
    #expect(model.isolation.allSatisfy { 0.3...1 ~= $0 })
    #expect(0.3...1 ~= model.clusterability)
    #expect(model.mostSeparableFirst.sorted() == Array(0..<k))
    for (before, after) in zip(model.mostSeparableFirst, model.mostSeparableFirst.dropFirst()) {
      #expect(model.separability[before] >= model.separability[after])
    }
    #expect(!model.reasons.isEmpty)
    #expect(model.converged)
    #expect(model.iterations > 0)
    #expect(model.evidence.contains { $0.componentCount == 7 })
  }

  @Test func predictGivesTrainingRowsTheirLabels() throws {
    for truth in [
      try PPPData.blobs(5, columns: 3, rows: 2500).points,
      try PPPData.blobs(4, columns: 2, rows: 2500, separation: 3.5).points,
      PPPData.ringAndBlob(rows: 2500).points,
    ] {
      let model = try PPP().fit(truth)
      let again = try model.predictProbabilities(truth)
      #expect(again.labels == model.labels)
      #expect(again.probabilities == model.probabilities)
      #expect(try model.predict(truth) == model.labels)
    }
  }

  @Test func aDecodedModelPredictsTheSame() throws {
    for columns in [3, 80] {
      let truth = try PPPData.blobs(5, columns: columns, rows: 1500)
      let model = try PPP().fit(truth.points)
      let data = try JSONEncoder().encode(model)
      let decoded = try JSONDecoder().decode(PPPModel.self, from: data)
      #expect(decoded.labels.isEmpty)
      #expect(decoded.probabilities.isEmpty)
      #expect(decoded.sizes == model.sizes)
      #expect(decoded.centers == model.centers)
      #expect(decoded.reasons == model.reasons)
      #expect(decoded.evidence == model.evidence)
      #expect(try decoded.predict(truth.points) == model.labels)
      #expect(!String(decoding: data, as: UTF8.self).contains("labels"))
    }
  }

  @Test func progressAndCancellation() async throws {
    let truth = try PPPData.blobs(5, columns: 3, rows: 2500)
    let stages = Stages()
    _ = try PPP().fit(truth.points, progress: { stages.add($0) })
    let names = stages.names
    #expect(names.first == "sampling")
    #expect(names.last == "assigning")
    #expect(names.contains("fitting the mixture"))
    #expect(stages.fractions.allSatisfy { 0...1 ~= $0 })

    let task = Task {
      withUnsafeCurrentTask { $0?.cancel() }
      return try PPP().fit(truth.points)
    }
    await #expect(throws: CancellationError.self) { try await task.value }
  }

  // MARK: Bad input

  @Test func badInputIsRefused() throws {
    #expect(throws: CladeError.self) { try PPP().fit(Matrix<Double>(rows: 0, columns: 3)) }
    #expect(throws: CladeError.self) { try PPP().fit(Matrix<Double>(rows: 3, columns: 0)) }
    for bad in [Double.nan, .infinity, -.infinity] {
      var data = PPPData.gaussian(rows: 50, columns: 2)
      data[17, 1] = bad
      #expect(throws: CladeError.nonFiniteValue(row: 17, column: 1, value: "\(bad)")) {
        try PPP().fit(data)
      }
    }
    for size in [1, 0, -5] {
      let error = #expect(throws: CladeError.self) {
        try PPP(sampleSize: size).fit(PPPData.gaussian(rows: 9, columns: 2))
      }
      #expect("\(error!)" == "sampleSize can't be \(size): a sample needs at least 2 rows")
    }
    let model = try PPP().fit(PPPData.gaussian(rows: 50, columns: 2))
    #expect(
      throws: CladeError.shapeMismatch(
        expected: "2 columns, as the model was fitted to", found: "3")
    ) {
      try model.predict(PPPData.gaussian(rows: 5, columns: 3))
    }
    #expect(throws: CladeError.nonFiniteValue(row: 0, column: 0, value: "nan")) {
      try model.predict(Matrix<Double>(rows: 1, columns: 2, repeating: .nan))
    }
    #expect(try model.predict(Matrix<Double>(rows: 0, columns: 2)) == [])
  }
}

/// Collects what a progress observer is told.
private final class Stages: @unchecked Sendable {
  // Unchecked: every access holds the lock.
  private let lock = NSLock()
  private var updates: [ProgressUpdate] = []

  func add(_ update: ProgressUpdate) { lock.withLock { updates.append(update) } }
  var names: [String] { lock.withLock { updates.map(\.stage) } }
  var fractions: [Double] { lock.withLock { updates.compactMap(\.fraction) } }
}
