import CladeCore

extension Lloyd {
  /// Where clusters have more rows than these on the mean, one row draws its center by too little
  /// for exchanges to be worth a look at every row.
  private static var mostRowsPerCluster: Double { 512 }

  /// Whether a round takes no more than a few iterations do: it looks at all centers, which few columns
  /// with many centers otherwise spare.
  private var exchangesCostLittle: Bool { source.columnCount > 4 || k < 128 }

  /// Moves centers by ``ExchangeRule`` while a round lowers the sum of squares by more than a
  /// 2000th of what it was at first: all rows go at once where each of them alone would lower it
  /// most. A round that doesn't lower it, as may be when all go at once, is taken back.
  ///
  /// It comes after ``run(maxIterations:tolerance:progress:)`` with no iterations, and leaves rows
  /// as that does, with the nearest centers.
  ///
  /// - Parameter rounds: The most rounds; each counts as an iteration.
  /// - Throws: What reading rows throws, and `CancellationError`.
  /// - Complexity: O(n · k · d) a round, as an iteration without any pruning, and for more than
  ///   1024 clusters as one by shortlists.
  mutating func exchange(rounds: Int, progress: ProgressObserver?) throws {
    guard rounds > 0, k > 1, exchangesCostLittle, emptyClusters.isEmpty else { return }
    guard (0..<k).reduce(0, { $0 + mass(of: $1) }) <= Self.mostRowsPerCluster * Double(k) else {
      return
    }
    let total = try inertia()
    guard total > 0 else { return }
    _ = moveToMeans()
    let origin = centers.row(0).map { Double($0) }
    var best = (centers: centers, spread: spread(around: origin))
    for round in 1...rounds {
      try Cancellation.check()
      progress?(
        ProgressUpdate(stage: "k-means", detail: "exchanges, round \(round) of at most \(rounds)"))
      let rule = ExchangeRule(
        centers, masses: (0..<k).map { mass(of: $0) }, scales: scales, threads: threads)
      _ = try sums.relabel(&labels, of: source, weights: weights, threads: threads) {
        rows, range, before, after in
        rule.assign(
          rows, first: range.lowerBound, count: range.count, before: before, after: after)
      }
      iterations += 1
      guard emptyClusters.isEmpty else { break }
      _ = moveToMeans()
      // What isn't between clusters is in them.
      let gain = spread(around: origin) - best.spread
      guard gain > 0 else { break }
      best = (centers, best.spread + gain)
      if gain * 2000 < total { break }
    }
    centers = best.centers
    // Leads are of rows that no one else has labelled since.
    leads = leads?.forgotten
    _ = try assign()
  }

  /// The weighted sum of the squared distances of all centers from a point.
  private func spread(around origin: [Double]) -> Double {
    var sum = 0.0
    centers.withUnsafeBufferPointer { values in
      for cluster in 0..<k {
        var square = 0.0
        for (column, place) in origin.enumerated() {
          let difference = Double(values[cluster &* origin.count &+ column]) - place
          square += difference * difference
        }
        sum += mass(of: cluster) * square
      }
    }
    return sum
  }
}
