import CKernels
import CladeCore

/// Makes lists of rows out of lists of places in a ``KDTree``; several threads may write lists of
/// their own at once.
struct NearestRowsWriter<Scalar: MatrixScalar>: @unchecked Sendable {
  // Unchecked: each list is written once.

  private let members: KDTreeMembers
  private let scale: Scalar
  private let length: Int
  private let count: Int
  private let rows: UnsafeMutablePointer<Int32>
  private let distances: UnsafeMutablePointer<Scalar>

  /// Room for `count` lists of `length`, all of which have to be written.
  ///
  /// - Parameters:
  ///   - members: The rows of the tree's places.
  ///   - scale: What to multiply the tree's distances with.
  init(members: KDTreeMembers, scale: Scalar, length: Int, count: Int) {
    (self.members, self.scale, self.length, self.count) = (members, scale, length, count)
    rows = .allocate(capacity: count * length)
    distances = .allocate(capacity: count * length)
  }

  /// Writes list `list` from the places that were found for a query, each place's rows in turn.
  @inline(__always)
  func write(_ found: KDTreeWorkspace<Scalar>, query: Int, to list: Int) {
    let squares = found.squares + query * found.length
    let places = found.places + query * found.length
    var next = list * length
    let end = next + length
    var index = 0
    while next < end {
      let distance = squares[index].squareRoot() * scale
      let place = Int(places[index])
      for member in Int(members.starts[place])..<Int(members.starts[place + 1]) where next < end {
        (rows + next).initialize(to: members.rows[member])
        (distances + next).initialize(to: distance)
        next += 1
      }
      index += 1
    }
  }

  /// The lists.
  func finish() -> NearestRows<Scalar> {
    defer {
      rows.deallocate()
      distances.deallocate()
    }
    return NearestRows(
      length: length, rows: Array(UnsafeBufferPointer(start: rows, count: count * length)),
      distances: Array(UnsafeBufferPointer(start: distances, count: count * length)))
  }
}
