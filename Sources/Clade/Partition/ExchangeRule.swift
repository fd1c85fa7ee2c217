import CladeCore

/// Where each row would lower the sum of squares most if it alone changed its cluster: the rule of
/// "A K-Means Clustering Algorithm" (Hartigan and Wong, 1979).
///
/// A row has drawn the center of its own cluster towards itself. In a cluster of n rows its squared
/// distance counts n / (n − 1) times therefore, and n / (n + 1) times in a cluster of n that it
/// would join. Where clusters have few rows of many columns, nearly all of which are about as far
/// from several centers, Lloyd's iteration stops at once for want of this.
package struct ExchangeRule<Scalar: MatrixScalar>: Sendable {
  private let columns: Int
  private let panels: Matrix<Scalar>
  private let panelCount: Int
  /// The clusters in the order of their centers, and the place of each cluster in it.
  private let order: [Int32]
  private let places: [Int32]
  /// The numbers of the places, and of nothing behind them.
  private let ids: [Int32]
  /// What squared distances are multiplied by (k): of rows in the cluster, and of others.
  private let leaving: [Scalar]
  private let joining: [Scalar]
  /// How many of the nearest centers are looked at.
  private let listLength: Int

  /// - Parameters:
  ///   - centers: The means of all clusters (k × d).
  ///   - masses: How many rows each cluster has (k); a row of weight w is w rows.
  package init(_ centers: Matrix<Scalar>, masses: [Double]) {
    let (count, columns) = (centers.rowCount, centers.columnCount)
    let width = NearestListKernels.panelWidth(Scalar.self)
    let panelCount = (count + width - 1) / width
    let order = CanonicalOrder(centers).order
    var places = [Int32](repeating: 0, count: count)
    for (place, cluster) in order.enumerated() { places[Int(cluster)] = Int32(place) }
    self.columns = columns
    self.panelCount = panelCount
    self.order = order
    self.places = places
    panels = Matrix(rows: panelCount * columns, columns: width) { target in
      centers.withUnsafeBufferPointer { values in
        guard let from = values.baseAddress, let to = target.baseAddress else { return }
        NearestListKernels.pack(from, order: order, count: count, columns: columns, into: to)
      }
    }
    ids = (0..<panelCount * width).map { $0 < count ? Int32($0) : NearestListKernels.nothing }
    // What is alone stays.
    leaving = masses.map { $0 > 1 ? Scalar($0 / ($0 - 1)) : 0 }
    joining = masses.map { Scalar($0 / ($0 + 1)) }
    listLength = min(4, count)
  }

  /// Writes the clusters that rows go to.
  ///
  /// - Parameters:
  ///   - rows: count × d.
  ///   - before: The clusters they are in (count).
  ///   - after: Gets those that they go to (count).
  package func assign(
    _ rows: UnsafePointer<Scalar>, count: Int, before: UnsafePointer<Int32>,
    after: UnsafeMutablePointer<Int32>
  ) {
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
          after[row] = choose(distance + start, near + start, own: before[row])
        }
      }
    }
  }

  /// The cluster in which a row costs least; the one that it is in unless another is better, and of
  /// several the nearest.
  private func choose(
    _ distances: UnsafePointer<Scalar>, _ nearest: UnsafePointer<Int32>, own: Int32
  ) -> Int32 {
    let place = places[Int(own)]
    // An own center that isn't among the nearest costs more than they do.
    var (best, least) = (own, Scalar.infinity)
    if leaving[Int(own)] == 0 { return own }
    for index in 0..<listLength where nearest[index] == place {
      least = distances[index] * leaving[Int(own)]
    }
    for index in 0..<listLength where nearest[index] != place && nearest[index] < order.count {
      let cluster = order[Int(nearest[index])]
      let cost = distances[index] * joining[Int(cluster)]
      if cost < least { (best, least) = (cluster, cost) }
    }
    return best
  }
}
