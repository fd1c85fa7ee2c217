import CladeCore

/// How far each row of a sample is from the nearest of the centers chosen so far, kept up to date
/// as rows become centers.
///
/// A row is not looked at again where it is shown that no candidate can be nearer than the center
/// it has: with many columns by distances between rounded rows, otherwise by the triangle
/// inequality, where half the way from that center to the candidate is farther ("Exact Acceleration
/// of K-Means++ and K-Means||", Raff, 2021). Sums run over the sample's canonical order in chunks
/// of fixed size, so nothing depends on threads.
struct SeedDistances<Scalar: MatrixScalar> {
  let sample: SeedingSample<Scalar>
  private let threads: Int?
  /// The rows that are centers, in the order in which they were chosen.
  private(set) var chosen: [Int] = []
  /// Each row's squared distance from its nearest center.
  private(set) var nearest: [Scalar]
  /// The same, none too small; empty where there are no ``codes``.
  private var bounds: [Float]
  private let codes: SeedCodes<Scalar>?
  /// Which of ``chosen`` that is.
  private var owners: [Int32]
  /// The mass times the squared distance of the rows of each chunk.
  private var chunkCosts: [Double]

  // What the last evaluation found.
  private var candidates: [Int] = []
  private var stride = 0
  private var distances: [Scalar] = []
  /// The rows of each chunk that a candidate may be nearer to, and their number.
  private var affected: [Int32]
  private var affectedCounts: [Int]

  private static var chunkSize: Int { 512 }

  init(_ sample: SeedingSample<Scalar>, threads: Int?) {
    let count = sample.rows.rowCount
    let chunks = (count + Self.chunkSize - 1) / Self.chunkSize
    self.sample = sample
    self.threads = threads
    nearest = Array(repeating: .infinity, count: count)
    codes =
      SeedCodes<Scalar>.isUseful(rows: count, columns: sample.rows.columnCount)
      ? SeedCodes(sample.rows, threads: threads) : nil
    bounds = codes == nil ? [] : Array(repeating: .infinity, count: count)
    owners = Array(repeating: 0, count: count)
    chunkCosts = Array(repeating: .infinity, count: chunks)
    affected = Array(repeating: 0, count: count)
    affectedCounts = Array(repeating: 0, count: chunks)
  }

  /// The inertia of the sample with the centers so far.
  var cost: Double { chunkCosts.reduce(0, +) }

  /// The row that `uniform`, a number in 0..<1, draws with a probability proportional to its mass
  /// times its squared distance from the nearest center.
  ///
  /// Where all rows coincide with centers, the first that isn't one.
  func draw(_ uniform: Double) -> Int {
    let target = uniform * cost
    var sum = 0.0
    var last: Int?
    for chunk in chunkCosts.indices where chunkCosts[chunk] > 0 {
      guard sum + chunkCosts[chunk] > target else {
        sum += chunkCosts[chunk]
        continue
      }
      for row in range(chunk) {
        let part = sample.masses[row] * Double(nearest[row])
        guard part > 0 else { continue }
        sum += part
        last = row
        if sum > target { return row }
      }
      // Rounding may leave the target just behind the chunk's last row.
      if let last { return last }
    }
    if let row = nearest.indices.last(where: { nearest[$0] > 0 }) { return row }
    let centers = Set(chosen)
    return nearest.indices.first { !centers.contains($0) } ?? 0
  }

  /// Makes a row a center.
  mutating func add(_ row: Int) {
    evaluate([row])
    accept(0)
  }

  /// By how much each candidate would lower the cost, were it the next center.
  mutating func gains(_ candidates: [Int]) -> [Double] {
    evaluate(candidates)
    return gains()
  }

  private func gains() -> [Double] {
    let count = candidates.count
    let parts = ParallelChunks.map(
      count: nearest.count, chunkSize: Self.chunkSize, threads: threads
    ) { chunk, range in
      var gains = [Double](repeating: 0, count: count)
      distances.withUnsafeBufferPointer { distances in
        gains.withUnsafeMutableBufferPointer { gains in
          for index in 0..<affectedCounts[chunk] {
            let row = Int(affected[range.lowerBound &+ index])
            let (mass, before) = (sample.masses[row], nearest[row])
            let start = (range.lowerBound &+ index) &* stride
            for candidate in 0..<count {
              let closer = before - min(before, distances[start &+ candidate])
              gains[candidate] += mass * Double(closer)
            }
          }
        }
      }
      return gains
    }
    return parts.reduce(into: [Double](repeating: 0, count: count)) { sums, part in
      for candidate in 0..<count { sums[candidate] += part[candidate] }
    }
  }

  /// Makes one of the candidates evaluated last a center.
  mutating func accept(_ candidate: Int) {
    let (stride, owner) = (stride, Int32(chosen.count))
    chosen.append(candidates[candidate])
    let (distances, affected, counts, masses) = (
      self.distances, self.affected, affectedCounts, sample.masses
    )
    let threads = threads
    nearest.withUnsafeMutableBufferPointer { nearest in
      owners.withUnsafeMutableBufferPointer { owners in
        chunkCosts.withUnsafeMutableBufferPointer { costs in
          bounds.withUnsafeMutableBufferPointer { bounds in
            nonisolated(unsafe) let (nearest, owners, costs) = (nearest, owners, costs)
            nonisolated(unsafe) let bounds = bounds
            ParallelChunks.forEach(
              count: nearest.count, chunkSize: Self.chunkSize, threads: threads
            ) { chunk, range in
              var changed = false
              for index in 0..<counts[chunk] {
                let row = Int(affected[range.lowerBound &+ index])
                let distance = distances[(range.lowerBound &+ index) &* stride &+ candidate]
                if distance < nearest[row] {
                  nearest[row] = distance
                  owners[row] = owner
                  if !bounds.isEmpty { bounds[row] = Float(distance).nextUp }
                  changed = true
                }
              }
              guard changed else { return }
              var cost = 0.0
              for row in range { cost += masses[row] * Double(nearest[row]) }
              costs[chunk] = cost
            }
          }
        }
      }
    }
  }

  // MARK: Steps

  private func range(_ chunk: Int) -> Range<Int> {
    (chunk * Self.chunkSize)..<min(nearest.count, (chunk + 1) * Self.chunkSize)
  }

  /// Finds the squared distances from the candidates of all rows that one may be nearer to.
  private mutating func evaluate(_ rows: [Int]) {
    candidates = rows
    let gathered = sample.rows.gatheringRows(rows)
    let packed = PackedRows(gathered)
    stride = packed.paddedCount
    if distances.count < nearest.count * stride {
      distances = Array(repeating: 0, count: nearest.count * stride)
    }
    let (codes, rounded) = (self.codes, codes?.candidates(gathered))
    let reach = codes == nil ? reach(packed) : []
    let (sample, columns, stride, threads) = (
      self.sample, self.sample.rows.columnCount, self.stride, self.threads
    )
    let (nearest, owners, bounds) = (self.nearest, self.owners, self.bounds)
    distances.withUnsafeMutableBufferPointer { distances in
      affected.withUnsafeMutableBufferPointer { affected in
        affectedCounts.withUnsafeMutableBufferPointer { counts in
          sample.rows.withUnsafeBufferPointer { values in
            guard let first = values.baseAddress, let target = distances.baseAddress else { return }
            nonisolated(unsafe) let (from, to, affected, counts) = (first, target, affected, counts)
            ParallelChunks.forEach(
              count: nearest.count, chunkSize: Self.chunkSize, threads: threads
            ) { chunk, range in
              var count = 0
              if let codes, let rounded, let places = affected.baseAddress {
                count = bounds.withUnsafeBufferPointer { bounds in
                  guard let bounds = bounds.baseAddress else { return 0 }
                  return codes.rows(
                    range, near: rounded, within: bounds, into: places + range.lowerBound)
                }
                for index in range.lowerBound..<(range.lowerBound &+ count) {
                  affected[index] &+= Int32(truncatingIfNeeded: range.lowerBound)
                }
              } else {
                for row in range where reach.isEmpty || nearest[row] > reach[Int(owners[row])] {
                  affected[range.lowerBound &+ count] = Int32(truncatingIfNeeded: row)
                  count &+= 1
                }
              }
              let start = to + range.lowerBound * stride
              if 4 * count > 3 * range.count {
                for row in range { affected[row] = Int32(truncatingIfNeeded: row) }
                count = range.count
                packed.squaredDistances(
                  from: from + range.lowerBound * columns, count: count, into: start,
                  stride: stride)
              } else if count > 0 {
                withUnsafeTemporaryAllocation(of: Scalar.self, capacity: count * columns) { block in
                  guard let rows = block.baseAddress else { return }
                  for index in 0..<count {
                    let row = Int(affected[range.lowerBound &+ index])
                    (rows + index * columns).initialize(
                      from: from + row * columns, count: columns)
                  }
                  packed.squaredDistances(from: rows, count: count, into: start, stride: stride)
                }
              }
              counts[chunk] = count
            }
          }
        }
      }
    }
  }

  /// For each center, up to which squared distance its rows are nearer to it than to any candidate;
  /// empty where finding that out isn't worth the while.
  private func reach(_ packed: PackedRows<Scalar>) -> [Scalar] {
    let columns = sample.rows.columnCount
    guard !chosen.isEmpty, columns >= 4 else { return [] }
    // A quarter of the squared distance, less what rounding may have added.
    let part = Scalar(0.25) * (1 - Scalar(8 * (columns + 8)) * Scalar.ulpOfOne)
    guard part > 0 else { return [] }
    let centers = sample.rows.gatheringRows(chosen)
    var between = [Scalar](repeating: 0, count: chosen.count * stride)
    between.withUnsafeMutableBufferPointer { between in
      centers.withUnsafeBufferPointer { centers in
        guard let from = centers.baseAddress, let to = between.baseAddress else { return }
        packed.squaredDistances(from: from, count: chosen.count, into: to, stride: stride)
      }
    }
    return chosen.indices.map { center in
      var least = Scalar.infinity
      for candidate in candidates.indices {
        least = min(least, between[center * stride + candidate])
      }
      return part * least
    }
  }
}
