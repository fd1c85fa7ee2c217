import CladeCore

/// Chooses among spanning trees by mutual reachability.
///
/// A place whose core distance is large is equally far from all that lie within it, so that many
/// trees are minimal. The one that is chosen has the shortest distances: of edges of one length
/// those between the nearest places are taken first.
struct NearestOfEqualEdges<Scalar: MatrixScalar> {
  typealias Edge = SpanningForest.Edge<Scalar>

  /// An edge of the given tree, and what is chosen in its place where no other edge is as long.
  private struct Option {
    let given, chosen: Edge
  }

  private struct Candidate {
    let square: Scalar
    let first, second: Int32

    init(_ a: Int32, _ b: Int32, square: Scalar) {
      (first, second, self.square) = (min(a, b), max(a, b), square)
    }

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
  /// An edge that is longer than its ends are apart is as long as the core distance of one of them,
  /// and what else that one could be joined to is in its list.
  ///
  /// - Parameters:
  ///   - found: The edges of any minimum spanning tree, by ascending length.
  ///   - lists: The nearest places of each place. Those that lie within a core distance and aren't
  ///     listed come after the listed ones.
  ///   - threads: At most this many threads; `nil` for one per core.
  /// - Complexity: O(n · length of a list) time where few edges are equally long, O(n) memory.
  init(_ found: [Edge], lists: PlaceLists<Scalar>, threads: Int?) {
    self.lists = lists
    forest = SpanningForest(placeCount: lists.cores.count)
    edges.reserveCapacity(found.count)
    let options = Self.options(found, lists, threads: threads)
    options.withUnsafeBufferPointer { options in
      var start = 0
      while start < options.count {
        let square = options[start].given.square
        var end = start + 1
        while end < options.count, options[end].given.square == square { end += 1 }
        if end - start == 1 {
          let edge = options[start].chosen
          if forest.join(edge.first, edge.second) { edges.append(edge) }
        } else {
          take(UnsafeBufferPointer(rebasing: options[start..<end]), square)
        }
        start = end
      }
    }
  }

  /// What is chosen for each of some edges if it is the only one of its length. That asks for no
  /// forest: a place is alone until the length is its core distance. Its list has to be fetched
  /// from far away in memory, so that all threads look.
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

  /// The first of the edge itself and the candidates around those of its ends whose core distance
  /// it is.
  private static func chosen(for edge: Edge, _ lists: PlaceLists<Scalar>) -> Edge {
    var best = Candidate(edge.first, edge.second, square: edge.square)
    func look(around place: Int32) {
      guard lists.cores[Int(place)] == edge.square else { return }
      propose(around: place, lists) { candidate in
        if Candidate.precedes(candidate, best) { best = candidate }
        return candidate.square <= best.square
      }
    }
    look(around: edge.first)
    look(around: edge.second)
    return Edge(first: best.first, second: best.second, square: edge.square)
  }

  /// Proposes the edges between a place and those within its core distance, the nearest first,
  /// until `body` says no.
  @inline(__always)
  private static func propose(
    around place: Int32, _ lists: PlaceLists<Scalar>, _ body: (Candidate) -> Bool
  ) {
    let core = lists.cores[Int(place)]
    for index in Int(place) * lists.length..<(Int(place) + 1) * lists.length {
      guard lists.squares[index] <= core else { break }
      let other = lists.places[index]
      guard other != place, lists.cores[Int(other)] <= core else { continue }
      guard body(Candidate(place, other, square: lists.squares[index])) else { break }
    }
  }

  /// Joins what edges of the same length join.
  private mutating func take(_ equal: UnsafeBufferPointer<Option>, _ square: Scalar) {
    var left = equal.count
    candidates.removeAll(keepingCapacity: true)
    if let center = center(of: equal, square) {
      // Those around one place are in order but for ties.
      Self.propose(around: center, lists) { candidate in
        if let last = candidates.last, last.square < candidate.square {
          takeCandidates(square, &left)
        }
        candidates.append(candidate)
        return left > 0
      }
    } else {
      for option in equal {
        proposeAll(around: option.given.first, square)
        proposeAll(around: option.given.second, square)
      }
    }
    if left == 0 { return }
    for option in equal {
      // Where it is listed, it was proposed with the distance of its ends.
      candidates.append(Candidate(option.given.first, option.given.second, square: square))
    }
    takeCandidates(square, &left)
  }

  private mutating func proposeAll(around place: Int32, _ square: Scalar) {
    guard lists.cores[Int(place)] == square else { return }
    Self.propose(around: place, lists) { candidate in
      candidates.append(candidate)
      return true
    }
  }

  /// Joins what candidates join, the first of them first; none are left.
  private mutating func takeCandidates(_ square: Scalar, _ left: inout Int) {
    if candidates.count > 1 { candidates.sort(by: Candidate.precedes) }
    for candidate in candidates where left > 0 && forest.join(candidate.first, candidate.second) {
      edges.append(Edge(first: candidate.first, second: candidate.second, square: square))
      left -= 1
    }
    candidates.removeAll(keepingCapacity: true)
  }

  /// The place whose core distance is the length of all of some edges, where there is only one such
  /// end.
  private func center(of equal: UnsafeBufferPointer<Option>, _ square: Scalar) -> Int32? {
    var center: Int32?
    for option in equal {
      let (a, b) = (option.given.first, option.given.second)
      if lists.cores[Int(a)] == square {
        guard center ?? a == a else { return nil }
        center = a
      }
      if lists.cores[Int(b)] == square {
        guard center ?? b == b else { return nil }
        center = b
      }
    }
    return center
  }
}
