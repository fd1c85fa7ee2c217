import CladeCore

extension KMeans {
  /// Finds the clusters of a coreset, and gives all rows to them.
  ///
  /// ```swift
  /// let coreset = try SensitivityCoreset(size: 10_000, k: 32).coreset(source: file)
  /// let model = try KMeans(k: 32, restarts: 10).fit(coreset, labeling: file)
  /// ```
  ///
  /// - Parameters:
  ///   - coreset: A coreset for k-means of the rows of `source`.
  ///   - source: n × d, finite: a matrix, or rows that needn't be in memory.
  ///   - weights: What each row counts (n), not negative; 1 each if `nil`.
  ///   - initialCenters: k × d centers to start from, instead of ``seeding`` and ``restarts``.
  ///   - threads: At most this many threads; `nil` for one per core. The result doesn't depend on
  ///     it.
  ///   - progress: Is told of every iteration.
  /// - Returns: The centers; the labels, sizes and inertia are those of all rows. The seeding cost
  ///   isn't known.
  /// - Throws: What ``fit(_:weights:initialCenters:threads:progress:)`` throws, also where the
  ///   coreset has fewer than k rows.
  /// - Complexity: O(m · k · d) time an iteration for a coreset of m rows, and two passes over all
  ///   rows.
  @_specialize(where Scalar == Double)
  @_specialize(where Scalar == Float)
  public func fit<Scalar: MatrixScalar>(
    _ coreset: Coreset<Scalar>, labeling source: any RowSource<Scalar>,
    weights: [Scalar]? = nil, initialCenters: Matrix<Scalar>? = nil, threads: Int? = nil,
    progress: ProgressObserver? = nil
  ) throws -> KMeansModel<Scalar> {
    guard coreset.objective == .kMeans else {
      throw CladeError.invalidParameter(
        name: "coreset", value: coreset.objective.rawValue,
        reason: "k-means needs a coreset made for k-means")
    }
    let found = try fit(
      coreset.rows, weights: coreset.weights, initialCenters: initialCenters, threads: threads,
      progress: progress)
    progress?(ProgressUpdate(stage: "labelling all rows", fraction: 0))
    let input = try CoresetInput(
      source, weights: weights, threads: threads, around: found.centers)
    let scaled = input.scaling.scaled(found.centers)
    let costs = RowCosts(centers: scaled, objective: .kMeans, input: input)
    let (labels, masses, cost) = try Self.labels(input, costs, k: k, progress: progress)
    let order = (0..<k).sorted { a, b in
      masses[a] != masses[b]
        ? masses[a] > masses[b]
        : found.centers.row(a).lexicographicallyPrecedes(found.centers.row(b))
    }
    var numbers = [Int32](repeating: 0, count: k)
    for (number, cluster) in order.enumerated() { numbers[cluster] = Int32(number) }
    return KMeansModel(
      centers: found.centers.gatheringRows(order), labels: labels.map { numbers[Int($0)] },
      objective: CoresetObjective.kMeans.unscaled(cost, input.scaling), seedingCost: nil,
      iterations: found.iterations, converged: found.converged)
  }

  /// The cluster of each row, the mass of each cluster, and the inertia.
  private static func labels<Scalar: MatrixScalar>(
    _ input: CoresetInput<Scalar>, _ costs: RowCosts<Scalar>, k: Int, progress: ProgressObserver?
  ) throws -> (labels: [Int32], masses: [Double], cost: Double) {
    var labels = [Int32](repeating: 0, count: input.rowCount)
    let sums = try labels.withUnsafeMutableBufferPointer { labels in
      nonisolated(unsafe) let labels = labels
      return try GroupSums(
        input, costs, groups: k, stage: "labelling all rows", progress
      ) { row, label, _ in
        labels[row] = Int32(label)
        return label
      }
    }
    return (labels, sums.masses.map(\.value), sums.totalCost)
  }
}
