import CladeCore

/// The centers chosen so far, for methods that ask for the distance of few rows from all of them.
struct ChosenSeeds<Scalar: MatrixScalar> {
  private let rows: Matrix<Scalar>
  private(set) var chosen: [Int]
  private var packed: PackedRows<Scalar>

  init(_ rows: Matrix<Scalar>, first: Int) {
    self.rows = rows
    chosen = [first]
    packed = PackedRows(rows.gatheringRows([first]))
  }

  mutating func add(_ row: Int) {
    chosen.append(row)
    packed = PackedRows(rows.gatheringRows(chosen))
  }

  /// The squared distance of each of some rows from its nearest center.
  ///
  /// - Complexity: O(m · k · d) for m rows.
  func squaredDistances(of places: [Int]) -> [Double] {
    let block = rows.gatheringRows(places)
    let ids = [Int32](repeating: 0, count: packed.paddedCount)
    var labels = [Int32](repeating: 0, count: places.count)
    var distances = [Scalar](repeating: 0, count: places.count)
    block.withUnsafeBufferPointer { values in
      guard let from = values.baseAddress else { return }
      packed.assign(from, count: places.count, ids: ids, labels: &labels, distances: &distances)
    }
    return distances.map { Double($0) }
  }
}
