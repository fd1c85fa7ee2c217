import CladeCore

/// Where each row would lower the sum of squares most if it alone changed its cluster: the rule of
/// "A K-Means Clustering Algorithm" (Hartigan and Wong, 1979).
///
/// A row has drawn the center of its own cluster towards itself. In a cluster of n rows its squared
/// distance counts n / (n − 1) times therefore, and n / (n + 1) times in a cluster of n that it
/// would join. Where clusters have few rows of many columns, nearly all of which are about as far
/// from several centers, Lloyd's iteration stops at once for want of this.
///
/// Of up to 1024 clusters a row looks at those of the four nearest centers. Of more, which are
/// nearly as large as each other where it matters, it looks at its own and at the nearest other
/// one, so that most can be ruled out as in an iteration.
package struct ExchangeRule<Scalar: MatrixScalar>: Sendable {
  /// The clusters that rows look at.
  private enum Candidates: Sendable {
    case nearest(CenterPanels<Scalar>, count: Int)
    case ownAndNearestOther(NearestOtherCenters<Scalar>, centers: Matrix<Scalar>)
  }

  private let candidates: Candidates
  private let costs: ExchangeCosts<Scalar>

  /// The most clusters of which several are looked at.
  package static var mostClusters: Int { 1024 }
  /// How many are looked at.
  private static var candidateCount: Int { 4 }

  /// - Parameters:
  ///   - centers: The means of all clusters (k × d).
  ///   - masses: How many rows each cluster has (k); a row of weight w is w rows.
  package init(_ centers: Matrix<Scalar>, masses: [Double]) {
    self.init(centers, masses: masses, scales: nil, threads: 1)
  }

  /// As above, with what is known of the rows for ruling out centers.
  init(
    _ centers: Matrix<Scalar>, masses: [Double], scales: RowScales?,
    strategy: AssignmentStrategy = .current, threads: Int?
  ) {
    costs = ExchangeCosts(masses: masses)
    candidates =
      centers.rowCount > Self.mostClusters
      ? .ownAndNearestOther(
        NearestOtherCenters(centers, scales: scales, strategy: strategy, threads: threads),
        centers: centers)
      : .nearest(
        CenterPanels(centers, order: CanonicalOrder(centers).order),
        count: min(Self.candidateCount, centers.rowCount))
  }

  /// Writes the clusters that rows go to.
  ///
  /// - Parameters:
  ///   - rows: count × d.
  ///   - first: The place of the first of them among all rows.
  ///   - before: The clusters they are in (count).
  ///   - after: Gets those that they go to (count).
  package func assign(
    _ rows: UnsafePointer<Scalar>, first: Int = 0, count: Int, before: UnsafePointer<Int32>,
    after: UnsafeMutablePointer<Int32>
  ) {
    switch candidates {
    case .nearest(let panels, let length):
      panels.withNearest(rows, count: count, length: length) { distances, places in
        for row in 0..<count {
          let start = row &* length
          after[row] =
            costs.cluster(
              own: before[row], distances: distances + start, nearest: places + start,
              length: length, clusters: panels.order
            ).cluster
        }
      }
    case .ownAndNearestOther(let others, let centers):
      assign(
        rows, first: first, count: count, before: before, after: after, others: others,
        centers: centers)
    }
  }

  /// As above, by the nearest other center.
  private func assign(
    _ rows: UnsafePointer<Scalar>, first: Int, count: Int, before: UnsafePointer<Int32>,
    after: UnsafeMutablePointer<Int32>, others: NearestOtherCenters<Scalar>,
    centers: Matrix<Scalar>
  ) {
    withUnsafeTemporaryAllocation(of: Scalar.self, capacity: count) { distances in
      withUnsafeTemporaryAllocation(of: Double.self, capacity: count) { own in
        guard let distance = distances.baseAddress, let ownDistance = own.baseAddress else {
          return
        }
        others.find(
          rows, first: first, count: count, own: before, others: after, distances: distance)
        centers.withUnsafeBufferPointer { values in
          guard let values = values.baseAddress else { return }
          SquaredDistances.write(
            rows, count: count, columns: centers.columnCount, centers: values, labels: before,
            to: ownDistance)
        }
        for row in 0..<count
        where !costs.prefers(
          after[row], at: distance[row], to: before[row], at: Scalar(ownDistance[row]))
        {
          after[row] = before[row]
        }
      }
    }
  }
}

/// What it costs rows to be in clusters, by the numbers of rows that these have.
package struct ExchangeCosts<Scalar: MatrixScalar>: Sendable {
  /// What squared distances are multiplied by (k): of rows in the cluster, and of others.
  private let leaving: [Scalar]
  private let joining: [Scalar]

  /// - Parameter masses: How many rows each cluster has (k).
  package init(masses: [Double]) {
    // What is alone stays.
    leaving = masses.map { $0 > 1 ? Scalar($0 / ($0 - 1)) : 0 }
    joining = masses.map { Scalar($0 / ($0 + 1)) }
  }

  /// The cluster in which a row costs least; the one that it is in unless another is better, and of
  /// several the nearest.
  ///
  /// - Parameters:
  ///   - own: The cluster that it is in.
  ///   - distances: The row's squared distances from the nearest centers, ascending.
  ///   - nearest: What these are called (length); nothing where there are no more.
  ///   - length: How many there are at most.
  ///   - clusters: The clusters by what they are called in the list.
  /// - Returns: The cluster, and the row's squared distance from its center; 0 for a row that is alone.
  package func cluster(
    own: Int32, distances: UnsafePointer<Scalar>, nearest: UnsafePointer<Int32>, length: Int,
    clusters: [Int32]
  ) -> (cluster: Int32, distance: Scalar) {
    if leaving[Int(own)] == 0 { return (own, 0) }
    // An own center that isn't among the nearest costs more than they do.
    var (best, distance, least) = (own, Scalar.infinity, Scalar.infinity)
    for index in 0..<length where nearest[index] < clusters.count {
      if clusters[Int(nearest[index])] == own {
        (distance, least) = (distances[index], distances[index] * leaving[Int(own)])
      }
    }
    for index in 0..<length where nearest[index] < clusters.count {
      let cluster = clusters[Int(nearest[index])]
      let cost = distances[index] * joining[Int(cluster)]
      if cluster != own, cost < least {
        (best, distance, least) = (cluster, distances[index], cost)
      }
    }
    return (best, distance)
  }

  /// Whether a row costs less in another cluster than in its own, by its squared distances from
  /// both centers.
  func prefers(_ other: Int32, at distance: Scalar, to own: Int32, at ownDistance: Scalar) -> Bool {
    distance * joining[Int(other)] < ownDistance * leaving[Int(own)]
  }
}
