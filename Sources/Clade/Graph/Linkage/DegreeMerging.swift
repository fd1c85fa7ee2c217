import CladeCore

/// Joins clusters of a ``DegreeGraph``, each time the two with the largest affinity.
///
/// For each row and each cluster with edges to or from it, the sums of their weights are kept; so
/// the affinity of two clusters is a sum over the rows of both. When two clusters join, only what
/// the rows around the smaller one know changes, and so all that is looked at is O(n · K · log n).
struct DegreeMerging {
  /// A join of two clusters.
  struct Join: Sendable {
    /// A row of each of the two.
    let first, second: Int32
    /// How near the two were.
    let affinity: Double
  }

  /// What a row knows of a cluster: the weights of its edges to it, and of those from it.
  private struct Sums {
    var cluster: Int32
    var out: Double
    var into: Double

    var product: Double { out * into }
  }

  /// What a cluster knows of another: the sums of products over its own rows, and over those of the
  /// other.
  private struct Link {
    var other: Int32
    var own: Double
    var theirs: Double
  }

  private let graph: DegreeGraph
  private let candidates: Int?
  /// The cluster of each row, and the rows of each cluster. A cluster has the number of the larger
  /// one that it was made of.
  private var clusters: [Int32]
  private var members: [[Int32]]
  private var sums: [[Sums]]
  private var links: [[Link]]
  /// The nearest cluster of each, −1 where there is none.
  private var nearest: [Int32]
  private var best: BestPairs
  /// Scratch: a number a row for the search in which it was seen last, and a place a cluster.
  private var seen: [Int32]
  private var search: Int32 = 0
  private var places: [Int32]

  /// The number of clusters that are left.
  private(set) var clusterCount: Int

  /// Begins with some clusters.
  ///
  /// - Parameters:
  ///   - graph: The graph.
  ///   - clusters: The cluster of each row, 0..<count, all of which occur.
  ///   - candidates: The most clusters that each keeps in mind; `nil` for all.
  init(_ graph: DegreeGraph, clusters: [Int32], candidates: Int?) {
    self.graph = graph
    self.candidates = candidates
    self.clusters = clusters
    let count = Int(clusters.max() ?? -1) + 1
    clusterCount = count
    members = Array(repeating: [], count: count)
    for (row, cluster) in clusters.enumerated() { members[Int(cluster)].append(Int32(row)) }
    seen = Array(repeating: 0, count: graph.rowCount)
    places = Array(repeating: -1, count: count)
    nearest = Array(repeating: -1, count: count)
    best = BestPairs(count: count)
    links = Array(repeating: [], count: count)
    sums = []
    sums.reserveCapacity(graph.rowCount)
    for row in 0..<graph.rowCount {
      var own: [Sums] = []
      for index in graph.starts[row]..<graph.starts[row + 1] {
        Self.add(
          Sums(
            cluster: clusters[Int(graph.others[index])], out: graph.out[index],
            into: graph.into[index]), to: &own)
      }
      sums.append(own)
    }
    for cluster in 0..<count { links[cluster] = allLinks(of: cluster) }
    if candidates != nil { for cluster in 0..<count { forgetFar(cluster) } }
    for cluster in 0..<count { findNearest(cluster) }
    if candidates != nil {
      for cluster in 0..<count where links[cluster].isEmpty { lookAround(cluster) }
    }
  }

  /// Joins the two nearest clusters; `nil` where no two have edges both ways.
  mutating func join() -> Join? {
    let (cluster, affinity) = best.best
    guard affinity > 0, nearest[cluster] >= 0 else { return nil }
    let other = Int(nearest[cluster])
    let join = Join(
      first: members[cluster][0], second: members[other][0], affinity: affinity)
    let isLarger =
      members[cluster].count != members[other].count
      ? members[cluster].count > members[other].count : cluster < other
    if isLarger { absorb(other, into: cluster) } else { absorb(cluster, into: other) }
    clusterCount -= 1
    return join
  }

  // MARK: Joining

  private mutating func absorb(_ small: Int, into large: Int) {
    // Before anything changes: what large and the candidates of small alone know of each other.
    var merged = links[large].filter { Int($0.other) != small }
    for (place, link) in merged.enumerated() { places[Int(link.other)] = Int32(place) }
    for link in links[small] where Int(link.other) != large && places[Int(link.other)] < 0 {
      var known = Link(other: link.other, own: 0, theirs: 0)
      if candidates != nil { known = between(large, Int(link.other)) }
      places[Int(link.other)] = Int32(merged.count)
      merged.append(known)
    }
    // What small's rows know of others.
    for row in members[small] {
      for entry in sums[Int(row)] where places[Int(entry.cluster)] >= 0 {
        merged[Int(places[Int(entry.cluster)])].own += entry.product
      }
    }
    let known = merged.count
    // What the rows around small know of it becomes known of large.
    search += 1
    for row in members[small] {
      for index in graph.starts[Int(row)]..<graph.starts[Int(row) + 1] {
        let other = Int(graph.others[index])
        guard seen[other] != search else { continue }
        seen[other] = search
        rename(small, to: large, at: other, &merged)
      }
    }
    for row in members[small] { clusters[Int(row)] = Int32(large) }
    members[large] += members[small]
    members[small] = []
    for link in merged { places[Int(link.other)] = -1 }
    if candidates != nil {
      // They may have known of each other before, and forgotten.
      for place in known..<merged.count { merged[place] = between(large, Int(merged[place].other)) }
    }
    // Links that the two had are replaced on the other side.
    for link in links[small] { removeLink(from: Int(link.other), to: small) }
    links[small] = []
    nearest[small] = -1
    best.set(small, 0)
    for link in links[large] { removeLink(from: Int(link.other), to: large) }
    links[large] = merged.filter { $0.own > 0 || $0.theirs > 0 }
    for link in links[large] {
      links[Int(link.other)].append(
        Link(other: Int32(large), own: link.theirs, theirs: link.own))
    }
    if candidates != nil { forgetFar(large) }
    findNearest(large)
    for link in merged { refresh(Int(link.other), joined: (small, large)) }
  }

  /// A row's sums of small are added to those of large, and what this changes for its cluster.
  ///
  /// Edges to the one and back from the other are edges both ways now, so that two clusters may
  /// come to know of each other.
  private mutating func rename(_ small: Int, to large: Int, at row: Int, _ merged: inout [Link]) {
    guard let from = sums[row].firstIndex(where: { Int($0.cluster) == small }) else { return }
    let moved = sums[row].remove(at: from)
    var gained = moved.product
    if let to = sums[row].firstIndex(where: { Int($0.cluster) == large }) {
      let before = sums[row][to]
      gained += before.out * moved.into + before.into * moved.out
      sums[row][to].out += moved.out
      sums[row][to].into += moved.into
    } else {
      sums[row].append(Sums(cluster: Int32(large), out: moved.out, into: moved.into))
    }
    let cluster = Int(clusters[row])
    guard gained > 0, cluster != small, cluster != large else { return }
    if places[cluster] < 0 {
      places[cluster] = Int32(merged.count)
      merged.append(Link(other: Int32(cluster), own: 0, theirs: 0))
    }
    merged[Int(places[cluster])].theirs += gained
  }

  /// The nearest cluster of one whose neighbours joined.
  private mutating func refresh(_ cluster: Int, joined: (small: Int, large: Int)) {
    if links[cluster].isEmpty, candidates != nil { return lookAround(cluster) }
    let now = Int(nearest[cluster])
    guard now != joined.small, now != joined.large, now >= 0,
      links[cluster].contains(where: { Int($0.other) == now })
    else { return findNearest(cluster) }
    // Only the affinity to the joined cluster is another.
    guard let link = links[cluster].last, Int(link.other) == joined.large else { return }
    let affinity = affinity(link, of: cluster)
    let held = links[cluster].first { Int($0.other) == now }.map { self.affinity($0, of: cluster) }
    if let held, affinity > held || affinity == held && joined.large < now {
      nearest[cluster] = Int32(joined.large)
      best.set(cluster, affinity)
    }
  }

  /// Finds all neighbours of a cluster that no longer knows any.
  private mutating func lookAround(_ cluster: Int) {
    links[cluster] = allLinks(of: cluster)
    for link in links[cluster] {
      let other = Int(link.other)
      links[other].append(Link(other: Int32(cluster), own: link.theirs, theirs: link.own))
      findNearest(other)
    }
    findNearest(cluster)
  }

  private mutating func findNearest(_ cluster: Int) {
    var (other, largest) = (-1, 0.0)
    for link in links[cluster] {
      let affinity = affinity(link, of: cluster)
      if affinity > largest || affinity == largest && affinity > 0 && Int(link.other) < other {
        (other, largest) = (Int(link.other), affinity)
      }
    }
    nearest[cluster] = Int32(other)
    best.set(cluster, largest)
  }

  // MARK: Affinities

  /// The sum over the rows of both of their average degrees to and from the other.
  private func affinity(_ link: Link, of cluster: Int) -> Double {
    let (own, other) = (Double(members[cluster].count), Double(members[Int(link.other)].count))
    // The same whichever of the two asks.
    return link.own / (other * other) + link.theirs / (own * own)
  }

  /// What a cluster and all others know of each other.
  private mutating func allLinks(of cluster: Int) -> [Link] {
    var found: [Link] = []
    func place(_ other: Int32, _ places: inout [Int32]) -> Int {
      if places[Int(other)] < 0 {
        places[Int(other)] = Int32(found.count)
        found.append(Link(other: other, own: 0, theirs: 0))
      }
      return Int(places[Int(other)])
    }
    for row in members[cluster] {
      for entry in sums[Int(row)] where entry.product > 0 && Int(entry.cluster) != cluster {
        found[place(entry.cluster, &places)].own += entry.product
      }
    }
    search += 1
    for row in members[cluster] {
      for index in graph.starts[Int(row)]..<graph.starts[Int(row) + 1] {
        let other = Int(graph.others[index])
        guard seen[other] != search, Int(clusters[other]) != cluster else { continue }
        seen[other] = search
        for entry in sums[other] where Int(entry.cluster) == cluster && entry.product > 0 {
          found[place(clusters[other], &places)].theirs += entry.product
        }
      }
    }
    for link in found { places[Int(link.other)] = -1 }
    return found
  }

  /// What two clusters know of each other.
  private mutating func between(_ cluster: Int, _ other: Int) -> Link {
    var link = Link(other: Int32(other), own: 0, theirs: 0)
    for row in members[other] {
      for entry in sums[Int(row)] where Int(entry.cluster) == cluster {
        link.theirs += entry.product
      }
    }
    search += 1
    for row in members[other] {
      for index in graph.starts[Int(row)]..<graph.starts[Int(row) + 1] {
        let around = Int(graph.others[index])
        guard seen[around] != search, Int(clusters[around]) == cluster else { continue }
        seen[around] = search
        for entry in sums[around] where Int(entry.cluster) == other { link.own += entry.product }
      }
    }
    return link
  }

  /// Leaves a cluster only the links to those that are nearest.
  private mutating func forgetFar(_ cluster: Int) {
    guard let candidates, links[cluster].count > candidates else { return }
    let sorted = links[cluster].map { ($0, affinity($0, of: cluster)) }
      .sorted { $0.1 != $1.1 ? $0.1 > $1.1 : $0.0.other < $1.0.other }
    links[cluster] = sorted.prefix(candidates).map(\.0)
    for (link, _) in sorted.dropFirst(candidates) {
      removeLink(from: Int(link.other), to: cluster)
    }
  }

  private mutating func removeLink(from cluster: Int, to other: Int) {
    if let place = links[cluster].firstIndex(where: { Int($0.other) == other }) {
      links[cluster].remove(at: place)
    }
  }

  private static func add(_ new: Sums, to sums: inout [Sums]) {
    if let place = sums.firstIndex(where: { $0.cluster == new.cluster }) {
      sums[place].out += new.out
      sums[place].into += new.into
    } else {
      sums.append(new)
    }
  }
}
