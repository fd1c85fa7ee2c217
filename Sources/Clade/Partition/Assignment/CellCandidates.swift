import CKernels
import CladeCore

/// Centers that can be nearest in a box: their places among all and their columns, one after the
/// other.
final class CellCandidates: @unchecked Sendable {
  // Unchecked: what threads share isn't written to, and what is written to belongs to one of them.

  private(set) var count = 0
  let columns: Int
  /// From one column to the next.
  let stride: Int
  private let values: UnsafeMutablePointer<Double>
  /// What the choice works in (``stride``).
  private let squares: UnsafeMutablePointer<Double>
  private let numbers: UnsafeMutablePointer<Int32>

  /// Room for `capacity` centers.
  init(columns: Int, capacity: Int) {
    self.columns = columns
    stride = (capacity + 7) / 8 * 8
    values = .allocate(capacity: stride * columns)
    squares = .allocate(capacity: stride)
    numbers = .allocate(capacity: stride)
  }

  /// All centers, in an order.
  convenience init<Scalar: MatrixScalar>(_ centers: Matrix<Scalar>, order: [Int32]) {
    self.init(columns: centers.columnCount, capacity: centers.rowCount)
    count = centers.rowCount
    values.initialize(repeating: .infinity, count: stride * columns)
    for row in 0..<count {
      numbers[row] = Int32(row)
      for column in 0..<columns {
        values[column * stride + row] = Double(centers[Int(order[row]), column])
      }
    }
  }

  /// The same with no more room than they need.
  convenience init(copying other: CellCandidates) {
    self.init(columns: other.columns, capacity: other.count)
    count = other.count
    for column in 0..<columns {
      (values + column * stride).initialize(
        from: other.values + column * other.stride, count: stride)
    }
    numbers.initialize(from: other.numbers, count: count)
  }

  deinit {
    values.deallocate()
    squares.deallocate()
    numbers.deallocate()
  }

  /// The places among all centers, in ascending order.
  var places: UnsafeBufferPointer<Int32> { UnsafeBufferPointer(start: numbers, count: count) }

  /// Takes those of other candidates, with the same stride, that can be nearest in a box.
  func take(
    from other: CellCandidates, lower: UnsafePointer<Double>, upper: UnsafePointer<Double>,
    factor: Double, tiny: Double
  ) {
    precondition(stride == other.stride && columns == other.columns)
    count = clade_box_candidates(
      other.values, other.numbers, other.count, stride, columns, lower, upper, factor, tiny,
      squares, values, numbers)
  }
}
