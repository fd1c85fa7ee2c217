import CKernels
import CladeCore
import Synchronization

/// By how much each row's nearest center is nearer than any other: its lead. Rows whose lead is
/// greater than what centers moved since it was found keep their center, and are passed over.
///
/// This is the test of "Making k-means Even Faster" (Hamerly, 2010) with one number a row in place
/// of two bounds; `assign_lead.h` has the proof that no rounding can make it wrong. Finding leads
/// takes a kernel that is a little slower, and rows that are gathered a little more, so leads are
/// on trial first: every 32nd chunk has them. All others get theirs when most rows on trial are
/// passed over, and lose them when too few are. That goes by counts, so that what is done is the
/// same every time, too.
package final class RowLeads<Scalar: MatrixScalar>: @unchecked Sendable {
  // Unchecked: a row's lead is written only by the thread that has its chunk; the rest is written
  // between passes.

  /// Which rows have leads.
  package enum Reach: Sendable {
    /// Those of a few chunks.
    case trial
    /// The others get theirs in this pass.
    case filling
    /// All of them.
    case all
  }

  /// Which rows have leads in the pass that is under way, or in the next.
  package private(set) var reach = Reach.trial
  /// How many rows had a lead in the pass before, and how many of these were passed over.
  package private(set) var last = (seen: 0, passed: 0)
  private let always: Bool
  private let rowCount: Int
  private let leads: UnsafeMutablePointer<Float>
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
  package init(rows: Int, always: Bool) {
    // Memory of rows that aren't on trial isn't touched until they get leads.
    leads = .allocate(capacity: rows)
    rowCount = rows
    self.always = always
  }

  deinit { leads.deallocate() }

  /// No leads yet, for rows that others have labelled since.
  var forgotten: RowLeads { RowLeads(rows: rowCount, always: always) }

  /// Begins a pass over all rows. Their labels are those of the pass before.
  package func begin(_ centers: Matrix<Scalar>) {
    let before = self.centers
    self.centers = centers
    seen.store(0, ordering: .relaxed)
    passed.store(0, ordering: .relaxed)
    drifts = before.map { Self.drifts(from: $0, to: centers) } ?? []
  }

  /// Ends a pass: decides what the next one does.
  ///
  /// - Parameter insteadOfNeighbors: Whether rows that aren't passed over could be compared with few
  ///   centers, see ``CenterNeighbors``, so that more of them have to be.
  package func end(insteadOfNeighbors: Bool = false) {
    let (begins, stays) = insteadOfNeighbors ? (92, 85) : (60, 40)
    last = (seen.load(ordering: .relaxed), passed.load(ordering: .relaxed))
    switch reach {
    case .trial:
      // In the first pass leads were only found.
      if always || last.passed * 100 > last.seen * begins { reach = .filling }
    case .filling: reach = .all
    case .all:
      if !always, last.passed * 100 <= last.seen * stays { reach = .trial }
    }
  }

  /// Writes the labels of rows.
  ///
  /// - Parameters:
  ///   - rows: The rows of `range`, a chunk that is the same in every pass.
  ///   - onTrial: Whether the chunk is on trial; `nil` for every 32nd one.
  ///   - before: Their labels in the pass before.
  ///   - after: Gets their labels.
  ///   - nearest: Of the centers that the pass began with.
  package func assign(
    _ rows: UnsafePointer<Scalar>, _ range: Range<Int>, onTrial: Bool? = nil,
    before: UnsafePointer<Int32>, after: UnsafeMutablePointer<Int32>,
    nearest: NearestCenters<Scalar>
  ) {
    let onTrial = onTrial ?? (range.lowerBound / range.count % 32 == 1)
    let own = leads + range.lowerBound
    if reach == .trial, !onTrial {
      nearest.assign(rows, count: range.count, labels: after, distances: nil)
    } else if drifts.isEmpty || reach == .filling && !onTrial {
      nearest.assign(rows, count: range.count, labels: after, leads: own)
    } else {
      passOver(rows, range, own, before, after, nearest)
    }
  }

  // MARK: Steps

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

  /// What is taken off the leads of the rows of each cluster: how far its center moved, and the
  /// farthest that any other did; never too little.
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
