import CladeCore

/// Where the search for medoids starts.
public enum MedoidStart: Sendable, Hashable, Codable {
  /// One medoid after the other, each the item that lowers the loss most: `O(n² · k)`, with the
  /// best start for PAM, and for large k by far the most of the work.
  ///
  /// Source: "Clustering by Means of Medoids" (Kaufman and Rousseeuw, 1987), BUILD.
  case build
  /// BUILD with each medoid the best of 10 + √n items drawn at random, judged by these alone: O(n ·
  /// k).
  ///
  /// Source: "Fast and Eager k-Medoids Clustering" (Schubert and Rousseeuw), LAB.
  case lab
  /// Items drawn at random, no two of them alike.
  case random
  /// These items: k different row numbers.
  case items([Int])
}

/// Chooses the medoids to start from.
struct MedoidStarts<Scalar: MatrixScalar> {
  private let rows: DissimilarityRows<Scalar>
  /// The items in an order that follows from what they are, and that was shuffled.
  private let shuffled: [Int32]
  private let order: [Int32]
  private let threads: Int?
  private let progress: ProgressObserver?
  private var chosen: [Int32] = []
  /// The dissimilarity of each item from the nearest one chosen.
  private var nearest: [Scalar]
  private var largest: Scalar = 0
  private var scratch = DissimilarityRows<Scalar>.Scratch()

  init(_ items: MedoidItems<Scalar>, seed: UInt64, threads: Int?, progress: ProgressObserver?) {
    rows = items.rows
    order = items.order
    shuffled = order.shuffled(seed: seed, stream: 1)
    self.threads = threads
    self.progress = progress
    nearest = Array(repeating: .infinity, count: items.count)
  }

  /// The medoids, in the order in which they were chosen.
  ///
  /// - Throws: `CladeError.tooManyClusters` where there are fewer distinct items than k;
  ///   `CladeError.invalidParameter` for items that aren't k different ones.
  mutating func medoids(_ start: MedoidStart, k: Int, seed: UInt64) throws -> [Int32] {
    switch start {
    case .items(let items):
      try Self.check(items, k: k, count: rows.count)
      return items.map { Int32($0) }
    case .random:
      for _ in 0..<k { try add(try firstDistinct(k: k)) }
    case .lab:
      for number in 0..<k { try add(try labCandidate(number, seed: seed) ?? firstDistinct(k: k)) }
    case .build:
      for number in 0..<k {
        progress?(
          ProgressUpdate(stage: "choosing medoids", fraction: Double(number) / Double(k)))
        try add(try buildCandidate() ?? firstDistinct(k: k))
      }
    }
    return chosen
  }

  private static func check(_ items: [Int], k: Int, count: Int) throws {
    guard items.count == k, Set(items).count == k else {
      throw CladeError.invalidParameter(
        name: "start", value: "\(items.count) items", reason: "\(k) different ones are needed")
    }
    if let wrong = items.first(where: { !(0..<count).contains($0) }) {
      throw CladeError.invalidParameter(
        name: "start", value: "item \(wrong)", reason: "items are numbered 0 to \(count - 1)")
    }
  }

  private mutating func add(_ item: Int32) throws {
    chosen.append(item)
    largest = 0
    try rows.candidates([item]).forEachStretch(of: 0..<1, &scratch) { _, first, row, length in
      for other in 0..<length {
        if row[other] < nearest[first + other] { nearest[first + other] = row[other] }
      }
    }
    for distance in nearest where distance > largest { largest = distance }
  }

  /// The first of the shuffled items that is unlike all that were chosen.
  private func firstDistinct(k: Int) throws -> Int32 {
    guard let item = shuffled.first(where: { nearest[Int($0)] > 0 }) else {
      throw CladeError.tooManyClusters(k: k, distinctRows: chosen.count)
    }
    return item
  }

  /// The item that lowers the loss most; of several the first.
  private func buildCandidate() throws -> Int32? {
    try Cancellation.check()
    let isFirst = chosen.isEmpty
    let terms =
      isFirst
      ? try rows.terms(pivot: Int(order[0]), threads: threads)
      : ExactTerms(largest: Double(largest), count: rows.count)
    let candidates = rows.candidates(order)
    let height = DissimilarityRows<Scalar>.height
    let written = SlotWriter<[Double]>(count: (rows.count + height - 1) / height)
    let nearest = nearest
    _ = try ParallelChunks.reduce(
      count: rows.count, chunkSize: height, threads: threads,
      state: { DissimilarityRows<Scalar>.Scratch() }
    ) { scratch, chunk, range in
      var changes = [Double](repeating: 0, count: range.count)
      try nearest.withUnsafeBufferPointer { nearest in
        try candidates.forEachStretch(of: range, &scratch) { place, first, row, length in
          changes[place - range.lowerBound] +=
            isFirst
            ? MedoidKernels.sum(row, count: length, terms)
            // Safe: there are as many as items.
            : MedoidKernels.joining(row, nearest.baseAddress! + first, count: length, terms)
        }
      }
      written.write(changes, at: chunk)
    }
    return first(of: order, lowest: Array(written.values.joined()))
  }

  /// The best of a few items by themselves.
  private func labCandidate(_ number: Int, seed: UInt64) throws -> Int32? {
    let size = min(rows.count, 10 + Int(Double(rows.count).squareRoot().rounded(.up)))
    var random = CounterRandom(seed: seed, stream: 2 + UInt64(number))
    // Places of the order, each drawn once.
    var drawn: Set<Int> = []
    var sample: [Int32] = []
    while sample.count < size {
      let place = Int(random.next() % UInt64(rows.count))
      if drawn.insert(place).inserted { sample.append(order[place]) }
    }
    var distances = [Scalar](repeating: 0, count: size * size)
    try rows.forEachPair(of: sample, and: sample) { item, candidate, distance in
      distances[candidate * size + item] = distance
    }
    let limits = sample.map { nearest[Int($0)] }
    let bound = chosen.isEmpty ? distances.max() ?? 0 : limits.max() ?? 0
    let terms = ExactTerms(largest: Double(bound), count: size)
    let changes = (0..<size).map { candidate in
      distances.withUnsafeBufferPointer { distances in
        // Safe: there is at least one item.
        let row = distances.baseAddress! + candidate * size
        return chosen.isEmpty
          ? MedoidKernels.sum(row, count: size, terms)
          : MedoidKernels.joining(row, limits, count: size, terms)
      }
    }
    return first(of: sample, lowest: changes)
  }

  /// The item with the lowest number, the first of several; none where that wouldn't lower the
  /// loss.
  private func first(of items: [Int32], lowest changes: [Double]) -> Int32? {
    var best: Int?
    for index in changes.indices where changes[index] < best.map({ changes[$0] }) ?? .infinity {
      best = index
    }
    guard let best, chosen.isEmpty || changes[best] < 0 else { return nil }
    return items[best]
  }
}

extension [Int32] {
  /// The same in an order that only the seed decides.
  func shuffled(seed: UInt64, stream: UInt64) -> [Int32] {
    var random = CounterRandom(seed: seed, stream: stream)
    var result = self
    for place in result.indices.dropFirst().reversed() {
      result.swapAt(place, Int(random.next() % UInt64(place + 1)))
    }
    return result
  }
}
