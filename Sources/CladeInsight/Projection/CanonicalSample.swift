import CladeCore

/// Rows chosen by their place in the order of their values, so that the order in which they came
/// changes nothing.
enum CanonicalSample {
  /// About `count` rows: one from each of as many stretches of the canonical order, at a place in
  /// the stretch that a fixed random stream gives.
  ///
  /// - Complexity: O(count).
  static func rows(_ order: [Int32], count: Int) -> [Int32] {
    guard count < order.count, count > 0 else { return count > 0 ? order : [] }
    let random = CounterRandom(seed: 0)
    return (0..<count).map { stretch in
      let (start, end) = (stretch * order.count / count, (stretch + 1) * order.count / count)
      return order[start + Int(random.value(at: UInt64(stretch)) % UInt64(end - start))]
    }
  }

  /// About `limit` rows of all groups, each with its share of them but at least `least`, group by
  /// group; without noise.
  ///
  /// - Complexity: That of `CanonicalOrder`.
  static func rows(
    of data: Matrix<Double>, labels: [Int32], groupCount: Int, limit: Int, least: Int,
    threads: Int?
  ) -> [Int32] {
    var members = [[Int32]](repeating: [], count: groupCount)
    var total = 0
    for row in CanonicalOrder(data, threads: threads).order where labels[Int(row)] >= 0 {
      members[Int(labels[Int(row)])].append(row)
      total += 1
    }
    return members.flatMap { group in
      let share = Double(limit) * Double(group.count) / Double(max(1, total))
      return rows(group, count: min(group.count, max(least, Int(share.rounded()))))
    }
  }
}
