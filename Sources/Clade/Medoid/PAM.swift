import CladeCore

extension SwapPhase {
  /// SWAP of PAM, Partitioning Around Medoids: in each pass the best of all swaps is made, until
  /// none improves.
  ///
  /// Source: "Clustering by Means of Medoids" (Kaufman and Rousseeuw, 1987).
  ///
  /// - Complexity: O(k · n²) a pass, each of which makes one swap.
  mutating func pam() throws {
    let candidates = candidates
    try steepest { try $0.bestSwapsPairByPair($1, of: candidates, &$2) }
  }

  /// SWAP of FastPAM1: the swaps of PAM, found k times as fast.
  ///
  /// Source: "Fast and Eager k-Medoids Clustering" (Schubert and Rousseeuw), FastPAM1.
  ///
  /// - Complexity: O(n²) a pass, each of which makes one swap.
  mutating func fastPAM1() throws {
    let candidates = candidates
    try steepest { try $0.bestSwaps($1, of: candidates, &$2) }
  }

  private mutating func steepest(_ evaluate: Evaluation) throws {
    while iterations < maxIterations, !converged {
      iterations += 1
      let (place, swap) = try best(evaluate)
      if swap.change < 0 { try self.swap(swap.slot, for: place) } else { converged = true }
    }
  }
}
