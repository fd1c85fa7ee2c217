/// Draws places with probabilities proportional to given masses.
struct CumulativeMasses {
  private let sums: [Double]

  /// The sum of all masses.
  var total: Double { sums.last ?? 0 }

  /// - Complexity: O(m).
  init(_ masses: some Sequence<Double>) {
    var sum = 0.0
    sums = masses.map {
      sum += $0
      return sum
    }
  }

  /// The place that `uniform`, a number in 0..<1, draws.
  ///
  /// - Complexity: O(log m).
  func draw(_ uniform: Double) -> Int {
    let target = uniform * total
    // The first place whose sum is above the target.
    var (low, high) = (0, sums.count)
    while low < high {
      let middle = (low + high) / 2
      if sums[middle] > target { high = middle } else { low = middle + 1 }
    }
    if low < sums.count { return low }
    // The product was rounded up to the total: the last place that has a mass.
    var last = sums.count - 1
    while last > 0, sums[last - 1] == sums[last] { last -= 1 }
    return max(0, last)
  }
}
