import CladeCore

/// Chooses among spanning trees by mutual reachability.
///
/// A place whose core distance is large is equally far from all that lie within it, so that many trees are
/// minimal. The one that is chosen has the shortest distances: of edges of one length those between the
/// nearest places are taken first.
struct NearestOfEqualEdges<Scalar: MatrixScalar> {
  typealias Edge = SpanningForest.Edge<Scalar>

  /// An edge of the given tree, and what is chosen in its place where no other edge is as long.
  private struct Option {
    let given: Edge
    let chosen: Edge?
  }

  private struct Candidate {
    let square: Scalar
    let first, second: Int32

    static func precedes(_ a: Candidate, _ b: Candidate) -> Bool {
      (a.square, a.first, a.second) < (b.square, b.first, b.second)
    }
  }

  private let lists: PlaceLists<Scalar>
  private var forest: SpanningForest
  private var candidates: [Candidate] = []

  /// The edges of the chosen tree, by ascending length.
  private(set) var edges: [Edge] = []

  /// Chooses a tree.
  ///
  /// An edge that is longer than its ends are apart is as long as the core distance of one of them, and
  /// what else that one could be joined to is in its list.
  ///
  /// - Parameters:
  ///   - found: The edges of any minimum spanning tree.
  ///   - lists: The nearest places of each place. Those that lie within a core distance and aren't listed
  ///     come after the listed ones.
  ///   - threads: At most this many threads; `nil` for one per core.
  /// - Complexity: O(n · (log n + length of a list)) time, O(n) memory.
  init(_ found: [Edge], lists: PlaceLists<Scalar>, threads: Int?) {
    self.lists = lists
    forest = SpanningForest(placeCount: lists.cores.count)
    edges.reserveCapacity(found.count)
    // Squares aren't negative, so that their bits are in their order.
    var items = found.indices.map {
      RadixSort.Item(key: Double(found[$0].square).bitPattern, row: Int32($0))
    }
    let varying = items.reduce(0) { $0 | ($1.key ^ items[0].key) }
    var scratch = RadixSort.Scratch(count: items.count)
    items.withUnsafeMutableBufferPointer { RadixSort.sort($0, varying: varying, &scratch) }
    let options = Self.options(items.map { found[Int($0.row)] }, lists, threads: threads)
    var start = 0
    while start < options.count {
      let square = options[start].given.square
      var end = start + 1
      while end < options.count, options[end].given.square == square { end += 1 }
      if end - start == 1, let edge = options[start].chosen, forest.join(edge.first, edge.second) {
        edges.append(edge)
      } else {
        take(options[start..<end].lazy.map(\.given))
      }
      start = end
    }
  }

  /// What is chosen for each of some edges if it is the only one of its length. That asks for no forest: a
  /// place is alone until the length is its core distance. Its list has to be fetched from far away in
  /// memory, so that all threads look.
  private static func options(
    _ given: [Edge], _ lists: PlaceLists<Scalar>, threads: Int?
  ) -> [Option] {
    Array(unsafeUninitializedCapacity: given.count) { options, count in
      nonisolated(unsafe) let options = options
      ParallelChunks.forEach(count: given.count, chunkSize: 2048, threads: threads) { _, range in
        for index in range {
          let edge = given[index]
          options.initializeElement(
            at: index, to: Option(given: edge, chosen: chosen(for: edge, lists)))
        }
      }
      count = given.count
    }
  }

  /// The edge itself if neither core distance is as long, else that between the end whose is and what is
  /// nearest to it; `nil` where that takes more than a look.
  private static func chosen(for edge: Edge, _ lists: PlaceLists<Scalar>) -> Edge? {
    let (isFirst, isSecond) = (
      lists.cores[Int(edge.first)] == edge.square, lists.cores[Int(edge.second)] == edge.square
    )
    guard isFirst || isSecond else { return edge }
    guard isFirst != isSecond else { return nil }
    let place = isFirst ? edge.first : edge.second
    for index in Int(place) * lists.length..<(Int(place) + 1) * lists.length - 1 {
      let distance = lists.squares[index]
      guard distance < edge.square, distance < lists.squares[index + 1] else { return nil }
      let other = lists.places[index]
      guard other != place, lists.cores[Int(other)] <= edge.square else { continue }
      return Edge(first: min(place, other), second: max(place, other), square: edge.square)
    }
    return nil
  }

  /// Joins what edges of the same length join.
  private mutating func take(_ equal: some Collection<Edge>) {
    guard let square = equal.first?.square else { return }
    var left = equal.count
    if let center = center(of: equal, square) {
      takeNearest(of: center, square, &left)
      if left == 0 { return }
    }
    candidates.removeAll(keepingCapacity: true)
    for edge in equal {
      for end in [edge.first, edge.second] where lists.cores[Int(end)] == square {
        propose(around: end)
      }
      // Where it is listed, it was proposed with the distance of its ends.
      candidates.append(Candidate(square: square, first: edge.first, second: edge.second))
    }
    candidates.sort(by: Candidate.precedes)
    for candidate in candidates where left > 0 && forest.join(candidate.first, candidate.second) {
      edges.append(Edge(first: candidate.first, second: candidate.second, square: square))
      left -= 1
    }
  }

  /// The place whose core distance is the length of all of some edges, where there is only one such end.
  private func center(of equal: some Collection<Edge>, _ square: Scalar) -> Int32? {
    var center: Int32?
    for edge in equal {
      for end in [edge.first, edge.second] where lists.cores[Int(end)] == square {
        guard center ?? end == end else { return nil }
        center = end
      }
    }
    return center
  }

  /// Joins a place with what is nearest to it as long as no two are as near: these are the first of the
  /// candidates, which needn't be listed and sorted then.
  private mutating func takeNearest(of place: Int32, _ core: Scalar, _ left: inout Int) {
    let list = Int(place) * lists.length..<(Int(place) + 1) * lists.length
    for index in list where left > 0 {
      let distance = lists.squares[index]
      guard distance < core, index + 1 < list.upperBound, distance < lists.squares[index + 1]
      else { return }
      let other = lists.places[index]
      guard other != place, lists.cores[Int(other)] <= core else { continue }
      let (low, high) = (min(place, other), max(place, other))
      guard forest.join(low, high) else { continue }
      edges.append(Edge(first: low, second: high, square: core))
      left -= 1
    }
  }

  /// Proposes the edges between a place and those within its core distance.
  private mutating func propose(around place: Int32) {
    let core = lists.cores[Int(place)]
    for index in Int(place) * lists.length..<(Int(place) + 1) * lists.length {
      guard lists.squares[index] <= core else { break }
      let other = lists.places[index]
      guard other != place, lists.cores[Int(other)] <= core else { continue }
      candidates.append(
        Candidate(
          square: lists.squares[index], first: min(place, other), second: max(place, other)))
    }
  }
}
