import CladeCore

/// The nearest center of each row but that of its own cluster; of several at exactly the same
/// distance the one whose coordinates come first.
///
/// Most centers are ruled out by codes of 8 bits where that pays, which changes no bit.
struct NearestOtherCenters<Scalar: MatrixScalar>: Sendable {
  private let centers: Matrix<Scalar>
  /// The clusters in the order of their centers, and the place of each cluster.
  private let order: [Int32]
  private let places: [Int32]
  private let shortlist: CenterShortlist<Scalar>?
  private let panels: Lazy<Matrix<Scalar>>

  /// - Parameters:
  ///   - centers: The centers of all clusters (k × d), at least two.
  ///   - scales: What is known of the rows; `nil` for nothing.
  ///   - strategy: Whether codes are used.
  ///   - threads: At most this many threads.
  init(_ centers: Matrix<Scalar>, scales: RowScales?, strategy: AssignmentStrategy, threads: Int?) {
    let (count, columns) = (centers.rowCount, centers.columnCount)
    let order = CanonicalOrder(centers).order
    var places = [Int32](repeating: 0, count: count)
    for (place, cluster) in order.enumerated() {
      places[Int(cluster)] = Int32(truncatingIfNeeded: place)
    }
    (self.centers, self.order, self.places) = (centers, order, places)
    shortlist =
      NearestCenters<Scalar>.usesShortlist(count, columns, strategy)
      ? CenterShortlist(centers, order: order, scales: scales, threads: threads) : nil
    panels = Lazy {
      let width = NearestListKernels.panelWidth(Scalar.self)
      return Matrix(rows: (count + width - 1) / width * columns, columns: width) { target in
        centers.withUnsafeBufferPointer { values in
          guard let from = values.baseAddress, let to = target.baseAddress else { return }
          NearestListKernels.pack(from, order: order, count: count, columns: columns, into: to)
        }
      }
    }
  }

  /// Finds them.
  ///
  /// - Parameters:
  ///   - rows: count × d.
  ///   - first: The place of the first of them among all rows.
  ///   - own: The clusters of the rows (count).
  ///   - others: Gets the clusters whose centers are nearest besides (count).
  ///   - distances: Gets the squared distances from these (count).
  func find(
    _ rows: UnsafePointer<Scalar>, first: Int, count: Int, own: UnsafePointer<Int32>,
    others: UnsafeMutablePointer<Int32>, distances: UnsafeMutablePointer<Scalar>
  ) {
    if let shortlist, shortlist.pays {
      withUnsafeTemporaryAllocation(of: Int32.self, capacity: count) { skipped in
        for row in 0..<count { skipped.initializeElement(at: row, to: places[Int(own[row])]) }
        shortlist.assign(
          rows, first: first, count: count, skipping: skipped.baseAddress, labels: others,
          distances: distances)
      }
    } else {
      findInLists(rows, count: count, own: own, others: others, distances: distances)
    }
  }

  /// As above, by the two nearest of all, one of which is another.
  private func findInLists(
    _ rows: UnsafePointer<Scalar>, count: Int, own: UnsafePointer<Int32>,
    others: UnsafeMutablePointer<Int32>, distances: UnsafeMutablePointer<Scalar>
  ) {
    let panels = panels.value
    let places = (0..<panels.rowCount / centers.columnCount * panels.columnCount).map {
      $0 < order.count ? Int32(truncatingIfNeeded: $0) : NearestListKernels.nothing
    }
    withUnsafeTemporaryAllocation(of: Scalar.self, capacity: 2 * count) { two in
      withUnsafeTemporaryAllocation(of: Int32.self, capacity: 2 * count) { nearest in
        two.initialize(repeating: .infinity)
        nearest.initialize(repeating: NearestListKernels.nothing)
        guard let distance = two.baseAddress, let near = nearest.baseAddress else { return }
        panels.withUnsafeBufferPointer { values in
          guard let values = values.baseAddress else { return }
          NearestListKernels.merge(
            rows, members: nil, count: count, columns: centers.columnCount, panels: values,
            panelCount: panels.rowCount / centers.columnCount, ids: places, length: 2,
            distances: distance, nearest: near)
        }
        for row in 0..<count {
          let entry = 2 &* row &+ (order[Int(near[2 &* row])] == own[row] ? 1 : 0)
          (others[row], distances[row]) = (order[Int(near[entry])], distance[entry])
        }
      }
    }
  }
}
