import CKernels
import CladeCore

/// The inverted index: for each column, which centers have a value there.
///
/// Columns that few centers have are lists; the others, whose lists would be long, hold the values of
/// all centers side by side, for vectors. Values are in single precision: scores only choose the centers
/// that are compared exactly.
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
  init<Scalar: MatrixScalar>(_ centers: SphericalCenters<Scalar>, active: [Int32]) {
    let columnCount = centers.dense.columnCount
    let padding = Int(CLADE_SCORE_WIDTH)
    let width = (active.count + padding - 1) / padding * padding
    var counts = [Int32](repeating: 0, count: columnCount)
    for center in active {
      for column in centers.columns[Int(center)] { counts[Int(column)] += 1 }
    }
    // A list is worth while as long as walking it takes no longer than adding up whole vectors.
    let longestList = max(4, width / 12)
    var starts = [Int64](repeating: 0, count: columnCount + 1)
    var denseRows = [Int32](repeating: -1, count: columnCount)
    var denseCount: Int32 = 0
    for column in 0..<columnCount {
      let isDense = counts[column] > longestList
      starts[column + 1] = starts[column] + (isDense ? 0 : Int64(counts[column]))
      if isDense {
        denseRows[column] = denseCount
        denseCount += 1
      }
    }
    let total = Int(starts[columnCount])
    var places = starts
    var ids = [Int32](repeating: 0, count: total)
    var weights = [Float](repeating: 0, count: total)
    var largest = [Float](repeating: 0, count: columnCount)
    var dense = Matrix<Float>(rows: Int(denseCount), columns: width)
    dense.withUnsafeMutableBufferPointer { dense in
      for (number, center) in active.enumerated() {
        let (columns, values) = (centers.columns[Int(center)], centers.values[Int(center)])
        for index in columns.indices {
          let column = Int(columns[index])
          let value = Float(values[index])
          largest[column] = max(largest[column], value.magnitude.nextUp)
          if denseRows[column] >= 0 {
            dense[Int(denseRows[column]) * width + number] = value
          } else {
            let place = Int(places[column])
            ids[place] = Int32(number)
            weights[place] = value
            places[column] += 1
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
    self.dense = dense
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
                        width: width, dense_rows: denseRows.baseAddress, dense: dense.baseAddress,
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
