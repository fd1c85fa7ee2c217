import CladeCore

/// How much each of many partitions of the same rows agrees with the others.
struct AgreementCriteria: Sendable {
  /// On how many rows at most partitions are compared.
  private static let mostRows = 500
  /// From this adjusted Rand index on two partitions are nearly the same for a family.
  private static let same = 0.95
  private static let near = 0.9

  /// The adjusted Rand index of each pair (m × m).
  private let indices: [Double]
  private let count: Int

  /// Compares all pairs.
  ///
  /// - Parameters:
  ///   - partitions: Labels of the same rows (m lists of n), numbered from 0; of rows in no group,
  ///     the group they are nearest to.
  ///   - threads: At most this many threads; `nil` for one per core.
  /// - Complexity: O(m²) time and memory, as at most 500 rows are looked at.
  init(_ partitions: [[Int32]], threads: Int?) {
    let m = partitions.count
    let n = partitions.first?.count ?? 0
    let stride = max(1, n / Self.mostRows)
    let samples = partitions.map { labels in
      PartitionAgreement(Swift.stride(from: 0, to: n, by: stride).lazy.map { labels[$0] })
    }
    let lines = ParallelChunks.map(count: m, chunkSize: 1, threads: threads) { a, _ in
      (0..<a).map { samples[a].adjustedRandIndex(with: samples[$0]) }
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

  /// The criteria from ``PartitionCriterion/familyAgreement`` on.
  ///
  /// - Parameters:
  ///   - methods: The methods that gave each partition (m).
  /// - Returns: A list for each partition.
  func values(methods: [[CandidateMethod]]) -> [[Double]] {
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
}

extension CandidateMethod {
  /// The family, with linkages apart: what counts as independent when partitions agree.
  var kind: String {
    if case .agglomerative(let linkage, _) = self { return linkage.rawValue }
    return family.rawValue
  }
}
