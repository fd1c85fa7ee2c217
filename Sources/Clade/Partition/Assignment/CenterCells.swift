import CKernels
import CladeCore
import Synchronization

/// Space cut into cells, each with the few centers that can be nearest to a row in it; for few
/// columns.
///
/// A cell is a box. A center whose least distance from the box is above another's greatest distance
/// from it is nearest to no row inside, so it is left out; what remains is compared as always, so
/// that labels and distances are those of comparing all, to the last bit. Boxes are halved, one
/// column after the other, until few centers remain, and what remains for a box is looked for only
/// among what remained for the box that it is half of, as "Accelerating Exact k-means Algorithms
/// with Geometric Reasoning" (Pelleg and Moore, 1999) does for the boxes of a tree of rows. These
/// are boxes of space: a row finds its own by its bits, see `assign_cells.h`, so rows may come in
/// any order and needn't be kept.
final class CenterCells<Scalar: MatrixScalar>: Sendable {
  private let plan: CellPlan
  private let table: [UInt32]
  /// All centers, then those of each cell.
  private let panels: Matrix<Scalar>
  private let centerPanels: Int
  private let ids: [Int32]
  private let rowsSeen = Atomic<Int>(0)
  private let panelsCompared = Atomic<Int>(0)

  /// The most columns that cells can be made for.
  static var mostColumns: Int { Int(CLADE_CELL_MOST_COLUMNS) }

  /// Whether cells may be worth making. The choice changes speed only.
  static func isUseful(centers: Int, columns: Int, rows: Int) -> Bool {
    guard columns >= 1, columns <= 4 else { return false }
    // The more columns, the more cells it takes until few centers remain.
    let rowsPerCenter = [0, 8, 8, 16, 256][columns]
    let width = Scalar.self == Float.self ? CLADE_PANEL_WIDTH_F32 : CLADE_PANEL_WIDTH_F64
    return centers >= 8 * Int(width) && rows >= rowsPerCenter * centers
  }

  /// Whether so far rows were compared with few enough centers.
  var pays: Bool {
    let rows = rowsSeen.load(ordering: .relaxed)
    let compared = panelsCompared.load(ordering: .relaxed)
    // Finding its cell takes a row as long as four panels of centers, and a panel that rows don't
    // share half as long again as one that they do.
    return rows < 1024 || 4 * rows + compared * 3 / 2 < rows * centerPanels
  }

  /// Makes cells.
  ///
  /// - Parameters:
  ///   - centers: k × d; d at most ``mostColumns``.
  ///   - order: Their numbers in the order in which the first of several nearest is taken (k).
  ///   - box: Where rows are; those outside are compared with all centers.
  ///   - rows: How many rows there are: the fewer, the fewer cells are worth making.
  ///   - threads: At most this many threads.
  /// - Complexity: about O(k log k) time where centers don't crowd in a small part of the box.
  init(_ centers: Matrix<Scalar>, order: [Int32], box: RowBox, rows: Int, threads: Int?) {
    let (count, columns) = (centers.rowCount, centers.columnCount)
    let plan = CellPlan(centers: count, box: box, rows: rows, Scalar.self)
    self.plan = plan
    let width = plan.panelWidth

    // The first halvings are made here, and what comes of them on several threads.
    var stems: [CellStem] = []
    CellStem.collect(
      &stems, plan, CellBox(), CellCandidates(centers, order: order), rootBits: plan.rootBits)
    let branches = ParallelChunks.map(count: stems.count, chunkSize: 1, threads: threads) {
      [stems] number, _ in CellBranch(plan, stems[number], share: stems.count)
    }

    centerPanels = (count + width - 1) / width
    var places = (0..<Int32(centerPanels * width)).map { $0 < Int32(count) ? $0 : -1 }
    var (roots, others) = ([UInt32](), [UInt32]())
    for branch in branches {
      let (cells, tables) = (places.count / width, 1 << plan.rootBits + others.count)
      roots += branch.root.map { $0.moved(cells: cells, tables: tables).bits }
      others += branch.tables.map { $0.moved(cells: cells, tables: tables).bits }
      places += branch.places
    }
    table = roots + others
    self.ids = places.map { $0 < 0 ? 0 : order[Int($0)] }
    panels = Matrix(rows: places.count / width * columns, columns: width) { buffer in
      centers.withUnsafeBufferPointer { values in
        for (index, place) in places.enumerated() {
          let first = (index / width &* columns) &* width &+ index % width
          for column in 0..<columns {
            buffer[first &+ column &* width] =
              place < 0 ? .infinity : values[Int(order[Int(place)]) &* columns &+ column]
          }
        }
      }
    }
  }

  /// Writes the labels and the squared distances, where they are wanted, of `count` rows.
  func assign(
    _ rows: UnsafePointer<Scalar>, count: Int, labels: UnsafeMutablePointer<Int32>,
    distances: UnsafeMutablePointer<Scalar>?
  ) {
    let (from, to) = (UnsafeRawPointer(rows), UnsafeMutableRawPointer(distances))
    let compared = plan.box.lower.withUnsafeBufferPointer { lower in
      table.withUnsafeBufferPointer { table in
        panels.withUnsafeBufferPointer { panels in
          ids.withUnsafeBufferPointer { ids in
            var cells = clade_cells(
              columns: plan.columns, bits: UInt32(plan.bits), lower: lower.baseAddress,
              scale: plan.scale, root_bits: UInt32(plan.rootBits), table: table.baseAddress,
              panels: panels.baseAddress, all_panels: centerPanels, ids: ids.baseAddress)
            if Scalar.self == Float.self {
              return clade_assign_cells_f32(
                from.assumingMemoryBound(to: Float.self), count, &cells, labels,
                to?.assumingMemoryBound(to: Float.self))
            }
            return clade_assign_cells_f64(
              from.assumingMemoryBound(to: Double.self), count, &cells, labels,
              to?.assumingMemoryBound(to: Double.self))
          }
        }
      }
    }
    rowsSeen.add(count, ordering: .relaxed)
    panelsCompared.add(compared, ordering: .relaxed)
  }
}
