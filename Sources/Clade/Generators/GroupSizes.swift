import CladeCore

/// Sizes of generated groups in proportion to `shares`, falling, at least 1 each, `total` together.
///
/// - Parameters:
///   - shares: Positive numbers, one for each group.
///   - total: The rows to share out, at least as many as there are groups.
func groupSizes(shares: [Double], total: Int) -> [Int] {
  let scale = Double(total) / shares.reduce(0, +)
  var sizes = shares.map { max(1, Int(($0 * scale).rounded(.down))) }
  // What rounding left over goes to, or comes from, the largest, one row each in turn.
  var rest = total - sizes.reduce(0, +)
  while rest != 0 {
    for group in sizes.indices where rest != 0 {
      if rest > 0 {
        sizes[group] += 1
        rest -= 1
      } else if sizes[group] > 1 {
        sizes[group] -= 1
        rest += 1
      }
    }
  }
  return sizes.sorted(by: >)
}

extension CounterRandom {
  /// A random integer in `0..<bound`.
  mutating func index(below bound: Int) -> Int {
    Int(next().multipliedFullWidth(by: UInt64(bound)).high)
  }

  /// Each group's label as often as it has rows, and noise (−1), in random order.
  mutating func shuffledLabels(sizes: [Int], noiseCount: Int) -> [Int32] {
    var labels = [Int32](repeating: -1, count: noiseCount)
    labels.reserveCapacity(noiseCount + sizes.reduce(0, +))
    for (group, size) in sizes.enumerated() {
      labels.append(contentsOf: repeatElement(Int32(group), count: size))
    }
    for last in stride(from: labels.count - 1, to: 0, by: -1) {
      labels.swapAt(last, index(below: last + 1))
    }
    return labels
  }
}
