import CKernels
import CladeCore

extension KDTree {
  /// The k nearest rows of each row, itself among them.
  ///
  /// A row is at distance 0 from itself; it isn't in its own list only where k of the rows that are
  /// equal to it have lower numbers.
  ///
  /// - Parameters:
  ///   - k: The length of a list, 1...n.
  ///   - threads: At most this many threads; `nil` for one per core. Results don't depend on it.
  ///   - progress: Is told how far the search has come.
  /// - Returns: Lists in the order of the rows (n × k).
  /// - Throws: `CladeError.invalidParameter` where k is less than 1 or more than n, and
  ///   `CancellationError` when the task was cancelled.
  /// - Complexity: About O(n · k · log n) time in few dimensions, up to O(n² · d) in many; O(n · k)
  ///   memory.
  @_specialize(where Scalar == Double)
  @_specialize(where Scalar == Float)
  public func nearest(
    _ k: Int, threads: Int? = nil, progress: ProgressObserver? = nil
  ) throws -> NearestRows<Scalar> {
    try checkLength(k)
    return try withMembers { members in
      let lists = NearestRowsWriter(
        members: members, scale: distanceScale, length: k, count: rowCount)
      try forEachLeaf(length: min(k, distinctRowCount), threads: threads, progress: progress) {
        first, count, found in
        for query in 0..<count {
          let place = first + query
          for member in members.starts[place]..<members.starts[place + 1] {
            lists.write(found, query: query, to: Int(members.rows[Int(member)]))
          }
        }
      }
      return lists.finish()
    }
  }

  /// The k nearest rows of each query.
  ///
  /// - Parameters:
  ///   - k: The length of a list, 1...n.
  ///   - queries: Points (m × d) of finite numbers.
  ///   - threads: At most this many threads; `nil` for one per core. Results don't depend on it.
  ///   - progress: Is told how far the search has come.
  /// - Returns: Lists in the order of the queries (m × k).
  /// - Throws: `CladeError.invalidParameter` where k is less than 1 or more than n,
  ///   `CladeError.shapeMismatch` where queries haven't d columns, `CladeError.nonFiniteValue` for
  ///   NaN and infinity, and `CancellationError` when the task was cancelled.
  /// - Complexity: About O(m · k · log n) time in few dimensions, up to O(m · n · d) in many;
  ///   O(m · k) memory.
  @_specialize(where Scalar == Double)
  @_specialize(where Scalar == Float)
  public func nearest(
    _ k: Int, of queries: Matrix<Scalar>, threads: Int? = nil, progress: ProgressObserver? = nil
  ) throws -> NearestRows<Scalar> {
    try checkLength(k)
    let queries = try prepared(queries, threads: threads)
    let length = min(k, distinctRowCount)
    return try withMembers { members in
      let lists = NearestRowsWriter(
        members: members, scale: distanceScale, length: k, count: queries.rowCount)
      try forEachBatch(
        of: queries, threads: threads, progress: progress,
        state: { KDTreeWorkspace<Scalar>(columns: columnCount, length: length) }
      ) { found, tree, numbers in
        found.search(tree, count: numbers.count)
        for (query, number) in numbers.enumerated() {
          lists.write(found, query: query, to: Int(number))
        }
      }
      return lists.finish()
    }
  }

  /// The nearest places of each place, and how far away its `samples`-th nearest other row is.
  ///
  /// - Parameters:
  ///   - samples: The number of other rows, less than n; `nil` for core distances of 0.
  ///   - mostListed: At most so many are listed; more than 1.
  @_specialize(where Scalar == Double)
  @_specialize(where Scalar == Float)
  package func nearestPlaces(
    samples: Int?, mostListed: Int, threads: Int? = nil, progress: ProgressObserver? = nil
  ) throws -> PlaceLists<Scalar> {
    if let samples, samples >= Self.longestList {
      var lists = try nearestPlaces(
        samples: nil, mostListed: mostListed, threads: threads, progress: progress)
      lists.cores = try coreSquares(samples: samples, threads: threads, progress: progress)
      return lists
    }
    let length = min(max(1, distinctRowCount), samples.map { $0 + 1 } ?? mostListed)
    let listed = min(length, mostListed)
    var lists = PlaceLists<Scalar>(
      placeCount: placeCount, length: listed, threads: threads)
    try lists.squares.withUnsafeMutableBufferPointer { squares in
      try lists.places.withUnsafeMutableBufferPointer { places in
        try lists.cores.withUnsafeMutableBufferPointer { cores in
          try withMembers { members in
            nonisolated(unsafe) let (squares, places, cores) = (squares, places, cores)
            try forEachLeaf(length: length, threads: threads, progress: progress) {
              first, count, found in
              for query in 0..<count {
                let (own, others) = (
                  found.squares + query * length, found.places + query * length
                )
                for index in 0..<listed {
                  squares[(first + query) * listed + index] = own[index]
                  places[(first + query) * listed + index] = others[index]
                }
                cores[first + query] = 0
                guard let samples else { continue }
                // Equal rows share a place, so fewer places may be enough.
                var (rows, index) = (0, -1)
                while rows <= samples {
                  index += 1
                  let other = Int(others[index])
                  rows += Int(members.starts[other + 1] - members.starts[other])
                }
                cores[first + query] = own[index]
              }
            }
          }
        }
      }
    }
    return lists
  }

  /// Looks up the rows of each leaf, some at a time, and calls `body` with the first of their
  /// places, how many there are, and what was found; from several threads at once.
  private func forEachLeaf(
    length: Int, threads: Int?, progress: ProgressObserver?,
    _ body: @Sendable (_ first: Int, _ count: Int, _ found: KDTreeWorkspace<Scalar>) -> Void
  ) throws {
    let chunk = 64
    let done = ProgressCount(
      stage: "finding neighbours", total: leaves.count, observer: progress)
    try withKernelTree { tree in
      nonisolated(unsafe) let tree = tree
      _ = try ParallelChunks.reduce(
        count: leaves.count, chunkSize: chunk, threads: threads,
        state: { KDTreeWorkspace<Scalar>(columns: columnCount, length: length) }
      ) { workspace, _, range in
        try Cancellation.check()
        for leaf in range {
          let places = places(ofLeaf: Int(leaves[leaf]))
          for first in stride(
            from: places.lowerBound, to: places.upperBound,
            by: KDTreeWorkspace<Scalar>.capacity)
          {
            let count = min(places.upperBound - first, KDTreeWorkspace<Scalar>.capacity)
            copyRows(first, count: count, to: workspace.queries)
            workspace.search(tree, count: count)
            body(first, count, workspace)
          }
        }
        done.add(range.count)
      }
    }
  }

  private func checkLength(_ k: Int) throws {
    guard k >= 1, k <= rowCount else {
      throw CladeError.invalidParameter(
        name: "k", value: "\(k)",
        reason: "ask for at least 1 and at most as many neighbours as there are rows, \(rowCount)")
    }
  }
}
