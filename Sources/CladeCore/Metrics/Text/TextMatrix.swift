/// Computes the dissimilarities of texts for one tile of a matrix after the other; each thread has
/// its own.
protocol TextTiles: AnyObject {
  /// Writes the dissimilarities of some texts from others, row after row.
  func fill<Scalar: MatrixScalar>(
    rows: Range<Int>, columns: Range<Int>, into tile: UnsafeMutablePointer<Scalar>
  ) throws
}

/// A matrix that is computed in tiles, each of which stays near the processor until it is in its
/// places. Of the pairs of the same texts each is computed once.
struct TextMatrix {
  /// Which dissimilarities there are.
  enum Layout { case square, condensed, rectangle }

  /// The columns of a tile: fewer where a pair takes long, as tiles on the diagonal are computed
  /// whole.
  let width: Int
  /// The rows of a tile: few where there are few, so that each thread gets some.
  private var height: Int { min(128, max(8, rows.count / 16)) }

  /// Which texts are rows.
  let rows: Range<Int>
  /// Which are columns; the same but in a rectangle.
  let columns: Range<Int>
  let layout: Layout

  /// The tiles' first rows and columns; none that lies wholly below the diagonal.
  private var tiles: [(row: Int, column: Int)] {
    stride(from: 0, to: columns.count, by: width).flatMap { column in
      stride(from: 0, to: rows.count, by: height).lazy
        .filter { layout == .rectangle || $0 < column + width }
        .map { (row: $0, column: column) }
    }
  }

  /// Computes the matrix.
  ///
  /// - Throws: What the tiles throw; `CancellationError`.
  @_specialize(where Scalar == Double)
  @_specialize(where Scalar == Float)
  func computed<Scalar: MatrixScalar>(
    threads: Int?, progress: ProgressObserver?, tiles make: @Sendable () -> any TextTiles
  ) throws -> Matrix<Scalar> {
    let tiles = tiles
    let count = columns.count
    let shape =
      layout == .condensed ? (1, count * max(0, count - 1) / 2) : (rows.count, count)
    let done = ProgressCount(stage: "comparing texts", total: tiles.count, observer: progress)
    return try Matrix(rows: shape.0, columns: shape.1) { target in
      guard let start = target.baseAddress else { return }
      nonisolated(unsafe) let target = start
      _ = try ParallelChunks.reduce(
        count: tiles.count, chunkSize: 1, threads: threads,
        state: { Space<Scalar>(make(), capacity: height * width) }
      ) { space, tile, _ in
        try Cancellation.check()
        let (row, column) = tiles[tile]
        let some = row..<min(rows.count, row + height)
        let others = column..<min(count, column + width)
        try space.tiles.fill(
          rows: some.shifted(by: rows.lowerBound), columns: others.shifted(by: columns.lowerBound),
          into: space.memory)
        place(space.memory, some, others, in: target)
        done.add(1)
      }
    }
  }

  /// What a thread has for itself.
  private final class Space<Scalar: MatrixScalar> {
    let tiles: any TextTiles
    let memory: UnsafeMutablePointer<Scalar>

    init(_ tiles: any TextTiles, capacity: Int) {
      self.tiles = tiles
      memory = .allocate(capacity: capacity)
    }

    deinit { memory.deallocate() }
  }

  /// Copies a tile to where it belongs.
  private func place<Scalar: MatrixScalar>(
    _ tile: UnsafeMutablePointer<Scalar>, _ some: Range<Int>, _ others: Range<Int>,
    in target: UnsafeMutablePointer<Scalar>
  ) {
    let count = columns.count
    for (i, row) in some.enumerated() {
      let from = tile + i * others.count
      switch layout {
      case .rectangle:
        (target + row * count + others.lowerBound).initialize(from: from, count: others.count)
      case .square:
        let first = max(row, others.lowerBound)
        guard first < others.upperBound else { continue }
        (target + row * count + first).initialize(
          from: from + first - others.lowerBound, count: others.upperBound - first)
      case .condensed:
        let first = max(row + 1, others.lowerBound)
        guard first < others.upperBound else { continue }
        (target + GivenDistances.place(row, first, of: count)).initialize(
          from: from + first - others.lowerBound, count: others.upperBound - first)
      }
    }
    guard layout == .square else { return }
    // Below the diagonal, in blocks that stay near on both sides.
    for left in stride(from: others.lowerBound, to: others.upperBound, by: 16) {
      for column in left..<min(left + 16, others.upperBound) {
        let to = target + column * count
        let from = tile + column - others.lowerBound
        for row in some.lowerBound..<max(some.lowerBound, min(some.upperBound, column)) {
          (to + row).initialize(to: from[(row &- some.lowerBound) &* others.count])
        }
      }
    }
  }
}

extension Range<Int> {
  fileprivate func shifted(by offset: Int) -> Range {
    (lowerBound + offset)..<(upperBound + offset)
  }
}
