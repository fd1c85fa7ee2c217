import CKernels
import CladeCore

/// The kernels of `kd_tree.h` for either type of number.
enum KDTreeKernels {
  /// `box` (2 × columns) becomes the lower and the upper corner of `count` rows.
  static func box<Scalar: MatrixScalar>(
    _ rows: UnsafePointer<Scalar>, count: Int, columns: Int, into box: UnsafeMutablePointer<Scalar>
  ) {
    let (rows, box) = (UnsafeRawPointer(rows), UnsafeMutableRawPointer(box))
    if Scalar.self == Float.self {
      clade_kd_box_f32(
        rows.assumingMemoryBound(to: Float.self), count, columns,
        box.assumingMemoryBound(to: Float.self))
    } else {
      clade_kd_box_f64(
        rows.assumingMemoryBound(to: Double.self), count, columns,
        box.assumingMemoryBound(to: Double.self))
    }
  }

  /// Deals rows and their numbers out to the two sides of about rank `rank` in one column, whose
  /// numbers lie in `bounds`, and returns how many are on the lower side.
  static func split<Scalar: MatrixScalar>(
    _ rows: UnsafePointer<Scalar>, numbers: UnsafePointer<Int32>, count: Int, columns: Int,
    column: Int, bounds: (lower: Scalar, upper: Scalar), rank: Int,
    to target: UnsafeMutablePointer<Scalar>, numbers targetNumbers: UnsafeMutablePointer<Int32>
  ) -> Int {
    let (rows, target) = (UnsafeRawPointer(rows), UnsafeMutableRawPointer(target))
    if Scalar.self == Float.self {
      return clade_kd_split_f32(
        rows.assumingMemoryBound(to: Float.self), numbers, count, columns, column,
        Float(bounds.lower), Float(bounds.upper), rank,
        target.assumingMemoryBound(to: Float.self), targetNumbers)
    }
    return clade_kd_split_f64(
      rows.assumingMemoryBound(to: Double.self), numbers, count, columns, column,
      Double(bounds.lower), Double(bounds.upper), rank,
      target.assumingMemoryBound(to: Double.self), targetNumbers)
  }

  /// Fills lists of the `length` nearest rows of a few queries, which lie in `box`.
  static func nearest<Scalar: MatrixScalar>(
    _ tree: UnsafePointer<clade_kd_tree>, queries: UnsafePointer<Scalar>,
    box: UnsafePointer<Scalar>, count: Int, length: Int, distances: UnsafeMutablePointer<Scalar>,
    places: UnsafeMutablePointer<Int32>
  ) {
    let (queries, box) = (UnsafeRawPointer(queries), UnsafeRawPointer(box))
    let distances = UnsafeMutableRawPointer(distances)
    if Scalar.self == Float.self {
      clade_kd_nearest_f32(
        tree, queries.assumingMemoryBound(to: Float.self),
        box.assumingMemoryBound(to: Float.self), count, length,
        distances.assumingMemoryBound(to: Float.self), places)
    } else {
      clade_kd_nearest_f64(
        tree, queries.assumingMemoryBound(to: Double.self),
        box.assumingMemoryBound(to: Double.self), count, length,
        distances.assumingMemoryBound(to: Double.self), places)
    }
  }

  /// The number of rows within squared distance `limit` of a query; the first `capacity` are
  /// written.
  static func within<Scalar: MatrixScalar>(
    _ tree: UnsafePointer<clade_kd_tree>, query: UnsafePointer<Scalar>, limit: Scalar,
    capacity: Int, distances: UnsafeMutablePointer<Scalar>, places: UnsafeMutablePointer<Int32>
  ) -> Int {
    let (query, distances) = (UnsafeRawPointer(query), UnsafeMutableRawPointer(distances))
    if Scalar.self == Float.self {
      return clade_kd_within_f32(
        tree, query.assumingMemoryBound(to: Float.self), Float(limit), capacity,
        distances.assumingMemoryBound(to: Float.self), places)
    }
    return clade_kd_within_f64(
      tree, query.assumingMemoryBound(to: Double.self), Double(limit), capacity,
      distances.assumingMemoryBound(to: Double.self), places)
  }

  /// The number of places whose squared distance from a query is in `lower`...`upper`; the first
  /// `capacity` are written, and how many rows are nearer.
  static func between<Scalar: MatrixScalar>(
    _ tree: UnsafePointer<clade_kd_tree>, _ members: KDTreeMembers, query: UnsafePointer<Scalar>,
    lower: Scalar, upper: Scalar, capacity: Int, distances: UnsafeMutablePointer<Scalar>,
    places: UnsafeMutablePointer<Int32>, nearer: UnsafeMutablePointer<Int>
  ) -> Int {
    let (query, distances) = (UnsafeRawPointer(query), UnsafeMutableRawPointer(distances))
    if Scalar.self == Float.self {
      return clade_kd_between_f32(
        tree, members.starts, query.assumingMemoryBound(to: Float.self), Float(lower),
        Float(upper), capacity, distances.assumingMemoryBound(to: Float.self), places, nearer)
    }
    return clade_kd_between_f64(
      tree, members.starts, query.assumingMemoryBound(to: Double.self), Double(lower),
      Double(upper), capacity, distances.assumingMemoryBound(to: Double.self), places, nearer)
  }
}
