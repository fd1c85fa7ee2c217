import Clade
import CladeTables
import Foundation
import Testing

/// The figures that PPP has to reach, on generated mixtures and on real data with known groups.
///
/// A part of them is always checked; `CLADE_ACCEPTANCE=1` checks all. The real data is read from the
/// folder that `CLADE_BENCHMARKS` names, or from `../shared/benchmarks`, and left out when it is missing.
@Suite struct PPPAcceptanceTests {
  static let isFull = ProcessInfo.processInfo.environment["CLADE_ACCEPTANCE"] == "1"

  // MARK: Generated mixtures

  /// One of 200 mixtures: 1 to 50 groups in 2 to 64 dimensions, the largest up to 50 times the
  /// smallest, stretched up to 10 times (a quarter not at all), neighbours 6 standard deviations apart.
  static func mixture(_ number: Int) -> GaussianBlobs {
    var random = CounterRandom(seed: UInt64(number), stream: 1)
    func logUniform(_ low: Double, _ high: Double) -> Double {
      Foundation.exp(Foundation.log(low) + random.uniform() * Foundation.log(high / low))
    }
    let k = 1 + Int(random.uniform() * 50)
    let columns = min(64, Int(logUniform(2, 65)))
    let sizeRatio = logUniform(1, 50)
    var rows = 2000 + random.uniform() * 8000
    // The smallest group has at least 16 rows.
    let steps = Double(max(1, k - 1))
    let shares = (0..<k).map { Foundation.pow(sizeRatio, -Double($0) / steps) }
    rows = max(rows, 17 * shares.reduce(0, +) / (shares.last ?? 1))
    return GaussianBlobs(
      clusterCount: k, dimensionCount: columns, pointCount: Int(rows), sizeRatio: sizeRatio,
      shape: number % 4 == 0 ? .spherical : .rotated, elongation: 10, separation: 6,
      seed: UInt64(number))
  }

  @Test func theRightNumberOfGroupsInMixtures() throws {
    let numbers = Array(stride(from: 0, to: 200, by: Self.isFull ? 1 : 10))
    let results = ParallelChunks.map(count: numbers.count, chunkSize: 1) {
      index, _ -> Result<(isRight: Bool, index: Double), any Error> in
      Result {
        let truth = try Self.mixture(numbers[index]).generate(threads: 1)
        #expect(truth.sizes.allSatisfy { $0 >= 16 })
        let model = try PPP().fit(truth.points, threads: 1)
        return (
          isRight: model.clusterCount == truth.sizes.count,
          index: try PPPData.adjustedRandIndex(model.labels, truth.labels)
        )
      }
    }
    let scores = try results.map { try $0.get() }
    let right = scores.count { $0.isRight }
    let mean = scores.reduce(0) { $0 + $1.index } / Double(scores.count)
    if Self.isFull { print("PPP: \(right) of \(scores.count) mixtures right, mean ARI \(mean)") }
    #expect(Double(right) >= 0.95 * Double(scores.count))
    #expect(mean >= 0.98)
  }

  // MARK: Real data

  @Test(
    .enabled(if: BenchmarkSets.areThere),
    arguments: [
      ("sipu/s1", 0, 0.95), ("sipu/a1", 0, 0.95), ("sipu/a3", 0, 0.95), ("sipu/unbalance", 0, 0.95),
      ("sipu/birch2", 0, 0.95), ("sipu/birch1", 2, 0.9),
    ])
  func theRightNumberOfGroupsInRealData(name: String, slack: Int, least: Double) throws {
    let set = try BenchmarkSets.read(name)
    let model = try PPP().fit(set.points)
    #expect(abs(model.clusterCount - set.groupCounts[0]) <= slack)
    #expect(try set.score(model.labels) >= least)
  }

  @Test(.enabled(if: BenchmarkSets.areThere && isFull)) func allSetsTogether() throws {
    let names = try BenchmarkSets.names()
    #expect(names.count == 34)
    let scores = try names.map { name in
      let set = try BenchmarkSets.read(name)
      let model = try PPP().fit(set.points)
      let score = try set.score(model.labels)
      print(
        "PPP: \(name), \(set.groupCounts) groups, found \(model.clusterCount), ARI \(score)")
      return score
    }
    let mean = scores.reduce(0, +) / Double(scores.count)
    print("PPP: mean ARI of \(names.count) sets \(mean)")
    #expect(mean > 0.575)
  }
}

/// Real data with known groups, standardised.
enum BenchmarkSets {
  static let folder: String = {
    if let named = ProcessInfo.processInfo.environment["CLADE_BENCHMARKS"] { return named }
    // The package lies five folders above this file.
    var package = URL(fileURLWithPath: #filePath)
    for _ in 0..<5 { package.deleteLastPathComponent() }
    return package.appendingPathComponent("../shared/benchmarks").path
  }()
  static let areThere = FileManager.default.fileExists(atPath: folder + "/suite")

  static func names() throws -> [String] {
    let suite = folder + "/suite"
    return try FileManager.default.contentsOfDirectory(atPath: suite).sorted().flatMap { battery in
      try FileManager.default.contentsOfDirectory(atPath: suite + "/" + battery).sorted()
        .filter { $0.hasSuffix(".data.gz") }.map { battery + "/" + $0.dropLast(8) }
    }
  }

  struct Set {
    let points: Matrix<Double>
    /// The reference labellings; 0 is noise.
    let references: [[Int32]]

    /// The number of groups in each reference.
    var groupCounts: [Int] {
      references.map { Swift.Set($0).subtracting([0]).count }
    }

    /// The agreement with the reference that agrees best.
    func score(_ labels: [Int32]) throws -> Double {
      try references.map {
        try ExternalIndices(truth: $0, labels: labels, leavingOut: [0]).adjustedRandIndex
      }.max() ?? 0
    }
  }

  static func read(_ name: String) throws -> Set {
    let path = folder + "/suite/" + name
    let data = try TableReader.read(path + ".data.gz").numbers
    let references = try (0..<10).map { path + ".labels\($0).gz" }
      .filter { FileManager.default.fileExists(atPath: $0) }
      .map { try TableReader.read($0).numbers.column(0).map { Int32($0) } }
    let n = Double(data.rowCount)
    let means = (0..<data.columnCount).map { data.column($0).reduce(0, +) / n }
    let deviations = means.indices.map { column -> Double in
      var sum = 0.0
      for value in data.column(column) { sum += (value - means[column]) * (value - means[column]) }
      return (sum / n).squareRoot()
    }
    return Set(
      points: PPPData.mapped(data) { value, column in
        deviations[column] > 0 ? (value - means[column]) / deviations[column] : 0
      },
      references: references)
  }
}
