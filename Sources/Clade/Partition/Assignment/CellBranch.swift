import CKernels

/// An entry of a table of cells, see `assign_cells.h`.
struct CellEntry: Sendable {
  let bits: UInt32

  /// All centers are compared.
  static let everything = cell(first: 0, panels: 0)

  /// A cell with `panels` panels from `first` on.
  static func cell(first: Int, panels: Int) -> CellEntry {
    CellEntry(
      bits: 1 << UInt32(CLADE_CELL_BIT) | UInt32(panels) << UInt32(CLADE_CELL_PANELS_SHIFT)
        | UInt32(first))
  }

  /// Another table, for the next bits.
  static func table(first: Int, bits: Int) -> CellEntry {
    CellEntry(bits: UInt32(bits) << UInt32(CLADE_TABLE_BITS_SHIFT) | UInt32(first))
  }

  /// The entry after all cells and all tables but the first were moved.
  func moved(cells: Int, tables: Int) -> CellEntry {
    if bits >> UInt32(CLADE_CELL_BIT) == 0 { return CellEntry(bits: bits + UInt32(tables)) }
    let panels = bits >> UInt32(CLADE_CELL_PANELS_SHIFT) & UInt32(CLADE_CELL_MOST_PANELS)
    return panels == 0 ? self : CellEntry(bits: bits + UInt32(cells))
  }
}

/// One of the boxes that the first halvings give.
struct CellStem: Sendable {
  let box: CellBox
  /// `nil` where no row can be.
  let candidates: CellCandidates?

  /// How often the whole is halved before threads take parts of it.
  private static let mostDepth = 6

  /// Collects the stems in the order of their codes.
  static func collect(
    _ stems: inout [CellStem], _ plan: CellPlan, _ box: CellBox, _ candidates: CellCandidates,
    rootBits: Int
  ) {
    guard box.depth < min(mostDepth, rootBits) else {
      return stems.append(CellStem(box: box, candidates: CellCandidates(copying: candidates)))
    }
    for upper in [false, true] {
      let half = box.half(upper: upper, plan: plan)
      let kept = CellCandidates(columns: plan.columns, capacity: candidates.stride)
      if plan.select(in: half, among: candidates, into: kept) {
        collect(&stems, plan, half, kept, rootBits: rootBits)
      } else {
        stems.append(CellStem(box: half, candidates: nil))
      }
    }
  }
}

/// What becomes of one stem: its part of the first table, the tables behind it, and its cells.
struct CellBranch: Sendable {
  private let plan: CellPlan
  private let mostPlaces: Int
  /// The part of the first table, then the others.
  private var entries: [CellEntry]
  private let rootCount: Int
  /// The places of the centers of all cells, filled up with −1 to whole panels.
  private(set) var places: [Int32] = []

  /// Halves the box of a stem until few centers remain.
  ///
  /// - Parameter share: How many stems there are.
  init(_ plan: CellPlan, _ stem: CellStem, share: Int) {
    self.plan = plan
    // Some have many more cells than others.
    mostPlaces = 4 * plan.mostPanels * plan.panelWidth / share
    rootCount = 1 << (plan.rootBits - stem.box.depth)
    entries = Array(repeating: .everything, count: rootCount)
    guard let candidates = stem.candidates else { return }
    var levels: [CellCandidates] = []
    fill(0..<rootCount, stem.box, candidates, &levels, level: 0)
  }

  /// The part of the first table.
  var root: ArraySlice<CellEntry> { entries[..<rootCount] }
  /// The tables behind it.
  var tables: ArraySlice<CellEntry> { entries[rootCount...] }

  /// Fills a part of a table with what a box becomes.
  private mutating func fill(
    _ range: Range<Int>, _ box: CellBox, _ candidates: CellCandidates,
    _ levels: inout [CellCandidates], level: Int
  ) {
    if candidates.count <= plan.capacity || box.depth == plan.mostDepth
      || places.count >= mostPlaces
    {
      let entry = cell(candidates)
      for index in range { entries[index] = entry }
    } else if range.count > 1 {
      if level == levels.count {
        levels.append(CellCandidates(columns: plan.columns, capacity: candidates.stride))
      }
      let kept = levels[level]
      let middle = range.lowerBound + range.count / 2
      for upper in [false, true] {
        let half = box.half(upper: upper, plan: plan)
        guard plan.select(in: half, among: candidates, into: kept) else { continue }
        let part = upper ? middle..<range.upperBound : range.lowerBound..<middle
        fill(part, half, kept, &levels, level: level + 1)
      }
    } else {
      let parts = candidates.count / plan.capacity
      let wanted = Int.bitWidth - parts.leadingZeroBitCount + 1
      let bits = min(wanted, 8, plan.mostDepth - box.depth)
      let first = entries.count
      entries += repeatElement(.everything, count: 1 << bits)
      entries[range.lowerBound] = .table(first: first - rootCount, bits: bits)
      fill(first..<(first + 1 << bits), box, candidates, &levels, level: level)
    }
  }

  private mutating func cell(_ candidates: CellCandidates) -> CellEntry {
    let width = plan.panelWidth
    let panels = (candidates.count + width - 1) / width
    guard panels <= Int(CLADE_CELL_MOST_PANELS) else { return .everything }
    let first = places.count / width
    places += candidates.places
    places += repeatElement(-1, count: panels * width - candidates.count)
    return .cell(first: first, panels: panels)
  }
}
