import CKernels
import CladeCore

/// Grows a minimum spanning tree on a ``KDTree`` by Borůvka's algorithm.
///
/// Equal rows share a place in the tree and are joined in the end. At first, edges are taken from
/// the lists of each row's nearest ones: the shortest edge out of a component that is listed is its
/// shortest one, if none that isn't listed can be shorter ("Accelerated Hierarchical Density Based
/// Clustering", McInnes and Healy, 2017). Once this gives little, pairs of boxes are searched, near
/// ones first, and passed by where all rows are in one component or no edge can be short enough; of
/// two leaves, a row is compared with the other one's box before its rows.
///
/// Of edges of the same length, that with the lowest places is taken, and where a row is in the
/// tree follows from its values; so neither threads nor the order of the rows can be seen in the
/// result.
struct EuclideanSpanningTree<Scalar: MatrixScalar> {
  let tree: MinimumSpanningTree

  /// Neighbours that are listed, the row itself included: few for the plain tree, and not more than
  /// help, so that memory doesn't grow with `minSamples`.
  private static func mostListed(minSamples: Int?) -> Int { minSamples == nil ? 5 : 33 }

  /// The tree by mutual reachability, or the plain one where there is no `minSamples`.
  ///
  /// - Parameter rows: Rows whose raw distances are squares.
  init(
    of rows: PreparedRows<Scalar>, minSamples: Int?, threads: Int?, progress: ProgressObserver?
  ) throws {
    let index = try KDTree(rows.coordinates, threads: threads)
    let lists = try index.nearestPlaces(
      samples: minSamples, mostListed: Self.mostListed(minSamples: minSamples), threads: threads,
      progress: progress)
    let components = BoruvkaComponents(index, lists: lists, threads: threads)
    try components.grow(lists: lists, threads: threads, progress: progress)
    var edges = SpanningForest.ascending(components.edges)
    if minSamples != nil {
      edges = NearestOfEqualEdges(edges, lists: lists, threads: threads).edges
    }
    tree = index.spanningTree(
      edges, cores: lists.cores, withCores: minSamples != nil,
      distance: rows.distance(raw:))
  }
}

extension KDTree {
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
    return MinimumSpanningTree(edges: edges, coreDistances: coreDistances)
  }
}
