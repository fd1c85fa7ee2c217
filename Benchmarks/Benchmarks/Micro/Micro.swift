import Benchmark
import Clade
import Foundation

/// The small pieces that a fit spends its time in, each on data of a fixed size.
let benchmarks: @Sendable () -> Void = {
  Benchmark.defaultConfiguration = .init(
    metrics: [.wallClock, .throughput], warmupIterations: 1, maxDuration: .seconds(5))

  Benchmark("Matrix, gather 100,000 of 100,000 × 16") { benchmark in
    let points = Matrix<Double>(rows: 100_000, columns: 16, repeating: 1)
    let rows = Array((0..<100_000).reversed())
    for _ in benchmark.scaledIterations {
      blackHole(points.gatheringRows(rows))
    }
  }
}
