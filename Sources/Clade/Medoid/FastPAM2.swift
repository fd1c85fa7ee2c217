import CladeCore

extension SwapPhase {
  /// SWAP of FastPAM2: a pass finds the best candidate for each medoid, and makes these up to k
  /// swaps as long as they improve.
  ///
  /// The best swap comes first. Each of the others is looked at again, as the ones before may have
  /// changed what it is worth, and is made if it still improves.
  ///
  /// Source: "Faster k-Medoids Clustering" (Schubert and Rousseeuw), FastPAM2, without a tolerance.
  ///
  /// - Complexity: O(n²) a pass, and O(n · k) for each of at most k swaps.
  mutating func fastPAM2() throws {
    while iterations < maxIterations, !converged {
      iterations += 1
      let before = swaps
      for (place, swap) in try bestOfEachMedoid() {
        if swaps > before {
          guard try change(swap.slot, for: place) < 0 else { continue }
        }
        try self.swap(swap.slot, for: place)
      }
      converged = swaps == before
    }
  }

  /// The swaps that improve, at most one a medoid, the best first.
  private func bestOfEachMedoid() throws -> [(place: Int, swap: CandidateSwap)] {
    let candidates = candidates
    let slotCount = assignment.slotCount
    let found = try overAll({ try $0.bestSwaps($1, of: candidates, &$2) }) { first, swaps in
      swaps.enumerated().filter { $1.change < 0 }.map { (place: first + $0, swap: $1) }
    }
    var best = [(place: Int, swap: CandidateSwap)?](repeating: nil, count: slotCount)
    for (place, swap) in found.joined() {
      if swap.change < best[swap.slot]?.swap.change ?? 0 { best[swap.slot] = (place, swap) }
    }
    return best.compactMap { $0 }.sorted {
      ($0.swap.change, $0.place) < ($1.swap.change, $1.place)
    }
  }

  /// What a swap changes.
  private func change(_ slot: Int, for place: Int) throws -> Double {
    guard assignment.mayJoin(candidates.item(at: place)) else { return .infinity }
    var workspace = State.workspace()
    return try assignment.changes(place, of: candidates, &workspace)[slot]
  }
}
