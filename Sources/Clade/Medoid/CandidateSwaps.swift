import CKernels
import CladeCore

/// The best that a candidate can do: the medoid to replace, and what that changes.
package struct CandidateSwap: Sendable, Equatable {
  /// By what the loss changes, in scaled numbers; infinite where the candidate is a medoid itself.
  package var change = Double.infinity
  /// The slot of the medoid that leaves; of several the first.
  package var slot = 0
}

extension MedoidAssignment {
  /// Memory that a thread uses again from one candidate to the next.
  package struct Workspace: Sendable {
    var scratch = DissimilarityRows<Scalar>.Scratch()
    fileprivate var bySlot: [Double] = []

    package init() {}
  }

  /// The best swap for each of the candidates in some places: the removal of all k medoids is looked at
  /// in a single pass over the items (FastPAM1's improvement of PAM).
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
        try candidates.forEachStretch(of: places, &workspace.scratch) { place, first, row, length in
          let index = place - places.lowerBound
          joining[index] += MedoidKernels.gains(
            row, items.advanced(by: first), count: length, terms, slots: slotCount,
            bySlot + index * stride)
        }
      }
      return places.enumerated().map { index, place in
        var best = CandidateSwap()
        guard !isMedoid(candidates.item(at: place)) else { return best }
        let own = bySlot + index * stride
        for slot in 0..<slotCount {
          var change = removals[slot] + joining[index]
          for copy in Swift.stride(from: slot, to: stride, by: slotCount) { change += own[copy] }
          if change < best.change { best = CandidateSwap(change: change, slot: slot) }
        }
        return best
      }
    }
  }

  /// The same as the original algorithm has it: one pass over the items for each medoid.
  ///
  /// - Complexity: O(n · k) a candidate, and its row of dissimilarities.
  package func bestSwapsPairByPair(
    _ places: Range<Int>, of candidates: DissimilarityRows<Scalar>.Candidates,
    _ workspace: inout Workspace
  ) throws -> [CandidateSwap] {
    var changes = [Double](repeating: 0, count: places.count * slotCount)
    try withItems { items in
      try candidates.forEachStretch(of: places, &workspace.scratch) { place, first, row, length in
        let index = (place - places.lowerBound) * slotCount
        for slot in 0..<slotCount {
          changes[index + slot] += MedoidKernels.swap(
            row, items.advanced(by: first), count: length, terms, slot: slot)
        }
      }
    }
    return places.enumerated().map { index, place in
      var best = CandidateSwap()
      guard !isMedoid(candidates.item(at: place)) else { return best }
      for slot in 0..<slotCount where changes[index * slotCount + slot] < best.change {
        best = CandidateSwap(change: changes[index * slotCount + slot], slot: slot)
      }
      return best
    }
  }
}
