import CladeCore

/// How ``SphericalKMeans`` finds its first centers. Draws follow from the seed and the rows'
/// values.
public enum SphericalSeeding: String, CaseIterable, Sendable, Codable {
  /// Rows drawn one after the other, each with a probability proportional to how far its direction
  /// is from those drawn before: 1 − cosine ("Spherical k-Means++ Clustering", Endo and Miyamoto,
  /// 2015).
  case kMeansPlusPlus
  /// Distinct directions, all with the same probability.
  case random
}

/// The distinct directions of the rows in an order that follows from their values.
struct DistinctDirections {
  /// One row of each direction, ordered by a hash of their values.
  let rows: [Int]
  /// How many rows have the direction, or their total weight.
  let masses: [Double]

  init(_ rows: UnitRows, weights: SphericalWeights?, seed: UInt64, threads: Int?) {
    let hashes = ParallelChunks.map(count: rows.rowCount, chunkSize: 1024, threads: threads) {
      _, range in
      range.map { row in
        var hash = RowHash(seed: seed)
        for place in rows.starts[row]..<rows.starts[row + 1] {
          hash.add(Double(rows.columns[place]))
          hash.add(rows.values[place])
        }
        return hash.value(occurrence: 0)
      }
    }.flatMap { $0 }
    let order = hashes.indices.sorted {
      hashes[$0] != hashes[$1] ? hashes[$0] < hashes[$1] : rows.precedes($0, $1)
    }
    var distinct: [Int] = []
    var numbers = [Int32](repeating: 0, count: order.count)
    for row in order {
      let isKnown = distinct.last.map { hashes[$0] == hashes[row] && !rows.precedes($0, row) }
      if isKnown != true { distinct.append(row) }
      numbers[row] = Int32(distinct.count - 1)
    }
    self.rows = distinct
    if let weights {
      masses = weights.masses(numbers, k: distinct.count)
    } else {
      masses = numbers.reduce(into: Array(repeating: 0, count: distinct.count)) {
        $0[Int($1)] += 1
      }
    }
  }
}

/// Finds first centers among the rows.
struct SphericalSeeder {
  let rows: UnitRows
  let directions: DistinctDirections
  let seed: UInt64
  let threads: Int?

  /// The distinct directions that are used: k-means++ goes over them k times.
  private static func limit(k: Int) -> Int { max(16_384, 16 * k) }

  /// The numbers of `k` rows; there are at least as many distinct ones.
  ///
  /// - Complexity: k-means++ O(min(n, 16 k + 16384) · k) products.
  func rows(_ k: Int, by seeding: SphericalSeeding, progress: ProgressObserver?) throws -> [Int] {
    switch seeding {
    case .random: return Array(directions.rows.prefix(k))
    case .kMeansPlusPlus: return try plusPlus(k, progress)
    }
  }

  private func plusPlus(_ k: Int, _ progress: ProgressObserver?) throws -> [Int] {
    // The first by their hashes are a uniform sample.
    let sample = Array(directions.rows.prefix(Self.limit(k: k)))
    let masses = Array(directions.masses.prefix(sample.count))
    var random = CounterRandom(seed: seed)
    var distances = [Double](repeating: 1, count: sample.count)
    var isChosen = [Bool](repeating: false, count: sample.count)
    var chosen: [Int] = []
    var dense = [Double](repeating: 0, count: rows.columnCount)
    while chosen.count < k {
      try Cancellation.check()
      if chosen.count % 16 == 0 {
        progress?(
          ProgressUpdate(
            stage: "spherical k-means, finding first centers",
            fraction: Double(chosen.count) / Double(k)))
      }
      let next = draw(&random, masses, distances, isChosen)
      isChosen[next] = true
      chosen.append(sample[next])
      let entries = rows.starts[sample[next]]..<rows.starts[sample[next] + 1]
      for place in entries { dense[Int(rows.columns[place])] = rows.values[place] }
      shrink(&distances, sample, dense)
      for place in entries { dense[Int(rows.columns[place])] = 0 }
    }
    return chosen
  }

  private func draw(
    _ random: inout CounterRandom, _ masses: [Double], _ distances: [Double], _ isChosen: [Bool]
  ) -> Int {
    var total = 0.0
    for index in masses.indices where !isChosen[index] { total += masses[index] * distances[index] }
    let target = random.uniform() * total
    var sum = 0.0
    for index in masses.indices where !isChosen[index] {
      sum += masses[index] * distances[index]
      if sum > target { return index }
    }
    return isChosen.firstIndex(of: false) ?? 0
  }

  /// Lowers each distance to that from one more direction.
  private func shrink(_ distances: inout [Double], _ sample: [Int], _ dense: [Double]) {
    rows.withView { rows in
      distances.withUnsafeMutableBufferPointer { distances in
        dense.withUnsafeBufferPointer { dense in
          guard let direction = dense.baseAddress, let columns = rows.columns.baseAddress,
            let values = rows.values.baseAddress
          else { return }
          nonisolated(unsafe) let (nearest, center, places, entries) = (
            distances, direction, columns, values
          )
          ParallelChunks.forEach(count: sample.count, chunkSize: 2048, threads: threads) {
            _, range in
            for index in range {
              let first = rows.starts[sample[index]]
              let cosine = SparseProducts.dot(
                places + first, entries + first, rows.count(sample[index]), center)
              nearest[index] = min(nearest[index], max(0, 1 - cosine))
            }
          }
        }
      }
    }
  }
}
