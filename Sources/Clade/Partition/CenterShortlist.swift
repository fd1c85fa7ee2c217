import CKernels
import CladeCore
import Synchronization

/// Centers rounded to 8 bits, by which most of them are ruled out for a row before any distance is
/// computed in full; see `assign_shortlist.h` for why the label is the same to the last bit.
///
/// Of the centers one or two are left for a row, and its products with all of them cost a third to
/// two thirds of the distances. That pays for many columns; ``pays`` follows how many were left so
/// far.
final class CenterShortlist<Scalar: MatrixScalar>: @unchecked Sendable {
  // Unchecked: the memory is written only in `init`, and each workspace is used by one call at a
  // time.

  private let centers: Matrix<Scalar>
  private let order: [Int32]
  private let paddedCount: Int
  private let reference: [Float]
  private let scales: RowScales?
  private let codes: UnsafeMutableBufferPointer<UInt8>
  /// Five arrays of an entry a padded center, one after the other.
  private let numbers: UnsafeMutableBufferPointer<Float>
  private let workspaces = Mutex<[Workspace]>([])
  private let rowsSeen = Atomic<Int>(0)
  private let distancesComputed = Atomic<Int>(0)

  /// Whether this machine and this shape gain by it. The choice changes speed only.
  static func isUseful(centers: Int, columns: Int) -> Bool {
    columns <= 32_768 && centers <= 32_768
      && clade_shortlist_pays(centers, columns, MemoryLayout<Scalar>.stride) != 0
  }

  /// The time of an assignment without what a row's last center tells, by shortlists where they are of use,
  /// as a part of what every distance takes.
  static func leastCost(centers: Int, columns: Int) -> Double {
    isUseful(centers: centers, columns: columns)
      ? clade_shortlist_cost(centers, columns, MemoryLayout<Scalar>.stride) : 1
  }

  /// Rounds centers.
  ///
  /// - Parameters:
  ///   - centers: k × d.
  ///   - order: Their numbers in the order in which the first of several nearest is taken (k).
  ///   - scales: What is known of the rows that will come; `nil` for nothing.
  ///   - threads: At most this many threads.
  /// - Complexity: O(k · d).
  init(_ centers: Matrix<Scalar>, order: [Int32], scales: RowScales? = nil, threads: Int?) {
    self.centers = centers
    self.order = order
    let (count, columns) = (centers.rowCount, centers.columnCount)
    let block = CLADE_CODE_LANES
    let padded = (count + block - 1) / block * block
    let width = (columns + 3) / 4 * 4
    paddedCount = padded
    self.scales = scales
    reference = scales?.reference ?? Self.reference(for: centers)
    codes = .allocate(capacity: padded * width)
    numbers = .allocate(capacity: 5 * padded)
    let (codes, numbers) = (codes.baseAddress, numbers.baseAddress)
    centers.withUnsafeBufferPointer { values in
      guard let codes, let numbers, let from = values.baseAddress else { return }
      nonisolated(unsafe) let (start, toCodes, toNumbers) = (
        UnsafeRawPointer(from), codes, numbers
      )
      let reference = reference
      ParallelChunks.forEach(count: padded, chunkSize: 16 * block, threads: threads) { _, range in
        let first = range.lowerBound
        let own = max(0, min(count - first, range.count))
        let places = Array(order[min(first, count)..<(min(first, count) + own)])
        let (code, number) = (toCodes + first * width, toNumbers + first)
        if Scalar.self == Float.self {
          clade_encode_centers_f32(
            start.assumingMemoryBound(to: Float.self), places, own, columns, range.count, reference,
            code, number, number + padded, number + 2 * padded, number + 3 * padded,
            number + 4 * padded)
        } else {
          clade_encode_centers_f64(
            start.assumingMemoryBound(to: Double.self), places, own, columns, range.count,
            reference,
            code, number, number + padded, number + 2 * padded, number + 3 * padded,
            number + 4 * padded)
        }
      }
    }
  }

  /// What rows and centers are rounded around: the mean of the centers (d).
  static func reference(for centers: Matrix<Scalar>) -> [Float] {
    let (count, columns) = (centers.rowCount, centers.columnCount)
    return centers.withUnsafeBufferPointer { values in
      var sums = [Double](repeating: 0, count: columns)
      for row in 0..<count {
        for column in 0..<columns { sums[column] += Double(values[row &* columns &+ column]) }
      }
      return sums.map { Float($0 / Double(count)) }
    }
  }

  deinit {
    codes.deallocate()
    numbers.deallocate()
  }

  /// Whether so far few enough centers were left for each row.
  var pays: Bool {
    let rows = rowsSeen.load(ordering: .relaxed)
    let computed = distancesComputed.load(ordering: .relaxed)
    return rows < 256 || computed < rows * max(1, centers.rowCount / 8)
  }

  /// Writes the labels and, where asked for, the squared distances of `count` rows.
  ///
  /// - Parameter first: The place of the first of them among the rows that the scales are of, if
  ///   that is known.
  /// - Parameter skipping: A center of each row that is left out, by its place in the order
  /// (count); `nil`
  ///   for none.
  func assign(
    _ rows: UnsafePointer<Scalar>, first: Int?, count: Int,
    skipping skipped: UnsafePointer<Int32>? = nil, labels: UnsafeMutablePointer<Int32>,
    distances: UnsafeMutablePointer<Scalar>?
  ) {
    let columns = centers.columnCount
    let workspace =
      workspaces.withLock { $0.popLast() }
      ?? Workspace(byteCount: clade_shortlist_workspace(paddedCount, columns))
    let computed = reference.withUnsafeBufferPointer { reference in
      centers.withUnsafeBufferPointer { values -> Int in
        guard let number = numbers.baseAddress else { return 0 }
        var book = clade_codebook(
          count: centers.rowCount, padded: paddedCount, columns: columns,
          reference: reference.baseAddress, codes: codes.baseAddress, lower_squares: number,
          upper_squares: number + paddedCount, steps: number + 2 * paddedCount,
          norms: number + 3 * paddedCount, losses: number + 4 * paddedCount)
        let (from, center) = (UnsafeRawPointer(rows), UnsafeRawPointer(values.baseAddress))
        let to = UnsafeMutableRawPointer(distances)
        let known = first.flatMap { first in scales?.entries(from: first) }
        return Self.withOptionalPointer(to: known) { known in
          if Scalar.self == Float.self {
            return clade_assign_shortlist_f32(
              from.assumingMemoryBound(to: Float.self), count,
              center?.assumingMemoryBound(to: Float.self), &book, known, order, skipped,
              workspace.start, labels, to?.assumingMemoryBound(to: Float.self))
          }
          return clade_assign_shortlist_f64(
            from.assumingMemoryBound(to: Double.self), count,
            center?.assumingMemoryBound(to: Double.self), &book, known, order, skipped,
            workspace.start, labels, to?.assumingMemoryBound(to: Double.self))
        }
      }
    }
    rowsSeen.add(count, ordering: .relaxed)
    distancesComputed.add(computed, ordering: .relaxed)
    workspaces.withLock { $0.append(workspace) }
  }

  private static func withOptionalPointer<Value, Result>(
    to value: Value?, _ body: (UnsafePointer<Value>?) -> Result
  ) -> Result {
    guard let value else { return body(nil) }
    return withUnsafePointer(to: value) { body($0) }
  }
}

/// The memory that one call works in.
private final class Workspace: @unchecked Sendable {
  // Unchecked: one call at a time has it.
  let start: UnsafeMutableRawPointer

  init(byteCount: Int) {
    start = .allocate(byteCount: byteCount, alignment: 64)
  }

  deinit { start.deallocate() }
}
