import CladeCore

/// Tries many methods on the decided rows.
///
/// Spanning trees and dendrograms are grown once and cut many times; what is tried depends on the
/// number of rows and columns only, so that it is the same whatever the machine.
package struct CandidateSearch: Sendable {
  /// The rows, ascending by their values (n × d), of ordinary magnitude.
  let rows: Matrix<Double>
  /// How many of them differ.
  let distinctCount: Int
  /// The groups of these rows that ``PPP`` finds, if it looks at more than these.
  let probabilistic: (@Sendable () throws -> [Int32])?

  /// Prepares a search.
  ///
  /// - Parameters:
  ///   - rows: n × d, finite, ascending by their values.
  ///   - distinctCount: How many of them differ.
  ///   - probabilistic: The groups of these rows that ``PPP`` finds, where it is to look at all
  ///     the rows that these were drawn from.
  package init(
    rows: Matrix<Double>, distinctCount: Int,
    probabilistic: (@Sendable () throws -> [Int32])? = nil
  ) {
    self.rows = rows
    self.distinctCount = distinctCount
    self.probabilistic = probabilistic
  }

  /// A part of the search that needs nothing of the others.
  enum Step: Sendable, Hashable {
    case ppp
    case tree(minSamples: Int?)
    case kMeans
    case gaussianMixture
    case agglomerative(Linkage)
    case graphs

    /// What it tries, for a person.
    var title: String {
      switch self {
      case .ppp: "PPP"
      case .tree(nil): "Genie and single linkage"
      case .tree(let samples?): "HDBSCAN* with min samples \(samples)"
      case .kMeans: "k-means"
      case .gaussianMixture: "Gaussian mixtures"
      case .agglomerative(let linkage): "\(linkage.rawValue) linkage"
      case .graphs: "graph degree linkage"
      }
    }
  }

  /// The steps, the cheapest and most often right first.
  var steps: [Step] {
    guard distinctCount > 2 else { return distinctCount == 2 ? [.kMeans] : [] }
    let trees = sampleCounts.map { Step.tree(minSamples: $0) }
    return [.tree(minSamples: nil)] + trees + [.ppp, .agglomerative(.ward), .kMeans]
      + [.graphs, .gaussianMixture]
      + [.average, .complete, .weighted, .centroid, .median].map { Step.agglomerative($0) }
  }

  /// Which nearest row core distances reach to, for each tree.
  var sampleCounts: [Int] {
    // In many columns core distances that reach farther take long.
    let most = rows.columnCount <= 16 ? rows.rowCount : 32
    let root = min(most, Int(Double(rows.rowCount).squareRoot()))
    return Set([2, 5, 10, 20, root]).filter { $0 < rows.rowCount / 4 }.sorted()
  }

  /// The numbers of groups that trees are cut into: all up to 20, ever fewer of those up to 150.
  var counts: [Int] {
    let most = min(150, distinctCount, max(2, rows.rowCount / 2))
    var counts: [Int] = []
    var k = 2
    while k <= most {
      counts.append(k)
      k = k < 20 ? k + 1 : max(k + 1, k * 5 / 4)
    }
    return counts
  }

  /// The least sizes of clusters that trees of density are condensed by: from 4 to a third of the
  /// rows, each about 1.5 times the one before.
  var leastSizes: [Int] {
    var sizes: [Int] = []
    var size = 4.0
    while Int(size) <= max(4, rows.rowCount / 3) {
      sizes.append(Int(size))
      size *= 1.5
    }
    return sizes
  }

  /// What a search found.
  package struct Outcome: Sendable {
    /// All different partitions, one group first.
    package let partitions: [CandidatePartition]
    /// What wasn't tried for want of time, for a person.
    package let leftOut: [String]
  }

  /// Tries all methods.
  ///
  /// - Parameters:
  ///   - threads: At most this many threads; `nil` for one per core. Changes no bit of the result.
  ///   - progress: Told how far it has come.
  ///   - makeLimit: Makes the limit that ends a step where no time is left; what a step has found
  ///     by then counts. The first step has none.
  /// - Throws: `CancellationError` when the task was cancelled.
  package func run(
    threads: Int?, progress: ProgressObserver?, makeLimit: (@Sendable () -> TimeLimit)? = nil
  ) throws -> Outcome {
    let steps = steps
    let done = ProgressCount(stage: "trying methods", total: steps.count, observer: progress)
    let found = try ParallelChunks.map(count: steps.count, chunkSize: 1, threads: threads) {
      (index, _) throws -> (partitions: [CandidatePartition], isCut: Bool) in
      defer { done.add(1) }
      return try attempt(steps[index], limit: index > 0 ? makeLimit?() : nil)
    }
    var all = [
      CandidatePartition(
        groups: Array(repeating: 0, count: rows.rowCount), method: .oneGroup)
    ]
    var leftOut: [String] = []
    for (step, result) in zip(steps, found) {
      all += result.partitions
      if result.isCut {
        leftOut.append((result.partitions.isEmpty ? "" : "the rest of ") + step.title)
      }
    }
    return Outcome(partitions: Self.distinct(all), leftOut: leftOut)
  }

  /// What a step gives within a limit, and whether that ended it.
  private func attempt(
    _ step: Step, limit: TimeLimit?
  ) throws -> (partitions: [CandidatePartition], isCut: Bool) {
    do {
      guard let limit else { return (try partitions(step), false) }
      let found = try limit.result { try partitions(step) }
      return (found ?? [], limit.hasEnded)
    } catch is CladeError {
      return ([], false)  // A method that can't be used on these rows has nothing to say.
    }
  }

  /// What is found for one value after the other until the time is over: the parts of a step.
  ///
  /// - Throws: `CancellationError` when the task was cancelled, and what `find` throws.
  func inTime<Value>(
    _ values: some Sequence<Value>, _ find: (Value) throws -> [CandidatePartition]
  ) throws -> [CandidatePartition] {
    var found: [CandidatePartition] = []
    do {
      for value in values {
        try Cancellation.check()
        found += try find(value)
      }
    } catch is TimeLimit.Exceeded {}
    return found
  }

  /// Partitions without repetition: of equal ones the first has the methods of all.
  static func distinct(_ partitions: [CandidatePartition]) -> [CandidatePartition] {
    var places: [[Int32]: Int] = [:]
    var distinct: [CandidatePartition] = []
    for partition in partitions {
      if let place = places[partition.labels] {
        distinct[place].methods += partition.methods
      } else if partition.clusterCount > 0 {
        places[partition.labels] = distinct.count
        distinct.append(partition)
      }
    }
    return distinct
  }

  /// What one step gives.
  func partitions(_ step: Step) throws -> [CandidatePartition] {
    try Cancellation.check()
    return switch step {
    case .ppp: try evidence()
    case .tree(let minSamples): try treeCuts(minSamples: minSamples)
    case .kMeans: try centers()
    case .gaussianMixture: try mixtures()
    case .agglomerative(let linkage): try linkageCuts(linkage)
    case .graphs: try graphCuts()
    }
  }

  private func evidence() throws -> [CandidatePartition] {
    let labels = try probabilistic?() ?? PPP().fit(rows, threads: 1).labels
    return [CandidatePartition(groups: labels, method: .ppp)]
  }

  private func centers() throws -> [CandidatePartition] {
    try inTime(counts.prefix { $0 <= 30 }) { k in
      let labels = try KMeans(k: k).fit(rows, threads: 1).labels
      return [CandidatePartition(groups: labels, method: .kMeans(k: k))]
    }
  }
}
