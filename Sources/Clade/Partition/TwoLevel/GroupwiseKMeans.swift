import CladeCore

/// k-means within each group by itself: the first centers of the lower level.
///
/// Groups are taken in batches, whose rows are brought together in memory in one pass over all
/// rows.
struct GroupwiseKMeans<Scalar: MatrixScalar> {
  let source: any RowSource<Scalar>
  /// The group of each row (n).
  let groups: [Int32]
  /// The rows of each group, and the centers that it gets (g).
  let sizes: [Int]
  let shares: [Int]
  let method: TwoLevelKMeans
  /// The most bytes of rows that are brought together at a time.
  let memory: Int
  let threads: Int?

  /// The centers of all groups, one group after the other: as many as their shares together, or
  /// fewer where a group has fewer distinct rows than its share.
  ///
  /// - Complexity: O(n · d · k / g) an iteration for groups of equal size.
  func centers(progress: ProgressObserver?) throws -> Matrix<Scalar> {
    let done = ProgressCount(
      stage: "k-means within the groups", total: sizes.reduce(0, +), observer: progress)
    var parts: [Matrix<Scalar>] = []
    for batch in batches {
      try Cancellation.check()
      let rows = try gather(batch)
      let starts = batch.reduce(into: [0]) { starts, group in
        starts.append(starts[starts.count - 1] + sizes[group])
      }
      var results = [Matrix<Scalar>?](repeating: nil, count: batch.count)
      try results.withUnsafeMutableBufferPointer { results in
        nonisolated(unsafe) let results = results
        try ParallelChunks.forEach(count: batch.count, chunkSize: 1, threads: threads) { index, _ in
          try Cancellation.check()
          let group = batch.lowerBound + index
          guard sizes[group] > 0, shares[group] > 0 else { return }
          let own = rows.gatheringRows(starts[index]..<starts[index + 1])
          results[index] = try fit(own, share: shares[group])
          done.add(sizes[group])
        }
      }
      parts += results.compactMap(\.self)
    }
    let count = parts.reduce(0) { $0 + $1.rowCount }
    return Matrix(rows: count, columns: source.columnCount) { buffer in
      var position = 0
      for part in parts {
        part.withUnsafeBufferPointer { values in
          _ = UnsafeMutableBufferPointer(rebasing: buffer[position...]).initialize(from: values)
          position += values.count
        }
      }
    }
  }

  private func fit(_ rows: Matrix<Scalar>, share: Int) throws -> Matrix<Scalar> {
    let order = CanonicalOrder(rows)
    guard order.distinctRowCount > share else {
      return rows.gatheringRows(order.distinctStarts.map { order.order[Int($0)] })
    }
    return try KMeans(
      k: share, seeding: method.seeding, maxIterations: method.groupIterations, seed: method.seed
    ).fit(rows, threads: 1).centers
  }

  /// Groups whose rows are brought together at once.
  private var batches: [Range<Int>] {
    let bytes = max(1, source.columnCount * MemoryLayout<Scalar>.stride)
    let most = min(Int(Int32.max), max(1, memory / bytes))
    var batches: [Range<Int>] = []
    var (first, rows) = (0, 0)
    for group in sizes.indices {
      if rows > 0, rows + sizes[group] > most {
        batches.append(first..<group)
        (first, rows) = (group, 0)
      }
      rows += sizes[group]
    }
    batches.append(first..<sizes.count)
    return batches
  }

  /// The rows of the groups of a batch, group after group; within a group in no order that means
  /// anything.
  private func gather(_ batch: Range<Int>) throws -> Matrix<Scalar> {
    let columns = source.columnCount
    let wanted = Int32(batch.lowerBound)..<Int32(batch.upperBound)
    // Where the first of each chunk's rows of each group goes, so that threads don't meet.
    let size = source.preferredChunkSize
    var next = [Int](repeating: 0, count: batch.count)
    var total = 0
    for group in batch {
      next[group - batch.lowerBound] = total
      total += sizes[group]
    }
    let targets = groups.map { group -> Int32 in
      guard wanted.contains(group) else { return -1 }
      let index = Int(group - wanted.lowerBound)
      defer { next[index] += 1 }
      return Int32(next[index])
    }
    return try Matrix(rows: total, columns: columns) { buffer in
      guard let target = buffer.baseAddress else { return }
      nonisolated(unsafe) let to = target
      try ParallelChunks.forEach(count: source.rowCount, chunkSize: size, threads: threads) {
        _, range in
        try source.withRows(range) { rows in
          guard let from = rows.baseAddress else { return }
          for row in range where targets[row] >= 0 {
            (to + Int(targets[row]) * columns).initialize(
              from: from + (row - range.lowerBound) * columns, count: columns)
          }
        }
      }
    }
  }
}
