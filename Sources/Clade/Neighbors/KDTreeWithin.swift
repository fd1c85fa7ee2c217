import CKernels
import CladeCore

/// The rows within a radius of some queries: a list for each, as long as it has to be.
///
/// Lists are in ascending order of the distance; rows at the same distance in the order of their
/// values, first column first, and equal rows in that of their numbers.
public struct RowsWithin<Scalar: MatrixScalar>: Sendable, Equatable {
  /// Where the list of each query begins, and where the last one ends (queries + 1).
  public let starts: [Int]
  /// The numbers of the rows, list after list.
  public let rows: [Int32]
  /// Their distances, list after list.
  public let distances: [Scalar]

  /// The number of lists.
  public var count: Int { starts.count - 1 }

  /// Where the list of one query is in ``rows`` and in ``distances``.
  public func range(of query: Int) -> Range<Int> { starts[query]..<starts[query + 1] }
}

extension KDTree {
  /// The rows that are at most `radius` away from each query.
  ///
  /// - Parameters:
  ///   - radius: Up to which distance rows count, itself included; not negative.
  ///   - queries: Points (m × d) of finite numbers.
  ///   - threads: At most this many threads; `nil` for one per core. Results don't depend on it.
  ///   - progress: Is told how far the search has come.
  /// - Returns: Lists in the order of the queries.
  /// - Throws: `CladeError.invalidParameter` for a radius that is negative or NaN,
  ///   `CladeError.shapeMismatch` where queries haven't d columns, `CladeError.nonFiniteValue` for
  ///   NaN and infinity, and `CancellationError` when the task was cancelled.
  /// - Complexity: About O(m · log n + r · log r) time and O(m + r) memory for r found in all, in
  ///   few dimensions; r may be m · n.
  @_specialize(where Scalar == Double)
  @_specialize(where Scalar == Float)
  public func rows(
    within radius: Scalar, of queries: Matrix<Scalar>, threads: Int? = nil,
    progress: ProgressObserver? = nil
  ) throws -> RowsWithin<Scalar> {
    guard radius >= 0 else {
      throw CladeError.invalidParameter(
        name: "radius", value: "\(radius)", reason: "a distance is 0 or more")
    }
    let queries = try prepared(queries, threads: threads)
    let limit = Self.largestSquare(withRootUpTo: radius / distanceScale)
    let done = ProgressCount(
      stage: "finding neighbours", total: queries.rowCount, observer: progress)
    let parts = try withKernelTree { tree in
      nonisolated(unsafe) let tree = tree
      return try ParallelChunks.map(count: queries.rowCount, chunkSize: 256, threads: threads) {
        _, range in
        try Cancellation.check()
        defer { done.add(range.count) }
        return within(limit, of: queries, range, tree)
      }
    }
    var starts = [0]
    starts.reserveCapacity(queries.rowCount + 1)
    for part in parts {
      let before = starts[starts.count - 1]
      starts.append(contentsOf: part.ends.lazy.map { before + $0 })
    }
    return RowsWithin(
      starts: starts, rows: parts.flatMap(\.rows), distances: parts.flatMap(\.distances))
  }

  /// What some of the queries found.
  private struct Part {
    var ends: [Int] = []
    var rows: [Int32] = []
    var distances: [Scalar] = []
  }

  private func within(
    _ limit: Scalar, of queries: Matrix<Scalar>, _ range: Range<Int>,
    _ tree: UnsafePointer<clade_kd_tree>
  ) -> Part {
    var part = Part()
    var near = KDTreeSurroundings<Scalar>()
    let scale = distanceScale
    for query in range {
      queries.withUnsafeBufferPointer { values in
        guard let values = values.baseAddress, rowCount > 0 else { return }
        near.find(through: limit, of: values + query * columnCount, tree)
      }
      let (squares, places) = (near.squares, near.places)
      let order = (0..<near.count).sorted {
        squares[$0] != squares[$1]
          ? squares[$0] < squares[$1] : precedes(Int(places[$0]), Int(places[$1]))
      }
      for index in order {
        let distance = squares[index].squareRoot() * scale
        let place = Int(places[index])
        for row in members[Int(memberStarts[place])..<Int(memberStarts[place + 1])] {
          part.rows.append(row)
          part.distances.append(distance)
        }
      }
      part.ends.append(part.rows.count)
    }
    return part
  }

  /// Whether the row at one place comes before the one at another by its values.
  private func precedes(_ a: Int, _ b: Int) -> Bool {
    for column in 0..<columnCount {
      let (x, y) = (value(at: a, column), value(at: b, column))
      if x != y { return x < y }
    }
    return false
  }

  private func value(at place: Int, _ column: Int) -> Scalar {
    let (panel, lane) = place.quotientAndRemainder(dividingBy: Self.panelWidth)
    return panels[(panel * columnCount + column) * Self.panelWidth + lane]
  }

  /// The largest number whose root, rounded, is at most `radius`.
  static func largestSquare(withRootUpTo radius: Scalar) -> Scalar {
    var square = radius * radius
    guard square.isFinite else { return .greatestFiniteMagnitude }
    while square.squareRoot() > radius { square = square.nextDown }
    while square.nextUp.squareRoot() <= radius { square = square.nextUp }
    return square
  }
}
