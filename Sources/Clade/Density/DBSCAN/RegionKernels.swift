import CKernels
import CladeCore

/// The kernels of `kd_regions.h` for either type of number.
enum RegionKernels {
  /// Whether at least `wanted` rows are within `limit` of a point, which is given as a box.
  static func isDense<Scalar: MatrixScalar>(
    _ tree: UnsafePointer<clade_kd_tree>, _ members: KDTreeMembers, point: UnsafePointer<Scalar>,
    limit: Scalar, wanted: Int
  ) -> Bool {
    let point = UnsafeRawPointer(point)
    if Scalar.self == Float.self {
      return clade_kd_is_dense_f32(
        tree, members.starts, point.assumingMemoryBound(to: Float.self), Float(limit), wanted)
        != 0
    }
    return clade_kd_is_dense_f64(
      tree, members.starts, point.assumingMemoryBound(to: Double.self), Double(limit), wanted)
      != 0
  }

  /// The marked nodes after `node` that are within `limit` of it: how many, and the first ones.
  static func marked<Scalar: MatrixScalar>(
    _ tree: UnsafePointer<clade_kd_tree>, marks: UnsafePointer<UInt8>, after node: Int32,
    limit: Scalar, into nodes: UnsafeMutableBufferPointer<Int32>
  ) -> Int {
    Scalar.self == Float.self
      ? clade_kd_marked_f32(tree, marks, node, Float(limit), nodes.count, nodes.baseAddress)
      : clade_kd_marked_f64(tree, marks, node, Double(limit), nodes.count, nodes.baseAddress)
  }

  /// Whether rows of two nodes are within `limit` of each other.
  static func touch<Scalar: MatrixScalar>(
    _ tree: UnsafePointer<clade_kd_tree>, _ a: Int32, _ b: Int32, limit: Scalar
  ) -> Bool {
    Scalar.self == Float.self
      ? clade_kd_touch_f32(tree, a, b, Float(limit)) != 0
      : clade_kd_touch_f64(tree, a, b, Double(limit)) != 0
  }
}
