import CKernels
import CladeCore

/// Clusters in numbered slots, one of whose distances from all others are computed at a time.
///
/// A joined cluster stands in the lower slot of its two parts.
protocol StepwiseSpace: Sendable {
  /// How many numbers ``write(_:from:into:threads:)`` may write, a multiple of 8.
  var rowCapacity: Int { get }

  /// Writes the raw distances of a cluster from those in the slots from the multiple of 8 at or
  /// before `first` on: infinite for slots without a cluster, anything for its own.
  func write(
    _ slot: Int32, from first: Int, into distances: UnsafeMutablePointer<Double>, threads: Int?)

  /// Joins two clusters.
  ///
  /// - Parameters:
  ///   - pair: Their slots.
  ///   - distance: How far apart they are, as it was written.
  mutating func join(_ pair: SlotPair, distance: Double, threads: Int?) throws

  /// Moves the clusters of some slots, ascending, to the slots 0, 1, …; the others are empty.
  mutating func keep(_ slots: [Int32], threads: Int?) throws

  /// The height of a merge at a raw distance.
  func height(raw: Double) -> Double
}

/// Joins the nearest two clusters again and again, for linkages that aren't reducible: the generic
/// algorithm.
///
/// For each cluster a candidate for the nearest one in a higher slot is kept, with a distance that
/// none is below, and the cluster whose candidate is nearest is looked at first; only when its
/// candidate is gone is it looked up again. The distances of a new cluster lower those of others'
/// candidates where they have to.
///
/// Of pairs at the same distance, the one with the lowest slots is joined.
struct StepwiseMerging<Space: StepwiseSpace> {
  private var space: Space
  private var merges: MergeList
  private var nodes: [Int32]
  /// The candidate of each slot, whether it is the nearest for sure, and a distance that none is
  /// below.
  private var candidates: [Int32]
  private var isSettled: [Bool]
  private var bounds: LeastTree
  private var left: [Int32]
  private var row: [Double]
  private let threads: Int?

  /// The tree that joins the nodes in the slots of `space` (m, ascending slots).
  static func merges(
    _ space: Space, nodes: [Int32], after merges: MergeList, threads: Int?,
    progress: ProgressObserver?
  ) throws -> MergeList {
    var merging = try StepwiseMerging(
      space, nodes: nodes, merges: merges, threads: threads, progress: progress)
    try merging.run(progress: progress)
    return merging.merges
  }

  private init(
    _ space: Space, nodes: [Int32], merges: MergeList, threads: Int?, progress: ProgressObserver?
  ) throws {
    self.space = space
    self.nodes = nodes
    self.merges = merges
    self.threads = threads
    let count = nodes.count
    row = Array(repeating: 0, count: space.rowCapacity)
    left = Array(0..<Int32(count))
    isSettled = Array(repeating: true, count: count)
    let done = ProgressCount(stage: "looking for neighbours", total: count, observer: progress)
    let found = try ParallelChunks.map(count: count, chunkSize: 64, threads: threads) {
      _, range -> [(Int32, Double)] in
      try Cancellation.check()
      defer { done.add(range.count) }
      var row = [Double](repeating: 0, count: space.rowCapacity)
      return range.map { Self.nearest(after: Int32($0), in: space, &row, threads: 1) }
    }.flatMap { $0 }
    candidates = found.map(\.0)
    bounds = LeastTree(found.map(\.1))
  }

  /// The nearest cluster in a higher slot and its distance; −1 and infinity where there is none.
  private static func nearest(
    after slot: Int32, in space: Space, _ row: inout [Double], threads: Int?
  ) -> (Int32, Double) {
    row.withUnsafeMutableBufferPointer { row in
      guard let start = row.baseAddress else { return (-1, .infinity) }
      space.write(slot, from: Int(slot), into: start, threads: threads)
      let first = Int(slot) / 8 * 8
      for own in first...Int(slot) { start[own] = .infinity }
      let least = first + clade_table_least(start + first, row.count - first)
      return start[least] < .infinity ? (Int32(least), start[least]) : (-1, .infinity)
    }
  }

  private mutating func run(progress: ProgressObserver?) throws {
    let total = Double(left.count)
    while left.count > 1 {
      if left.count % 128 == 0 {
        try Cancellation.check()
        let part = Double(left.count) / total
        progress?(ProgressUpdate(stage: "joining clusters", fraction: 1 - part * part))
      }
      let slot = Int32(bounds.least)
      if isSettled[Int(slot)] {
        try join(SlotPair(first: slot, second: candidates[Int(slot)]))
      } else {
        let (nearest, distance) = Self.nearest(after: slot, in: space, &row, threads: threads)
        candidates[Int(slot)] = nearest
        isSettled[Int(slot)] = true
        bounds[Int(slot)] = distance
      }
    }
    progress?(ProgressUpdate(stage: "joining clusters", fraction: 1))
  }

  private mutating func join(_ pair: SlotPair) throws {
    let (a, b) = (Int(pair.first), Int(pair.second))
    nodes[a] = merges.join(nodes[a], nodes[b], height: space.height(raw: bounds[a]))
    if let place = left.firstIndex(of: pair.second) { left.remove(at: place) }
    try space.join(pair, distance: bounds[a], threads: threads)
    bounds[b] = .infinity
    candidates[b] = -1
    guard left.count > 1 else { return }
    row.withUnsafeMutableBufferPointer { [space, threads] row in
      guard let start = row.baseAddress else { return }
      space.write(pair.first, from: 0, into: start, threads: threads)
    }
    var (nearest, least) = (Int32(-1), Double.infinity)
    for slot in left {
      let index = Int(slot)
      if slot < pair.first {
        let distance = row[index]
        if distance < bounds[index]
          || (distance == bounds[index] && pair.first <= candidates[index])
        {
          candidates[index] = pair.first
          isSettled[index] = true
          bounds[index] = distance
        } else if candidates[index] == pair.first || candidates[index] == pair.second {
          isSettled[index] = false
        }
      } else if slot > pair.first {
        if row[index] < least { (nearest, least) = (slot, row[index]) }
        if candidates[index] == pair.second { isSettled[index] = false }
      }
    }
    candidates[a] = nearest
    isSettled[a] = true
    bounds[a] = least
    if left.count * 4 < nodes.count * 3 { try pack() }
  }

  /// Leaves out empty slots.
  private mutating func pack() throws {
    try space.keep(left, threads: threads)
    var places = [Int32](repeating: -1, count: nodes.count)
    for (place, slot) in left.enumerated() { places[Int(slot)] = Int32(place) }
    nodes = left.map { nodes[Int($0)] }
    isSettled = left.map { isSettled[Int($0)] }
    candidates = left.map { candidates[Int($0)] < 0 ? -1 : places[Int(candidates[Int($0)])] }
    bounds = LeastTree(left.map { bounds[Int($0)] })
    row = Array(repeating: 0, count: space.rowCapacity)
    left = Array(0..<Int32(left.count))
  }
}
