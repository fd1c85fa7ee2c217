/// The mutual information that two random labellings with given sizes have on average.
///
/// Vinh, Epps and Bailey, "Information Theoretic Measures for Clusterings Comparison", equation 24:
/// the number of rows that a class of size a and a cluster of size b have in common is
/// hypergeometric, and the expectation is Σ over a, b and that number.
///
/// Three things keep it fast and exact. Equal sizes are computed once. The probabilities follow
/// from each other, p(x+1)/p(x) = (a−x)(b−x) / ((x+1)(n−a−b+x+1)), starting at the most likely
/// number and leaving off where they no longer count; they are made to add up to 1 at the end, so
/// that no factorial is needed and nothing cancels.
enum ExpectedMutualInformation {
  /// - Complexity: About Σ √(a·b / n) over the distinct sizes.
  static func value(
    classSizes: [Int], clusterSizes: [Int], threads: Int? = nil
  ) throws -> Double {
    let n = classSizes.reduce(0, +)
    var outer = multiplicities(classSizes)
    var inner = multiplicities(clusterSizes)
    // One order for both directions, so that the index is symmetric to the bit.
    if inner.lexicographicallyPrecedes(outer, by: <) { swap(&outer, &inner) }
    let logN = Elementary.log(Double(n))
    let largestCommon = min(outer.last?.size ?? 0, inner.last?.size ?? 0)
    let tableSize = min(largestCommon, 1 << 20)
    let logs = [0] + (0..<tableSize).map { Elementary.log(Double($0 + 1)) }
    let (rows, columns) = (outer, inner)

    let block = 64
    var sum = 0.0
    for start in stride(from: 0, to: rows.count, by: block) {
      try Cancellation.check()
      let parts = ParallelChunks.map(
        count: min(block, rows.count - start), chunkSize: 1, threads: threads
      ) { chunk, _ in
        let row = rows[start + chunk]
        let logA = Elementary.log(Double(row.size))
        var part = 0.0
        for column in columns {
          let logB = Elementary.log(Double(column.size))
          let mean = hypergeometricMean(row.size, column.size, n) { common in
            let logCommon = common <= tableSize ? logs[common] : Elementary.log(Double(common))
            return Double(common) * (logCommon + logN - logA - logB)
          }
          part += Double(column.multiplicity) * mean
        }
        return Double(row.multiplicity) * part
      }
      sum = parts.reduce(sum, +)
    }
    return sum / Double(n)
  }

  /// A size and how many classes or clusters have it.
  private struct Multiplicity: Sendable, Comparable {
    let size: Int
    let multiplicity: Int

    static func < (a: Self, b: Self) -> Bool {
      (a.size, a.multiplicity) < (b.size, b.multiplicity)
    }
  }

  private static func multiplicities(_ sizes: [Int]) -> [Multiplicity] {
    var result: [Multiplicity] = []
    for size in sizes.sorted() {
      if let last = result.last, last.size == size {
        result[result.count - 1] = Multiplicity(size: size, multiplicity: last.multiplicity + 1)
      } else {
        result.append(Multiplicity(size: size, multiplicity: 1))
      }
    }
    return result
  }

  /// The mean of `f` over the number that two random sets of sizes a and b, out of n, have in
  /// common; `f(0)` is 0 and is not asked for.
  @inline(__always)
  private static func hypergeometricMean(
    _ a: Int, _ b: Int, _ n: Int, _ f: (Int) -> Double
  ) -> Double {
    let lowest = max(0, a + b - n)
    let highest = min(a, b)
    let mode = Int(Double(a + 1) * Double(b + 1) / Double(n + 2))
    let start = min(max(mode, lowest), highest)
    // Doubles, as products of two counts may be large; each factor is exact.
    func ratio(_ x: Int) -> Double {
      (Double(a - x) * Double(b - x)) / (Double(x + 1) * Double(n - a - b + x + 1))
    }
    let negligible = 0x1p-70
    var total = 1.0
    var mean = start == 0 ? 0 : f(start)
    var weight = 1.0
    var x = start
    while x < highest {
      weight *= ratio(x)
      x += 1
      guard weight > negligible else { break }
      total += weight
      mean += weight * f(x)
    }
    weight = 1
    x = start
    while x > lowest {
      x -= 1
      weight /= ratio(x)
      guard weight > negligible else { break }
      total += weight
      if x > 0 { mean += weight * f(x) }
    }
    return mean / total
  }
}
