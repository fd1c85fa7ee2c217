import CKernels
import CladeCore

/// The nearest rows of each of some rows, while they are being looked for: raw distances and
/// numbers, both in lists of the same length.
///
/// Lists depend on which rows were offered, not on their order; see `neighbor_lists.h`. Several
/// threads may offer rows to lists of their own at once.
final class NeighborLists<Scalar: MatrixScalar>: @unchecked Sendable {
  // Unchecked: each list has one thread at a time.

  let count: Int
  let length: Int
  /// The raw distances (count × length), infinite where nothing was found.
  let distances: UnsafeMutablePointer<Scalar>
  /// The numbers of the rows (count × length), `Int32.max` where nothing was found.
  let numbers: UnsafeMutablePointer<Int32>
  /// The last distance of each list (count).
  private let limits: UnsafeMutablePointer<Scalar>

  /// Empty lists.
  ///
  /// - Throws: `CladeError.notEnoughMemory` where this machine can't hold them.
  init(count: Int, length: Int) throws {
    try DistanceMemory.check(
      rows: count, columns: length, scalar: (Scalar, Int32).self,
      remedy: "ask for fewer neighbours, or of fewer rows at a time")
    (self.count, self.length) = (count, length)
    distances = .allocate(capacity: count * length)
    distances.initialize(repeating: .infinity, count: count * length)
    numbers = .allocate(capacity: count * length)
    numbers.initialize(repeating: .max, count: count * length)
    limits = .allocate(capacity: count)
    limits.initialize(repeating: .infinity, count: count)
  }

  deinit {
    distances.deallocate()
    numbers.deallocate()
    limits.deallocate()
  }

  /// The last distance of a list.
  @inline(__always)
  func limit(_ list: Int) -> Scalar { limits[list] }

  /// The largest last distance of some lists.
  @inline(__always)
  func largestLimit(_ lists: Range<Int>) -> Scalar {
    var largest = limits[lists.lowerBound]
    for list in lists.dropFirst() { largest = max(largest, limits[list]) }
    return largest
  }

  /// Rows whose distances are offered to lists: consecutive ones, or numbers in any order.
  enum Places {
    case range(Range<Int>)
    case numbers(UnsafePointer<Int32>, count: Int)

    var count: Int {
      switch self {
      case .range(let range): range.count
      case .numbers(_, let count): count
      }
    }
  }

  /// Offers rows to some lists.
  ///
  /// - Parameters:
  ///   - distances: `distances[i * stride + j]` is the raw distance of the j-th place from the i-th
  ///     row.
  ///   - stride: See above.
  ///   - places: The rows that are offered.
  ///   - lists: The lists that they are offered to.
  ///   - first: The number of the first list's own row, of which the others follow.
  ///   - itself: Whether a row is offered to its own list.
  ///   - mutually: Whether the rows are offered to the places' lists, too, which have their
  ///     numbers.
  func offer(
    _ distances: UnsafePointer<Scalar>, stride: Int, places: Places, to lists: Range<Int>,
    firstRow first: Int, itself: Bool, mutually: Bool = false
  ) {
    var (numbers, start) = (UnsafePointer<Int32>?.none, 0)
    switch places {
    case .range(let range): start = range.lowerBound
    case .numbers(let given, _): numbers = given
    }
    let own = lists.lowerBound * length
    let others = mutually ? start * length : 0
    if Scalar.self == Float.self {
      func floats(_ pointer: UnsafeMutablePointer<Scalar>) -> UnsafeMutablePointer<Float> {
        UnsafeMutableRawPointer(pointer).assumingMemoryBound(to: Float.self)
      }
      clade_neighbor_lists_f32(
        UnsafeRawPointer(distances).assumingMemoryBound(to: Float.self), stride, lists.count,
        Int32(first), places.count, Int32(start), numbers, length, itself ? 1 : 0,
        floats(limits + lists.lowerBound), floats(self.distances + own), self.numbers + own,
        mutually ? floats(limits + start) : nil,
        mutually ? floats(self.distances + others) : nil, mutually ? self.numbers + others : nil)
    } else {
      func doubles(_ pointer: UnsafeMutablePointer<Scalar>) -> UnsafeMutablePointer<Double> {
        UnsafeMutableRawPointer(pointer).assumingMemoryBound(to: Double.self)
      }
      clade_neighbor_lists_f64(
        UnsafeRawPointer(distances).assumingMemoryBound(to: Double.self), stride, lists.count,
        Int32(first), places.count, Int32(start), numbers, length, itself ? 1 : 0,
        doubles(limits + lists.lowerBound), doubles(self.distances + own), self.numbers + own,
        mutually ? doubles(limits + start) : nil,
        mutually ? doubles(self.distances + others) : nil, mutually ? self.numbers + others : nil)
    }
  }
}
