import CKernels
import CladeCore

extension MedoidAssignment: MedoidState {
  /// Memory that a thread uses again from one candidate to the next.
  package struct Workspace: Sendable {
    var scratch = DissimilarityRows<Scalar>.Scratch()
    fileprivate var bySlot: [Double] = []
  }

  package static func workspace() -> Workspace { Workspace() }

  /// The best swap for each of the candidates in some places: the removal of all k medoids is
  /// looked at in a single pass over the items (FastPAM1's improvement of PAM).
  ///
  /// - Complexity: O(n + k) a candidate, and its row of dissimilarities.
  package func bestSwaps(
    _ places: Range<Int>, of candidates: DissimilarityRows<Scalar>.Candidates,
    _ workspace: inout Workspace
  ) throws -> [CandidateSwap] {
    let stride = CLADE_MEDOID_COPIES * slotCount
    if workspace.bySlot.count < places.count * stride {
      workspace.bySlot = Array(repeating: 0, count: places.count * stride)
    }
    var joining = [Double](repeating: 0, count: places.count)
    return try workspace.bySlot.withUnsafeMutableBufferPointer { bySlot in
      guard let bySlot = bySlot.baseAddress else { return [] }
      bySlot.update(repeating: 0, count: places.count * stride)
      try withItems { items in
        try candidates.forEachStretch(of: places, squared: squared, &workspace.scratch) {
          place, first, row, length in
          let index = place - places.lowerBound
          joining[index] += MedoidKernels.gains(
            row, squared: squared, items.advanced(by: first), count: length, terms,
            slots: slotCount,
            bySlot + index * stride)
        }
      }
      return places.enumerated().map { index, place in
        guard mayJoin(candidates.item(at: place)) else { return CandidateSwap() }
        return CandidateSwap(
          removals: removals, joining: joining[index], own: bySlot + index * stride,
          copies: CLADE_MEDOID_COPIES)
      }
    }
  }

  /// - Complexity: O(n · k), and a row of dissimilarities.
  package func changes(
    _ place: Int, of candidates: DissimilarityRows<Scalar>.Candidates, _ workspace: inout Workspace
  ) throws -> [Double] {
    var changes = [Double](repeating: 0, count: slotCount)
    try withItems { items in
      try candidates.forEachStretch(of: place..<place + 1, &workspace.scratch) {
        _, first, row, length in
        for slot in 0..<slotCount {
          changes[slot] += MedoidKernels.swap(
            row, items.advanced(by: first), count: length, terms, slot: slot)
        }
      }
    }
    return changes
  }
}
