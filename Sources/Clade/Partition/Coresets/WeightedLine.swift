import CladeCore

/// Ascending numbers with masses, and sums over any range of them in constant time.
package struct WeightedLine: Sendable {
  private let values: [Double]
  private let weights: [Double]
  /// The mass, and the mass times the value, of all numbers before each.
  private let masses: PrefixSums
  private let moments: PrefixSums
  /// What was taken away from all values, so that sums stay small.
  private let origin: Double

  /// - Parameters:
  ///   - values: Ascending.
  ///   - masses: Above 0.
  package init(_ values: [Double], masses: [Double]) {
    weights = masses
    let prefixes = PrefixSums(masses)
    let half = prefixes.sum(0..<masses.count) / 2
    origin = values.indices.first { prefixes.sum(0..<($0 + 1)) >= half }.map { values[$0] } ?? 0
    self.values = values.map { [origin] in $0 - origin }
    self.masses = prefixes
    moments = PrefixSums(zip(self.values, masses).map { $0 * $1 })
  }

  package var count: Int { values.count }

  func mass(_ range: Range<Int>) -> Double {
    masses.sum(range)
  }

  /// The mass of a range, its mean, and the sum of the distances from that, number by number.
  func summary(_ range: Range<Int>) -> (mass: Double, mean: Double, error: Double) {
    let first = values[range.lowerBound]
    var (mass, moment) = (0.0, 0.0)
    for place in range {
      mass += weights[place]
      moment += weights[place] * (values[place] - first)
    }
    let mean = min(first + moment / mass, values[range.upperBound - 1])
    let error = range.reduce(0.0) { $0 + weights[$1] * (values[$1] - mean).magnitude }
    return (mass, origin + mean, error)
  }

  /// The mean of a range less the origin, within the range.
  private func center(_ range: Range<Int>) -> Double {
    if range.count == 1 { return values[range.lowerBound] }
    let mean = moments.sum(range) / mass(range)
    return min(max(mean, values[range.lowerBound]), values[range.upperBound - 1])
  }

  /// The sum of the distances of a range from its mean. Grows with the range.
  func cumulativeError(_ range: Range<Int>) -> Double {
    guard range.count > 1 else { return 0 }
    let mean = center(range)
    // Those above the mean are as far from it as those below.
    let above = firstPlace(in: range) { values[$0] > mean }
    let rest = above..<range.upperBound
    return 2 * max(0, moments.sum(rest) - mean * mass(rest))
  }

  /// The least cost that one center within a range has, over all numbers. Falls as the range grows.
  func allowance(_ range: Range<Int>) -> Double {
    let middle = medianPlace(0..<count)
    return cost(at: min(max(middle, range.lowerBound), range.upperBound - 1))
  }

  /// The cost of a center on one of the numbers, over all of them.
  private func cost(at place: Int) -> Double {
    cost(0..<count, at: values[place], splitBefore: place)
  }

  private func cost(_ range: Range<Int>, at center: Double, splitBefore place: Int) -> Double {
    let (below, above) = (range.lowerBound..<place, place..<range.upperBound)
    let left = center * mass(below) - moments.sum(below)
    let right = moments.sum(above) - center * mass(above)
    return max(0, left) + max(0, right)
  }

  /// The first place in a range at which half of its mass is reached.
  private func medianPlace(_ range: Range<Int>) -> Int {
    let half = mass(range) / 2
    return min(
      firstPlace(in: range) { mass(range.lowerBound..<($0 + 1)) >= half }, range.upperBound - 1)
  }

  /// The first place for which `holds`, which holds for all after it; the end if there is none.
  private func firstPlace(in range: Range<Int>, _ holds: (Int) -> Bool) -> Int {
    var (low, high) = (range.lowerBound, range.upperBound)
    while low < high {
      let middle = (low + high) / 2
      if holds(middle) { high = middle } else { low = middle + 1 }
    }
    return low
  }

  /// The least sum of distances from k centers: the exact optimum of k-median in one dimension.
  ///
  /// Clusters are intervals. The best last interval's start never falls when numbers are added, so
  /// that halving the range finds all of them ("Fast Exact k-Means, k-Medians and Bregman
  /// Divergence Clustering in 1D", Grønlund, Larsen, Mathiasen, Nielsen, Schneider and Song, 2017).
  ///
  /// - Complexity: O(k · m · log² m).
  package func leastCost(centers k: Int) -> Double {
    guard k < count else { return 0 }
    func single(_ range: Range<Int>) -> Double {
      let place = medianPlace(range)
      return cost(range, at: values[place], splitBefore: place)
    }
    // The least cost of the first numbers with some centers.
    var costs = (0...count).map { $0 == 0 ? 0 : single(0..<$0) }
    for clusters in 1..<max(1, k) {
      var next = costs
      func fill(_ ends: Range<Int>, _ starts: ClosedRange<Int>) {
        guard !ends.isEmpty else { return }
        let end = (ends.lowerBound + ends.upperBound) / 2
        var (best, bestStart) = (Double.infinity, starts.lowerBound)
        for start in starts.lowerBound...min(starts.upperBound, end - 1) {
          let cost = costs[start] + single(start..<end)
          if cost < best { (best, bestStart) = (cost, start) }
        }
        next[end] = best
        fill(ends.lowerBound..<end, starts.lowerBound...bestStart)
        fill((end + 1)..<ends.upperBound, bestStart...starts.upperBound)
      }
      for end in 0...clusters { next[end] = 0 }
      fill((clusters + 1)..<(count + 1), clusters...(count - 1))
      costs = next
    }
    return costs[count]
  }
}

/// Sums over any range of numbers, to about twice the precision of a double, so that small sums
/// next to large ones are right.
private struct PrefixSums: Sendable {
  /// The sums of all numbers before each, and what rounding left of these.
  private let sums: [Double]
  private let rests: [Double]

  init(_ terms: [Double]) {
    var (sum, rest) = (0.0, 0.0)
    var (sums, rests) = ([0.0], [0.0])
    for term in terms {
      // What the sum of two doubles loses by rounding is a double ("A Floating-Point Technique for
      // Extending the Available Precision", Dekker, 1971).
      let total = sum + term
      let kept = total - sum
      rest += (sum - (total - kept)) + (term - kept)
      sum = total
      sums.append(sum)
      rests.append(rest)
    }
    (self.sums, self.rests) = (sums, rests)
  }

  func sum(_ range: Range<Int>) -> Double {
    (sums[range.upperBound] - sums[range.lowerBound])
      + (rests[range.upperBound] - rests[range.lowerBound])
  }
}
