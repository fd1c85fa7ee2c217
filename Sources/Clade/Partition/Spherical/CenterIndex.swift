import CKernels
import CladeCore

/// The inverted index: for each column, which centers have a value there.
///
/// Columns that few centers have are lists; the others, whose lists would be long, hold the values
/// of all centers side by side, for vectors. Values are in single precision: scores only choose the
/// centers that are compared exactly.
///
/// Source: "Efficient Sparse Spherical k-Means for Document Clustering" (Knittel et al., 2021).
struct CenterIndex {
  /// The centers that are indexed; scores are numbered as they are here.
  let active: [Int32]
  /// The number of scores.
  let width: Int
  /// For each column, at least the largest magnitude of a center's value.
  let largest: [Float]
  private let starts: [Int64]
  private let ids: [Int32]
  private let weights: [Float]
  private let denseRows: [Int32]
  private let dense: Matrix<Float>

  /// Indexes the centers that `active` names.
  ///
  /// - Complexity: O(d + the values of those centers) time.
  init<Scalar: MatrixScalar>(
    _ centers: SphericalCenters<Scalar>, active: [Int32], threads: Int?
  ) {
    let columnCount = centers.dense.columnCount
    let padding = Int(CLADE_SCORE_WIDTH)
    let width = (active.count + padding - 1) / padding * padding
    // Parts of the centers are worked on side by side; each knows where its entries of a list
    // begin.
    let parts = ParallelChunks.map(
      count: active.count, chunkSize: max(1, (active.count + Self.parts - 1) / Self.parts),
      threads: threads
    ) { _, range in Part(centers, active, range) }
    var starts = [Int64](repeating: 0, count: columnCount + 1)
    var denseRows = [Int32](repeating: -1, count: columnCount)
    var largest = [Float](repeating: 0, count: columnCount)
    var denseCount: Int32 = 0
    // A list is worth while as long as walking it takes no longer than adding up whole vectors.
    let longestList = max(4, width / 12)
    for column in 0..<columnCount {
      var count = 0
      for part in parts {
        count += Int(part.counts[column])
        largest[column] = max(largest[column], part.largest[column])
      }
      let isDense = count > longestList
      starts[column + 1] = starts[column] + (isDense ? 0 : Int64(count))
      if isDense {
        denseRows[column] = denseCount
        denseCount += 1
      }
    }
    let total = Int(starts[columnCount])
    var ids = [Int32](repeating: 0, count: total)
    var weights = [Float](repeating: 0, count: total)
    let (listStarts, rowOf) = (starts, denseRows)
    let stride = width + Int(CLADE_SCORE_PADDING)
    dense = Matrix<Float>(rows: Int(denseCount), columns: stride) { dense in
      dense.initialize(repeating: 0)
      ids.withUnsafeMutableBufferPointer { ids in
        weights.withUnsafeMutableBufferPointer { weights in
          nonisolated(unsafe) let (dense, ids, weights) = (dense, ids, weights)
          ParallelChunks.forEach(count: parts.count, chunkSize: 1, threads: threads) { part, _ in
            var places = parts[..<part].reduce(into: listStarts) { places, part in
              for column in 0..<columnCount { places[column] += Int64(part.counts[column]) }
            }
            for number in parts[part].range {
              let center = Int(active[number])
              for (column, value) in zip(centers.columns[center], centers.values[center]) {
                let column = Int(column)
                if rowOf[column] >= 0 {
                  dense[Int(rowOf[column]) * stride + number] = Float(value)
                } else {
                  let place = Int(places[column])
                  ids[place] = Int32(number)
                  weights[place] = Float(value)
                  places[column] += 1
                }
              }
            }
          }
        }
      }
    }
    self.active = active
    self.width = width
    self.largest = largest
    self.starts = starts
    self.ids = ids
    self.weights = weights
    self.denseRows = denseRows
  }

  /// The centers are cut into so many parts.
  private static let parts = 4

  /// What a part of the centers has in each column.
  private struct Part: Sendable {
    let range: Range<Int>
    /// How many of the centers have a value.
    var counts: [Int32]
    /// At least the largest magnitude.
    var largest: [Float]

    init<Scalar: MatrixScalar>(
      _ centers: SphericalCenters<Scalar>, _ active: [Int32], _ range: Range<Int>
    ) {
      self.range = range
      counts = Array(repeating: 0, count: centers.dense.columnCount)
      largest = Array(repeating: 0, count: counts.count)
      for center in active[range] {
        for (column, value) in zip(centers.columns[Int(center)], centers.values[Int(center)]) {
          counts[Int(column)] += 1
          largest[Int(column)] = max(largest[Int(column)], Float(value).magnitude.nextUp)
        }
      }
    }
  }

  /// Calls `body` with pointers to the index.
  func withView<Result>(_ body: (CenterIndexView) throws -> Result) rethrows -> Result {
    try active.withUnsafeBufferPointer { active in
      try largest.withUnsafeBufferPointer { largest in
        try denseRows.withUnsafeBufferPointer { denseRows in
          try dense.withUnsafeBufferPointer { dense in
            try starts.withUnsafeBufferPointer { starts in
              try ids.withUnsafeBufferPointer { ids in
                try weights.withUnsafeBufferPointer { weights in
                  try body(
                    CenterIndexView(
                      active: active, largest: largest,
                      kernel: clade_center_index(
                        width: width, stride: self.dense.columnCount,
                        dense_rows: denseRows.baseAddress, dense: dense.baseAddress,
                        starts: starts.baseAddress, ids: ids.baseAddress,
                        weights: weights.baseAddress)))
                }
              }
            }
          }
        }
      }
    }
  }
}

/// An index where it lies in memory.
struct CenterIndexView: @unchecked Sendable {
  // Unchecked: what the pointers lead to is only read, and lives as long as `withView` runs.
  let active: UnsafeBufferPointer<Int32>
  let largest: UnsafeBufferPointer<Float>
  let kernel: clade_center_index
}
