import CladeCore

extension NearLeaves {
  /// The place in a tree, and the squared distance, of the row nearest to a point, of several at the same distance the one that
  /// precedes the others; `nil` where none is near enough.
  ///
  /// - Parameters:
  ///   - limit: The largest squared distance.
  ///   - count: How many of a box's rows may be found; of a leaf's these are the first.
  ///   - precedes: Which of two rows at the same distance is meant.
  ///   - squares: Room for the rows of the largest leaf.
  mutating func nearest(
    to point: UnsafePointer<Scalar>, in tree: RegionTree<Scalar>, within limit: Scalar,
    squares: UnsafeMutablePointer<Scalar>, count: (Int) -> Int32, precedes: (Int, Int) -> Bool
  ) -> (square: Scalar, place: Int)? {
    collectLeaves(aroundPoint: point, in: tree, within: limit, count: count)
    var best: (square: Scalar, place: Int)?
    for leaf in leaves {
      guard tree.leastSquare(tree.box(leaf), point: point) <= best?.square ?? limit else {
        continue
      }
      let (first, candidates) = (Int(tree.nodes[leaf].first), Int(count(leaf)))
      tree.squares(leaf, first: candidates, from: point, into: squares)
      for place in 0..<candidates where squares[place] <= limit {
        guard let known = best else {
          best = (squares[place], first + place)
          continue
        }
        if squares[place] < known.square
          || squares[place] == known.square
            && precedes(Int(tree.order[first + place]), Int(tree.order[known.place]))
        {
          best = (squares[place], first + place)
        }
      }
    }
    return best
  }
}
