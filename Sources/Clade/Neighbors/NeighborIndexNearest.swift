import CladeCore

extension NeighborIndex {
  /// The nearest rows of every row of the index.
  ///
  /// - Parameters:
  ///   - count: The length of each list, k: at least 1, and at most the number of rows, one less
  ///     without the row itself.
  ///   - includingItself: Whether a row is in its own list, at distance 0; where k or more rows are
  ///     equal to it, those with lower numbers may take its place.
  ///   - threads: At most this many threads; `nil` for one per core.
  ///   - progress: Is told how far the search has come.
  /// - Returns: Lists in the order of the rows (n × k), the nearest first.
  /// - Throws: `CladeError.invalidParameter` for a length that isn't possible,
  ///   `CladeError.notEnoughMemory` for lists that don't fit, and `CancellationError` when the task
  ///   was cancelled.
  /// - Complexity: In few columns about O(n · k · log n) time; by brute force O(n² · d). O(n · k)
  ///   memory.
  @_specialize(where Scalar == Double)
  @_specialize(where Scalar == Float)
  public func neighbors(
    count: Int, includingItself: Bool = false, threads: Int? = nil,
    progress: ProgressObserver? = nil
  ) throws -> NearestRows<Scalar> {
    try check(count, most: includingItself ? rowCount : rowCount - 1)
    let length = includingItself ? count : count + 1
    switch search {
    case .kdTree(let tree):
      let found = try tree.nearest(length, threads: threads, progress: progress)
      return finished(found, of: nil, count: count, threads: threads)
    case .ballTree(let tree):
      let lists = try tree.nearest(length, threads: threads, progress: progress)
      var place = [Int](repeating: 0, count: rowCount)
      // Backwards, as what fills a panel repeats a row that was there before.
      for index in tree.places.indices.reversed() { place[Int(tree.places[index])] = index }
      return finished(
        lists, count: count, itself: includingItself, place: place, threads: threads)
    case .bruteForce(let search):
      let lists = try search.nearest(
        count, itself: includingItself, threads: threads, progress: progress)
      return finished(lists, count: count, itself: true, threads: threads)
    case .approximate(let descent, _):
      let lists = try descent.graph(
        of: rows, length: count, itself: includingItself, threads: threads, progress: progress)
      return finished(lists, count: count, itself: true, threads: threads)
    }
  }

  /// The nearest rows of the index for each query.
  ///
  /// - Parameters:
  ///   - queries: Rows like those of the index (m × d); for `Metric.precomputed` their distances
  ///     from these (m × n).
  ///   - count: The length of each list, k, 1...n.
  ///   - threads: At most this many threads; `nil` for one per core.
  ///   - progress: Is told how far the search has come.
  /// - Returns: Lists in the order of the queries (m × k), the nearest first. They are exact also
  ///   where the index is approximate.
  /// - Throws: `CladeError` for queries that the metric can't take or that have other columns, and
  ///   as ``neighbors(count:includingItself:threads:progress:)``.
  /// - Complexity: In few columns about O(m · k · log n) time; by brute force O(m · n · d).
  @_specialize(where Scalar == Double)
  @_specialize(where Scalar == Float)
  public func neighbors(
    of queries: Matrix<Scalar>, count: Int, threads: Int? = nil,
    progress: ProgressObserver? = nil
  ) throws -> NearestRows<Scalar> {
    try check(count, most: rowCount)
    let asked = try rows.preparing(queries, threads: threads)
    switch search {
    case .kdTree(let tree):
      let found = try tree.nearest(
        count, of: asked.coordinates, threads: threads, progress: progress)
      return finished(found, of: asked, count: count, threads: threads)
    case .ballTree(let tree):
      let lists = try tree.nearest(count, of: asked, threads: threads, progress: progress)
      return finished(lists, count: count, queries: asked.rowCount, threads: threads)
    case .bruteForce(let search), .approximate(_, let search):
      let lists = try search.nearest(count, of: asked, threads: threads, progress: progress)
      return finished(lists, count: count, queries: asked.rowCount, threads: threads)
    }
  }

  private func check(_ count: Int, most: Int) throws {
    guard count >= 1, count <= most else {
      throw CladeError.invalidParameter(
        name: "count", value: "\(count)",
        reason: most < 1
          ? "there are too few rows to have neighbours"
          : "\(rowCount) rows have 1 to \(most) neighbours")
    }
  }

  /// Lists of all rows with the rows' own numbers, in their order, and distances.
  ///
  /// - Parameters:
  ///   - lists: Lists of `count`, or where the row itself is still to be left out one more.
  ///   - itself: Whether lists are as they should be.
  ///   - place: The list of a row, by its number in the order; `nil` where that is the same.
  private func finished(
    _ lists: NeighborLists<Scalar>, count: Int, itself: Bool, place: [Int]? = nil, threads: Int?
  ) -> NearestRows<Scalar> {
    let scale = rows.scale
    return NearestRows(count: rowCount, length: count, threads: threads) {
      ranks, numbers, distances in
      for rank in ranks {
        let row = order.rows.map { Int($0[rank]) } ?? rank
        var from = (place?[rank] ?? rank) * lists.length
        // Where the row itself isn't among more than enough that are equal, the last one is left
        // out.
        for to in row * count..<(row + 1) * count {
          if !itself, lists.numbers[from] == Int32(rank) { from += 1 }
          numbers[to] = order.rows?[Int(lists.numbers[from])] ?? lists.numbers[from]
          distances[to] = Scalar(scale(Double(lists.distances[from])))
          from += 1
        }
      }
    }
  }

  /// Lists of queries with the rows' own numbers, and distances.
  private func finished(
    _ lists: NeighborLists<Scalar>, count: Int, queries: Int, threads: Int?
  ) -> NearestRows<Scalar> {
    let scale = rows.scale
    return NearestRows(count: queries, length: count, threads: threads) {
      queries, numbers, distances in
      for entry in queries.lowerBound * count..<queries.upperBound * count {
        numbers[entry] = order.rows?[Int(lists.numbers[entry])] ?? lists.numbers[entry]
        distances[entry] = Scalar(scale(Double(lists.distances[entry])))
      }
    }
  }

  /// Lists that a kd-tree found, of queries or of all its rows, with the rows' own numbers, and
  /// distances.
  private func finished(
    _ found: NearestRows<Scalar>, of queries: PreparedRows<Scalar>?, count: Int, threads: Int?
  ) -> NearestRows<Scalar> {
    let hasRoots = rows.hasRoots
    guard order.rows != nil || !hasRoots || found.length != count else { return found }
    let (scale, isOfAll) = (rows.scale, queries == nil)
    let asked = queries ?? rows
    return NearestRows(count: found.count, length: count, threads: threads) {
      lists, numbers, distances in
      asked.coordinates.withUnsafeBufferPointer { asked in
        rows.coordinates.withUnsafeBufferPointer { values in
          for list in lists {
            let row = isOfAll ? order.rows.map { Int($0[list]) } ?? list : list
            var from = found.range(of: list).lowerBound
            for to in row * count..<(row + 1) * count {
              if found.length > count, found.rows[from] == Int32(list) { from += 1 }
              let number = found.rows[from]
              numbers[to] = order.rows?[Int(number)] ?? number
              distances[to] =
                hasRoots
                ? found.distances[from]
                : Scalar(
                  scale(
                    Double(
                      Self.square(
                        asked, list, values, Int(number), rows.coordinates.columnCount))))
              from += 1
            }
          }
        }
      }
    }
  }

  /// The squared distance of one row from another, with the bits that the kernels give.
  @inline(__always)
  static func square(
    _ queries: UnsafeBufferPointer<Scalar>, _ query: Int, _ rows: UnsafeBufferPointer<Scalar>,
    _ row: Int, _ columns: Int
  ) -> Scalar {
    var sum: Scalar = 0
    for column in 0..<columns {
      let gap = queries[query &* columns &+ column] - rows[row &* columns &+ column]
      sum = sum.addingProduct(gap, gap)
    }
    return sum
  }
}

extension NearestRows {
  /// Lists that several threads write, each some of them: all of the entries of the lists of its
  /// range, or of as many others that no other range writes.
  fileprivate init(
    count: Int, length: Int, threads: Int?,
    _ body:
      @Sendable (
        _ lists: Range<Int>, _ rows: UnsafeMutableBufferPointer<Int32>,
        _ distances: UnsafeMutableBufferPointer<Scalar>
      ) -> Void
  ) {
    let total = count * length
    var distances: [Scalar] = []
    let rows = [Int32](unsafeUninitializedCapacity: total) { rows, initialized in
      nonisolated(unsafe) let rows = rows
      distances = [Scalar](unsafeUninitializedCapacity: total) { distances, initialized in
        nonisolated(unsafe) let distances = distances
        ParallelChunks.forEach(count: count, chunkSize: 2048, threads: threads) { _, lists in
          body(lists, rows, distances)
        }
        initialized = total
      }
      initialized = total
    }
    self.init(length: length, rows: rows, distances: distances)
  }
}

extension PreparedRows {
  /// Whether distances are the roots of squares, which a kd-tree of the coordinates gives.
  fileprivate var hasRoots: Bool { finish == .squareRoot && scale.isUnscaled }
}
