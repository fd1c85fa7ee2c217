/// How the height of a merge compares with those of the merges just below it.
public struct MergeInconsistency: Sendable, Hashable {
  /// The mean of the heights.
  public let mean: Double
  /// Their standard deviation (of a sample, n − 1); 0 for one.
  public let deviation: Double
  /// How many there are.
  public let count: Int
  /// How many standard deviations the merge is above the mean; 0 where there is none.
  public let coefficient: Double
}

extension Dendrogram {
  /// How inconsistent each merge is with those below it, as SciPy's `inconsistent` has it.
  ///
  /// - Parameter depth: The levels of merges that are looked at, the merge's own included; at least
  ///   1.
  /// - Returns: One for each merge (n − 1).
  /// - Complexity: O(n · 2^depth).
  public func inconsistencies(depth: Int = 2) -> [MergeInconsistency] {
    merges.indices.map { index in
      var level = [index]
      var heights: [Double] = []
      for _ in 0..<max(1, depth) {
        heights += level.map { merges[$0].height }
        level = level.flatMap { merge in
          [merges[merge].first, merges[merge].second].lazy
            .filter { Int($0) >= rowCount }.map { Int($0) - rowCount }
        }
        if level.isEmpty { break }
      }
      let count = Double(heights.count)
      let mean = heights.reduce(0, +) / count
      let squares = heights.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
      let deviation = heights.count > 1 ? (squares / (count - 1)).squareRoot() : 0
      return MergeInconsistency(
        mean: mean, deviation: deviation, count: heights.count,
        coefficient: deviation > 0 ? (merges[index].height - mean) / deviation : 0)
    }
  }
}
