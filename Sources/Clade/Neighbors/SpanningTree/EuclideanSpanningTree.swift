import CKernels
import CladeCore

/// Grows a minimum spanning tree on a ``KDTree`` by Borůvka's algorithm.
///
/// Equal rows share a place in the tree and are joined in the end. At first, edges are taken from the
/// lists of each row's nearest ones: the shortest edge out of a component that is listed is its
/// shortest one, if none that isn't listed can be shorter ("Accelerated Hierarchical Density Based
/// Clustering", McInnes and Healy, 2017). Once this gives little, pairs of boxes are searched, near ones
/// first, and passed by where all rows are in one component or no edge can be short enough.
///
/// Of edges of the same length, that with the lowest places is taken, and where a row is in the tree
/// follows from its values; so neither threads nor the order of the rows can be seen in the result.
struct EuclideanSpanningTree<Scalar: MatrixScalar> {
  let tree: MinimumSpanningTree

  /// Neighbours that are listed for the plain tree, the row itself included.
  private static var plainListLength: Int { 5 }

  /// The tree by mutual reachability, or the plain one where there is no `minSamples`.
  ///
  /// - Parameter rows: Rows whose raw distances are squares.
  init(
    of rows: PreparedRows<Scalar>, minSamples: Int?, threads: Int?, progress: ProgressObserver?
  ) throws {
    let index = try KDTree(rows.coordinates, threads: threads)
    let length = min(
      max(1, index.distinctRowCount), minSamples.map { $0 + 1 } ?? Self.plainListLength)
    let lists = try index.nearestPlaces(length, threads: threads, progress: progress)
    let cores = index.squaredCores(lists, length: length, minSamples: minSamples)
    let components = BoruvkaComponents(index, cores: cores)
    try components.grow(lists: lists, length: length, threads: threads, progress: progress)
    tree = index.spanningTree(
      components.edges, cores: cores, withCores: minSamples != nil, distance: rows.distance(raw:))
  }
}

extension KDTree {
  /// The squared core distance of each place, infinite where no row is; 0 without `minSamples`.
  fileprivate func squaredCores(
    _ lists: (squares: [Scalar], places: [Int32]), length: Int, minSamples: Int?
  ) -> [Scalar] {
    let shared = distinctRowCount < rowCount
    return memberStarts.withUnsafeBufferPointer { starts in
      (0..<placeCount).map { place in
        guard starts[place] < starts[place + 1] else { return .infinity }
        guard let minSamples else { return 0 }
        // Equal rows share a place, so fewer places may be enough.
        guard shared else { return lists.squares[place * length + min(minSamples, length - 1)] }
        var rows = 0
        for index in (place * length)..<((place + 1) * length) {
          let other = Int(lists.places[index])
          rows += Int(starts[other + 1] - starts[other])
          if rows > minSamples { return lists.squares[index] }
        }
        return lists.squares[(place + 1) * length - 1]
      }
    }
  }

  /// The tree of the rows out of that of the places.
  fileprivate func spanningTree(
    _ found: [SpanningForest.Edge<Scalar>], cores: [Scalar], withCores: Bool,
    distance: (Scalar) -> Double
  ) -> MinimumSpanningTree {
    var edges: [MinimumSpanningTree.Edge] = []
    edges.reserveCapacity(max(0, rowCount - 1))
    for edge in found {
      let first = members[Int(memberStarts[Int(edge.first)])]
      let second = members[Int(memberStarts[Int(edge.second)])]
      edges.append(
        .init(
          first: min(first, second), second: max(first, second), length: distance(edge.square)))
    }
    var coreDistances = [Double](repeating: 0, count: withCores ? rowCount : 0)
    if withCores || distinctRowCount < rowCount {
      for place in 0..<placeCount {
        let rows = Int(memberStarts[place])..<Int(memberStarts[place + 1])
        guard !rows.isEmpty else { continue }
        let core = distance(cores[place])
        if withCores { for row in rows { coreDistances[Int(members[row])] = core } }
        for row in rows.dropFirst() {
          edges.append(.init(first: members[row - 1], second: members[row], length: core))
        }
      }
    }
    edges.sort { $0.length < $1.length }
    return MinimumSpanningTree(edges: edges, coreDistances: coreDistances)
  }
}
