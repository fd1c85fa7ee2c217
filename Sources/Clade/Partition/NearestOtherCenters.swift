import CladeCore

/// The nearest center of each row but that of its own cluster; of several at exactly the same
/// distance the one whose coordinates come first.
///
/// Most centers are ruled out by codes of 8 bits where that pays, which changes no bit.
struct NearestOtherCenters<Scalar: MatrixScalar>: Sendable {
  /// The place of each cluster in the order of their centers.
  private let places: [Int32]
  private let shortlist: CenterShortlist<Scalar>?
  private let panels: Lazy<CenterPanels<Scalar>>

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
    self.places = places
    shortlist =
      NearestCenters<Scalar>.usesShortlist(count, columns, strategy)
      ? CenterShortlist(centers, order: order, scales: scales, threads: threads) : nil
    panels = Lazy { CenterPanels(centers, order: order) }
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
    panels.withNearest(rows, count: count, length: 2) { nearest, places in
      for row in 0..<count {
        let first = 2 &* row
        let entry = first &+ (panels.order[Int(places[first])] == own[row] ? 1 : 0)
        (others[row], distances[row]) = (panels.order[Int(places[entry])], nearest[entry])
      }
    }
  }
}
