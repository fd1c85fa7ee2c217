import CladeCore

/// LS++: rounds that each draw a row as k-means++ does and put the center there whose move lowers
/// the inertia most, if any does ("A Better k-means++ Algorithm via Local Search", Lattanzi and
/// Sohler, 2019, algorithm 2).
///
/// Each row's nearest and second nearest center are remembered, so that a round is one pass over
/// the rows, and only those that lose one of the two are compared with all centers again.
struct LocalSearch<Scalar: MatrixScalar> {
  private let sample: SeedingSample<Scalar>
  private let threads: Int?
  private(set) var centers: Matrix<Scalar>
  /// The two nearest centers of each row and the squared distances from them.
  private var neighbors: [Neighbors]

  private struct Neighbors {
    var first = Int32(-1)
    var second = Int32(-1)
    var firstDistance = Double.infinity
    var secondDistance = Double.infinity

    mutating func add(_ center: Int, _ distance: Double) {
      if distance < firstDistance {
        (second, secondDistance) = (first, firstDistance)
        (first, firstDistance) = (Int32(center), distance)
      } else if distance < secondDistance {
        (second, secondDistance) = (Int32(center), distance)
      }
    }
  }

  private static var chunkSize: Int { 256 }

  /// - Parameter centers: k × d, rows of the sample or not.
  init(_ sample: SeedingSample<Scalar>, centers: Matrix<Scalar>, threads: Int?) {
    self.sample = sample
    self.threads = threads
    self.centers = centers
    neighbors = []
    neighbors = neighbors(of: Array(sample.masses.indices))
  }

  /// The inertia of the sample.
  var cost: Double {
    zip(sample.masses, neighbors).reduce(0) { $0 + $1.0 * $1.1.firstDistance }
  }

  /// So many rounds in a row that gain nothing show that there is hardly anything to gain.
  private var patience: Int { 10 * centers.rowCount + 100 }

  /// Tries to move a center, `rounds` times; fewer where 10 k + 100 of them in a row move none.
  ///
  /// - Complexity: O(m · d) a round for m rows; O(m · k · d) at first.
  mutating func run(rounds: Int, seed: UInt64, stream: UInt64) throws {
    var random = CounterRandom(seed: seed, stream: stream)
    var inVain = 0
    var round = 0
    while round < rounds, inVain < patience {
      round += 1
      try Cancellation.check()
      let costs = CumulativeMasses(zip(sample.masses, neighbors).map { $0 * $1.firstDistance })
      guard costs.total > 0 else { return }
      let improves = try improve(with: costs.draw(random.uniform()))
      inVain = improves ? 0 : inVain + 1
    }
  }

  /// Moves the center to the row whose move gains most.
  ///
  /// - Returns: Whether any gains.
  private mutating func improve(with row: Int) throws -> Bool {
    let distances = try sample.squaredDistances(fromRow: row)
    // With a center more, every row has the nearer of it and its own. Taking one away again costs
    // what its rows then have to go farther.
    var (gain, losses) = (0.0, [Double](repeating: 0, count: centers.rowCount))
    for (index, mass) in sample.masses.enumerated() {
      let (own, distance) = (neighbors[index], distances[index])
      let kept = min(own.firstDistance, distance)
      gain += mass * (own.firstDistance - kept)
      losses[Int(own.first)] += mass * (min(own.secondDistance, distance) - kept)
    }
    var least = 0
    for center in losses.indices where losses[center] < losses[least] { least = center }
    guard losses[least] < gain else { return false }
    for column in 0..<centers.columnCount { centers[least, column] = sample.rows[row, column] }
    var lost: [Int] = []
    for index in neighbors.indices {
      if Int(neighbors[index].first) == least || Int(neighbors[index].second) == least {
        lost.append(index)
      } else {
        neighbors[index].add(least, distances[index])
      }
    }
    for (index, found) in zip(lost, neighbors(of: lost)) { neighbors[index] = found }
    return true
  }

  /// The two nearest centers of some rows.
  private func neighbors(of places: [Int]) -> [Neighbors] {
    let packed = PackedRows(centers)
    let (stride, count) = (packed.paddedCount, centers.rowCount)
    let parts = ParallelChunks.map(
      count: places.count, chunkSize: Self.chunkSize, threads: threads
    ) { _, range in
      let block = sample.rows.gatheringRows(places[range])
      var distances = [Scalar](repeating: 0, count: range.count * stride)
      block.withUnsafeBufferPointer { values in
        guard let from = values.baseAddress else { return }
        packed.squaredDistances(from: from, count: range.count, into: &distances, stride: stride)
      }
      return distances.withUnsafeBufferPointer { distances in
        (0..<range.count).map { index in
          var own = Neighbors()
          for center in 0..<count { own.add(center, Double(distances[index &* stride &+ center])) }
          return own
        }
      }
    }
    return Array(parts.joined())
  }
}
