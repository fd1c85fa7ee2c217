import CladeCore

/// The squared distances of rows from the centers of their clusters, found while the rows are read
/// for something else: rows of a file are better not read once more for them.
final class OwnDistances<Scalar: MatrixScalar>: @unchecked Sendable {
  // Unchecked: a row's distance is written only by the thread that has its chunk.
  private let distances: UnsafeMutableBufferPointer<Double>

  init(rowCount: Int) {
    // All are written before they are added up, by several threads, which is when memory is taken.
    distances = .allocate(capacity: rowCount)
    if let start = distances.baseAddress {
      LargePages.advise(start, byteCount: rowCount * MemoryLayout<Double>.stride)
    }
  }

  deinit { distances.deallocate() }

  /// Finds the distances of the rows of `range`, whose clusters are `labels`.
  func write(
    _ rows: UnsafePointer<Scalar>, _ range: Range<Int>, centers: Matrix<Scalar>,
    labels: UnsafePointer<Int32>
  ) {
    centers.withUnsafeBufferPointer { values in
      guard let values = values.baseAddress, let target = distances.baseAddress else { return }
      SquaredDistances.write(
        rows, count: range.count, columns: centers.columnCount, centers: values, labels: labels,
        to: target + range.lowerBound)
    }
  }

  /// The exact sum of all distances, each times its weight.
  func sum(weights: [Scalar]?, threads: Int?) -> Double {
    SquaredDistances.sum(of: UnsafeBufferPointer(distances), weights: weights, threads: threads)
  }
}
