@_spi(Benchmarks) import Clade
import Testing

/// Leads are used where they rule out enough, by counts and not by time.
@Suite struct RowLeadsTests {
  static let rows = NearestCentersTests.uniform(rows: 40_000, columns: 16, stream: 21)
  static let chunk = 625
  /// Every 32nd of the 64 chunks.
  static let onTrial = 2 * chunk

  /// One pass with some centers; the labels must be the nearest.
  func pass(
    _ leads: RowLeads<Double>, _ centers: Matrix<Double>, _ labels: inout [Int32],
    backwards: Bool = false
  ) {
    let nearest = NearestCenters(centers, strategy: .plain)
    var after = labels
    leads.begin(centers)
    let chunks = (0..<Self.rows.rowCount / Self.chunk).map {
      $0 * Self.chunk..<($0 + 1) * Self.chunk
    }
    Self.rows.withUnsafeBufferPointer { values in
      guard let start = values.baseAddress else { return }
      labels.withUnsafeBufferPointer { before in
        after.withUnsafeMutableBufferPointer { after in
          guard let before = before.baseAddress, let after = after.baseAddress else { return }
          for range in backwards ? chunks.reversed() : chunks {
            leads.assign(
              start + range.lowerBound * 16, range, before: before + range.lowerBound,
              after: after + range.lowerBound, nearest: nearest)
          }
        }
      }
    }
    leads.end()
    labels = after
    #expect(labels == NearestCenters.assign(Self.rows, centers, strategy: .plain).labels)
  }

  func centers(_ number: Int) -> Matrix<Double> {
    Self.rows.gatheringRows((0..<32).map { 1000 * number + 31 * $0 })
  }

  @Test func centersThatJumpLeaveLeadsOnTrial() {
    let leads = RowLeads<Double>(rows: Self.rows.rowCount, always: false)
    var labels = [Int32](repeating: -1, count: Self.rows.rowCount)
    for number in 0..<6 {
      #expect(leads.reach == .trial)
      pass(leads, centers(number), &labels)
      #expect(leads.last.seen == (number == 0 ? 0 : Self.onTrial))
      #expect(leads.last.passed == 0)
    }
  }

  @Test func settledCentersPassRowsOver() {
    let leads = RowLeads<Double>(rows: Self.rows.rowCount, always: false)
    var labels = [Int32](repeating: -1, count: Self.rows.rowCount)
    var reaches: [RowLeads<Double>.Reach] = []
    var counts: [Int] = []
    for number in [0, 0, 0, 0, 1, 1] {
      reaches.append(leads.reach)
      pass(leads, centers(number), &labels)
      counts.append(leads.last.passed)
    }
    #expect(reaches == [.trial, .trial, .filling, .all, .all, .trial])
    // Centers that stay pass all rows over, and those that jump none.
    let all = Self.rows.rowCount
    #expect(counts == [0, Self.onTrial, Self.onTrial, all, 0, Self.onTrial])
  }

  /// What is counted doesn't depend on the order in which threads come by.
  @Test func theOrderOfChunksIsNoMatter() {
    func counts(backwards: Bool) -> [Int] {
      let leads = RowLeads<Double>(rows: Self.rows.rowCount, always: true)
      var labels = [Int32](repeating: -1, count: Self.rows.rowCount)
      let (first, second) = (centers(0), centers(1))
      return (0..<6).map { number in
        // A little nearer to the other centers every time.
        let part = Double(number * number) / 4000
        let between = Matrix<Double>(rows: 32, columns: 16) { target in
          for index in target.indices {
            let (row, column) = (index / 16, index % 16)
            target.initializeElement(
              at: index, to: first[row, column] * (1 - part) + second[row, column] * part)
          }
        }
        pass(leads, between, &labels, backwards: backwards)
        return leads.last.passed
      }
    }
    let forwards = counts(backwards: false)
    #expect(forwards == counts(backwards: true))
    #expect(forwards.contains { $0 > 4000 && $0 < 39_000 })
  }
}
