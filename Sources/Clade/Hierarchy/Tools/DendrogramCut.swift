import CladeCore

/// Where a ``Dendrogram`` is cut into clusters.
public enum DendrogramCut: Sendable, Hashable, Codable {
  /// Into so many clusters: all merges are made but the last k − 1.
  case count(Int)
  /// Into clusters within which no merge is higher: all merges up to this height are made.
  case height(Double)
  /// Into the largest clusters within which no merge is more inconsistent, see
  /// ``Dendrogram/inconsistencies(depth:)`` of two levels.
  case inconsistency(Double)
  /// Where merges grow the most from one to the next, see ``Dendrogram/largestGap()``.
  case largestGap

  /// Checks that a tree of some rows can be cut so.
  ///
  /// - Throws: `CladeError.invalidParameter`, and `CladeError.tooManyClusters` for more clusters
  ///   than rows.
  func check(rowCount: Int) throws {
    switch self {
    case .count(let k):
      guard k >= 1 else {
        throw CladeError.invalidParameter(name: "k", value: "\(k)", reason: "give 1 or more")
      }
      guard k <= max(1, rowCount) else {
        throw CladeError.tooManyClusters(k: k, distinctRows: rowCount)
      }
    case .height(let height):
      guard height >= 0 else {
        throw CladeError.invalidParameter(
          name: "height", value: "\(height)", reason: "a height is a number of at least 0")
      }
    case .inconsistency(let limit):
      guard !limit.isNaN else {
        throw CladeError.invalidParameter(
          name: "inconsistency", value: "\(limit)", reason: "give a number, as 1.15")
      }
    case .largestGap: break
    }
  }
}

extension Dendrogram {
  /// The cluster of each row when the tree is cut.
  ///
  /// Clusters are numbered by size, the largest first, ties by their first row.
  ///
  /// - Parameter cut: Where.
  /// - Returns: A label in 0..<k for each row (n).
  /// - Throws: `CladeError.invalidParameter` for a cut that can't be, and
  ///   `CladeError.tooManyClusters` for more clusters than rows.
  /// - Complexity: O(n + k log k).
  public func labels(_ cut: DendrogramCut) throws -> [Int32] {
    let groups = try groups(cut)
    return ClusterNumbers(groups) { $0 < $1 }.labels
  }

  /// The group of each row, in no order.
  func groups(_ cut: DendrogramCut) throws -> [Int32] {
    try cut.check(rowCount: rowCount)
    switch cut {
    case .count(let k): return groups(joining: firstMerges(rowCount - k))
    case .height(let height): return groups(joining: lifted.map { $0 <= height })
    case .inconsistency(let limit):
      let largest = largestBelow(inconsistencies().map(\.coefficient))
      return groups(joining: largest.map { $0 <= limit })
    case .largestGap:
      return groups(joining: firstMerges(rowCount - largestGap().clusterCount))
    }
  }

  /// The number of clusters before the step from one merge to the next that is largest, and how
  /// large it is.
  ///
  /// Cutting into k clusters leaves out the last k − 1 merges. The step there is the ratio of the
  /// lowest of these to the highest of those made. Of 2...√n clusters, at least 2...3, the k with
  /// the largest ratio is taken, of equal ones the smallest. Where all heights are 0 there is one
  /// cluster.
  ///
  /// - Returns: The number of clusters, and the ratio of heights at the cut: 1 where there is no
  ///   gap, infinite above merges of height 0.
  /// - Complexity: O(n log n).
  public func largestGap() -> (clusterCount: Int, ratio: Double) {
    let heights = lifted.sorted()
    guard let last = heights.last, last > 0 else { return (min(1, rowCount), 1) }
    let most = max(3, Int(Double(rowCount).squareRoot()))
    var best = (clusterCount: 1, ratio: 1.0)
    for k in stride(from: 2, through: min(most, rowCount), by: 1) {
      let above = heights[heights.count - k + 1]
      let below = k <= heights.count ? heights[heights.count - k] : 0
      let ratio = above == below ? 1 : above / below
      if ratio > best.ratio { best = (k, ratio) }
    }
    return best
  }

  /// The highest merge within each merge's cluster, itself included (n − 1): its own height, but
  /// for inversions.
  var lifted: [Double] { largestBelow(merges.map(\.height)) }

  /// The largest of some values of merges within each merge's cluster, its own included (n − 1).
  private func largestBelow(_ values: [Double]) -> [Double] {
    var largest = values
    for (index, merge) in merges.enumerated() {
      for part in [merge.first, merge.second] where Int(part) >= rowCount {
        largest[index] = max(largest[index], largest[Int(part) - rowCount])
      }
    }
    return largest
  }

  /// Which merges are made so that `count` are: the lowest ones, of the same height those that were
  /// made first, no merge before its parts.
  private func firstMerges(_ count: Int) -> [Bool] {
    let lifted = lifted
    let order = merges.indices.sorted {
      lifted[$0] != lifted[$1] ? lifted[$0] < lifted[$1] : $0 < $1
    }
    var isMade = [Bool](repeating: false, count: merges.count)
    for merge in order.prefix(count) { isMade[merge] = true }
    return isMade
  }

  /// The groups that some merges make: a merge isn't made without those within it.
  private func groups(joining isMade: [Bool]) -> [Int32] {
    // The highest made merge above each node, downwards.
    var groups = [Int32](repeating: -1, count: rowCount + merges.count)
    for (index, merge) in merges.enumerated().reversed() {
      let node = rowCount + index
      if groups[node] < 0 && isMade[index] { groups[node] = Int32(node) }
      guard groups[node] >= 0 else { continue }
      groups[Int(merge.first)] = groups[node]
      groups[Int(merge.second)] = groups[node]
    }
    return (0..<rowCount).map { groups[$0] < 0 ? Int32($0) : groups[$0] }
  }
}
