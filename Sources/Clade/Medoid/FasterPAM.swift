import CladeCore

extension SwapPhase {
  /// SWAP of FasterPAM: candidates are looked at in turn, and each that improves takes the place of
  /// the medoid that it improves most at once, until there was a whole turn without a swap.
  ///
  /// Candidates are looked at by several threads ahead of their turn. A swap makes void what was
  /// found out about those after it, so that the result is that of looking at one after the other.
  ///
  /// Source: "Fast and Eager k-Medoids Clustering" (Schubert and Rousseeuw), FasterPAM.
  ///
  /// - Complexity: O(n²) a turn, few of which are needed, and O(n) and a little more a swap.
  mutating func fasterPAM() throws {
    var lastSwap: Int?
    while iterations < maxIterations, !converged {
      iterations += 1
      report(0)
      let before = swaps
      try eagerPass(&lastSwap)
      converged = swaps == before
    }
  }

  /// One turn, which ends before the candidate that was swapped in last.
  private mutating func eagerPass(_ lastSwap: inout Int?) throws {
    let workers = max(1, threads ?? ParallelChunks.defaultThreadCount)
    // As many candidates as are looked at together: more, the longer there was no swap.
    // One thread alone gains by it only where rows that are computed together cost less.
    let most = workers == 1 && !rows.isComputed ? 1 : workers * 32
    var ahead = workers
    var next = 0
    var workspaces = Array(repeating: State.workspace(), count: workers)
    var told = 0
    while next < count {
      try Cancellation.check()
      if next - told >= 1024 {
        report(next)
        told = next
      }
      let end = min(lastSwap.map { $0 > next ? $0 : $0 == next ? next : count } ?? count, count)
      guard next < end else { return }
      let range = next..<min(end, next + ahead)
      let swaps = try bestSwaps(range, &workspaces)
      guard let index = swaps.firstIndex(where: { $0.change < 0 }) else {
        next = range.upperBound
        ahead = min(ahead * 2, most)
        continue
      }
      let place = range.lowerBound + index
      try swap(swaps[index].slot, for: place)
      lastSwap = place
      next = place + 1
      ahead = workers
    }
  }

  /// The best swap for each of some candidates, an even share a thread.
  private func bestSwaps(
    _ range: Range<Int>, _ workspaces: inout [State.Workspace]
  ) throws -> [CandidateSwap] {
    let share = (range.count + workspaces.count - 1) / workspaces.count
    guard workspaces.count > 1, range.count > 1 else {
      return try assignment.bestSwaps(range, of: candidates, &workspaces[0])
    }
    let (assignment, candidates) = (assignment, candidates)
    var parts = [[CandidateSwap]](repeating: [], count: workspaces.count)
    try workspaces.withUnsafeMutableBufferPointer { workspaces in
      nonisolated(unsafe) let workspaces = workspaces
      try parts.withUnsafeMutableBufferPointer { parts in
        nonisolated(unsafe) let parts = parts
        try ParallelChunks.forEach(
          count: range.count, chunkSize: share, threads: workspaces.count
        ) { part, some in
          let places = some.lowerBound + range.lowerBound..<some.upperBound + range.lowerBound
          parts[part] = try assignment.bestSwaps(places, of: candidates, &workspaces[part])
        }
      }
    }
    return parts.flatMap { $0 }
  }
}
