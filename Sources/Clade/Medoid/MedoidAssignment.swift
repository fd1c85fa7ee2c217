import CladeCore

/// The two nearest of k medoids for each item, kept up to date while medoids are swapped.
///
/// A medoid has a *slot*, its number among the k; the item that takes its place gets its slot. Of
/// medoids that are equally near the one stays that was there before, and a medoid is its own
/// nearest.
///
/// Source: "Fast and Eager k-Medoids Clustering" (Schubert and Rousseeuw), the caching of the
/// nearest and the second nearest medoid.
package struct MedoidAssignment<Scalar: MatrixScalar>: Sendable {
  /// The item in each slot (k).
  package private(set) var medoids: [Int32]
  /// The slot of the nearest medoid of each item (n).
  package private(set) var slots: [Int32]
  /// The slot of the second nearest (n); −1 where there is but one medoid.
  package private(set) var secondSlots: [Int32]
  /// The dissimilarity from the nearest (n).
  package private(set) var nearest: [Scalar]
  /// That from the second nearest (n); infinite where there is but one medoid.
  package private(set) var second: [Scalar]
  /// How terms are rounded. Only gets coarser, so that no sequence of swaps goes in a circle.
  package private(set) var terms: ExactTerms
  /// The sum of ``nearest``, in scaled numbers.
  package private(set) var loss = 0.0
  /// What the loss rises by when the medoid of each slot is taken away (k), in scaled numbers.
  private(set) var removals: [Double]
  private var largest: Scalar = 0
  /// Whether candidates are looked at by squared dissimilarities.
  let squared: Bool
  /// Then what squares of dissimilarities smaller than ``second`` are below (n); otherwise nothing.
  private var limits: [Scalar] = []

  /// Finds the two nearest of some medoids, which are different items.
  ///
  /// - Throws: What reading dissimilarities throws, and `CladeError.valueOutOfRange` for an item
  ///   that is infinitely far from all medoids.
  /// - Complexity: k rows of dissimilarities.
  package init(_ medoids: [Int32], of rows: DissimilarityRows<Scalar>) throws {
    let count = rows.count
    self.medoids = medoids
    squared = rows.hasSquares
    slots = Array(repeating: -1, count: count)
    secondSlots = Array(repeating: -1, count: count)
    nearest = Array(repeating: .infinity, count: count)
    second = Array(repeating: .infinity, count: count)
    removals = Array(repeating: 0, count: medoids.count)
    terms = ExactTerms(largest: 0, count: count)
    var scratch = DissimilarityRows<Scalar>.Scratch()
    try rows.candidates(medoids).forEachStretch(of: medoids.indices, &scratch) {
      slot, first, row, length in
      let own = Int(medoids[slot]) - first
      for item in 0..<length {
        let (o, distance) = (first + item, row[item])
        if distance < nearest[o] || item == own {
          second[o] = nearest[o]
          secondSlots[o] = slots[o]
          nearest[o] = distance
          slots[o] = Int32(slot)
        } else if distance < second[o] {
          second[o] = distance
          secondSlots[o] = Int32(slot)
        }
      }
    }
    if let item = nearest.firstIndex(where: { !$0.isFinite }) {
      throw CladeError.valueOutOfRange(
        row: item, column: Int(medoids.first ?? 0), value: "\(nearest[item])",
        expected: "a finite dissimilarity of two rows")
    }
    summarize()
  }

  /// Calls `body` with what is known of the items.
  @inline(__always)
  func withItems<Result>(_ body: (MedoidKernels<Scalar>.Items) throws -> Result) rethrows -> Result
  {
    try nearest.withUnsafeBufferPointer { nearest in
      try second.withUnsafeBufferPointer { second in
        try slots.withUnsafeBufferPointer { slots in
          try limits.withUnsafeBufferPointer { limits in
            // Safe: there are items, as there are medoids.
            try body(
              .init(
                limits: (squared ? limits : second).baseAddress!, nearest: nearest.baseAddress!,
                second: second.baseAddress!,
                slots: slots.baseAddress!))
          }
        }
      }
    }
  }

  /// Puts a candidate, by its place, in the place of a medoid.
  ///
  /// - Complexity: O(n), a row of dissimilarities, and O(k) for each item whose nearest or second
  ///   nearest medoid left.
  package mutating func swap(
    _ slot: Int, for place: Int, of candidates: DissimilarityRows<Scalar>.Candidates,
    _ rows: DissimilarityRows<Scalar>, _ workspace: inout Workspace
  ) throws {
    let candidate = candidates.item(at: place)
    medoids[slot] = Int32(candidate)
    var lost: [Int32] = []
    let slot = Int32(slot)
    try candidates.forEachStretch(of: place..<place + 1, &workspace.scratch) {
      _, first, row, length in
      nearest.withUnsafeMutableBufferPointer { nearest in
        second.withUnsafeMutableBufferPointer { second in
          slots.withUnsafeMutableBufferPointer { slots in
            secondSlots.withUnsafeMutableBufferPointer { secondSlots in
              for item in 0..<length {
                let (o, distance) = (first &+ item, row[item])
                if slots[o] == slot {
                  // Its nearest medoid leaves.
                  if distance < second[o] || o == candidate {
                    nearest[o] = distance
                  } else {
                    nearest[o] = second[o]
                    slots[o] = secondSlots[o]
                    second[o] = distance
                    secondSlots[o] = slot
                    lost.append(Int32(o))
                  }
                } else if distance < nearest[o] || o == candidate {
                  second[o] = nearest[o]
                  secondSlots[o] = slots[o]
                  nearest[o] = distance
                  slots[o] = slot
                } else if distance < second[o] {
                  second[o] = distance
                  secondSlots[o] = slot
                } else if secondSlots[o] == slot {
                  second[o] = distance
                  lost.append(Int32(o))
                }
              }
            }
          }
        }
      }
    }
    try rows.forEachPair(of: lost, and: medoids) { index, other, distance in
      let o = Int(lost[index])
      guard distance < second[o], Int32(other) != slots[o], Int32(other) != slot else { return }
      second[o] = distance
      secondSlots[o] = Int32(other)
    }
    summarize()
  }

  /// Adds up the loss, and what removals cost.
  private mutating func summarize() {
    if slotCount > 1 {
      for distance in second where distance > largest { largest = distance }
    } else {
      for distance in nearest where distance > largest { largest = distance }
    }
    if squared {
      let slack: Scalar = Scalar.self == Float.self ? 1 + 0x1p-20 : 1 + 0x1p-48
      limits = second.map { ($0 * $0 * slack).nextUp }
    }
    terms = ExactTerms(largest: Double(largest), count: nearest.count)
    loss = 0
    removals.withUnsafeMutableBufferPointer { removals in
      removals.update(repeating: 0)
      for item in nearest.indices {
        let near = terms(Double(nearest[item]))
        loss += near
        if removals.count > 1 {
          removals[Int(slots[item])] += terms(Double(second[item])) - near
        }
      }
    }
  }
}
