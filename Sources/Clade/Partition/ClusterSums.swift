import CladeCore

/// The exact sums of the rows of each cluster, and of their weights, kept up to date while rows
/// change their clusters.
///
/// Rows that stay cost nothing. Where sums take little memory, every thread first adds up for
/// itself what changed; otherwise all threads write to the same sums, and lock the cluster that
/// they change. Either way the bits are the same.
struct ClusterSums<Scalar: MatrixScalar>: Sendable {
  private var sums: ExactColumnSums
  /// The sums of the weights, where there are any.
  private var weightSums: ExactColumnSums?

  /// What threads may have of their own, all together.
  private static var ownMemory: Int { 8 << 20 }

  /// Empty clusters.
  ///
  /// - Parameters:
  ///   - bounds: The largest magnitude in each column.
  ///   - weights: Positive weights of all rows, if they have any.
  ///   - k: The number of clusters.
  init(bounds: [Double], weights: [Scalar]?, k: Int) {
    let heaviest = weights.map { $0.reduce(0) { max($0, Double($1)) } }
    sums = ExactColumnSums(bounds: bounds.map { $0 * (heaviest ?? 1) }, groups: k)
    weightSums = heaviest.map { ExactColumnSums(bounds: [$0], groups: k) }
  }

  /// How many rows a cluster has.
  func count(of cluster: Int) -> Int { Int(sums.addendCount(group: cluster)) }

  func isEmpty(_ cluster: Int) -> Bool { count(of: cluster) == 0 }

  /// The total weight of a cluster: the number of its rows where they have no weights.
  func mass(of cluster: Int) -> Double {
    weightSums?.sum(group: cluster, column: 0) ?? Double(count(of: cluster))
  }

  /// Writes the mean of a cluster that isn't empty, rounded once.
  func writeMean(of cluster: Int, to mean: UnsafeMutablePointer<Scalar>) {
    let mass = mass(of: cluster)
    // Whole numbers divide exactly, so that a weight of 3 is the same as three equal rows.
    let count = mass < 0x1p53 && mass == mass.rounded(.down) ? Int(mass) : nil
    for column in 0..<sums.columnCount {
      mean[column] = Scalar(
        count.map { sums.mean(group: cluster, column: column, count: $0) }
          ?? sums.sum(group: cluster, column: column) / mass)
    }
  }

  /// Labels all rows anew, chunk by chunk, and moves those that changed their cluster.
  ///
  /// - Parameters:
  ///   - labels: The clusters that rows are in (n), or empty if they are in none yet; gets the new
  ///     ones.
  ///   - source: The rows (n × d).
  ///   - weights: Their weights (n), if they have any.
  ///   - assign: Writes the new labels of the rows of a range, whose labels before, −1 for none, it
  ///     gets; called from several threads.
  /// - Returns: How many rows changed their cluster.
  mutating func relabel(
    _ labels: inout [Int32], of source: any RowSource<Scalar>, weights: [Scalar]?, threads: Int?,
    assign:
      @escaping @Sendable (
        _ rows: UnsafePointer<Scalar>, _ range: Range<Int>, _ before: UnsafePointer<Int32>,
        _ after: UnsafeMutablePointer<Int32>
      ) -> Void
  ) throws -> Int {
    let pass = Pass(source: source, threads: threads, isFirst: labels.isEmpty, assign: assign)
    guard labels.isEmpty else {
      return try labels.withUnsafeMutableBufferPointer { try relabel($0, weights, pass) }
    }
    // Memory is taken while rows are read, not before.
    var moved = 0
    labels = try Array(inLargePages: source.rowCount) { labels in
      moved = try relabel(labels, weights, pass)
    }
    return moved
  }

  private mutating func relabel(
    _ labels: UnsafeMutableBufferPointer<Int32>, _ weights: [Scalar]?, _ pass: Pass
  ) throws -> Int {
    try weights.withOptionalBufferPointer { weights in
      guard let start = labels.baseAddress else { return 0 }
      let places = Places(labels: start, weights: weights)
      let threadCount = pass.threads ?? ParallelChunks.defaultThreadCount
      return threadCount * sums.byteCount <= Self.ownMemory
        ? try relabelApart(places, pass) : try relabelTogether(places, pass)
    }
  }

  /// Every thread has sums of its own.
  private mutating func relabelApart(_ places: Places, _ pass: Pass) throws -> Int {
    let none = (ExactColumnSums(changesOf: sums), weightSums.map(ExactColumnSums.init(changesOf:)))
    let parts = try pass.run(
      over: 0..<pass.source.rowCount, places,
      state: { (sums: none.0, weightSums: none.1, moved: 0) }
    ) { part, rows, range, before, after in
      let weights = places.weights(range)
      let moved = part.sums.add(
        rows, count: range.count, before: before, after: after, weights: weights)
      // Labels that stay aren't written, which would send them all to memory again.
      guard moved > 0 else { return }
      part.moved += moved
      if let weights {
        part.weightSums?.add(weights, count: range.count, before: before, after: after)
      }
      places.set(range, after)
    }
    var moved = 0
    for part in parts where part.moved > 0 {
      moved += part.moved
      sums.add(part.sums)
      if let weights = part.weightSums { weightSums?.add(weights) }
    }
    return moved
  }

  /// All threads write to the same sums.
  private mutating func relabelTogether(_ places: Places, _ pass: Pass) throws -> Int {
    let (count, chunk) = (pass.source.rowCount, pass.source.preferredChunkSize)
    let step = max(1, ExactColumnSums.concurrentRowLimit / chunk) * chunk
    var moved = 0
    for start in stride(from: 0, to: count, by: step) {
      let part = start..<min(count, start + step)
      var weightSums = weightSums
      moved += try sums.withConcurrentAdder(rows: part.count) { adder in
        try weightSums.withConcurrentAdder(rows: part.count) { weightAdder in
          let parts = try pass.run(over: part, places, state: { 0 }) {
            moved, rows, range, before, after in
            let weights = places.weights(range)
            let movedHere = adder.add(
              rows, count: range.count, before: before, after: after, weights: weights)
            guard movedHere > 0 else { return }
            moved += movedHere
            if let weights {
              _ = weightAdder?.add(
                weights, count: range.count, before: before, after: after, weights: nil)
            }
            places.set(range, after)
          }
          return parts.reduce(0, +)
        }
      }
      self.weightSums = weightSums
    }
    return moved
  }

  /// Where labels and weights are.
  private struct Places: @unchecked Sendable {
    // Unchecked: a row's label is written only by the thread that has its chunk.
    let labels: UnsafeMutablePointer<Int32>
    let weights: UnsafePointer<Scalar>?

    func weights(_ range: Range<Int>) -> UnsafePointer<Scalar>? {
      weights.map { $0 + range.lowerBound }
    }

    func set(_ range: Range<Int>, _ new: UnsafePointer<Int32>) {
      (labels + range.lowerBound).update(from: new, count: range.count)
    }
  }

  /// One look at rows.
  private struct Pass: Sendable {
    let source: any RowSource<Scalar>
    let threads: Int?
    /// Whether rows are in no cluster yet.
    let isFirst: Bool
    let assign:
      @Sendable (
        UnsafePointer<Scalar>, Range<Int>, UnsafePointer<Int32>, UnsafeMutablePointer<Int32>
      ) -> Void

    /// Calls `body` with the rows of each chunk, their range, their labels before and the new ones,
    /// and returns the states of all threads.
    func run<State>(
      over rows: Range<Int>, _ places: Places, state: @Sendable () -> State,
      _ body:
        @Sendable (
          inout State, UnsafePointer<Scalar>, Range<Int>, UnsafePointer<Int32>,
          UnsafeMutablePointer<Int32>
        ) -> Void
    ) throws -> [State] {
      let chunkSize = source.preferredChunkSize
      let states = try ParallelChunks.reduce(
        count: rows.count, chunkSize: chunkSize, threads: threads,
        state: {
          (
            own: state(), labels: [Int32](repeating: 0, count: chunkSize),
            none: [Int32](repeating: -1, count: isFirst ? chunkSize : 0)
          )
        }
      ) { state, _, chunk in
        let range = (rows.lowerBound + chunk.lowerBound)..<(rows.lowerBound + chunk.upperBound)
        try source.withRows(range) { values in
          guard let rows = values.baseAddress else { return }
          let own = UnsafePointer(places.labels + range.lowerBound)
          state.labels.withUnsafeMutableBufferPointer { labels in
            state.none.withUnsafeBufferPointer { none in
              guard let labels = labels.baseAddress, let before = isFirst ? none.baseAddress : own
              else { return }
              assign(rows, range, before, labels)
              body(&state.own, rows, range, before, labels)
            }
          }
        }
      }
      return states.map(\.own)
    }
  }
}

extension Optional {
  /// Calls `body` with the elements of an array if there is one.
  fileprivate func withOptionalBufferPointer<Element, Result>(
    _ body: (UnsafePointer<Element>?) throws -> Result
  ) rethrows -> Result where Wrapped == [Element] {
    guard let array = self else { return try body(nil) }
    return try array.withUnsafeBufferPointer { try body($0.baseAddress) }
  }
}

extension Optional<ExactColumnSums> {
  fileprivate mutating func withConcurrentAdder<Result>(
    rows: Int, _ body: (ColumnAdder?) throws -> Result
  ) rethrows -> Result {
    try self?.withConcurrentAdder(rows: rows) { try body($0) } ?? body(nil)
  }
}
