import CladeCore

/// The nearest centers of each row, the nearest first.
public struct NearestCenterLists<Scalar: MatrixScalar>: Sendable, Equatable {
  /// The number of centers in each row's list, m.
  public let count: Int
  /// The clusters of these centers: n × m, row after row.
  public let ids: [Int32]
  /// The squared distances from them: n × m, row after row, ascending in each row.
  public let squaredDistances: [Scalar]

  /// The clusters whose centers are nearest to one row (m).
  public func ids(ofRow row: Int) -> ArraySlice<Int32> {
    ids[(row * count)..<((row + 1) * count)]
  }
}

extension GroupedCenters {
  /// All centers in one group: every search is exact then.
  init(exactly centers: Matrix<Scalar>, threads: Int?) {
    self.init(
      centers, groups: CenterGroups(centers.gatheringRows(0..<1)), threads: threads)
  }

  /// The `count` nearest centers of each of the rows of `range`.
  ///
  /// - Parameter distanceExponent: Squared distances are given times 2 to the power of it.
  /// - Throws: What reading rows throws, and `CancellationError`.
  func lists(
    of source: any RowSource<Scalar>, _ range: Range<Int>, count: Int, probes: Int,
    distanceExponent: Int = 0, threads: Int?
  ) throws -> NearestCenterLists<Scalar> {
    let total = range.count * count
    var ids = [Int32](repeating: NearestListKernels.nothing, count: total)
    var distances = [Scalar](repeating: .infinity, count: total)
    let columns = source.columnCount
    try ids.withUnsafeMutableBufferPointer { ids in
      try distances.withUnsafeMutableBufferPointer { distances in
        guard let id = ids.baseAddress, let distance = distances.baseAddress else { return }
        nonisolated(unsafe) let (ids, distances) = (id, distance)
        _ = try ParallelChunks.reduce(
          count: range.count, chunkSize: Self.chunkSize(rows: range.count, columns: columns),
          threads: threads, state: { Workspace() }
        ) { workspace, _, chunk in
          try Cancellation.check()
          let first = chunk.lowerBound * count
          let (id, distance) = (ids + first, distances + first)
          let places = (range.lowerBound + chunk.lowerBound)..<(range.lowerBound + chunk.upperBound)
          try source.withRows(places) { rows in
            guard let rows = rows.baseAddress else { return }
            search(
              rows, count: chunk.count, probes: probes, length: count, distances: distance,
              nearest: id, &workspace)
            // The groups of a row may hold fewer centers than its list: all others are looked into
            // then.
            for row in 0..<chunk.count
            where id[(row + 1) * count - 1] == NearestListKernels.nothing {
              let (id, distance) = (id + row * count, distance + row * count)
              id.update(repeating: NearestListKernels.nothing, count: count)
              distance.update(repeating: .infinity, count: count)
              search(
                rows + row * columns, count: 1, probes: groups.count, length: count,
                distances: distance, nearest: id, &workspace)
            }
          }
          for entry in 0..<(chunk.count * count) {
            id[entry] = centers[Int(id[entry])]
            if distanceExponent != 0 {
              distance[entry] = Scalar(
                sign: .plus, exponent: Scalar.Exponent(distanceExponent),
                significand: distance[entry])
            }
          }
        }
      }
    }
    return NearestCenterLists(count: count, ids: ids, squaredDistances: distances)
  }
}
