import CladeCore

/// Joins clusters that are each other's nearest, many pairs at a time.
///
/// This is the algorithm of nearest-neighbour chains ("A Survey of Recent Advances in Hierarchical
/// Clustering Algorithms", Murtagh, 1983) with all chains grown at once: for linkages that are
/// reducible — a new cluster is no nearer to any other than the nearer of its parts was — two
/// clusters that are each other's nearest are joined sooner or later whatever else is, so that all
/// such pairs can be joined in one round, and for a cluster whose nearest wasn't joined it stays
/// the same.
///
/// A cluster whose nearest one was joined is looked up again when it matters: when the end of a
/// chain points to it. Where few matter, a batch of others is looked up with them, so that there is
/// enough to do at once; each merge pays for a few of these. So a hub that takes up one cluster
/// after the other doesn't have all others look for a new nearest one each time.
///
/// Edges are ordered by distance, and those of one distance as if by chance, but by what clusters
/// were at first: so the nearest is always one, there is always a pair to join, and there are many
/// where all distances are equal.
struct ReciprocalMerging<Space: ClusterSpace> {
  private var space: Space
  private var merges: MergeList
  /// The node in each slot, the nearest one that is known and how far it is, and whether no other
  /// is nearer.
  private var nodes: [Int32]
  private var nearest: [Int32]
  private var distances: [Double]
  private var isSettled: [Bool]
  /// The slots with a cluster, ascending.
  private var left: [Int32]
  private let threads: Int?
  /// How many more clusters may be looked up before it matters.
  private var credit: Int
  private static var searchesPerMerge: Int { 4 }
  private static var batchShare: Int { 8 }

  /// The tree that joins the nodes in the slots of `space` (m, ascending slots).
  static func merges(
    _ space: Space, nodes: [Int32], after merges: MergeList, threads: Int?,
    progress: ProgressObserver?
  ) throws -> MergeList {
    var merging = ReciprocalMerging(space, nodes: nodes, merges: merges, threads: threads)
    try merging.run(of: nodes.count, progress: progress)
    return merging.merges
  }

  /// The same where the nearest cluster of each is known already.
  ///
  /// - Parameters:
  ///   - nearest: The slot of the nearest other cluster, −1 where there is none (m).
  ///   - distances: How far it is (m).
  ///   - total: The number of clusters that joining began with.
  static func merges(
    _ space: Space, nodes: [Int32], nearest: some Sequence<Int32>,
    distances: some Sequence<Double>, after merges: MergeList, of total: Int, threads: Int?,
    progress: ProgressObserver?
  ) throws -> MergeList {
    var merging = ReciprocalMerging(space, nodes: nodes, merges: merges, threads: threads)
    merging.nearest = Array(nearest)
    merging.distances = Array(distances)
    merging.isSettled = Array(repeating: true, count: nodes.count)
    try merging.run(of: total, progress: progress)
    return merging.merges
  }

  private init(_ space: Space, nodes: [Int32], merges: MergeList, threads: Int?) {
    self.space = space
    self.nodes = nodes
    self.merges = merges
    self.threads = threads
    credit = nodes.count
    nearest = Array(repeating: -1, count: nodes.count)
    distances = Array(repeating: .infinity, count: nodes.count)
    isSettled = Array(repeating: false, count: nodes.count)
    left = Array(0..<Int32(nodes.count))
  }

  private mutating func run(of total: Int, progress: ProgressObserver?) throws {
    let total = Double(total)
    while left.count > 1 {
      try Cancellation.check()
      let part = Double(left.count) / total
      progress?(ProgressUpdate(stage: "joining clusters", fraction: 1 - part * part))
      let wanted = wanted()
      try space.findNearest(
        of: wanted, nearest: &nearest, distances: &distances, threads: threads)
      for slot in wanted { isSettled[Int(slot)] = true }
      var pairs = reciprocalPairs()
      if pairs.isEmpty && wanted.isEmpty { pairs = [leastPair()] }
      credit += Self.searchesPerMerge * pairs.count
      if !pairs.isEmpty { try join(pairs) }
    }
    progress?(ProgressUpdate(stage: "joining clusters", fraction: 1))
  }

  /// The clusters whose nearest is to be looked up, ascending.
  private mutating func wanted() -> [Int32] {
    let open = left.filter { !isSettled[Int($0)] }
    guard open.count > 64 else { return open }
    var matters = [Bool](repeating: false, count: nodes.count)
    for slot in left where isSettled[Int(slot)] {
      let next = Int(nearest[Int(slot)])
      if distances[Int(slot)] <= distances[next] { matters[next] = true }
    }
    var wanted = open.filter { matters[Int($0)] || nearest[Int($0)] < 0 }
    let batch = max(64, left.count / Self.batchShare)
    if wanted.isEmpty || (wanted.count < batch && credit >= batch) {
      let others = open.filter { !matters[Int($0)] && nearest[Int($0)] >= 0 }
      let least = others.sorted {
        let (a, b) = (distances[Int($0)], distances[Int($1)])
        return a != b ? a < b : $0 < $1
      }
      wanted = (wanted + least.prefix(batch)).sorted()
    }
    credit -= wanted.count
    return wanted
  }

  /// The pairs of clusters that are each other's nearest.
  private func reciprocalPairs() -> [SlotPair] {
    var pairs: [SlotPair] = []
    for slot in left where isSettled[Int(slot)] {
      let other = nearest[Int(slot)]
      if slot < other, isSettled[Int(other)], nearest[Int(other)] == slot {
        pairs.append(SlotPair(first: slot, second: other))
      }
    }
    return pairs
  }

  /// The nearest pair of all, should roundings have made a circle of the nearest ones.
  private func leastPair() -> SlotPair {
    var least = left[0]
    for slot in left where distances[Int(slot)] < distances[Int(least)] { least = slot }
    let other = nearest[Int(least)]
    return SlotPair(first: min(least, other), second: max(least, other))
  }

  private mutating func join(_ pairs: [SlotPair]) throws {
    /// For each slot the one that its cluster went to, if it was joined.
    var targets = [Int32](repeating: -1, count: nodes.count)
    for pair in pairs {
      let (first, second) = (Int(pair.first), Int(pair.second))
      nodes[first] = merges.join(
        nodes[first], nodes[second], height: space.height(raw: distances[first]))
      targets[first] = pair.first
      targets[second] = pair.first
    }
    left.removeAll { targets[Int($0)] >= 0 && targets[Int($0)] != $0 }
    try space.join(
      pairs, distances: pairs.map { distances[Int($0.first)] }, threads: threads)
    for slot in left {
      let index = Int(slot)
      if targets[index] >= 0 {
        (nearest[index], distances[index], isSettled[index]) = (-1, .infinity, false)
      } else if nearest[index] >= 0, targets[Int(nearest[index])] >= 0 {
        let target = targets[Int(nearest[index])]
        nearest[index] = target
        distances[index] = space.distance(slot, fromJoined: target)
        isSettled[index] = false
      }
    }
    if left.count * 4 < nodes.count * 3, left.count > 1 { try pack() }
  }

  /// Leaves out empty slots.
  private mutating func pack() throws {
    try space.keep(left, threads: threads)
    var places = [Int32](repeating: -1, count: nodes.count)
    for (place, slot) in left.enumerated() { places[Int(slot)] = Int32(place) }
    nodes = left.map { nodes[Int($0)] }
    distances = left.map { distances[Int($0)] }
    isSettled = left.map { isSettled[Int($0)] }
    nearest = left.map { nearest[Int($0)] < 0 ? -1 : places[Int(nearest[Int($0)])] }
    left = Array(0..<Int32(left.count))
  }
}
