import CladeCore

extension RowSource {
  /// The rows that `places` name, in that order, as a matrix; read from the first to the last.
  ///
  /// - Throws: What reading rows throws.
  /// - Complexity: O(m · d) time for m places, and a few rows between them that aren't wanted.
  func gathering(_ places: [Int]) throws -> Matrix<Scalar> {
    if let held = self as? Matrix<Scalar> { return held.gatheringRows(places) }
    let columns = columnCount
    let order = places.indices.sorted { places[$0] < places[$1] }
    // Reading on over some rows costs less than to begin anew behind them.
    let gap = max(1, 16_384 / (max(1, columns) * MemoryLayout<Scalar>.stride))
    return try Matrix(rows: places.count, columns: columns) { target in
      var next = 0
      while next < order.count {
        let first = places[order[next]]
        var last = next
        while last + 1 < order.count, places[order[last + 1]] - places[order[last]] <= gap,
          places[order[last + 1]] - first < preferredChunkSize
        { last += 1 }
        try withRows(first..<(places[order[last]] + 1)) { values in
          for index in order[next...last] {
            let from = (places[index] - first) * columns
            _ = UnsafeMutableBufferPointer(rebasing: target[(index * columns)...])
              .initialize(from: values[from..<(from + columns)])
          }
        }
        next = last + 1
      }
    }
  }
}
