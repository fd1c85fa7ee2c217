import CladeCore

extension SwapPhase {
  /// The alternating algorithm, in the manner of k-means: items go to their nearest medoid, and of
  /// each cluster the item with the smallest summed dissimilarity becomes its medoid, until nothing
  /// changes.
  ///
  /// Source: "A Simple and Fast Algorithm for K-Medoids Clustering" (Park and Jun, 2009). It often
  /// ends in worse medoids than swaps do.
  ///
  /// - Complexity: O(n²) an iteration.
  mutating func alternating() throws {
    let terms = try rows.terms(pivot: candidates.item(at: 0), threads: threads)
    while iterations < maxIterations, !converged {
      iterations += 1
      let medoids = try centralItems(terms)
      converged = medoids == assignment.medoids
      guard !converged else { return }
      swaps += zip(medoids, assignment.medoids).filter { $0 != $1 }.count
      assignment = try State(medoids, of: rows)
    }
  }

  /// The best medoid of all items together, where k is 1.
  mutating func single() throws {
    iterations = 1
    converged = true
    let medoids = try centralItems(try rows.terms(pivot: candidates.item(at: 0), threads: threads))
    guard medoids != assignment.medoids else { return }
    swaps = 1
    assignment = try State(medoids, of: rows)
  }

  /// The item of each cluster with the smallest summed dissimilarity from its members: of equal
  /// ones the medoid that is there, and then the first candidate.
  private func centralItems(_ terms: ExactTerms) throws -> [Int32] {
    let (assignment, candidates) = (assignment, candidates)
    let height = DissimilarityRows<Scalar>.height
    let sums = SlotWriter<[Double]>(count: (count + height - 1) / height)
    let total = ProgressCount(
      stage: "finding medoids, iteration \(iterations)", total: count, observer: progress)
    _ = try ParallelChunks.reduce(
      count: count, chunkSize: height, threads: threads,
      state: { DissimilarityRows<Scalar>.Scratch() }
    ) { scratch, chunk, range in
      try Cancellation.check()
      var own = [Double](repeating: 0, count: range.count)
      try assignment.slots.withUnsafeBufferPointer { slots in
        try candidates.forEachStretch(of: range, &scratch) { place, first, row, length in
          let slot = slots[candidates.item(at: place)]
          var sum = 0.0
          for item in 0..<length where slots[first &+ item] == slot {
            sum += terms(Double(row[item]))
          }
          own[place - range.lowerBound] += sum
        }
      }
      sums.write(own, at: chunk)
      total.add(range.count)
    }
    var medoids = assignment.medoids
    var best = [Double](repeating: .infinity, count: medoids.count)
    let found = Array(sums.values.joined())
    for place in found.indices where assignment.isMedoid(candidates.item(at: place)) {
      best[Int(assignment.slots[candidates.item(at: place)])] = found[place]
    }
    for (place, sum) in found.enumerated() {
      let item = candidates.item(at: place)
      let slot = Int(assignment.slots[item])
      if sum < best[slot] { (best[slot], medoids[slot]) = (sum, Int32(item)) }
    }
    return medoids
  }
}
