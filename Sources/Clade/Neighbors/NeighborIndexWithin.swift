import CladeCore

extension NeighborIndex {
  /// The rows within a distance of every row of the index.
  ///
  /// - Parameters:
  ///   - radius: Up to which distance rows count, itself included; not negative.
  ///   - includingItself: Whether a row is in its own list, at distance 0.
  ///   - threads: At most this many threads; `nil` for one per core.
  ///   - progress: Is told how far the search has come.
  /// - Returns: Lists in the order of the rows, each the nearest first.
  /// - Throws: `CladeError.invalidParameter` for a radius that is negative or NaN, and
  ///   `CancellationError` when the task was cancelled.
  /// - Complexity: In few columns about O(n · log n + r · log r) time for r found in all; by brute
  ///   force O(n² · d). O(n + r) memory, and r may be n².
  @_specialize(where Scalar == Double)
  @_specialize(where Scalar == Float)
  public func neighbors(
    within radius: Double, includingItself: Bool = false, threads: Int? = nil,
    progress: ProgressObserver? = nil
  ) throws -> RowsWithin<Scalar> {
    let found = try within(radius, of: rows, itself: includingItself, threads, progress)
    guard let order = order.rows else { return RowsWithin(joining: found) }
    // Lists are in the order of numbers; they're wanted in that of the rows.
    var place = [Int](repeating: 0, count: order.count)
    for (number, row) in order.enumerated() { place[Int(row)] = number }
    return RowsWithin(joining: found, order: place)
  }

  /// The rows of the index within a distance of each query.
  ///
  /// - Parameters:
  ///   - queries: Rows like those of the index (m × d); for `Metric.precomputed` their distances
  ///     from these (m × n).
  ///   - radius: Up to which distance rows count, itself included; not negative.
  ///   - threads: At most this many threads; `nil` for one per core.
  ///   - progress: Is told how far the search has come.
  /// - Returns: Lists in the order of the queries, each the nearest first.
  /// - Throws: As ``neighbors(within:includingItself:threads:progress:)``, and `CladeError` for
  ///   queries that the metric can't take or that have other columns.
  /// - Complexity: In few columns about O(m · log n + r · log r) time for r found in all; by brute
  ///   force O(m · n · d).
  @_specialize(where Scalar == Double)
  @_specialize(where Scalar == Float)
  public func neighbors(
    of queries: Matrix<Scalar>, within radius: Double, threads: Int? = nil,
    progress: ProgressObserver? = nil
  ) throws -> RowsWithin<Scalar> {
    let asked = try rows.preparing(queries, threads: threads)
    return RowsWithin(joining: try within(radius, of: asked, itself: true, threads, progress))
  }

  /// What some of the queries found: where each list ends, and the lists.
  struct Found: Sendable {
    var ends: [Int] = []
    var rows: [Int32] = []
    var distances: [Scalar] = []
  }

  private func within(
    _ radius: Double, of queries: PreparedRows<Scalar>, itself: Bool, _ threads: Int?,
    _ progress: ProgressObserver?
  ) throws -> [Found] {
    guard radius >= 0 else {
      throw CladeError.invalidParameter(
        name: "radius", value: "\(radius)", reason: "a distance is 0 or more")
    }
    let limit = rows.rawLimit(distance: radius)
    let done = ProgressCount(
      stage: "finding neighbours", total: queries.rowCount, observer: progress)
    let chunk = 64
    return try ParallelChunks.map(count: queries.rowCount, chunkSize: chunk, threads: threads) {
      _, range in
      try Cancellation.check()
      defer { done.add(range.count) }
      var found = Found()
      try near(limit, of: queries, range) { query, near in
        add(near, of: query, radius: radius, itself: itself, to: &found)
      }
      return found
    }
  }

  /// Appends what is within the radius of what may be, which comes the nearest first.
  private func add(
    _ near: [(number: Int32, raw: Scalar)], of query: Int, radius: Double, itself: Bool,
    to found: inout Found
  ) {
    let scale = rows.scale
    for (number, raw) in near {
      guard itself || number != Int32(query) else { continue }
      let distance = scale(Double(raw))
      guard distance <= radius else { continue }
      found.rows.append(order.rows?[Int(number)] ?? number)
      found.distances.append(Scalar(distance))
    }
    found.ends.append(found.rows.count)
  }

  /// Calls `body` for each of some queries with the rows that are within a raw distance, the
  /// nearest first.
  private func near(
    _ limit: Scalar, of queries: PreparedRows<Scalar>, _ range: Range<Int>,
    _ body: (_ query: Int, _ near: [(number: Int32, raw: Scalar)]) -> Void
  ) throws {
    var near: [(number: Int32, raw: Scalar)] = []
    switch search {
    case .kdTree(let tree):
      // By a radius that is a little too large, as distances are computed from squares again.
      let reach = limit.squareRoot().nextUp
      let found = try tree.rows(
        within: reach, of: queries.coordinates.sharingRows(range), threads: 1)
      queries.coordinates.withUnsafeBufferPointer { asked in
        rows.coordinates.withUnsafeBufferPointer { values in
          for (index, query) in range.enumerated() {
            near.removeAll(keepingCapacity: true)
            for number in found.rows[found.range(of: index)] {
              let square = Self.square(
                asked, query, values, Int(number), rows.coordinates.columnCount)
              near.append((number, square))
            }
            body(query, near)
          }
        }
      }
    case .ballTree(let tree):
      let workspace = BallTree<Scalar>.Workspace(tree, length: nil)
      for query in range {
        near.removeAll(keepingCapacity: true)
        try tree.rows(within: limit, of: queries, query, workspace) { near.append(($0, $1)) }
        near.sort { ($0.raw, $0.number) < ($1.raw, $1.number) }
        body(query, near)
      }
    case .bruteForce(let search), .approximate(_, let search):
      try search.rows(within: limit, of: queries, range, body)
    }
  }
}

extension RowsWithin {
  /// Joins the lists of consecutive queries, or takes them in another order.
  init(joining parts: [NeighborIndex<Scalar>.Found], order: [Int]? = nil) {
    guard let order else {
      var starts = [0]
      for part in parts {
        let before = starts[starts.count - 1]
        starts.append(contentsOf: part.ends.lazy.map { before + $0 })
      }
      self.init(
        starts: starts, rows: parts.flatMap(\.rows), distances: parts.flatMap(\.distances))
      return
    }
    // Where each list is: its part, and its range there.
    var places: [(part: Int, range: Range<Int>)] = []
    places.reserveCapacity(order.count)
    for (index, part) in parts.enumerated() {
      var start = 0
      for end in part.ends {
        places.append((index, start..<end))
        start = end
      }
    }
    var starts = [0]
    var (rows, distances) = ([Int32](), [Scalar]())
    for list in order {
      let (part, range) = places[list]
      rows += parts[part].rows[range]
      distances += parts[part].distances[range]
      starts.append(rows.count)
    }
    self.init(starts: starts, rows: rows, distances: distances)
  }
}
