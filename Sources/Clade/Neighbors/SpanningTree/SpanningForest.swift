/// Components of places and the edges that join them, while a spanning tree grows.
struct SpanningForest {
  /// An edge between two places, with its squared length.
  struct Edge<Scalar: Sendable>: Sendable {
    let first, second: Int32
    let square: Scalar
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
