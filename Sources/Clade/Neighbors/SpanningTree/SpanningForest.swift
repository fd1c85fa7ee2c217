import CladeCore

/// Components of places and the edges that join them, while a spanning tree grows.
struct SpanningForest {
  /// An edge between two places, with its squared length.
  struct Edge<Scalar: Sendable>: Sendable {
    let first, second: Int32
    let square: Scalar
  }

  /// Edges by ascending length, of those of one length the one with the lowest places first.
  static func ascending<Scalar: MatrixScalar>(_ edges: [Edge<Scalar>]) -> [Edge<Scalar>] {
    // Squares aren't negative, so that their bits are in their order.
    var items = edges.indices.map {
      RadixSort.Item(key: Double(edges[$0].square).bitPattern, row: Int32($0))
    }
    let varying = items.reduce(0) { $0 | ($1.key ^ items[0].key) }
    var scratch = RadixSort.Scratch(count: items.count)
    items.withUnsafeMutableBufferPointer { RadixSort.sort($0, varying: varying, &scratch) }
    var sorted = items.map { edges[Int($0.row)] }
    sorted.sortRuns(of: { $0.square }) { ($0.first, $0.second) < ($1.first, $1.second) }
    return sorted
  }

  /// For each place another one nearer to the root of its component, or itself.
  private var parents: [Int32]

  /// As many components as places.
  init(placeCount: Int) {
    parents = Array(0..<Int32(placeCount))
  }

  /// The root of a place's component.
  mutating func root(of place: Int32) -> Int32 {
    var place = place
    while parents[Int(place)] != place {
      let next = parents[Int(parents[Int(place)])]
      parents[Int(place)] = next
      place = next
    }
    return place
  }

  /// Joins the components of two places, unless they are in the same one.
  mutating func join(_ a: Int32, _ b: Int32) -> Bool {
    let (a, b) = (root(of: a), root(of: b))
    guard a != b else { return false }
    // The lower one is the root, so that how components are numbered doesn't depend on the order.
    if a < b { parents[Int(b)] = a } else { parents[Int(a)] = b }
    return true
  }

  /// The root of each place's component.
  mutating func labels() -> [Int32] {
    // A parent is lower than its child, so that it has been looked at before.
    for place in parents.indices { parents[place] = parents[Int(parents[place])] }
    return parents
  }
}
