import CladeCore

/// How much each of many partitions of the same rows agrees with the others.
package struct AgreementCriteria: Sendable {
  /// On how many rows at most partitions are compared.
  private static let mostRows = 500
  /// From this adjusted Rand index on two partitions are nearly the same for a family.
  private static let same = 0.95
  private static let near = 0.9

  /// The adjusted Rand index of each pair (m × m).
  package let indices: [Double]
  private let count: Int

  /// Compares all pairs.
  ///
  /// - Parameters:
  ///   - partitions: Labels of the same rows (m lists of n); of rows in no group, the group they are
  ///     nearest to.
  ///   - threads: At most this many threads; `nil` for one per core.
  /// - Complexity: O(m²) time and memory, as at most 500 rows are looked at.
  package init(_ partitions: [[Int32]], threads: Int?) {
    let m = partitions.count
    let n = partitions.first?.count ?? 0
    let stride = max(1, n / Self.mostRows)
    let samples = partitions.map { Self.renumbered($0, stride: stride) }
    let lines = ParallelChunks.map(count: m, chunkSize: 1, threads: threads) { a, _ in
      (0..<a).map { samples[a].adjustedRandIndex(beside: samples[$0]) }
    }
    var indices = [Double](repeating: 1, count: m * m)
    for (a, line) in lines.enumerated() {
      for (b, index) in line.enumerated() {
        indices[a * m + b] = index
        indices[b * m + a] = index
      }
    }
    self.indices = indices
    count = m
  }

  /// The criteria from ``PartitionCriterion/firstAgreement`` on.
  ///
  /// - Parameters:
  ///   - methods: The methods that gave each partition (m).
  /// - Returns: A list for each partition.
  package func values(methods: [[CandidateMethod]]) -> [[Double]] {
    let kinds = methods.map { Set($0.map(\.kind)) }
    let all = kinds.reduce(into: Set()) { $0.formUnion($1) }.sorted()
    let members = all.map { kind in kinds.indices.filter { kinds[$0].contains(kind) } }
    return (0..<count).map { place in
      let line = indices[place * count..<(place + 1) * count]
      func index(_ other: Int) -> Double { line[line.startIndex + other] }
      let best = members.map { $0.reduce(-1.0) { max($0, index($1)) } }
      let means = members.map { $0.reduce(0.0) { $0 + index($1) } / Double($0.count) }
      let closest = line.sorted(by: >).prefix(10)
      return [
        best.reduce(0, +) / Double(best.count), means.reduce(0, +) / Double(means.count),
        line.reduce(0, +) / Double(count), closest.reduce(0, +) / Double(closest.count),
        Elementary.log(Double(line.count { $0 > Self.near })),
        Double(best.count { $0 > Self.same }), Double(kinds[place].count),
        Elementary.log(Double(methods[place].count)),
      ]
    }
  }

  /// Every so-many-th label, numbered from 0.
  private static func renumbered(_ labels: [Int32], stride: Int) -> SampledLabels {
    var numbers: [Int32: Int] = [:]
    let sampled = Swift.stride(from: 0, to: labels.count, by: stride).map { row in
      let next = numbers.count
      return numbers[labels[row], default: next, orInsert: next]
    }
    return SampledLabels(sampled, groupCount: numbers.count)
  }
}

extension Dictionary {
  /// The value of a key, which has `value` from now on if it had none.
  fileprivate subscript(key: Key, default _: Value, orInsert value: Value) -> Value {
    mutating get {
      if let found = self[key] { return found }
      self[key] = value
      return value
    }
  }
}

/// Labels of some rows, 0..<k.
private struct SampledLabels: Sendable {
  let labels: [Int]
  let groupCount: Int
  /// The number of pairs of rows in one group.
  let pairs: Int

  init(_ labels: [Int], groupCount: Int) {
    var sizes = [Int](repeating: 0, count: groupCount)
    for label in labels { sizes[label] += 1 }
    (self.labels, self.groupCount) = (labels, groupCount)
    pairs = sizes.reduce(0) { $0 + $1 * ($1 - 1) / 2 }
  }

  func adjustedRandIndex(beside other: SampledLabels) -> Double {
    let both = withUnsafeTemporaryAllocation(
      of: Int32.self, capacity: groupCount * other.groupCount
    ) { table -> Int in
      table.initialize(repeating: 0)
      var both = 0
      for row in labels.indices {
        let cell = labels[row] * other.groupCount + other.labels[row]
        both += Int(table[cell])
        table[cell] += 1
      }
      return both
    }
    let n = labels.count
    let all = Double(n) * Double(n - 1) / 2
    guard all > 0 else { return 1 }
    let expected = Double(pairs) * Double(other.pairs) / all
    let most = Double(pairs + other.pairs) / 2
    return most > expected ? (Double(both) - expected) / (most - expected) : 1
  }
}

extension CandidateMethod {
  /// The family, with linkages apart: what counts as independent when partitions agree.
  var kind: String {
    if case .agglomerative(let linkage, _) = self { return linkage.rawValue }
    return family.rawValue
  }
}
