import CladeCore

/// k medoids and what is known of the items, so that swaps of a medoid for another item can be
/// judged and made: what the phases of PAM and its kin work on, whatever they minimise.
package protocol MedoidState: Sendable {
  associatedtype Scalar: MatrixScalar
  /// Memory that a thread uses again from one candidate to the next.
  associatedtype Workspace: Sendable

  /// The item in each slot (k).
  var medoids: [Int32] { get }
  /// The slot of the nearest medoid of each item (n).
  var slots: [Int32] { get }

  /// Finds what is to be known of the items.
  init(_ medoids: [Int32], of rows: DissimilarityRows<Scalar>) throws

  /// Whether an item may become a medoid.
  func mayJoin(_ item: Int) -> Bool

  static func workspace() -> Workspace

  /// The best swap for each of the candidates in some places: of equal ones that of the first
  /// medoid.
  func bestSwaps(
    _ places: Range<Int>, of candidates: DissimilarityRows<Scalar>.Candidates,
    _ workspace: inout Workspace
  ) throws -> [CandidateSwap]

  /// What the swap of each medoid (k) for the candidate in a place changes, by its definition.
  func changes(
    _ place: Int, of candidates: DissimilarityRows<Scalar>.Candidates, _ workspace: inout Workspace
  ) throws -> [Double]

  /// Puts the candidate in a place in the place of a medoid.
  mutating func swap(
    _ slot: Int, for place: Int, of candidates: DissimilarityRows<Scalar>.Candidates,
    _ rows: DissimilarityRows<Scalar>, _ workspace: inout Workspace
  ) throws
}

extension MedoidState {
  /// The number of medoids, k.
  var slotCount: Int { medoids.count }

  /// Whether an item is a medoid.
  package func isMedoid(_ item: Int) -> Bool { medoids[Int(slots[item])] == Int32(item) }

  /// Whether an item isn't a medoid yet.
  package func mayJoin(_ item: Int) -> Bool { !isMedoid(item) }

  /// The best swap for each of some candidates, each pair of medoid and candidate by itself.
  ///
  /// - Complexity: O(n · k) a candidate, and its row of dissimilarities.
  package func bestSwapsPairByPair(
    _ places: Range<Int>, of candidates: DissimilarityRows<Scalar>.Candidates,
    _ workspace: inout Workspace
  ) throws -> [CandidateSwap] {
    try places.map { place in
      var best = CandidateSwap()
      guard mayJoin(candidates.item(at: place)) else { return best }
      for (slot, change) in try changes(place, of: candidates, &workspace).enumerated()
      where change < best.change {
        best = CandidateSwap(change: change, slot: slot)
      }
      return best
    }
  }
}

/// The best that a candidate can do: the medoid to replace, and what that changes.
package struct CandidateSwap: Sendable, Equatable {
  /// By what the loss changes, in scaled numbers; infinite where the candidate may not join.
  package var change = Double.infinity
  /// The slot of the medoid that leaves.
  package var slot = 0

  /// A candidate that may not join.
  package init() {}

  package init(change: Double, slot: Int) { (self.change, self.slot) = (change, slot) }

  /// The best medoid to replace, of equal ones the first.
  ///
  /// - Parameters:
  ///   - removals: What it changes to take each medoid away (k).
  ///   - joining: What it changes that the candidate joins, whichever leaves.
  ///   - own: What else it changes that each medoid leaves, in parts (`copies` × k).
  ///   - copies: The number of parts, which are added in their order.
  init(removals: [Double], joining: Double, own: UnsafePointer<Double>, copies: Int) {
    for slot in removals.indices {
      var sum = removals[slot] + joining
      for copy in 0..<copies { sum += own[copy * removals.count + slot] }
      if sum < change { (change, self.slot) = (sum, slot) }
    }
  }
}
