import Synchronization

/// A square matrix gone through a tile at a time together with the one across the diagonal, so that
/// entries that belong together are near each other in memory; each of them is read once.
struct MirroredTiles {
  /// The rows and columns of the matrix.
  let count: Int
  /// The rows of a tile: of two tiles of doubles both stay in the first cache.
  private static let size = 32

  /// Checks that distances are finite, none is negative, those of a row from itself are 0, and
  /// those of a pair are the same both ways to within a part of the larger.
  ///
  /// - Returns: Whether those of some pair differ.
  /// - Throws: `CladeError` for the first place found that is wrong, the same for any number of
  ///   threads; `CancellationError`.
  @_specialize(where Scalar == Double)
  @_specialize(where Scalar == Float)
  func check<Scalar: MatrixScalar>(
    _ values: UnsafeBufferPointer<Scalar>, tolerance: Double, threads: Int?
  ) throws -> Bool {
    let differing = Atomic<Bool>(false)
    nonisolated(unsafe) let values = values
    try ParallelChunks.forEach(count: count, chunkSize: Self.size, threads: threads) { _, rows in
      try Cancellation.check()
      // All but what is rare in one go: anything else is looked at again.
      var clean = true
      var right = rows.lowerBound
      while clean, right < count {
        clean = isClean(values, rows, right..<min(count, right + Self.size))
        right += Self.size
      }
      guard !clean else { return }
      if try checkEach(values, rows, tolerance: tolerance) {
        differing.store(true, ordering: .relaxed)
      }
    }
    return differing.load(ordering: .relaxed)
  }

  /// Whether a tile and the one across the diagonal hold distances, the same in both.
  @inline(__always)
  private func isClean<Scalar: MatrixScalar>(
    _ values: UnsafeBufferPointer<Scalar>, _ rows: Range<Int>, _ columns: Range<Int>
  ) -> Bool {
    guard let start = values.baseAddress else { return true }
    var wrong = 0
    for i in rows {
      let row = start + i &* count
      for j in columns {
        let (upper, lower) = (row[j], start[j &* count &+ i])
        wrong &+= upper >= 0 && upper < .infinity && upper == lower ? 0 : 1
      }
      if columns.contains(i), row[i] != 0 { wrong &+= 1 }
    }
    return wrong == 0
  }

  /// Checks the entries of some rows from the diagonal on, and those across, one by one; returns
  /// whether any differ.
  private func checkEach<Scalar: MatrixScalar>(
    _ values: UnsafeBufferPointer<Scalar>, _ rows: Range<Int>, tolerance: Double
  ) throws -> Bool {
    var differing = false
    for i in rows {
      let own = values[i * count + i]
      try GivenDistances.check(own, row: i, column: i)
      guard own == 0 else {
        throw CladeError.valueOutOfRange(
          row: i, column: i, value: "\(own)", expected: "the distance of a row from itself, 0,")
      }
    }
    for right in stride(from: rows.lowerBound, to: count, by: Self.size) {
      for i in rows {
        for j in max(i + 1, right)..<max(i + 1, min(count, right + Self.size)) {
          let (upper, lower) = (values[i &* count &+ j], values[j &* count &+ i])
          try GivenDistances.check(upper, row: i, column: j)
          try GivenDistances.check(lower, row: j, column: i)
          guard upper != lower else { continue }
          guard Double((lower - upper).magnitude) <= tolerance * Double(max(lower, upper)) else {
            throw CladeError.valueOutOfRange(
              row: j, column: i, value: "\(lower)",
              expected: "the same as in row \(i), column \(j), \(upper),")
          }
          differing = true
        }
      }
    }
    return differing
  }

  /// Makes the mean of both of each entry and the one across the diagonal.
  @_specialize(where Scalar == Double)
  @_specialize(where Scalar == Float)
  func average<Scalar: MatrixScalar>(
    _ values: UnsafeMutableBufferPointer<Scalar>, threads: Int?
  ) {
    nonisolated(unsafe) let values = values
    ParallelChunks.forEach(count: count, chunkSize: Self.size, threads: threads) { _, rows in
      for right in stride(from: rows.lowerBound, to: count, by: Self.size) {
        for i in rows {
          for j in max(i, right)..<max(i, min(count, right + Self.size)) {
            let (upper, lower) = (values[i &* count &+ j], values[j &* count &+ i])
            guard upper != lower else { continue }
            let mean = lower / 2 + upper / 2
            values[i &* count &+ j] = mean
            values[j &* count &+ i] = mean
          }
        }
      }
    }
  }
}
