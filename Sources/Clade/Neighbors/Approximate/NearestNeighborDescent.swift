import CladeCore

/// Finds most of the nearest rows of all rows without comparing all with all: whoever is near a
/// neighbour is likely a neighbour.
///
/// Rows begin with the nearest of those that fall into the same leaf of a few trees. Then, again
/// and again, the neighbours of each row, and the rows that it is a neighbour of, are compared with
/// each other, as far as they are new, until hardly any list changes ("Efficient K-Nearest Neighbor
/// Graph Construction for Generic Similarity Measures", Dong, Moses and Li, 2011).
///
/// All draws follow from the rows' values and the seed, and all comparisons of a round from the
/// lists before it, so that the result depends neither on threads nor on the order of the rows.
///
/// - Complexity: About O(n^1.2 · d) time as measured by the authors, O(n · (k + candidates))
///   memory.
public struct NearestNeighborDescent: Sendable, Hashable, Codable {
  /// The trees that lists begin with.
  public var trees: Int
  /// The neighbours of a row, of each kind, that are compared with each other in a round at most.
  public var candidates: Int
  /// The most rounds.
  public var maxIterations: Int
  /// The part of the lists' entries that has to change in a round for another one to follow.
  public var tolerance: Double
  /// Chooses the draws.
  public var seed: UInt64

  /// Creates a description of the search.
  ///
  /// - Parameters:
  ///   - trees: The trees that lists begin with, at least 1.
  ///   - candidates: The neighbours of a row, of each kind (new or not), that are compared with
  ///     each other in a round at most; at least 2. More find more, and take longer.
  ///   - maxIterations: The most rounds; none are needed where trees do.
  ///   - tolerance: The part of the lists' entries that has to change in a round for another one to
  ///     follow.
  ///   - seed: Chooses the draws.
  public init(
    trees: Int = 4, candidates: Int = 40, maxIterations: Int = 12, tolerance: Double = 0.002,
    seed: UInt64 = 0
  ) {
    self.trees = trees
    self.candidates = candidates
    self.maxIterations = maxIterations
    self.tolerance = tolerance
    self.seed = seed
  }

  /// Itself, where its parameters are possible.
  func checked() throws -> Self {
    for (name, value, least) in [
      ("trees", trees, 1), ("candidates", candidates, 2), ("maxIterations", maxIterations, 0),
    ] where value < least {
      throw CladeError.invalidParameter(
        name: name, value: "\(value)", reason: "it is at least \(least)")
    }
    guard tolerance >= 0 else {
      throw CladeError.invalidParameter(
        name: "tolerance", value: "\(tolerance)", reason: "it is at least 0")
    }
    return self
  }

  /// The lists of all rows, in which `length` entries count; they may have more.
  func graph<Scalar: MatrixScalar>(
    of rows: PreparedRows<Scalar>, length: Int, itself: Bool, threads: Int?,
    progress: ProgressObserver?
  ) throws -> NeighborLists<Scalar> {
    let others = max(1, itself ? length - 1 : length)
    let kept = min(max(others, 16), max(1, rows.rowCount - 1))
    let lists = try NeighborLists<Scalar>(count: rows.rowCount, length: kept)
    for tree in 0..<trees {
      progress?(
        ProgressUpdate(
          stage: "finding neighbours", fraction: 0.4 * Double(tree) / Double(trees),
          detail: "tree \(tree + 1) of \(trees)"))
      try begin(lists, rows, tree: tree, threads: threads)
    }
    var rounds = DescentRounds(rows: rows, lists: lists, candidates: candidates, seed: seed)
    for round in 0..<maxIterations {
      try Cancellation.check()
      progress?(
        ProgressUpdate(
          stage: "finding neighbours",
          fraction: 0.4 + 0.6 * Double(round) / Double(maxIterations),
          detail: "round \(round + 1) of at most \(maxIterations)"))
      let changes = try rounds.next(threads: threads)
      if Double(changes) <= tolerance * Double(rows.rowCount * kept) { break }
    }
    progress?(ProgressUpdate(stage: "finding neighbours", fraction: 1))
    return try lists.completed(of: rows, length: length, itself: itself, threads: threads)
  }

  /// Offers each row those in the same leaf of a tree.
  private func begin<Scalar: MatrixScalar>(
    _ lists: NeighborLists<Scalar>, _ rows: PreparedRows<Scalar>, tree: Int, threads: Int?
  ) throws {
    let builder = BallTreeBuilder(
      rows: rows, leafSize: 128, seed: CounterRandom(seed: seed, stream: 1).value(at: UInt64(tree)))
    let parts = try builder.build(threads: threads)
    let leaves = parts.nodes.filter { $0.ballCount == 0 }
    try ParallelChunks.forEach(count: leaves.count, chunkSize: 8, threads: threads) { _, range in
      try Cancellation.check()
      for leaf in leaves[range] {
        let first = Int(leaf.panel) * DistancePanels<Scalar>.panelWidth
        // Rows that can't be told apart may be many: each is offered some.
        for start in stride(from: first, to: first + Int(leaf.rowCount), by: 256) {
          let end = min(start + 256, first + Int(leaf.rowCount))
          let members = Array(parts.places[start..<end])
          try lists.offerEachOther(members, fresh: members.count, rows)
        }
      }
    }
  }
}

extension NeighborLists {
  /// Offers the first rows of some all others of them.
  fileprivate func offerEachOther(
    _ members: [Int32], fresh: Int, _ rows: PreparedRows<Scalar>
  ) throws {
    let panels = DistancePanels(rows, order: members)
    let own = rows.gathering(Array(members[..<fresh]))
    let width = panels.panelCount * DistancePanels<Scalar>.panelWidth
    var distances = [Scalar](repeating: 0, count: fresh * width)
    try panels.rawDistances(of: own, 0..<fresh, into: &distances, stride: width)
    distances.withUnsafeBufferPointer { distances in
      members.withUnsafeBufferPointer { members in
        guard let start = distances.baseAddress, let numbers = members.baseAddress else { return }
        for index in 0..<fresh {
          let row = Int(members[index])
          offer(
            start + index * width, stride: width,
            places: .numbers(numbers, count: members.count), to: row..<row + 1, firstRow: row,
            itself: false)
        }
      }
    }
  }

  /// Lists of `length`, with the rows themselves or without; what too short lists lack is found by
  /// comparing with all.
  fileprivate func completed(
    of rows: PreparedRows<Scalar>, length: Int, itself: Bool, threads: Int?
  ) throws -> NeighborLists {
    let result = try NeighborLists(count: count, length: length)
    let lacking = (0..<count).filter { list in
      (0..<min(length, self.length)).contains { numbers[list * self.length + $0] == .max }
    }
    for list in 0..<count {
      let from = list * self.length
      let found = (0..<self.length).prefix { numbers[from + $0] != .max }.count
      if itself {
        var own: Scalar = 0
        result.offer(
          &own, stride: 1, places: .range(list..<list + 1), to: list..<list + 1, firstRow: list,
          itself: true)
      }
      result.offer(
        distances + from, stride: 0, places: .numbers(numbers + from, count: found),
        to: list..<list + 1, firstRow: list, itself: false)
    }
    guard !lacking.isEmpty else { return result }
    let exact = try BruteForceNeighbors(rows).nearest(
      length + (itself ? 0 : 1), of: rows.gathering(lacking.map { Int32($0) }), threads: threads,
      progress: nil)
    for (index, list) in lacking.enumerated() {
      result.offer(
        exact.distances + index * exact.length, stride: 0,
        places: .numbers(exact.numbers + index * exact.length, count: exact.length),
        to: list..<list + 1, firstRow: list, itself: itself)
    }
    return result
  }
}
