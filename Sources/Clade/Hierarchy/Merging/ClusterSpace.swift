/// Clusters in numbered slots, whose nearest ones can be looked up while they are joined.
///
/// Of clusters that are equally near, which one is nearest follows from the slots in which the two
/// were at first (see `cluster_ties.h`): the same order of pairs for both. A joined cluster stands
/// in the lower slot of its two parts, so that slots stay in the order of each cluster's first row.
protocol ClusterSpace {
  /// Looks up the nearest other cluster of some, and its raw distance.
  ///
  /// - Parameters:
  ///   - slots: The clusters, in ascending order.
  ///   - nearest: For each slot that is looked up one that may be nearest, or −1; becomes the
  ///     nearest.
  ///   - distances: How far away that is, infinite for −1.
  mutating func findNearest(
    of slots: [Int32], nearest: inout [Int32], distances: inout [Double], threads: Int?) throws

  /// Joins pairs of clusters, each of which is in one pair only.
  ///
  /// - Parameters:
  ///   - pairs: The slots of each pair, the lower one first; pairs by ascending first slot.
  ///   - distances: How far apart each pair is, as it was looked up.
  mutating func join(_ pairs: [SlotPair], distances: [Double], threads: Int?) throws

  /// The raw distance of a cluster from one that was joined last, with the bits that looking it up
  /// has.
  func distance(_ slot: Int32, fromJoined joined: Int32) -> Double

  /// Moves the clusters of some slots, ascending, to the slots 0, 1, …; the others are empty.
  mutating func keep(_ slots: [Int32], threads: Int?) throws

  /// The height of a merge at a raw distance.
  func height(raw: Double) -> Double
}

/// The slots of two clusters, the lower one first.
struct SlotPair: Sendable {
  let first, second: Int32
}
