import CKernels
import CladeCore
import Synchronization

/// By how much each row's nearest center is nearer than any other: its lead. Rows whose lead is greater
/// than what centers moved since it was found keep their center, and are passed over.
///
/// This is the test of "Making k-means Even Faster" (Hamerly, 2010) with one number a row in place of
/// two bounds; `assign_lead.h` has the proof that no rounding can make it wrong. Finding leads takes a
/// kernel that is a little slower, so a few rows are looked at first: leads are found for all when
/// many of those would have been passed over, and forgotten when few are.
final class RowLeads<Scalar: MatrixScalar>: @unchecked Sendable {
  // Unchecked: a row's lead is written only by the thread that has its chunk; the rest is written
  // between passes.

  private enum Phase {
    /// Leads of a few chunks are found and compared with how far centers moved.
    case sampling
    /// Leads of all rows are found.
    case filling
    /// Rows with a lead are passed over.
    case passing
  }

  private let always: Bool
  private var phase = Phase.sampling
  /// The passes to go until a few rows are looked at again, and how many there are then.
  private var pause = 0
  private var nextPause = 1
  private var leads: UnsafeMutablePointer<Float>?
  private let rowCount: Int
  private var drifts: [Float] = []
  private var centers: Matrix<Scalar>?
  private let seen = Atomic<Int>(0)
  private let passed = Atomic<Int>(0)

  /// Whether leads may be of use where every distance is computed. The choice changes speed only.
  static func isUseful(centers: Int, columns: Int, rows: Int) -> Bool {
    // Rows that are compared with little are compared in no time.
    centers >= 4 && centers * columns >= 512 && rows >= 16 * centers && rows >= 4096
      // 4 bytes a row.
      && 4 * rows <= 32 << 20 + rows * columns * MemoryLayout<Scalar>.stride / 20
  }

  /// No leads yet.
  ///
  /// - Parameters:
  ///   - rows: How many rows there are.
  ///   - always: Whether leads are used even where they don't pay; for tests.
  init(rows: Int, always: Bool) {
    rowCount = rows
    self.always = always
  }

  deinit { leads?.deallocate() }

  /// Begins a pass over all rows. Their labels are those of the pass before.
  func begin(_ centers: Matrix<Scalar>) {
    let before = self.centers
    self.centers = centers
    seen.store(0, ordering: .relaxed)
    passed.store(0, ordering: .relaxed)
    guard let before else {
      drifts = []
      return
    }
    drifts = Self.drifts(from: before, to: centers)
    if always, phase == .sampling { phase = .filling }
    if phase == .filling, leads == nil { leads = .allocate(capacity: rowCount) }
  }

  /// Ends a pass: decides what the next one does.
  func end() {
    let (seen, passed) = (seen.load(ordering: .relaxed), passed.load(ordering: .relaxed))
    switch phase {
    case .sampling:
      if pause > 0 {
        pause -= 1
      } else if 2 * passed > seen {
        phase = .filling
      }
    case .filling: phase = .passing
    case .passing:
      guard !always, 3 * passed < seen else { return }
      phase = .sampling
      (pause, nextPause) = (nextPause, min(32, 2 * nextPause))
    }
  }

  /// Writes the labels of rows.
  ///
  /// - Parameters:
  ///   - rows: The rows of `range`.
  ///   - before: Their labels in the pass before.
  ///   - after: Gets their labels.
  ///   - nearest: Of the centers that the pass began with.
  func assign(
    _ rows: UnsafePointer<Scalar>, _ range: Range<Int>, before: UnsafePointer<Int32>,
    after: UnsafeMutablePointer<Int32>, nearest: NearestCenters<Scalar>
  ) {
    switch phase {
    case .sampling:
      if drifts.isEmpty || pause > 0 || range.lowerBound / range.count % 32 != 1 {
        nearest.assign(rows, count: range.count, labels: after, distances: nil)
      } else {
        sample(rows, count: range.count, labels: after, nearest: nearest)
      }
    case .filling:
      guard let leads else { return }
      nearest.assign(rows, count: range.count, labels: after, leads: leads + range.lowerBound)
    case .passing:
      guard let leads else { return }
      passOver(rows, range, leads + range.lowerBound, before, after, nearest)
    }
  }

  // MARK: Steps

  /// Counts how many rows have a lead that is greater than what centers moved last.
  private func sample(
    _ rows: UnsafePointer<Scalar>, count: Int, labels: UnsafeMutablePointer<Int32>,
    nearest: NearestCenters<Scalar>
  ) {
    let good = withUnsafeTemporaryAllocation(of: Float.self, capacity: count) { leads in
      guard let start = leads.baseAddress else { return 0 }
      nearest.assign(rows, count: count, labels: labels, leads: start)
      return (0..<count).reduce(0) { $0 + (leads[$1] > drifts[Int(labels[$1])] ? 1 : 0) }
    }
    seen.add(count, ordering: .relaxed)
    passed.add(good, ordering: .relaxed)
  }

  private func passOver(
    _ rows: UnsafePointer<Scalar>, _ range: Range<Int>, _ leads: UnsafeMutablePointer<Float>,
    _ before: UnsafePointer<Int32>, _ after: UnsafeMutablePointer<Int32>,
    _ nearest: NearestCenters<Scalar>
  ) {
    let count = range.count
    withUnsafeTemporaryAllocation(of: Int32.self, capacity: count) { places in
      guard let places = places.baseAddress else { return }
      let open = clade_lower_leads(leads, before, count, drifts, places)
      seen.add(count, ordering: .relaxed)
      passed.add(count - open, ordering: .relaxed)
      if open > count * 3 / 4 {
        nearest.assign(rows, count: count, labels: after, leads: leads)
      } else {
        after.update(from: before, count: count)
        assignOpen(rows, places, count: open, leads, after, nearest)
      }
    }
  }

  /// Compares the rows that are left with all centers.
  private func assignOpen(
    _ rows: UnsafePointer<Scalar>, _ places: UnsafePointer<Int32>, count: Int,
    _ leads: UnsafeMutablePointer<Float>, _ labels: UnsafeMutablePointer<Int32>,
    _ nearest: NearestCenters<Scalar>
  ) {
    let columns = nearest.columnCount
    let block = min(count, 256)
    guard block > 0 else { return }
    withUnsafeTemporaryAllocation(of: Scalar.self, capacity: block * columns) { gathered in
      withUnsafeTemporaryAllocation(of: Int32.self, capacity: block) { found in
        withUnsafeTemporaryAllocation(of: Float.self, capacity: block) { lead in
          guard let own = gathered.baseAddress, let label = found.baseAddress,
            let start = lead.baseAddress
          else { return }
          for first in stride(from: 0, to: count, by: block) {
            let size = min(block, count - first)
            clade_gather_rows(
              rows, columns * MemoryLayout<Scalar>.stride, places + first, size, own)
            nearest.assign(own, count: size, labels: label, leads: start)
            for index in 0..<size {
              let row = Int(places[first &+ index])
              labels[row] = label[index]
              leads[row] = start[index]
            }
          }
        }
      }
    }
  }

  /// What is taken off the leads of the rows of each cluster: how far its center moved, and the farthest
  /// that any other did; never too little.
  private static func drifts(from before: Matrix<Scalar>, to after: Matrix<Scalar>) -> [Float] {
    let columns = after.columnCount
    let unit = Scalar.self == Float.self ? 0x1p-24 : 0x1p-53
    // As CLADE_LEAD_MARGIN, and some room for the roundings here.
    let margin = 4 * Double(columns + 8) * unit + 0x1p-20
    var moves = [Double](repeating: 0, count: after.rowCount)
    after.withUnsafeBufferPointer { after in
      before.withUnsafeBufferPointer { before in
        for center in moves.indices {
          var sum = 0.0
          for index in (center &* columns)..<(center &* columns &+ columns) {
            let difference = Double(after[index]) - Double(before[index])
            sum += difference * difference
          }
          moves[center] = sum.squareRoot() * (1 + margin)
        }
      }
    }
    var (farthest, next) = (0, 0.0)
    for (center, move) in moves.enumerated() {
      if move > moves[farthest] {
        (next, farthest) = (moves[farthest], center)
      } else if center != farthest {
        next = max(next, move)
      }
    }
    return moves.indices.map { center in
      let others = center == farthest ? next : moves[farthest]
      return Float((moves[center] + others) * (1 + 0x1p-20) + 0x1p-1000).nextUp
    }
  }
}
