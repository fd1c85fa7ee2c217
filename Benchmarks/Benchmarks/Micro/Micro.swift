import Benchmark
import Clade
import CladeInsight
import CladeTables
import Foundation

/// The small pieces that a fit spends its time in, each on data of a fixed size.
let benchmarks: @Sendable () -> Void = {
  Benchmark.defaultConfiguration = .init(
    metrics: [.wallClock, .throughput], warmupIterations: 1, maxDuration: .seconds(3))

  let points = Sample.points(rows: 200_000, columns: 16)

  Benchmark("Matrix, gather 200,000 of 200,000 × 16") { benchmark in
    let rows = Array((0..<points.rowCount).reversed())
    for _ in benchmark.scaledIterations { blackHole(points.gatheringRows(rows)) }
  }

  Benchmark("ExactSum, 1,000,000 terms") { benchmark in
    let terms = (0..<1_000_000).map { Double($0) * 1e-3 }
    for _ in benchmark.scaledIterations { blackHole(ExactSum.of(terms)) }
  }

  Benchmark("KMeansModel, predict 200,000 × 16, k = 32") { benchmark in
    let model = try KMeans(k: 32, maxIterations: 2).fit(points)
    benchmark.startMeasurement()
    for _ in benchmark.scaledIterations { blackHole(try model.predict(points)) }
  }

  Benchmark("Preparation, fit 200,000 × 16") { benchmark in
    for _ in benchmark.scaledIterations { blackHole(try Preparation.fit(Table(points))) }
  }

  Benchmark("ClusterProfiles, 200,000 × 16, k = 32") { benchmark in
    let labels = (0..<points.rowCount).map { Int32($0 % 32) }
    let features = try Preparation.fit(Table(points)).preparation.features
    benchmark.startMeasurement()
    for _ in benchmark.scaledIterations {
      blackHole(try ClusterProfiles(data: points, labels: labels, features: features))
    }
  }

  for (name, ending, open, close) in [("CSV", "csv", "", ""), ("JSON Lines", "jsonl", "[", "]")] {
    Benchmark("TableReader, \(name) of 200,000 × 16") { benchmark in
      let path = try Sample.file("points.\(ending)", points, open: open, close: close)
      defer { try? FileManager.default.removeItem(atPath: path) }
      benchmark.startMeasurement()
      for _ in benchmark.scaledIterations { blackHole(try TableReader.read(path)) }
      benchmark.stopMeasurement()
    }
  }
}

/// What is measured on.
private enum Sample {
  /// Independent numbers of normal distribution.
  static func points(rows: Int, columns: Int) -> Matrix<Double> {
    Matrix(rows: rows, columns: columns) { buffer in
      var state: UInt64 = 1
      for index in buffer.indices {
        // Four uniform numbers make nearly a normal one.
        var sum = 0.0
        for _ in 0..<4 {
          state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
          sum += Double(state >> 11) * 0x1p-53
        }
        buffer[index] = sum - 2
      }
    }
  }

  /// A file of lines with the numbers of each row, commas between them.
  static func file(
    _ name: String, _ points: Matrix<Double>, open: String, close: String
  ) throws -> String {
    let path = FileManager.default.temporaryDirectory
      .appendingPathComponent("clade-\(UUID())-\(name)").path
    var text = ""
    for row in 0..<points.rowCount {
      text += open + points.row(row).map { "\($0)" }.joined(separator: ",") + close + "\n"
    }
    try text.write(toFile: path, atomically: false, encoding: .utf8)
    return path
  }
}
