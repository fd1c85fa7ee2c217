import CladeCore

/// The tree of some rows by a linkage, by whichever algorithm is right for it.
///
/// A spanning tree for single linkage; reciprocal nearest neighbours for complete, average,
/// weighted and Ward's; the generic algorithm for centroid and median ("Modern hierarchical,
/// agglomerative clustering algorithms", Müllner, 2011). Ward's, centroid and median linkage of
/// coordinates need no matrix of distances.
enum LinkageTree {
  /// The tree of rows.
  ///
  /// - Throws: `CladeError` for a metric that the linkage can't take, and for a matrix of distances
  ///   that doesn't fit into memory.
  static func dendrogram<Scalar: MatrixScalar>(
    of rows: LinkageRows<Scalar>, linkage: Linkage, threads: Int?, progress: ProgressObserver?
  ) throws -> Dendrogram {
    let prepared = rows.prepared
    if linkage.needsEuclideanDistances { try check(prepared, linkage) }
    guard let formula = LanceWilliams(linkage) else {
      return try single(rows, threads: threads, progress: progress)
    }
    let merges: MergeList
    if linkage.needsEuclideanDistances && !prepared.form.isGiven {
      let scale = prepared.scale
      let coordinates = rows.coordinates
      if linkage == .ward {
        merges = try ReciprocalMerging.merges(
          WardTree(coordinates, sizes: rows.sizes, scale: scale, threads: threads),
          nodes: rows.nodes, after: rows.merges, threads: threads, progress: progress)
      } else {
        merges = try StepwiseMerging.merges(
          CentroidRows(
            coordinates, sizes: rows.sizes, scale: scale, isMedian: linkage == .median),
          nodes: rows.nodes, after: rows.merges, threads: threads, progress: progress)
      }
    } else {
      let filling = DistanceTableFilling(
        prepared, order: rows.order, squared: linkage.needsEuclideanDistances)
      merges =
        linkage.isMonotone
        ? try TriangleMerging.merges(
          filling, formula: formula, sizes: rows.sizes, nodes: rows.nodes, after: rows.merges,
          threads: threads, progress: progress)
        : try StepwiseMerging.merges(
          ClusterTable(
            filling, formula: formula, sizes: rows.sizes, threads: threads, progress: progress),
          nodes: rows.nodes, after: rows.merges, threads: threads, progress: progress)
    }
    return merges.dendrogram()
  }

  /// Euclidean distances, or distances that somebody says are.
  private static func check<Scalar: MatrixScalar>(
    _ rows: PreparedRows<Scalar>, _ linkage: Linkage
  ) throws {
    guard rows.form.isGiven || (rows.form == .squares && rows.finish == .squareRoot) else {
      throw CladeError.invalidParameter(
        name: "metric", value: "\(rows.metric) with \(linkage.rawValue) linkage",
        reason: "it stands on centroids, which only Euclidean distances have; take euclidean, or "
          + "average linkage, which takes any metric")
    }
  }

  /// Single linkage along the edges of a minimum spanning tree.
  ///
  /// - Parameter rows: Rows in the order in which ties are broken, equal ones as one.
  private static func single<Scalar: MatrixScalar>(
    _ rows: LinkageRows<Scalar>, threads: Int?, progress: ProgressObserver?
  ) throws -> Dendrogram {
    let tree = try MinimumSpanningTree.grown(
      on: rows.preparedInOrder(threads: threads), minSamples: nil, threads: threads,
      progress: progress)
    var (merges, nodes) = (rows.merges, rows.nodes)
    var forest = SpanningForest(placeCount: nodes.count)
    for edge in tree.edges {
      let (a, b) = (forest.root(of: edge.first), forest.root(of: edge.second))
      let node = merges.join(nodes[Int(a)], nodes[Int(b)], height: edge.length)
      _ = forest.join(a, b)
      nodes[Int(min(a, b))] = node
    }
    return merges.dendrogram()
  }
}
