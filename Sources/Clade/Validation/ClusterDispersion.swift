/// Means of clusters and the distances of their rows from them.
struct ClusterDispersion: Sendable {
  /// The mean of each cluster (k × d).
  let means: Matrix<Double>
  /// The mean of all rows (d).
  let overallMean: [Double]
  /// The sum of the squared distances of each cluster's rows from its mean (k).
  let squares: [Double]
  /// The mean distance of each cluster's rows from its mean (k).
  let meanDistances: [Double]

  /// - Complexity: O(n · d).
  init(_ rows: LabeledRows, threads: Int?) throws {
    let columns = rows.points.columnCount
    let parts = ParallelChunks.map(count: rows.clusterCount, chunkSize: 1, threads: threads) {
      cluster, _ in
      rows.points.withUnsafeBufferPointer { points in
        let range = rows.starts[cluster]..<rows.starts[cluster + 1]
        var mean = [Double](repeating: 0, count: columns)
        for place in range {
          for column in 0..<columns { mean[column] += points[place * columns + column] }
        }
        let sum = mean
        for column in 0..<columns { mean[column] /= Double(range.count) }
        var squares = 0.0
        var distances = 0.0
        for place in range {
          var square = 0.0
          for column in 0..<columns {
            let difference = points[place * columns + column] - mean[column]
            square += difference * difference
          }
          squares += square
          distances += square.squareRoot()
        }
        return (sum: sum, mean: mean, squares: squares, distance: distances / Double(range.count))
      }
    }
    means = try Matrix(parts.map(\.mean))
    squares = parts.map(\.squares)
    meanDistances = parts.map(\.distance)
    overallMean = (0..<columns).map { column in
      parts.reduce(0) { $0 + $1.sum[column] } / Double(rows.rows.count)
    }
  }

  /// The squared distance of two points.
  static func squaredDistance(_ a: [Double], _ b: [Double]) -> Double {
    zip(a, b).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
  }
}
