import CladeCore

extension SwapPhase {
  /// CLARANS: from medoids at random, a random swap is made where it improves, until so many in a
  /// row don't; the better of two such searches is kept.
  ///
  /// As published a swap is of a random medoid for a random item, and 1.25 % of all k · (n − k) may
  /// fail. FastCLARANS looks at the best of all k medoids for a random item at the same cost, and
  /// lets 2.5 % of all n − k fail.
  ///
  /// Sources: "CLARANS: A Method for Clustering Objects for Spatial Data Mining" (Ng and Han,
  /// 2002); "Fast and Eager k-Medoids Clustering" (Schubert and Rousseeuw), FastCLARANS.
  ///
  /// - Parameters:
  ///   - fast: Whether all medoids are looked at together.
  ///   - seed: Chooses what is drawn.
  ///   - stream: Another one for each search.
  /// - Complexity: O(n) for each item that is drawn, and its row of dissimilarities.
  mutating func clarans(fast: Bool, seed: UInt64, stream: UInt64) throws {
    let k = assignment.slotCount
    let others = Double(count - k)
    let patience = Int(fast ? max(50, 0.025 * others) : max(250, 0.0125 * others * Double(k)))
    var random = CounterRandom(seed: seed, stream: stream)
    var workspace = State.workspace()
    var failures = 0
    iterations = 1
    while failures < patience {
      if failures % 64 == 0 {
        try Cancellation.check()
        progress?(
          ProgressUpdate(
            stage: "random swaps", fraction: Double(failures) / Double(patience),
            detail: "\(swaps) swaps"))
      }
      let place = Int(random.next() % UInt64(count))
      let slot = fast ? 0 : Int(random.next() % UInt64(k))
      var swap: CandidateSwap
      if fast {
        swap = try assignment.bestSwaps(place..<place + 1, of: candidates, &workspace)[0]
      } else {
        swap = CandidateSwap(
          change: assignment.mayJoin(candidates.item(at: place))
            ? try assignment.changes(place, of: candidates, &workspace)[slot] : .infinity,
          slot: slot)
      }
      if swap.change < 0 {
        try self.swap(swap.slot, for: place)
        failures = 0
      } else {
        failures += 1
      }
    }
    converged = true
  }
}

extension KMedoids {
  /// The better of two searches by CLARANS.
  func clarans<Scalar: MatrixScalar>(
    _ items: MedoidItems<Scalar>, fast: Bool, threads: Int?, progress: ProgressObserver?
  ) throws -> MedoidSolution {
    func search(_ number: UInt64) throws -> (solution: MedoidSolution, loss: Double) {
      var starts = MedoidStarts(items, seed: seed &+ number, threads: threads, progress: progress)
      let medoids = try starts.medoids(start, k: k, seed: seed &+ number)
      var phase = try SwapPhase<MedoidAssignment<Scalar>>(
        medoids, of: items.rows, candidates: items.rows.candidates(visits(items)),
        maxIterations: maxIterations, threads: threads, progress: progress)
      try phase.clarans(fast: fast, seed: seed, stream: 1 << 33 + number)
      return (phase.solution, MedoidClusters(phase.assignment, unit: items.rows.unit).loss)
    }
    let (first, second) = (try search(0), try search(1))
    return second.loss < first.loss ? second.solution : first.solution
  }
}
