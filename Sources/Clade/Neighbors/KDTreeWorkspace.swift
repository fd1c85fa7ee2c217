import CKernels
import CladeCore

/// What one thread needs to look up a few queries of a ``KDTree`` together, and what it found.
final class KDTreeWorkspace<Scalar: MatrixScalar> {
  /// The most queries that are looked up together.
  static var capacity: Int { Int(CLADE_KD_LEAF) }

  let columns: Int
  let length: Int
  /// The queries (capacity × columns), and the box around them (2 × columns).
  let queries: UnsafeMutablePointer<Scalar>
  let box: UnsafeMutablePointer<Scalar>
  /// Their lists (capacity × length): squared distances and places.
  let squares: UnsafeMutablePointer<Scalar>
  let places: UnsafeMutablePointer<Int32>

  /// Room for lists of `length`.
  init(columns: Int, length: Int) {
    (self.columns, self.length) = (columns, length)
    queries = .allocate(capacity: Self.capacity * columns)
    box = .allocate(capacity: 2 * columns)
    squares = .allocate(capacity: Self.capacity * length)
    places = .allocate(capacity: Self.capacity * length)
  }

  deinit {
    queries.deallocate()
    box.deallocate()
    squares.deallocate()
    places.deallocate()
  }

  /// Looks up the first `count` queries.
  func search(_ tree: UnsafePointer<clade_kd_tree>, count: Int) {
    KDTreeKernels.box(queries, count: count, columns: columns, into: box)
    KDTreeKernels.nearest(
      tree, queries: queries, box: box, count: count, length: length, distances: squares,
      places: places)
  }
}
