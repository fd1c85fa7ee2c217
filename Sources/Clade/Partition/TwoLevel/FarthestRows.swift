import CladeCore

/// The distinct rows that are farthest from their centers.
enum FarthestRows {
  /// Finds up to `count` rows, no two of them equal, none at distance 0; of equally far ones those
  /// with the smaller fingerprints. There may be fewer where many rows are equal.
  ///
  /// - Parameters:
  ///   - source: n × d.
  ///   - distances: The squared distance of each row from its center (n).
  ///   - count: The most rows to find, at least 1.
  /// - Returns: The rows (at most count × d).
  /// - Complexity: O(n), and O(m log m) for the m rows that are as far as the last one found.
  static func find<Scalar: MatrixScalar>(
    _ source: any RowSource<Scalar>, distances: [Scalar], count: Int
  ) throws -> Matrix<Scalar> {
    let columns = source.columnCount
    var places = candidates(distances, count: count)
    places.sort()
    let rows = try RowGathering.rows(source, at: places)
    let prints = RowGathering.fingerprints(of: rows, seed: 0)
    let order = places.indices.sorted { a, b in
      let (far, near) = (distances[places[a]], distances[places[b]])
      if far != near { return far > near }
      return (prints[a].draw, prints[a].identity) < (prints[b].draw, prints[b].identity)
    }
    var chosen: [Int] = []
    for index in order where chosen.count < count {
      // Equal rows are equally far, so they follow each other.
      if let last = chosen.last, prints[last] == prints[index] { continue }
      chosen.append(index)
    }
    guard columns > 0 else { return Matrix(rows: 0, columns: 0) }
    return rows.gatheringRows(chosen)
  }

  /// All rows that are at least as far as the `count`-th farthest.
  private static func candidates<Scalar: MatrixScalar>(
    _ distances: [Scalar], count: Int
  ) -> [Int] {
    // Binned by magnitude first, so that only the farthest are sorted. Distances aren't negative.
    func bin(_ distance: Scalar) -> Int { Int(Float(distance).bitPattern >> 16) }
    var sizes = [Int](repeating: 0, count: 1 << 15)
    for distance in distances where distance > 0 { sizes[bin(distance)] += 1 }
    var (last, found) = (sizes.count, 0)
    while last > 0, found < count {
      last -= 1
      found += sizes[last]
    }
    let far = distances.indices.filter { distances[$0] > 0 && bin(distances[$0]) >= last }
    guard far.count > count else { return far }
    let limit = far.map { distances[$0] }.sorted(by: >)[count - 1]
    return far.filter { distances[$0] >= limit }
  }
}

/// Rows of a source brought into memory.
enum RowGathering {
  /// The rows at `places`, which are best ascending.
  static func rows<Scalar: MatrixScalar>(
    _ source: any RowSource<Scalar>, at places: [Int]
  ) throws -> Matrix<Scalar> {
    try Matrix(rows: places.count, columns: source.columnCount) { buffer in
      var position = 0
      for place in places {
        try source.withRows(place..<(place + 1)) { row in
          for value in row {
            buffer.initializeElement(at: position, to: value + 0)  // −0 + 0 is 0
            position += 1
          }
        }
      }
    }
  }

  /// A sample of the distinct rows that doesn't depend on their order, in canonical order, and how
  /// many rows are equal to each.
  static func sample<Scalar: MatrixScalar>(
    _ source: any RowSource<Scalar>, limit: Int, seed: UInt64, threads: Int?
  ) throws -> (rows: Matrix<Scalar>, masses: [Double]) {
    let sample = try DistinctRowSample(source, limit: limit, seed: seed, threads: threads)
    let byPlace = sample.places.indices.sorted { sample.places[$0] < sample.places[$1] }
    let gathered = try rows(source, at: byPlace.map { sample.places[$0] })
    let order = CanonicalOrder(gathered, threads: threads).order
    return (gathered.gatheringRows(order), order.map { sample.masses[byPlace[Int($0)]] })
  }

  /// The fingerprint of each row.
  static func fingerprints<Scalar: MatrixScalar>(
    of rows: Matrix<Scalar>, seed: UInt64
  ) -> [RowFingerprint] {
    Array(unsafeUninitializedCapacity: rows.rowCount) { buffer, initialized in
      rows.withUnsafeBufferPointer { values in
        guard let from = values.baseAddress, let to = buffer.baseAddress else { return }
        RowFingerprint.write(
          of: from, count: rows.rowCount, columns: rows.columnCount, seed: seed, into: to)
      }
      initialized = rows.rowCount
    }
  }
}
