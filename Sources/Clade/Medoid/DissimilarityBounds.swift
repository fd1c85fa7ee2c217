import CladeCore

extension DissimilarityRows {
  /// How any of the dissimilarities are rounded so that rows of them have exact sums.
  ///
  /// - Parameter pivot: An item whose choice doesn't depend on how items are numbered.
  /// - Complexity: a row where the triangle inequality holds, otherwise all.
  func terms(pivot: Int, threads: Int?) throws -> ExactTerms {
    ExactTerms(largest: Double(try largest(pivot, threads: threads)), count: count)
  }

  /// At least the largest dissimilarity.
  private func largest(_ pivot: Int, threads: Int?) throws -> Scalar {
    let seen = candidates(detour == nil ? nil : [Int32(pivot)])
    let found = try ParallelChunks.reduce(
      count: detour == nil ? count : 1, chunkSize: Self.height, threads: threads,
      state: { (scratch: Scratch(), largest: Scalar(0)) }
    ) { state, _, range in
      try Cancellation.check()
      var largest = state.largest
      try seen.forEachStretch(of: range, &state.scratch) { _, _, row, length in
        for item in 0..<length where row[item] > largest { largest = row[item] }
      }
      state.largest = largest
    }
    return (found.map(\.largest).max() ?? 0) * Scalar(detour ?? 1)
  }
}
