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
  private let columns: Int
  private let panels: Matrix<Scalar>
  private let panelCount: Int
  /// The clusters in the order of their centers.
  private let order: [Int32]
  /// The numbers of the places, and of nothing behind them.
  private let ids: [Int32]
  private let costs: ExchangeCosts<Scalar>
  /// How many of the nearest centers are looked at.
  private let listLength: Int
  private let others: (centers: Matrix<Scalar>, nearest: NearestOtherCenters<Scalar>)?

  /// The most clusters of which several are looked at.
  package static var mostClusters: Int { 1024 }

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
    if centers.rowCount > Self.mostClusters {
      let nearest = NearestOtherCenters(
        centers, scales: scales, strategy: strategy, threads: threads)
      others = (centers, nearest)
      costs = ExchangeCosts(masses: masses)
      (columns, panelCount, order, ids, listLength) = (centers.columnCount, 0, [], [], 0)
      panels = Matrix(rows: 0, columns: 0)
      return
    }
    others = nil
    let (count, columns) = (centers.rowCount, centers.columnCount)
    let width = NearestListKernels.panelWidth(Scalar.self)
    let panelCount = (count + width - 1) / width
    let order = CanonicalOrder(centers).order
    self.columns = columns
    self.panelCount = panelCount
    self.order = order
    panels = Matrix(rows: panelCount * columns, columns: width) { target in
      centers.withUnsafeBufferPointer { values in
        guard let from = values.baseAddress, let to = target.baseAddress else { return }
        NearestListKernels.pack(from, order: order, count: count, columns: columns, into: to)
      }
    }
    ids = (0..<panelCount * width).map { $0 < count ? Int32($0) : NearestListKernels.nothing }
    costs = ExchangeCosts(masses: masses)
    listLength = min(4, count)
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
    if others != nil {
      return assignToNearestOther(rows, first: first, count: count, before: before, after: after)
    }
    let entries = count * listLength
    withUnsafeTemporaryAllocation(of: Scalar.self, capacity: entries) { distances in
      withUnsafeTemporaryAllocation(of: Int32.self, capacity: entries) { nearest in
        distances.initialize(repeating: .infinity)
        nearest.initialize(repeating: NearestListKernels.nothing)
        guard let distance = distances.baseAddress, let near = nearest.baseAddress else { return }
        panels.withUnsafeBufferPointer { panels in
          guard let panels = panels.baseAddress else { return }
          NearestListKernels.merge(
            rows, members: nil, count: count, columns: columns, panels: panels,
            panelCount: panelCount, ids: ids, length: listLength, distances: distance,
            nearest: near)
        }
        for row in 0..<count {
          let start = row &* listLength
          after[row] =
            costs.cluster(
              own: before[row], distances: distance + start, nearest: near + start,
              length: listLength, clusters: order
            ).cluster
        }
      }
    }
  }
}

extension ExchangeRule {
  /// As `assign`, of very many clusters.
  private func assignToNearestOther(
    _ rows: UnsafePointer<Scalar>, first: Int, count: Int, before: UnsafePointer<Int32>,
    after: UnsafeMutablePointer<Int32>
  ) {
    guard let others else { return }
    withUnsafeTemporaryAllocation(of: Scalar.self, capacity: count) { distances in
      withUnsafeTemporaryAllocation(of: Double.self, capacity: count) { own in
        guard let distance = distances.baseAddress, let ownDistance = own.baseAddress else {
          return
        }
        others.nearest.find(
          rows, first: first, count: count, own: before, others: after, distances: distance)
        others.centers.withUnsafeBufferPointer { values in
          guard let values = values.baseAddress else { return }
          SquaredDistances.write(
            rows, count: count, columns: columns, centers: values, labels: before, to: ownDistance)
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
