import CKernels

/// Prepared rows laid out so that many are compared with a row at once.
///
/// They stand in panels of ``panelWidth`` places; ``rowCount`` may leave some of the last panel's
/// unused.
package struct DistancePanels<Scalar: MatrixScalar>: Sendable {
  /// The number of rows.
  package let rowCount: Int
  /// The row in each place (n).
  package let order: [Int32]?
  private let packed: PackedRows<Scalar>?
  private let rows: PreparedRows<Scalar>
  private let form: DistanceForm
  /// Which columns Gower's metric takes for categories; empty for other metrics.
  private let categories: [UInt8]

  /// The places of a panel: 16 for `Float`, 8 for `Double`.
  package static var panelWidth: Int { PackedRows<Scalar>.panelWidth }

  /// The number of panels.
  package var panelCount: Int { (rowCount + Self.panelWidth - 1) / Self.panelWidth }

  /// Lays out rows.
  ///
  /// - Parameters:
  ///   - rows: The rows.
  ///   - order: The number of the row to put in each place, once or several times; `nil` for all
  ///     rows as they are.
  @_specialize(where Scalar == Double)
  @_specialize(where Scalar == Float)
  package init(_ rows: PreparedRows<Scalar>, order: [Int32]? = nil) {
    self.rows = rows
    self.order = order
    rowCount = order?.count ?? rows.rowCount
    form = rows.form
    categories = if case .gower(let scale) = rows.preparation.step { scale.categories } else { [] }
    packed = rows.form.hasKernel ? PackedRows(rows.coordinates, choosing: order) : nil
  }

  /// Writes the raw distances of some rows from those in some panels.
  ///
  /// - Parameters:
  ///   - queries: Rows prepared alike, often the same.
  ///   - range: Which of them.
  ///   - panels: Which panels; `nil` for all.
  ///   - limit: Raw distances that are greater may be written as infinite where that saves time,
  ///     which it does for time warping.
  ///   - distances: The distance of the i-th query of the range from the j-th place of the panels
  ///     is written to `i * stride + j`. Whole panels are written; what is beyond the last row
  ///     means nothing.
  ///   - stride: At least the number of panels times ``panelWidth``.
  /// - Throws: ``CladeError/invalidParameter(name:value:reason:)`` when a metric of one's own gives
  ///   a number that is no distance.
  @_specialize(where Scalar == Double)
  @_specialize(where Scalar == Float)
  package func rawDistances(
    of queries: PreparedRows<Scalar>, _ range: Range<Int>, panels: Range<Int>? = nil,
    limit: Scalar = .infinity,
    into distances: UnsafeMutablePointer<Scalar>, stride: Int
  ) throws {
    let panels = panels ?? 0..<panelCount
    let columns = queries.coordinates.columnCount
    precondition(stride >= panels.count * Self.panelWidth)
    precondition(panels.upperBound <= panelCount && range.upperBound <= queries.rowCount)
    guard let packed else {
      return try eachPair(queries, range, panels) { distances[$0 * stride + $1] = $2 }
    }
    queries.coordinates.withUnsafeBufferPointer { values in
      guard let start = values.baseAddress else { return }
      packed.rawDistances(
        form, categories: categories,
        from: start + range.lowerBound * columns,
        count: range.count, panels: panels, limit: limit, into: distances, stride: stride)
    }
  }

  /// The distances that no kernel computes, one by one.
  private func eachPair(
    _ queries: PreparedRows<Scalar>, _ range: Range<Int>, _ panels: Range<Int>,
    _ write: (_ query: Int, _ place: Int, _ distance: Scalar) -> Void
  ) throws {
    let first = panels.lowerBound * Self.panelWidth
    let places = first..<min(rowCount, panels.upperBound * Self.panelWidth)
    for (i, query) in range.enumerated() {
      for place in places {
        let row = order.map { Int($0[place]) } ?? place
        write(i, place - first, try rows.pairDistance(query, of: queries, row))
      }
    }
  }
}

extension PreparedRows {
  /// The distance of a query from a row, where that is given or by a function of one's own.
  fileprivate func pairDistance(_ query: Int, of queries: PreparedRows, _ row: Int) throws -> Scalar
  {
    guard case .custom(let custom) = metric else {
      let given = queries.coordinates
      if queries.form == .lookedUp { return given[query, row] }
      return query == row ? 0 : given[0, GivenDistances.place(query, row, of: rowCount)]
    }
    let (x, y) = (queries.vectors[query], vectors[row])
    let distance =
      y.lexicographicallyPrecedes(x) ? custom.distance(y, x) : custom.distance(x, y)
    guard distance >= 0 else {
      throw CladeError.invalidParameter(
        name: "metric", value: custom.name,
        reason: "it gave \(distance) for \(x) and \(y); a distance is a number of at least 0")
    }
    return Scalar(distance)
  }
}

extension PackedRows {
  /// Packs the rows that `order` names, or all.
  fileprivate init(_ matrix: Matrix<Scalar>, choosing order: [Int32]?) {
    func packed(_ order: UnsafePointer<Int32>?, _ count: Int) -> PackedRows {
      matrix.withUnsafeBufferPointer {
        PackedRows($0.baseAddress, order: order, count: count, columns: matrix.columnCount)
      }
    }
    self =
      order?.withUnsafeBufferPointer { packed($0.baseAddress, $0.count) }
      ?? packed(nil, matrix.rowCount)
  }

  /// Writes the raw distances of `count` rows from the rows of some panels.
  fileprivate func rawDistances(
    _ form: DistanceForm, categories: [UInt8], from rows: UnsafePointer<Scalar>, count: Int,
    panels range: Range<Int>, limit: Scalar, into distances: UnsafeMutablePointer<Scalar>,
    stride: Int
  ) {
    let offset = range.lowerBound * columnCount * Self.panelWidth
    let (from, to) = (UnsafeRawPointer(rows), UnsafeMutableRawPointer(distances))
    panels.withUnsafeBufferPointer { panels in
      guard let start = panels.baseAddress, range.count > 0 else { return }
      let packed = UnsafeRawPointer(start + offset)
      if Scalar.self == Float.self {
        let (from, packed, to) = (
          from.assumingMemoryBound(to: Float.self), packed.assumingMemoryBound(to: Float.self),
          to.assumingMemoryBound(to: Float.self)
        )
        if case .warping(let window, let cost) = form {
          withUnsafeTemporaryAllocation(
            byteCount: columnCount * CLADE_PANEL_WIDTH_F32 * 4, alignment: 64
          ) {
            clade_warping_f32(
              cost == .absolute ? 1 : 0, window, Float(limit), from, count, columnCount, packed,
              range.count, $0.baseAddress?.assumingMemoryBound(to: Float.self), to, stride)
          }
        } else if let (kernel, power) = form.kernel {
          clade_metric_distances_f32(
            kernel, power, categories, from, count, columnCount, packed, range.count, to,
            stride)
        } else {
          clade_squared_distances_f32(from, count, columnCount, packed, range.count, to, stride)
        }
      } else {
        let (from, packed, to) = (
          from.assumingMemoryBound(to: Double.self), packed.assumingMemoryBound(to: Double.self),
          to.assumingMemoryBound(to: Double.self)
        )
        if case .warping(let window, let cost) = form {
          withUnsafeTemporaryAllocation(
            byteCount: columnCount * CLADE_PANEL_WIDTH_F64 * 8, alignment: 64
          ) {
            clade_warping_f64(
              cost == .absolute ? 1 : 0, window, Double(limit), from, count, columnCount, packed,
              range.count, $0.baseAddress?.assumingMemoryBound(to: Double.self), to, stride)
          }
        } else if let (kernel, power) = form.kernel {
          clade_metric_distances_f64(
            kernel, power, categories, from, count, columnCount, packed, range.count, to,
            stride)
        } else {
          clade_squared_distances_f64(from, count, columnCount, packed, range.count, to, stride)
        }
      }
    }
  }
}

extension DistanceForm {
  /// The kernel that several forms share, and its power; `nil` for those with one of their own.
  fileprivate var kernel: (clade_metric_form, power: Double)? {
    switch self {
    case .squares, .warping, .lookedUp, .condensed, .custom: nil
    case .absolutes: (CLADE_METRIC_ABSOLUTES, 1)
    case .largest: (CLADE_METRIC_LARGEST, 1)
    case .powers(let p): (CLADE_METRIC_POWERS, p)
    case .canberra: (CLADE_METRIC_CANBERRA, 1)
    case .brayCurtis: (CLADE_METRIC_BRAY_CURTIS, 1)
    case .differing: (CLADE_METRIC_DIFFERING, 1)
    case .jaccard: (CLADE_METRIC_JACCARD, 1)
    case .dice: (CLADE_METRIC_DICE, 1)
    case .gower: (CLADE_METRIC_GOWER, 1)
    }
  }
}
