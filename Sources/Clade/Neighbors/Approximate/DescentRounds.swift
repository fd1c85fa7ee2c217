import CladeCore

/// The rounds of ``NearestNeighborDescent``: in each, new neighbours of a row meet its others.
struct DescentRounds<Scalar: MatrixScalar>: Sendable {
  private let rows: PreparedRows<Scalar>
  private let lists: NeighborLists<Scalar>
  private let candidates: Int
  private let seed: UInt64
  private var round: UInt64 = 0
  /// Whether each entry of the lists has yet to meet the others (count × length).
  private var isNew: [Bool]

  init(rows: PreparedRows<Scalar>, lists: NeighborLists<Scalar>, candidates: Int, seed: UInt64) {
    (self.rows, self.lists) = (rows, lists)
    (self.candidates, self.seed) = (candidates, seed)
    isNew = Array(repeating: true, count: lists.count * lists.length)
  }

  /// A distance that was found for a list.
  private struct Offer: Sendable {
    let list: Int32
    let number: Int32
    let distance: Scalar
  }

  /// Goes through one round, and returns how many entries of the lists are others than before.
  mutating func next(threads: Int?) throws -> Int {
    round += 1
    let fresh = chosen(threads: threads) { isNew[$0] }
    let old = chosen(threads: threads) { !isNew[$0] }
    markMet(fresh)
    let before = Array(UnsafeBufferPointer(start: lists.numbers, count: isNew.count))
    let comparison = self
    // Some rows at a time, so that what is found needn't all be kept.
    let batch = 16_384
    for start in stride(from: 0, to: lists.count, by: batch) {
      try Cancellation.check()
      let count = min(batch, lists.count - start)
      let offers = try ParallelChunks.map(count: count, chunkSize: 64, threads: threads) {
        _, range in
        var offers: [Offer] = []
        for row in range {
          try comparison.meet(fresh[start + row], old[start + row], &offers)
        }
        return offers
      }
      apply(offers, threads: threads)
    }
    return markNew(since: before, threads: threads)
  }

  /// For each row some of its neighbours, and of those rows whose neighbour it is, whose entries
  /// are of one kind.
  private func chosen(threads: Int?, _ isWanted: (_ entry: Int) -> Bool) -> [[Int32]] {
    let length = lists.length
    var starts = [Int](repeating: 0, count: lists.count + 1)
    for entry in isNew.indices where isWanted(entry) {
      let number = lists.numbers[entry]
      if number != .max { starts[Int(number) + 1] += 1 }
    }
    for row in 0..<lists.count { starts[row + 1] += starts[row] }
    var reverse = [Int32](repeating: 0, count: starts[lists.count])
    var next = starts
    var forward = [[Int32]](repeating: [], count: lists.count)
    for row in 0..<lists.count {
      for entry in row * length..<(row + 1) * length where isWanted(entry) {
        let number = lists.numbers[entry]
        guard number != .max else { continue }
        forward[row].append(number)
        reverse[next[Int(number)]] = Int32(row)
        next[Int(number)] += 1
      }
    }
    let random = CounterRandom(seed: seed, stream: round << 8 | 2)
    let (candidates, own, others, ends) = (candidates, forward, reverse, starts)
    return ParallelChunks.map(count: lists.count, chunkSize: 512, threads: threads) { _, range in
      range.map { row in
        var all = own[row] + others[ends[row]..<ends[row + 1]]
        all.sort()
        var distinct: [Int32] = []
        for number in all where distinct.last != number { distinct.append(number) }
        guard distinct.count > candidates else { return distinct }
        // The draws of a pair are the same from both sides.
        let draws = distinct.map { other in
          let (low, high) = (UInt64(min(row, Int(other))), UInt64(max(row, Int(other))))
          return (random.value(at: low << 32 | high), other)
        }.sorted { $0 < $1 }
        return draws[..<candidates].map(\.1).sorted()
      }
    }.flatMap { $0 }
  }

  /// Entries that are about to meet the others are no longer new.
  private mutating func markMet(_ fresh: [[Int32]]) {
    let length = lists.length
    for row in 0..<lists.count {
      for entry in row * length..<(row + 1) * length where isNew[entry] {
        if fresh[row].contains(lists.numbers[entry]) { isNew[entry] = false }
      }
    }
  }

  /// Compares new neighbours of a row with each other and with its old ones.
  private func meet(_ fresh: [Int32], _ old: [Int32], _ offers: inout [Offer]) throws {
    let others = old.filter { !fresh.contains($0) }
    guard !fresh.isEmpty, fresh.count + others.count > 1 else { return }
    let members = fresh + others
    let panels = DistancePanels(rows, order: members)
    let width = panels.panelCount * DistancePanels<Scalar>.panelWidth
    try withUnsafeTemporaryAllocation(of: Scalar.self, capacity: fresh.count * width) { space in
      guard let distances = space.baseAddress else { return }
      try panels.rawDistances(
        of: rows.gathering(fresh), 0..<fresh.count, into: distances, stride: width)
      for i in fresh.indices {
        let limit = lists.limit(Int(fresh[i]))
        for j in (i + 1)..<max(i + 1, members.count) {
          let distance = distances[i * width + j]
          if distance <= limit {
            offers.append(Offer(list: fresh[i], number: members[j], distance: distance))
          }
          if distance <= lists.limit(Int(members[j])) {
            offers.append(Offer(list: members[j], number: fresh[i], distance: distance))
          }
        }
      }
    }
  }

  /// Puts what was found into the lists, each thread into some of them.
  private func apply(_ offers: [[Offer]], threads: Int?) {
    let shards = 16
    let lists = lists
    ParallelChunks.forEach(count: shards, chunkSize: 1, threads: threads) { shard, _ in
      for part in offers {
        for offer in part where Int(offer.list) % shards == shard {
          let list = Int(offer.list)
          var (distance, number) = (offer.distance, offer.number)
          guard distance <= lists.limit(list) else { continue }
          withUnsafePointer(to: &number) { number in
            lists.offer(
              &distance, stride: 1, places: .numbers(number, count: 1), to: list..<list + 1,
              firstRow: list, itself: false)
          }
        }
      }
    }
  }

  /// Marks the entries that weren't there before, and returns how many they are.
  private mutating func markNew(since before: [Int32], threads: Int?) -> Int {
    let (length, wasNew, lists) = (lists.length, isNew, lists)
    let marks = ParallelChunks.map(count: lists.count, chunkSize: 1024, threads: threads) {
      _, range in
      var marks = [Bool](repeating: true, count: range.count * length)
      var changes = 0
      for row in range {
        let entries = row * length..<(row + 1) * length
        for entry in entries where lists.numbers[entry] != .max {
          if let place = entries.first(where: { before[$0] == lists.numbers[entry] }) {
            marks[entry - range.lowerBound * length] = wasNew[place]
          } else {
            changes += 1
          }
        }
      }
      return (marks, changes)
    }
    isNew = marks.flatMap(\.0)
    return marks.reduce(0) { $0 + $1.1 }
  }
}
