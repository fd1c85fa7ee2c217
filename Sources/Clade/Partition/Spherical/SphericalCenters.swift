import CKernels
import CladeCore

/// k directions, each kept both dense and compressed.
struct SphericalCenters<Scalar: MatrixScalar> {
  private(set) var dense: Matrix<Scalar>
  /// The columns of each center's values, ascending.
  private(set) var columns: [[Int32]]
  private(set) var values: [[Scalar]]

  var count: Int { dense.rowCount }

  /// Centers from the rows of a matrix, which have length 1.
  init(_ dense: Matrix<Scalar>) {
    self.dense = dense
    let compressed = SparseMatrix(dense)
    columns = []
    values = []
    for row in 0..<dense.rowCount {
      let range = compressed.rowStarts[row]..<compressed.rowStarts[row + 1]
      columns.append(Array(compressed.columns[range]))
      values.append(Array(compressed.values[range]))
    }
  }

  /// Centers on the rows that `chosen` names.
  init(_ rows: UnitRows, _ chosen: some Sequence<Int>) {
    columns = []
    values = []
    for row in chosen {
      let range = rows.starts[row]..<rows.starts[row + 1]
      columns.append(Array(rows.columns[range]))
      values.append(rows.values[range].map { Scalar($0) })
    }
    let (columns, values, width) = (columns, values, rows.columnCount)
    dense = Matrix(rows: columns.count, columns: width) { target in
      target.initialize(repeating: 0)
      for center in columns.indices {
        for (column, value) in zip(columns[center], values[center]) {
          target[center * width + Int(column)] = value
        }
      }
    }
  }

  /// Replaces center `number`.
  mutating func replace(_ number: Int, columns: [Int32], values: [Scalar]) {
    let first = number * dense.columnCount
    let old = self.columns[number]
    dense.withUnsafeMutableBufferPointer { entries in
      for column in old { entries[first + Int(column)] = 0 }
      for (column, value) in zip(columns, values) { entries[first + Int(column)] = value }
    }
    self.columns[number] = columns
    self.values[number] = values
  }

  /// Whether center `a` comes before center `b` in lexicographic order of their coordinates.
  func precedes(_ a: Int, _ b: Int) -> Bool {
    dense.row(a).lexicographicallyPrecedes(dense.row(b))
  }

  /// How far products with centers of this type may be off, from their rounding and that of sums
  /// over many columns.
  static var tolerance: Double { Scalar.self == Float.self ? 0x1p-19 : 0x1p-33 }
}

/// The exact products of sparse unit rows with dense ones.
enum SparseProducts {
  /// The product of `count` entries with a dense row.
  @inline(__always)
  static func dot<Scalar: MatrixScalar>(
    _ columns: UnsafePointer<Int32>?, _ values: UnsafePointer<Double>?, _ count: Int,
    _ dense: UnsafePointer<Scalar>
  ) -> Double {
    let row = UnsafeRawPointer(dense)
    return Scalar.self == Float.self
      ? clade_sparse_dot_f32(columns, values, count, row.assumingMemoryBound(to: Float.self))
      : clade_sparse_dot_f64(columns, values, count, row.assumingMemoryBound(to: Double.self))
  }

  /// The products of `entries` entries with `count` dense rows of `width` values.
  @inline(__always)
  static func dots<Scalar: MatrixScalar>(
    _ columns: UnsafePointer<Int32>?, _ values: UnsafePointer<Double>?, _ entries: Int,
    _ dense: UnsafePointer<Scalar>, count: Int, width: Int,
    into products: UnsafeMutablePointer<Double>
  ) {
    let rows = UnsafeRawPointer(dense)
    if Scalar.self == Float.self {
      clade_sparse_dots_f32(
        columns, values, entries, rows.assumingMemoryBound(to: Float.self), count, width, products)
    } else {
      clade_sparse_dots_f64(
        columns, values, entries, rows.assumingMemoryBound(to: Double.self), count, width, products)
    }
  }
}
