import CladeCore

/// Medoids judged by the mean silhouette of the items that are nearest to each, as it is defined.
///
/// Source: "A New Partitioning Around Medoids Algorithm" (van der Laan, Pollard and Bryan, 2003),
/// PAMSIL.
struct MedoidsBySilhouette<Scalar: MatrixScalar>: MedoidState {
  private(set) var medoids: [Int32]
  private(set) var slots: [Int32]
  /// The dissimilarity of each item from the nearest medoid (n).
  private var nearest: [Scalar] = []
  private let rows: DissimilarityRows<Scalar>
  private let terms: ExactTerms
  /// The sum of 1 − s over the items, rounded.
  private var loss: Double

  init(_ medoids: [Int32], of rows: DissimilarityRows<Scalar>) throws {
    self.medoids = medoids
    self.rows = rows
    terms = try rows.terms(pivot: Int(medoids[0]), threads: 1)
    slots = []
    loss = 0
    var workspace = Self.workspace()
    (slots, nearest, loss) = try judged(medoids, &workspace)
  }

  func mayJoin(_ item: Int) -> Bool { nearest[item] > 0 }

  struct Workspace: Sendable {
    var scratch = DissimilarityRows<Scalar>.Scratch()
  }

  static func workspace() -> Workspace { Workspace() }

  /// The nearest of some medoids for each item, and the loss.
  private func judged(
    _ medoids: [Int32], _ workspace: inout Workspace
  ) throws -> (slots: [Int32], nearest: [Scalar], loss: Double) {
    let k = medoids.count
    let assignment = try MedoidAssignment(medoids, of: rows)
    let slots = assignment.slots
    var sizes = [Int](repeating: 0, count: k)
    for slot in slots { sizes[Int(slot)] += 1 }
    let parts = ExactTerms(largest: 2, count: rows.count)
    let all = rows.candidates()
    var sums = [Double](repeating: 0, count: k)
    var loss = 0.0
    for item in 0..<rows.count {
      for slot in 0..<k { sums[slot] = 0 }
      try all.forEachStretch(of: item..<item + 1, &workspace.scratch) { _, first, row, length in
        for other in 0..<length { sums[Int(slots[first + other])] += terms(Double(row[other])) }
      }
      let own = Int(slots[item])
      // An item that is alone has the silhouette 0.
      guard sizes[own] > 1 else {
        loss += parts(1)
        continue
      }
      let within = sums[own] / Double(sizes[own] - 1)
      var nearest = Double.infinity
      for slot in 0..<k where slot != own && sizes[slot] > 0 {
        nearest = min(nearest, sums[slot] / Double(sizes[slot]))
      }
      let largest = max(within, nearest)
      loss += parts(largest > 0 ? 1 - (nearest - within) / largest : 1)
    }
    return (slots, assignment.nearest, loss)
  }

  /// - Complexity: O(k · n²) a candidate.
  func bestSwaps(
    _ places: Range<Int>, of candidates: DissimilarityRows<Scalar>.Candidates,
    _ workspace: inout Workspace
  ) throws -> [CandidateSwap] {
    try bestSwapsPairByPair(places, of: candidates, &workspace)
  }

  func changes(
    _ place: Int, of candidates: DissimilarityRows<Scalar>.Candidates, _ workspace: inout Workspace
  ) throws -> [Double] {
    try medoids.indices.map { slot in
      var others = medoids
      others[slot] = Int32(candidates.item(at: place))
      try Cancellation.check()
      return try judged(others, &workspace).loss - loss
    }
  }

  mutating func swap(
    _ slot: Int, for place: Int, of candidates: DissimilarityRows<Scalar>.Candidates,
    _ rows: DissimilarityRows<Scalar>, _ workspace: inout Workspace
  ) throws {
    medoids[slot] = Int32(candidates.item(at: place))
    (slots, nearest, loss) = try judged(medoids, &workspace)
  }
}
