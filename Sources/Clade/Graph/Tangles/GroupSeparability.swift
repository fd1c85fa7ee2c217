extension PPPModel {
  /// Which pairs of groups ``Tangles`` would tell apart, by the Gaussians that they consist of:
  /// each of the one from each of the other.
  ///
  /// - Parameters:
  ///   - persistence: How many times the order of the cut between them two tangles have to reach:
  ///     1.5 as of ``Tangles`` unless given.
  ///   - threads: At most this many threads; `nil` for one per core.
  /// - Returns: `nil` in a single column and for more than 200 Gaussians.
  /// - Complexity: O(c² · d³) time for c Gaussians at most, whatever the number of rows.
  public func tangleSeparability(
    persistence: Double = Tangles().persistence, threads: Int? = nil
  ) -> PairwiseTangleSeparability? {
    PairwiseTangleSeparability(
      mixture, groups: componentGroups, persistence: persistence, threads: threads)
  }
}

extension GaussianMixtureModel {
  /// Which pairs of components ``Tangles`` would tell apart.
  ///
  /// - Parameters:
  ///   - persistence: How many times the order of the cut between them two tangles have to reach:
  ///     1.5 as of ``Tangles`` unless given.
  ///   - threads: At most this many threads; `nil` for one per core.
  /// - Returns: `nil` in a single column, and for more than 200 components or, with full or
  ///   tied covariances, 64 columns.
  /// - Complexity: At most O(k² · d³) time for full covariances, else O(k² · d), whatever the
  ///   number of rows.
  public func tangleSeparability(
    persistence: Double = Tangles().persistence, threads: Int? = nil
  ) -> PairwiseTangleSeparability? {
    PairwiseTangleSeparability(
      parameters, groups: Array(0..<clusterCount), persistence: persistence, threads: threads)
  }
}
