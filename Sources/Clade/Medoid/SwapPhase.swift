import CladeCore

/// What the phases that improve medoids have in common: the items, in the order in which candidates
/// are looked at, and how far they have come.
struct SwapPhase<State: MedoidState>: Sendable {
  typealias Scalar = State.Scalar

  let rows: DissimilarityRows<Scalar>
  /// The items in the order in which they are looked at.
  let candidates: DissimilarityRows<Scalar>.Candidates
  let maxIterations: Int
  let threads: Int?
  let progress: ProgressObserver?
  var assignment: State
  /// The passes over the candidates.
  var iterations = 0
  var swaps = 0
  /// Whether the last pass found nothing to improve.
  var converged = false

  /// Finds the best swap for each of the candidates in some places.
  typealias Evaluation =
    @Sendable (
      State, Range<Int>, inout State.Workspace
    ) throws -> [CandidateSwap]

  /// Starts from medoids in their slots.
  init(
    _ medoids: [Int32], of rows: DissimilarityRows<Scalar>,
    candidates: DissimilarityRows<Scalar>.Candidates, maxIterations: Int, threads: Int?,
    progress: ProgressObserver?
  ) throws {
    self.rows = rows
    self.candidates = candidates
    self.maxIterations = maxIterations
    self.threads = threads
    self.progress = progress
    assignment = try State(medoids, of: rows)
  }

  /// The number of candidates.
  var count: Int { rows.count }

  /// Says which pass is being made, and how much of it is done.
  func report(_ done: Int) {
    progress?(
      ProgressUpdate(
        stage: "swapping medoids", fraction: Double(done) / Double(max(1, count)),
        detail: "pass \(iterations), \(swaps) swaps"))
  }

  /// Puts the candidate in a place in the place of a medoid.
  mutating func swap(_ slot: Int, for place: Int) throws {
    var workspace = State.workspace()
    try assignment.swap(slot, for: place, of: candidates, rows, &workspace)
    swaps += 1
  }

  /// Calls `evaluate` for all candidates, and returns what `choose` keeps of each chunk of them.
  func overAll<Kept: Sendable>(
    _ evaluate: Evaluation,
    keeping choose: @Sendable (_ first: Int, [CandidateSwap]) -> Kept
  ) throws -> [Kept] {
    let height = DissimilarityRows<Scalar>.height
    let chunks = (count + height - 1) / height
    let kept = SlotWriter<Kept>(count: chunks)
    let total = ProgressCount(
      stage: "swapping medoids, pass \(iterations)", total: count, observer: progress)
    let assignment = assignment
    _ = try ParallelChunks.reduce(
      count: count, chunkSize: height, threads: threads,
      state: { State.workspace() }
    ) { workspace, chunk, range in
      if chunk % 64 == 0 { try Cancellation.check() }
      kept.write(choose(range.lowerBound, try evaluate(assignment, range, &workspace)), at: chunk)
      total.add(range.count)
    }
    return kept.values
  }

  /// The best swap of all; of equal ones that of the first candidate.
  func best(_ evaluate: Evaluation) throws -> (place: Int, swap: CandidateSwap) {
    let best = try overAll(evaluate) { first, swaps in
      var best = (place: first, swap: CandidateSwap())
      for (index, swap) in swaps.enumerated() where swap.change < best.swap.change {
        best = (first + index, swap)
      }
      return best
    }
    return best.dropFirst().reduce(best[0]) { $1.swap.change < $0.swap.change ? $1 : $0 }
  }
}
