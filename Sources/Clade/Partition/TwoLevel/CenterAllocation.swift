import CladeCore

/// How many of the centers each group gets.
///
/// With centers as dense as is best for the squared distances, a group's share grows as its inertia
/// to the power d/(d + 2) ("Asymptotic Quantization Error of Continuous Signals and the
/// Quantization Dimension", Zador, 1982): many rows need many centers, and so do rows that lie far
/// apart.
enum CenterAllocation {
  /// The number of centers of each group: at least one for each that has rows, no more than it has
  /// rows, and `k` together.
  ///
  /// - Parameters:
  ///   - k: At least the number of groups with rows, and at most the number of rows.
  ///   - inertias: The squared distances of each group's rows from its center (g).
  ///   - sizes: The rows of each group (g).
  ///   - columns: The number of columns, d.
  static func shares(k: Int, inertias: [Double], sizes: [Int], columns: Int) -> [Int] {
    let power = Double(columns) / Double(columns + 2)
    let weights = inertias.map { $0 > 0 ? Elementary.exp(power * Elementary.log($0)) : 0 }
    let total = weights.reduce(0, +)
    // Each group's part before rounding, for a factor that is the larger the more are given away.
    func part(_ group: Int, _ factor: Double) -> Double {
      let share = total > 0 ? weights[group] / total * factor : 0
      return sizes[group] == 0 ? 0 : min(Double(sizes[group]), max(1, share))
    }
    func given(_ factor: Double) -> Int {
      sizes.indices.reduce(0) { $0 + Int(part($1, factor)) }
    }
    var (low, high) = (0.0, Double(k))
    while given(high) < k, high < 0x1p100 { high *= 2 }
    for _ in 0..<100 {
      let middle = 0.5 * (low + high)
      if given(middle) <= k { low = middle } else { high = middle }
    }
    var shares = sizes.indices.map { Int(part($0, low)) }
    // What rounding down left goes to those that lost most by it.
    let byLoss = sizes.indices.sorted { a, b in
      let (first, second) = (part(a, low), part(b, low))
      let (lossA, lossB) = (first - first.rounded(.down), second - second.rounded(.down))
      return (lossB, a) < (lossA, b)
    }
    var rest = k - shares.reduce(0, +)
    while rest > 0 {
      let before = rest
      for group in byLoss where rest > 0 && shares[group] < sizes[group] {
        shares[group] += 1
        rest -= 1
      }
      if rest == before { break }
    }
    return shares
  }
}
