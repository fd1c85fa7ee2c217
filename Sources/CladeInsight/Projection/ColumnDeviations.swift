import CladeCore

/// Rows as deviations from their center, and sums of products of them.
struct ColumnDeviations: Sendable {
  /// The mean of each column (d).
  let center: [Double]
  /// The sum of the columns' variances, in units of ``unit`` squared.
  let totalVariance: Double

  private let data: Matrix<Double>
  /// A power of two that no deviation is twice as large as.
  private let unit: Double
  private static let chunks = 16

  init(_ data: Matrix<Double>, threads: Int?) {
    self.data = data
    let n = data.rowCount
    let d = data.columnCount
    guard n > 0, d > 0 else {
      center = [Double](repeating: 0, count: d)
      totalVariance = 0
      unit = 1
      return
    }
    let moments = try? GroupMoments(
      data: data, labels: [Int32](repeating: 0, count: n), groupCount: 1, threads: threads)
    let center = moments?.overallMean ?? [Double](repeating: 0, count: d)
    var largest = 0.0
    data.withUnsafeBufferPointer { values in
      for row in 0..<n {
        for column in 0..<d {
          let deviation = (values[row * d + column] / 2 - center[column] / 2).magnitude
          if deviation > largest { largest = deviation }
        }
      }
    }
    unit = max(largest.binade, 0x1p-1000)
    self.center = center
    let scale = unit
    totalVariance = (moments?.overallDeviation ?? []).reduce(0) {
      let deviation = $1 / 2 / scale
      return $0 + deviation * deviation
    }
  }

  /// The covariance matrix (d × d), row after row, in units of ``unit`` squared, from exact sums.
  func covariance(threads: Int?) -> [Double] {
    let d = center.count
    let count = d * (d + 1) / 2
    let parts = chunked(threads: threads) { range in
      var sums = [ExactSum](repeating: ExactSum(bound: 4), count: count)
      forEachRow(in: range) { row in
        var slot = 0
        for i in 0..<d {
          for j in 0...i {
            sums[slot].add(row[i] * row[j])
            slot += 1
          }
        }
      }
      return sums
    }
    var covariance = [Double](repeating: 0, count: d * d)
    var slot = 0
    for i in 0..<d {
      for j in 0...i {
        let value = Self.total(parts.lazy.map { $0[slot] }) / Double(data.rowCount)
        covariance[i * d + j] = value
        covariance[j * d + i] = value
        slot += 1
      }
    }
    return covariance
  }

  /// The products of the covariance with unit vectors, summed in the order of the rows: that should
  /// be the canonical one.
  func covarianceProducts(with vectors: [[Double]], threads: Int?) -> [[Double]] {
    let d = center.count
    let parts = chunked(threads: threads) { range in
      var sums = [Double](repeating: 0, count: vectors.count * d)
      forEachRow(in: range) { row in
        for (index, vector) in vectors.enumerated() {
          var score = 0.0
          for column in 0..<d { score += row[column] * vector[column] }
          for column in 0..<d { sums[index * d + column] += score * row[column] }
        }
      }
      return sums
    }
    return vectors.indices.map { index in
      (0..<d).map { column in
        parts.reduce(0) { $0 + $1[index * d + column] } / Double(data.rowCount)
      }
    }
  }

  private func chunked<Result: Sendable>(
    threads: Int?, _ body: @Sendable (Range<Int>) -> Result
  ) -> [Result] {
    let size = max(1, (data.rowCount + Self.chunks - 1) / Self.chunks)
    return ParallelChunks.map(count: data.rowCount, chunkSize: size, threads: threads) {
      body($1)
    }
  }

  private func forEachRow(in range: Range<Int>, _ body: ([Double]) -> Void) {
    let d = center.count
    var row = [Double](repeating: 0, count: d)
    data.withUnsafeBufferPointer { values in
      for index in range {
        for column in 0..<d {
          row[column] = (values[index * d + column] / 2 - center[column] / 2) / unit
        }
        body(row)
      }
    }
  }

  private static func total(_ sums: some Sequence<ExactSum>) -> Double {
    var total: ExactSum?
    for sum in sums {
      if total == nil { total = sum } else { total?.add(sum) }
    }
    return total?.value ?? 0
  }
}
