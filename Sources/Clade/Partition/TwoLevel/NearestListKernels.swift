import CKernels
import CladeCore

/// The kernels of `nearest_lists.h` for either type of number.
enum NearestListKernels {
  /// The id where a list has nothing yet; its distance is infinite.
  static var nothing: Int32 { .max }

  /// Merges packed centers into lists of the nearest ones.
  ///
  /// - Parameters:
  ///   - rows: count × columns entries.
  ///   - members: The list of each row (count); `nil` for lists 0..<count.
  ///   - panels: Packed centers, and how many panels they fill.
  ///   - ids: What to call the centers, ``nothing`` where a panel holds none.
  ///   - length: The length of a list.
  ///   - distances: The lists' squared distances, ascending.
  ///   - nearest: The lists' ids.
  static func merge<Scalar: MatrixScalar>(
    _ rows: UnsafePointer<Scalar>, members: UnsafePointer<Int32>?, count: Int, columns: Int,
    panels: UnsafePointer<Scalar>, panelCount: Int, ids: UnsafePointer<Int32>, length: Int,
    distances: UnsafeMutablePointer<Scalar>, nearest: UnsafeMutablePointer<Int32>
  ) {
    let (rows, panels) = (UnsafeRawPointer(rows), UnsafeRawPointer(panels))
    let distances = UnsafeMutableRawPointer(distances)
    if Scalar.self == Float.self {
      clade_nearest_lists_f32(
        rows.assumingMemoryBound(to: Float.self), members, count, columns,
        panels.assumingMemoryBound(to: Float.self), panelCount, ids, length,
        distances.assumingMemoryBound(to: Float.self), nearest)
    } else {
      clade_nearest_lists_f64(
        rows.assumingMemoryBound(to: Double.self), members, count, columns,
        panels.assumingMemoryBound(to: Double.self), panelCount, ids, length,
        distances.assumingMemoryBound(to: Double.self), nearest)
    }
  }

  /// The places of the `length` smallest of each row's distances, compared as floats, equal ones by
  /// their place.
  ///
  /// - Parameters:
  ///   - distances: Row i's begin at `i * stride`; `total` of them count.
  ///   - workspace: Room for `total` numbers.
  ///   - places: Gets `length` places a row.
  static func smallest<Scalar: MatrixScalar>(
    _ distances: UnsafePointer<Scalar>, rows: Int, stride: Int, total: Int, length: Int,
    workspace: UnsafeMutablePointer<UInt64>, places: UnsafeMutablePointer<Int32>
  ) {
    let distances = UnsafeRawPointer(distances)
    if Scalar.self == Float.self {
      clade_smallest_distances_f32(
        distances.assumingMemoryBound(to: Float.self), rows, stride, total, length, workspace,
        places)
    } else {
      clade_smallest_distances_f64(
        distances.assumingMemoryBound(to: Double.self), rows, stride, total, length, workspace,
        places)
    }
  }

  /// Packs the `count` rows that `order` names into panels; see `panels.h`.
  static func pack<Scalar: MatrixScalar>(
    _ rows: UnsafePointer<Scalar>, order: UnsafePointer<Int32>, count: Int, columns: Int,
    into panels: UnsafeMutablePointer<Scalar>
  ) {
    let (rows, panels) = (UnsafeRawPointer(rows), UnsafeMutableRawPointer(panels))
    if Scalar.self == Float.self {
      clade_pack_panels_f32(
        rows.assumingMemoryBound(to: Float.self), order, count, columns,
        panels.assumingMemoryBound(to: Float.self))
    } else {
      clade_pack_panels_f64(
        rows.assumingMemoryBound(to: Double.self), order, count, columns,
        panels.assumingMemoryBound(to: Double.self))
    }
  }

  /// The rows of a panel.
  static func panelWidth<Scalar: MatrixScalar>(_: Scalar.Type) -> Int {
    Scalar.self == Float.self ? CLADE_PANEL_WIDTH_F32 : CLADE_PANEL_WIDTH_F64
  }
}
