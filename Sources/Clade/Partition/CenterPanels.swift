import CladeCore

/// Centers packed such that lanes run across them, and the lists of those that are nearest to rows.
struct CenterPanels<Scalar: MatrixScalar>: Sendable {
  /// The clusters in the order of their centers.
  let order: [Int32]
  private let columns: Int
  private let panels: Matrix<Scalar>
  private let panelCount: Int
  /// The numbers of the places in ``order``, and of nothing behind them.
  private let places: [Int32]

  /// - Parameters:
  ///   - centers: The centers of all clusters (k × d).
  ///   - order: The clusters in the order of their centers (k).
  init(_ centers: Matrix<Scalar>, order: [Int32]) {
    let (count, columns) = (centers.rowCount, centers.columnCount)
    let width = NearestListKernels.panelWidth(Scalar.self)
    let panelCount = (count + width - 1) / width
    (self.order, self.columns, self.panelCount) = (order, columns, panelCount)
    panels = Matrix(rows: panelCount * columns, columns: width) { target in
      centers.withUnsafeBufferPointer { values in
        guard let from = values.baseAddress, let to = target.baseAddress else { return }
        NearestListKernels.pack(from, order: order, count: count, columns: columns, into: to)
      }
    }
    places = (0..<panelCount * width).map {
      $0 < count ? Int32(truncatingIfNeeded: $0) : NearestListKernels.nothing
    }
  }

  /// Finds the nearest centers of rows.
  ///
  /// - Parameters:
  ///   - rows: count × d.
  ///   - length: How many of the nearest.
  ///   - body: Gets their squared distances, ascending, and their places in ``order``, of centers
  ///     at the same distance in that order (both count × length); nothing where there are no more.
  func withNearest(
    _ rows: UnsafePointer<Scalar>, count: Int, length: Int,
    _ body: (_ distances: UnsafePointer<Scalar>, _ places: UnsafePointer<Int32>) -> Void
  ) {
    withUnsafeTemporaryAllocation(of: Scalar.self, capacity: count * length) { distances in
      withUnsafeTemporaryAllocation(of: Int32.self, capacity: count * length) { nearest in
        distances.initialize(repeating: .infinity)
        nearest.initialize(repeating: NearestListKernels.nothing)
        guard let distance = distances.baseAddress, let near = nearest.baseAddress else { return }
        panels.withUnsafeBufferPointer { panels in
          guard let panels = panels.baseAddress else { return }
          NearestListKernels.merge(
            rows, members: nil, count: count, columns: columns, panels: panels,
            panelCount: panelCount, ids: places, length: length, distances: distance,
            nearest: near)
        }
        body(distance, near)
      }
    }
  }
}
