import CKernels
import CladeCore

/// The three nearest of k medoids for each item, from which follows what swaps change of the mean
/// medoid silhouette.
///
/// The medoid silhouette of an item is 1 − a / b, of its dissimilarities from the nearest and the
/// second nearest medoid. What is kept and made small is the sum of a / b.
///
/// Source: "Medoid Silhouette Clustering with Automatic Cluster Number Selection" (Lenssen and
/// Schubert, 2024): the caching of three medoids, and the changes for all k removals at once.
package struct MedoidTriples<Scalar: MatrixScalar>: MedoidState {
  package private(set) var medoids: [Int32]
  /// The slots of the three nearest medoids of each item (3 arrays of n), −1 where there is none.
  private var nearSlots: [[Int32]]
  /// The dissimilarities from them (3 arrays of n), infinite where there is none.
  private var near: [[Scalar]]
  /// The rounded quotients of the first two, the first and the third, and the last two.
  private var quotients: [[Double]]
  /// The sum of a / b.
  package private(set) var loss = 0.0
  /// What the sum changes by when the medoid of each slot is taken away (k).
  private(set) var removals: [Double]
  private let terms: ExactTerms

  package var slots: [Int32] { nearSlots[0] }

  /// Whether an item is unlike all medoids: two that are alike would have the silhouette 1 for
  /// nothing.
  package func mayJoin(_ item: Int) -> Bool { near[0][item] > 0 }

  package init(_ medoids: [Int32], of rows: DissimilarityRows<Scalar>) throws {
    let count = rows.count
    self.medoids = medoids
    nearSlots = Array(repeating: Array(repeating: -1, count: count), count: 3)
    near = Array(repeating: Array(repeating: .infinity, count: count), count: 3)
    quotients = Array(repeating: Array(repeating: 0, count: count), count: 3)
    removals = Array(repeating: 0, count: medoids.count)
    terms = ExactTerms(largest: 1, count: count)
    var scratch = DissimilarityRows<Scalar>.Scratch()
    try rows.candidates(medoids).forEachStretch(of: medoids.indices, &scratch) {
      slot, first, row, length in
      let own = Int(medoids[slot]) - first
      for item in 0..<length {
        insert(Int32(slot), row[item], at: first + item, isOwn: item == own)
      }
    }
    summarize()
  }

  /// Puts a medoid into the list of an item, behind those that are as near.
  private mutating func insert(_ slot: Int32, _ distance: Scalar, at item: Int, isOwn: Bool = false)
  {
    var place = 3
    while place > 0, distance < near[place - 1][item] || isOwn || nearSlots[place - 1][item] < 0 {
      place -= 1
    }
    guard place < 3 else { return }
    for later in stride(from: 2, to: place, by: -1) {
      near[later][item] = near[later - 1][item]
      nearSlots[later][item] = nearSlots[later - 1][item]
    }
    near[place][item] = distance
    nearSlots[place][item] = slot
  }

  /// Takes a medoid out of the list of an item, if it is there.
  private mutating func remove(_ slot: Int32, at item: Int) -> Bool {
    guard let place = (0..<3).first(where: { nearSlots[$0][item] == slot }) else { return false }
    for later in place..<2 {
      near[later][item] = near[later + 1][item]
      nearSlots[later][item] = nearSlots[later + 1][item]
    }
    near[2][item] = .infinity
    nearSlots[2][item] = -1
    return true
  }

  package mutating func swap(
    _ slot: Int, for place: Int, of candidates: DissimilarityRows<Scalar>.Candidates,
    _ rows: DissimilarityRows<Scalar>, _ workspace: inout Workspace
  ) throws {
    let candidate = candidates.item(at: place)
    medoids[slot] = Int32(candidate)
    let slot = Int32(slot)
    var lost: [Int32] = []
    try candidates.forEachStretch(of: place..<place + 1, &workspace.scratch) {
      _, first, row, length in
      for index in 0..<length {
        let item = first + index
        let limit = near[2][item]
        if remove(slot, at: item) {
          insert(slot, row[index], at: item, isOwn: item == candidate)
          // Of the other medoids some may be nearer than the new one.
          if slotCount > 3, row[index] > limit { lost.append(Int32(item)) }
        } else if row[index] < limit || item == candidate {
          insert(slot, row[index], at: item, isOwn: item == candidate)
        }
      }
    }
    try rows.forEachPair(of: lost, and: medoids) { index, other, distance in
      let item = Int(lost[index])
      guard distance < near[2][item], (0..<2).allSatisfy({ nearSlots[$0][item] != Int32(other) })
      else { return }
      near[2][item] = distance
      nearSlots[2][item] = Int32(other)
    }
    summarize()
  }

  /// The medoids without the one whose removal costs least; of several the first.
  var withoutTheLeast: [Int32] {
    let least = removals.indices.min { removals[$0] < removals[$1] }
    return medoids.indices.filter { $0 != least }.map { medoids[$0] }
  }

  /// Adds up the loss, and what removals change.
  private mutating func summarize() {
    loss = 0
    for slot in removals.indices { removals[slot] = 0 }
    for item in near[0].indices {
      let (a, b, c) = (near[0][item], near[1][item], near[2][item])
      let own = quotient(a, b)
      let (withoutSecond, withoutFirst) = (quotient(a, c), quotient(b, c))
      quotients[0][item] = own
      quotients[1][item] = withoutSecond
      quotients[2][item] = withoutFirst
      loss += own
      guard slotCount > 1 else { continue }
      removals[Int(nearSlots[0][item])] += withoutFirst - own
      removals[Int(nearSlots[1][item])] += withoutSecond - own
    }
  }

  /// a / b, rounded; 0 where a is 0.
  private func quotient(_ a: Scalar, _ b: Scalar) -> Double {
    a > 0 ? terms(Double(a) / Double(b)) : 0
  }

  package struct Workspace: Sendable {
    var scratch = DissimilarityRows<Scalar>.Scratch()
    fileprivate var bySlot: [Double] = []
  }

  package static func workspace() -> Workspace { Workspace() }

  /// - Complexity: O(n + k) a candidate, and its row of dissimilarities.
  package func bestSwaps(
    _ places: Range<Int>, of candidates: DissimilarityRows<Scalar>.Candidates,
    _ workspace: inout Workspace
  ) throws -> [CandidateSwap] {
    let stride = CLADE_SILHOUETTE_COPIES * slotCount
    workspace.bySlot = Array(repeating: 0, count: places.count * stride)
    var joining = [Double](repeating: 0, count: places.count)
    return try workspace.bySlot.withUnsafeMutableBufferPointer { bySlot in
      guard let bySlot = bySlot.baseAddress else { return [] }
      try withTriples { triples in
        try candidates.forEachStretch(of: places, &workspace.scratch) { place, first, row, length in
          let index = place - places.lowerBound
          let own = bySlot + index * stride
          let raw = UnsafeRawPointer(row)
          joining[index] +=
            Scalar.self == Float.self
            ? clade_medoid_silhouette_gains_f32(
              raw.assumingMemoryBound(to: Float.self), triples, first, length, terms.shift,
              slotCount, own)
            : clade_medoid_silhouette_gains_f64(
              raw.assumingMemoryBound(to: Double.self), triples, first, length, terms.shift,
              slotCount, own)
        }
      }
      return places.enumerated().map { index, place in
        guard mayJoin(candidates.item(at: place)) else { return CandidateSwap() }
        return CandidateSwap(
          removals: removals, joining: joining[index], own: bySlot + index * stride,
          copies: CLADE_SILHOUETTE_COPIES)
      }
    }
  }

  private func withTriples<Result>(
    _ body: (UnsafePointer<clade_medoid_triples>) throws -> Result
  ) rethrows -> Result {
    try near[0].withUnsafeBytes { a in
      try near[1].withUnsafeBytes { b in
        try near[2].withUnsafeBytes { c in
          try quotients[0].withUnsafeBufferPointer { ab in
            try quotients[1].withUnsafeBufferPointer { ac in
              try quotients[2].withUnsafeBufferPointer { bc in
                try nearSlots[0].withUnsafeBufferPointer { first in
                  try nearSlots[1].withUnsafeBufferPointer { second in
                    let triples = clade_medoid_triples(
                      first: a.baseAddress, second: b.baseAddress, third: c.baseAddress,
                      without_third: ab.baseAddress, without_second: ac.baseAddress,
                      without_first: bc.baseAddress, first_slots: first.baseAddress,
                      second_slots: second.baseAddress)
                    return try withUnsafePointer(to: triples, body)
                  }
                }
              }
            }
          }
        }
      }
    }
  }

  /// - Complexity: O(n · k), and a row of dissimilarities.
  package func changes(
    _ place: Int, of candidates: DissimilarityRows<Scalar>.Candidates, _ workspace: inout Workspace
  ) throws -> [Double] {
    var changes = [Double](repeating: -loss, count: slotCount)
    try candidates.forEachStretch(of: place..<place + 1, &workspace.scratch) {
      _, first, row, length in
      for index in 0..<length {
        let item = first + index
        for slot in 0..<slotCount {
          // The two nearest that stay.
          let gone = (0..<2).first { nearSlots[$0][item] == Int32(slot) } ?? 2
          let (a, b) = (near[gone == 0 ? 1 : 0][item], near[gone == 2 ? 1 : 2][item])
          let (low, high) = (min(a, row[index]), min(max(a, row[index]), b))
          changes[slot] += quotient(low, high)
        }
      }
    }
    return changes
  }
}
