import CKernels
import CladeCore

/// How space is cut into cells, and by what margin centers are left out.
struct CellPlan: Sendable {
  let box: RowBox
  let columns: Int
  /// Bits of a column: so often it can be halved.
  let bits: Int
  /// A power of two, so that multiplying by it is exact.
  let scale: Double
  /// The bits that the first table takes.
  let rootBits: Int
  /// The centers in a panel.
  let panelWidth: Int
  /// A box with no more centers isn't halved.
  let capacity: Int
  /// How many panels the cells may have together, more or less.
  let mostPanels: Int
  /// A squared distance that is more than so many times another plus ``tiny`` is greater as kernels
  /// compute it, too.
  let factor: Double
  let tiny: Double

  init<Scalar: MatrixScalar>(centers: Int, box: RowBox, rows: Int, _: Scalar.Type) {
    let isFloat = Scalar.self == Float.self
    self.box = box
    columns = box.lower.count
    bits = min(32, 64 / columns)
    // Whole numbers below 2^bits come out.
    let widest = zip(box.lower, box.upper).reduce(0) { max($0, $1.1 - $1.0) }
    let exponent = widest > 0 ? min(1000, bits - 1 - Int(widest.exponent)) : 0
    scale = Double(sign: .plus, exponent: exponent, significand: 1)
    rootBits = min(Int.bitWidth - centers.leadingZeroBitCount + 1, 16, bits * columns)
    panelWidth = Int(isFloat ? CLADE_PANEL_WIDTH_F32 : CLADE_PANEL_WIDTH_F64)
    capacity = columns <= 2 ? 16 : columns == 3 ? 48 : 96
    // 16 MiB, or what is worth making for so many rows.
    let size = panelWidth * (columns * MemoryLayout<Scalar>.stride + MemoryLayout<Int32>.stride)
    mostPanels = max(64, min((16 << 20) / size, rows / 4))
    // A kernel's squared distance is off by no more than d + 2 roundings of its precision and by
    // what is lost below the least normal number, and the distances of a box by as many of double
    // precision. That makes less than 4 (d + 2) for the two sides, so twice that leaves room.
    factor = 1 + 8 * Double(columns + 8) * (isFloat ? 0x1p-24 : 0x1p-53)
    tiny = Double(columns) * (isFloat ? 0x1p-120 : 0x1p-1000)
  }

  /// The most halvings.
  var mostDepth: Int { bits * columns }

  /// Finds what can be nearest in a cell.
  ///
  /// - Parameters:
  ///   - candidates: What can be nearest in a box around the cell.
  ///   - kept: Gets what remains; has room for as many.
  /// - Returns: Whether rows can be in the cell at all; nothing is found if not.
  func select(in cell: CellBox, among candidates: CellCandidates, into kept: CellCandidates) -> Bool
  {
    withUnsafeTemporaryAllocation(of: Double.self, capacity: 2 * columns) { bounds in
      for column in 0..<columns {
        let (first, end) = cell.range(column, plan: self)
        // A row's whole number is off by a half, and by much less than another half since its
        // difference from the lower bound is rounded; and these sums are rounded.
        let (least, most) = (box.lower[column], box.upper[column])
        let slack = 0x1p-50 * max(abs(least), abs(most))
        bounds[column] = least + (Double(first) - 1) / scale - slack
        bounds[columns + column] = least + Double(end) / scale + slack
        if bounds[column] > most { return false }
      }
      guard let lower = bounds.baseAddress else { return false }
      kept.take(from: candidates, lower: lower, upper: lower + columns, factor: factor, tiny: tiny)
      return true
    }
  }
}

/// A box that comes of halving one column after the other.
struct CellBox: Sendable {
  private(set) var depth = 0
  /// The first whole number of each column.
  private var firsts = SIMD8<UInt64>()

  /// The whole numbers of a column.
  func range(_ column: Int, plan: CellPlan) -> (first: UInt64, end: UInt64) {
    let halvings = (depth + plan.columns - 1 - column) / plan.columns
    return (firsts[column], firsts[column] + 1 << UInt64(plan.bits - halvings))
  }

  /// The lower or upper half.
  func half(upper: Bool, plan: CellPlan) -> CellBox {
    var half = self
    half.depth += 1
    let column = depth % plan.columns
    if upper { half.firsts[column] = half.range(column, plan: plan).end }
    return half
  }
}
