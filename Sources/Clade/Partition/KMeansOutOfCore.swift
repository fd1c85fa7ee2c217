import CladeCore

extension KMeans {
  /// Finds the clusters of rows that needn't be in memory, such as those of a file.
  ///
  /// The result is the same, bit for bit, as that of
  /// ``fit(_:weights:initialCenters:threads:progress:)`` with the same rows in memory. Rows are
  /// read once to check them and to draw a sample for the first centers, once for their labels by
  /// these, and once an iteration.
  ///
  /// - Parameters:
  ///   - source: n × d, finite, at least k distinct rows.
  ///   - initialCenters: k × d centers to start from, instead of ``seeding`` and ``restarts``.
  ///   - threads: At most this many threads; `nil` for one per core. The result doesn't depend on
  ///     it.
  ///   - progress: Is told of every iteration.
  /// - Returns: The centers, labels and inertia.
  /// - Throws: `CladeError` for parameters out of range, empty or non-finite data, centers of
  ///   another shape, fewer than k distinct rows, and rows that can't be read; `CancellationError`.
  /// - Complexity: O(n · k · d) time an iteration. Memory: 4 bytes a row, 8 with several starts, and
  ///   16 more while empty clusters are filled, or all the time where there are so many columns that
  ///   it is little beside them; 16 bytes and two to four numbers an entry of the centers, 8 MiB,
  ///   chunks of rows, and while seeding a sample of max(32768, 256 k) rows: three times with up to
  ///   two threads, and up to 64 MiB more with others.
  @_specialize(where Scalar == Double)
  @_specialize(where Scalar == Float)
  public func fit<Scalar: MatrixScalar>(
    source: any RowSource<Scalar>, initialCenters: Matrix<Scalar>? = nil, threads: Int? = nil,
    progress: ProgressObserver? = nil
  ) throws -> KMeansModel<Scalar> {
    try checkParameters()
    guard source.rowCount > 0, source.columnCount > 0 else {
      throw CladeError.emptyData(
        reason: source.rowCount == 0 ? "there are no rows" : "there are no columns")
    }
    if let initialCenters { try check(initialCenters, columns: source.columnCount) }
    progress?(ProgressUpdate(stage: "k-means, checking rows"))
    let checked = CheckedRows(source)
    var sample: SeedingSample<Scalar>?
    if initialCenters == nil {
      sample = try SeedingSample(source, firstReadAs: checked, k: k, seed: seed, threads: threads)
    } else {
      try checked.readAll(threads: threads)
    }
    let bounds = checked.bounds
    let scaling = MagnitudeScaling(largest: bounds.max() ?? 0, Scalar.self)
    var problem = KMeansProblem(data: source, weights: nil, bounds: bounds, threads: threads)
    guard scaling.isIdentity else {
      sample = nil
      problem.data = MagnitudeScaledRows(source, scaling)
      problem.bounds = try FiniteBounds.check(rowsOf: problem.data, threads: threads)
      let best = try solve(problem, initialCenters.map(scaling.scaled), progress)
      return model(
        of: best, data: nil, threads: threads, centers: { scaling.unscaled($0) },
        inertia: { Double(sign: .plus, exponent: 2 * scaling.exponent, significand: $0) })
    }
    let best = try solve(problem, initialCenters, drawn: sample, progress)
    return model(of: best, data: nil, threads: threads, centers: { $0 }, inertia: { $0 })
  }
}
