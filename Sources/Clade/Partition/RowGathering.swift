import CladeCore

extension RowSource {
  /// The rows that `places` name, in that order, as a matrix; read from the first to the last.
  ///
  /// - Parameters:
  ///   - places: Which rows (m); one may come several times.
  ///   - threads: At most this many threads.
  /// - Throws: What reading rows throws.
  /// - Complexity: O(m · d) time for m places, and a few rows between them that aren't wanted.
  func gathering(_ places: [Int], threads: Int?) throws -> Matrix<Scalar> {
    if let held = self as? Matrix<Scalar> { return held.gatheringRows(places) }
    let columns = columnCount
    let order = places.indices.sorted { places[$0] < places[$1] }
    let stretches = stretches(of: order, places)
    return try Matrix(rows: places.count, columns: columns) { buffer in
      guard let start = buffer.baseAddress else { return }
      nonisolated(unsafe) let target = start
      try ParallelChunks.forEach(count: stretches.count - 1, chunkSize: 1, threads: threads) {
        (number, _) throws in
        let wanted = order[stretches[number]..<stretches[number + 1]]
        guard let first = wanted.first.map({ places[$0] }),
          let last = wanted.last.map({ places[$0] })
        else { return }
        try withRows(first..<(last + 1)) { values in
          guard let rows = values.baseAddress else { return }
          for index in wanted {
            (target + index * columns).initialize(
              from: rows + (places[index] - first) * columns, count: columns)
          }
        }
      }
    }
  }

  /// Where each stretch of rows that are read together begins in `order`, and its end.
  private func stretches(of order: [Int], _ places: [Int]) -> [Int] {
    // Reading on over some rows costs less than to begin anew behind them; the more so, the more are best
    // read at a time.
    let (most, gap) = (preferredChunkSize, max(1, preferredChunkSize / 8))
    var starts: [Int] = []
    var (first, last) = (0, 0)
    for (position, index) in order.enumerated() {
      let place = places[index]
      if starts.isEmpty || place - last > gap || place - first >= most {
        starts.append(position)
        first = place
      }
      last = place
    }
    return starts + [order.count]
  }
}
