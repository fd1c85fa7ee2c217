import CKernels

/// Rows laid out for the distance kernels, which work on a few of them at once.
///
/// A squared Euclidean distance is the sum of (x_j − y_j)² over the columns in their order, each
/// term added by a fused multiply-add in the precision of `Scalar`: the same bits on every machine.
package struct PackedRows<Scalar: MatrixScalar>: Sendable {
  /// The number of rows packed.
  package let rowCount: Int
  package let columnCount: Int
  /// The number of distances that each call writes for a row: `rowCount` rounded up to whole
  /// panels.
  package var paddedCount: Int { panelCount * Self.panelWidth }
  let panelCount: Int
  let panels: Matrix<Scalar>

  static var panelWidth: Int {
    Scalar.self == Float.self ? CLADE_PANEL_WIDTH_F32 : CLADE_PANEL_WIDTH_F64
  }

  /// Packs `count` rows of `columns` numbers; only of no rows may the address be missing.
  ///
  /// - Parameter order: The row to pack in each place (count); `nil` for the order they are in.
  package init(
    _ rows: UnsafePointer<Scalar>?, order: UnsafePointer<Int32>? = nil, count: Int, columns: Int
  ) {
    precondition(
      Scalar.self == Float.self || Scalar.self == Double.self, "Matrices hold Float or Double")
    rowCount = count
    columnCount = columns
    let width = Self.panelWidth
    let panelCount = (count + width - 1) / width
    self.panelCount = panelCount
    panels = Matrix(rows: panelCount * columns, columns: width) { buffer in
      guard let rows, let target = buffer.baseAddress, count > 0 else { return }
      let (from, to) = (UnsafeRawPointer(rows), UnsafeMutableRawPointer(target))
      if Scalar.self == Float.self {
        clade_pack_panels_f32(
          from.assumingMemoryBound(to: Float.self), order, count, columns,
          to.assumingMemoryBound(to: Float.self))
      } else {
        clade_pack_panels_f64(
          from.assumingMemoryBound(to: Double.self), order, count, columns,
          to.assumingMemoryBound(to: Double.self))
      }
    }
  }

  /// Packs the rows of a matrix, in an order that holds each row's number once, or as they are.
  package init(_ matrix: Matrix<Scalar>, order: [Int32]? = nil) {
    precondition(order.map { $0.count == matrix.rowCount } ?? true)
    func packed(_ order: UnsafePointer<Int32>?) -> PackedRows {
      matrix.withUnsafeBufferPointer {
        PackedRows(
          $0.baseAddress, order: order, count: matrix.rowCount, columns: matrix.columnCount)
      }
    }
    self = order?.withUnsafeBufferPointer { packed($0.baseAddress) } ?? packed(nil)
  }

  /// Writes the squared distances of `count` rows from all packed rows.
  ///
  /// - Parameters:
  ///   - rows: count × columns entries.
  ///   - distances: Row i's distances begin at `i * stride`; ``paddedCount`` of them are written,
  ///     of which those after the first ``rowCount`` mean nothing.
  ///   - stride: At least ``paddedCount``.
  package func squaredDistances(
    from rows: UnsafePointer<Scalar>, count: Int, into distances: UnsafeMutablePointer<Scalar>,
    stride: Int
  ) {
    precondition(stride >= paddedCount)
    let (from, to) = (UnsafeRawPointer(rows), UnsafeMutableRawPointer(distances))
    panels.withUnsafeBufferPointer { panels in
      let packed = UnsafeRawPointer(panels.baseAddress)
      if Scalar.self == Float.self {
        clade_squared_distances_f32(
          from.assumingMemoryBound(to: Float.self), count, columnCount,
          packed?.assumingMemoryBound(to: Float.self), panelCount,
          to.assumingMemoryBound(to: Float.self), stride)
      } else {
        clade_squared_distances_f64(
          from.assumingMemoryBound(to: Double.self), count, columnCount,
          packed?.assumingMemoryBound(to: Double.self), panelCount,
          to.assumingMemoryBound(to: Double.self), stride)
      }
    }
  }

  /// As ``assign(_:count:ids:labels:distances:)``, with leads instead of distances: by how much at
  /// least the nearest packed row is nearer than any other, see `assign_lead.h`.
  package func assign(
    _ rows: UnsafePointer<Scalar>, count: Int, ids: UnsafePointer<Int32>,
    labels: UnsafeMutablePointer<Int32>, leads: UnsafeMutablePointer<Float>
  ) {
    let from = UnsafeRawPointer(rows)
    panels.withUnsafeBufferPointer { panels in
      let packed = UnsafeRawPointer(panels.baseAddress)
      if Scalar.self == Float.self {
        clade_assign_lead_f32(
          from.assumingMemoryBound(to: Float.self), count, columnCount,
          packed?.assumingMemoryBound(to: Float.self), panelCount, ids, labels, leads)
      } else {
        clade_assign_lead_f64(
          from.assumingMemoryBound(to: Double.self), count, columnCount,
          packed?.assumingMemoryBound(to: Double.self), panelCount, ids, labels, leads)
      }
    }
  }

  /// Finds the nearest packed row of each of `count` rows; of several at the same distance, the one
  /// packed first.
  ///
  /// - Parameters:
  ///   - rows: count × columns entries.
  ///   - ids: What to call the packed rows: ``paddedCount`` numbers.
  ///   - labels: Gets the id of the nearest packed row (count).
  ///   - distances: Gets the squared distance from it (count), where it is wanted.
  package func assign(
    _ rows: UnsafePointer<Scalar>, count: Int, ids: UnsafePointer<Int32>,
    labels: UnsafeMutablePointer<Int32>, distances: UnsafeMutablePointer<Scalar>?
  ) {
    let (from, to) = (UnsafeRawPointer(rows), UnsafeMutableRawPointer(distances))
    panels.withUnsafeBufferPointer { panels in
      let packed = UnsafeRawPointer(panels.baseAddress)
      if Scalar.self == Float.self {
        clade_assign_f32(
          from.assumingMemoryBound(to: Float.self), count, columnCount,
          packed?.assumingMemoryBound(to: Float.self), panelCount, ids, labels,
          to?.assumingMemoryBound(to: Float.self))
      } else {
        clade_assign_f64(
          from.assumingMemoryBound(to: Double.self), count, columnCount,
          packed?.assumingMemoryBound(to: Double.self), panelCount, ids, labels,
          to?.assumingMemoryBound(to: Double.self))
      }
    }
  }
}
