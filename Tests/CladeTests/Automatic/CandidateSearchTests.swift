import Clade
import CladeCore
import Synchronization
import Testing

/// The partitions that the automatic choice is made from.
@Suite struct CandidateSearchTests {
  /// Two rings and a blob, some rows twice, in ascending order of their values.
  static func rows(count: Int) throws -> (rows: Matrix<Double>, distinct: Int) {
    var random = CounterRandom(seed: 3, stream: 0)
    var rows: [[Double]] = []
    for index in 0..<count {
      let (u, v) = (random.uniform() - 0.5, random.uniform() - 0.5)
      let row: [Double]
      switch index % 3 {
      case 0: row = [u, v]
      case 1: row = [8 + 2 * u, 4 * v]
      default: row = [20 * u, 10 + v]
      }
      rows.append(index % 10 == 0 ? row.map { ($0 * 2).rounded() / 2 } : row)
    }
    let data = try Matrix(rows)
    let order = CanonicalOrder(data)
    return (data.gatheringRows(order.order), order.distinctRowCount)
  }

  /// The labels that a method gives when it is run by itself.
  static func labels(of method: CandidateMethod, _ data: Matrix<Double>) throws -> [Int32] {
    switch method {
    case .oneGroup: Array(repeating: 0, count: data.rowCount)
    case .ppp: try PPP().fit(data).labels
    case .gaussianMixture(let k, let covariance):
      try GaussianMixture(componentCount: k, covariance: covariance).fit(data).labels
    case .kMeans(let k): try KMeans(k: k).fit(data).labels
    case .hdbscan(let size, let samples, let selection, let single):
      try HDBSCAN(
        minClusterSize: size, minSamples: samples, clusterSelection: selection,
        allowSingleCluster: single
      ).fit(data).labels
    case .genie(let k, let threshold, let samples):
      try Genie(k: k, giniThreshold: threshold, minSamples: samples).fit(data).labels
    case .agglomerative(let linkage, let k):
      try AgglomerativeClustering(linkage: linkage, k: k).fit(data).labels
    case .graphDegreeLinkage(let k, let neighbors):
      try GraphDegreeLinkage(k: k, neighbors: neighbors).fit(data).labels
    }
  }

  @Test func partitionsAreDistinctAndNumbered() throws {
    let (rows, distinct) = try Self.rows(count: 300)
    let found = try CandidateSearch(rows: rows, distinctCount: distinct)
      .run(threads: 2, progress: nil).partitions
    #expect(found.count > 50)
    #expect(Set(found.map(\.labels)).count == found.count)
    #expect(found[0].methods.first == .oneGroup)
    #expect(found[0].labels.allSatisfy { $0 == 0 })
    let families = Set(found.flatMap(\.methods).map(\.family))
    #expect(families == Set(CandidateMethod.Family.allCases))
    for partition in found {
      var sizes = [Int](repeating: 0, count: partition.clusterCount)
      for label in partition.labels where label >= 0 { sizes[Int(label)] += 1 }
      #expect(sizes.allSatisfy { $0 > 0 } && sizes == sizes.sorted(by: >))
      #expect(sizes.reduce(partition.noiseCount, +) == rows.rowCount)
      for row in 1..<rows.rowCount where rows.row(row) == rows.row(row - 1) {
        #expect(partition.labels[row] == partition.labels[row - 1])
      }
    }
  }

  @Test func candidatesAreWhatTheirMethodsGive() throws {
    let (rows, distinct) = try Self.rows(count: 200)
    let found = try CandidateSearch(rows: rows, distinctCount: distinct)
      .run(threads: 1, progress: nil).partitions
    for partition in found {
      for method in partition.methods {
        let labels = try Self.labels(of: method, rows)
        let agreement = try ExternalIndices(truth: partition.labels, labels: labels)
        #expect(agreement.adjustedRandIndex == 1, "\(method.title)")
        #expect(zip(partition.labels, labels).allSatisfy { ($0 < 0) == ($1 < 0) })
      }
    }
  }

  @Test func nothingDependsOnThreads() throws {
    let (rows, distinct) = try Self.rows(count: 150)
    let search = CandidateSearch(rows: rows, distinctCount: distinct)
    let one = try search.run(threads: 1, progress: nil).partitions
    let seven = try search.run(threads: 7, progress: nil).partitions
    #expect(one.map(\.labels) == seven.map(\.labels))
    #expect(one.map(\.methods) == seven.map(\.methods))
  }

  @Test(arguments: 1...6) func fewRows(count: Int) throws {
    let rows = Matrix<Double>(rows: count, columns: 2) { buffer in
      for index in buffer.indices { buffer.initializeElement(at: index, to: Double(index / 2)) }
    }
    let found = try CandidateSearch(rows: rows, distinctCount: count)
      .run(threads: 1, progress: nil).partitions
    #expect(found[0].clusterCount == 1)
    #expect(found.allSatisfy { $0.labels.count == count && $0.clusterCount >= 1 })
  }

  @Test func equalRowsAreOneGroup() throws {
    let rows = Matrix<Double>(rows: 50, columns: 3, repeating: 7)
    let found = try CandidateSearch(rows: rows, distinctCount: 1)
      .run(threads: 1, progress: nil).partitions
    #expect(found.count == 1)
    #expect(found[0].clusterCount == 1)
  }

  @Test func fewValuesCanBeThatManyGroups() throws {
    let rows = Matrix<Double>(rows: 200, columns: 1) { buffer in
      for index in buffer.indices { buffer.initializeElement(at: index, to: Double(index / 50)) }
    }
    let found = try CandidateSearch(rows: rows, distinctCount: 4)
      .run(threads: 1, progress: nil).partitions
    let values = (0..<200).map { Int32($0 / 50) }
    #expect(found.contains { $0.labels == values })
  }

  @Test func stepsAfterTheDeadlineAreLeftOut() throws {
    let (rows, distinct) = try Self.rows(count: 60)
    let search = CandidateSearch(rows: rows, distinctCount: distinct)
    let found = try search.run(threads: 1, progress: nil) { TimeLimit(until: .now) }
    #expect(!found.leftOut.isEmpty && found.leftOut.last == "median linkage")
    let all = try search.run(threads: 1, progress: nil)
    #expect(all.leftOut.isEmpty && all.partitions.count > found.partitions.count)
  }

  /// A time that is over once it was asked for so often.
  final class Countdown: Sendable {
    private let left: Mutex<Int>

    init(_ count: Int) { left = Mutex(count) }

    /// How often it can still be asked.
    var count: Int { left.withLock { $0 } }

    func isOver() -> Bool {
      left.withLock { left in
        left -= 1
        return left < 0
      }
    }
  }

  @Test func stepsCutShortKeepWhatTheyHave() throws {
    let (rows, distinct) = try Self.rows(count: 60)
    let search = CandidateSearch(rows: rows, distinctCount: distinct)
    // Which mixtures are the best ones depends on how many there are.
    func methods(_ found: CandidateSearch.Outcome) -> Set<CandidateMethod> {
      Set(found.partitions.flatMap(\.methods).filter { $0.family != .gaussianMixture })
    }
    let all = try search.run(threads: 1, progress: nil)
    let labels = Set(all.partitions.map(\.labels))
    let first = methods(
      try search.run(threads: 1, progress: nil) { TimeLimit(until: .now) })
    var (before, cut) = (first, Set<String>())
    let clock = Countdown(1_000_000)
    _ = try search.run(threads: 1, progress: nil) { TimeLimit { clock.isOver() } }
    let asked = 1_000_000 - clock.count
    for count in stride(from: 0, through: asked + asked / 250, by: asked / 250) {
      let countdown = Countdown(count)
      let found = try search.run(threads: 1, progress: nil) {
        TimeLimit { countdown.isOver() }
      }
      let new = methods(found)
      #expect(new.isSuperset(of: before) && new.isSubset(of: methods(all)))
      for partition in found.partitions
      where partition.methods.contains(where: { $0.family != .gaussianMixture }) {
        #expect(labels.contains(partition.labels))
      }
      if found.leftOut.contains("the rest of k-means") {
        let tried = new.count { $0.family == .kMeans }
        #expect(tried > 0 && tried < methods(all).count { $0.family == .kMeans })
      }
      cut.formUnion(found.leftOut.filter { $0.hasPrefix("the rest of ") })
      if found.leftOut.isEmpty { break }
      before = new
    }
    #expect(before.count > first.count)
    #expect(cut.contains("the rest of k-means"))
    #expect(cut.contains { $0.hasPrefix("the rest of HDBSCAN*") })
  }
}
