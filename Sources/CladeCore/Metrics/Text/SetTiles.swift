/// Jaccard's distances of texts as sets, tile by tile of the matrix: for each item of a row, one is
/// added for every other text that has it.
final class SetTiles: TextTiles {
  private let sets: TextSets
  private let holders: (starts: [Int], texts: [Int32])
  private var common: [Int32] = []

  init(_ sets: TextSets, holders: (starts: [Int], texts: [Int32])) {
    self.sets = sets
    self.holders = holders
  }

  @_specialize(where Scalar == Double)
  @_specialize(where Scalar == Float)
  func fill<Scalar: MatrixScalar>(
    rows: Range<Int>, columns: Range<Int>, into tile: UnsafeMutablePointer<Scalar>
  ) {
    for (i, row) in rows.enumerated() {
      common.removeAll(keepingCapacity: true)
      common.append(contentsOf: repeatElement(0, count: columns.count))
      common.withUnsafeMutableBufferPointer { common in
        holders.texts.withUnsafeBufferPointer { texts in
          for item in sets.items[sets.starts[row]..<sets.starts[row + 1]] {
            let (first, end) = (holders.starts[Int(item)], holders.starts[Int(item) + 1])
            var next = texts[first..<end].firstPlace(from: Int32(columns.lowerBound))
            while next < end, texts[next] < Int32(columns.upperBound) {
              common[Int(texts[next]) &- columns.lowerBound] &+= 1
              next &+= 1
            }
          }
        }
      }
      let size = sets.size(row)
      for (j, column) in columns.enumerated() {
        let distance = TextSets.distance(size, sets.size(column), common: common[j])
        (tile + i * columns.count + j).initialize(to: Scalar(distance))
      }
    }
  }
}

extension Slice where Base == UnsafeBufferPointer<Int32> {
  /// Where the first of ascending numbers stands that is not less.
  fileprivate func firstPlace(from least: Int32) -> Int {
    var (low, high) = (startIndex, endIndex)
    while low < high {
      let middle = low + (high - low) / 2
      if self[middle] < least { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
