import CKernels
import CladeCore

/// The places of a ``KDTree`` around one query after another, in memory that is used again.
struct KDTreeSurroundings<Scalar: MatrixScalar> {
  /// The squared distances and the places that were found, in the order of the places; of these
  /// ``count`` mean something.
  private(set) var squares = [Scalar](repeating: 0, count: 256)
  private(set) var places = [Int32](repeating: 0, count: 256)
  /// How many were found.
  private(set) var count = 0
  /// The number of rows that are nearer than what was looked for.
  private(set) var nearerRows = 0

  /// Finds the places whose squared distance is at least `lower`, and at most `upper`, which is
  /// finite.
  mutating func find(
    from lower: Scalar, through upper: Scalar, of query: UnsafePointer<Scalar>,
    _ tree: UnsafePointer<clade_kd_tree>, _ members: KDTreeMembers
  ) {
    search { capacity, squares, places, nearer in
      KDTreeKernels.between(
        tree, members, query: query, lower: lower, upper: upper, capacity: capacity,
        distances: squares, places: places, nearer: nearer)
    }
  }

  /// Finds the places whose squared distance is at most `limit`, which is finite.
  mutating func find(
    through limit: Scalar, of query: UnsafePointer<Scalar>, _ tree: UnsafePointer<clade_kd_tree>
  ) {
    search { capacity, squares, places, _ in
      KDTreeKernels.within(
        tree, query: query, limit: limit, capacity: capacity, distances: squares, places: places)
    }
  }

  /// Searches once, and again with more room where that wasn't enough.
  private mutating func search(
    _ body: (
      _ capacity: Int, _ squares: UnsafeMutablePointer<Scalar>,
      _ places: UnsafeMutablePointer<Int32>, _ nearer: UnsafeMutablePointer<Int>
    ) -> Int
  ) {
    while true {
      let capacity = places.count
      count = squares.withUnsafeMutableBufferPointer { squares in
        places.withUnsafeMutableBufferPointer { places in
          guard let square = squares.baseAddress, let place = places.baseAddress else { return 0 }
          return body(capacity, square, place, &nearerRows)
        }
      }
      guard count > capacity else { return }
      squares = Array(repeating: 0, count: count + count / 4)
      places = Array(repeating: 0, count: count + count / 4)
    }
  }
}
