import CladeCore

/// Makes a coreset of means: the data is cut into m cells, and the mean of each stands for its
/// rows.
///
/// For few columns this keeps costs better than rows drawn at random, since within a cell the
/// errors of the rows cancel: the inertia of a center that gets a whole cell is exact, and only
/// cells through which the border between two centers runs add an error. Nothing is drawn.
///
/// The cells are those of a k-d tree: of all cells that one is cut next whose cut lowers the sum of
/// squares most, across the column in which it varies most, where that lowers it most. With up to 3
/// columns and 4096 cells, of 16 rows or more, eight rounds of k-means then move the means of the
/// cells, and each row belongs to the nearest. Cells are found on the distinct rows, or on a sample
/// where there are many.
///
/// The coreset is the same for any order of the rows, number of threads and instruction set; a
/// weight of 3 is the same as three equal rows.
///
/// That cells with a small sum of squares make a coreset is from "On Coresets for k-Means and
/// k-Median Clustering" (Har-Peled and Mazumdar, 2004), that the sum of squares within them may be
/// kept as one number from "Turning Big Data Into Tiny Data" (Feldman, Schmidt and Sohler, 2013),
/// and that means do so well in small dimensions from "On Coresets for Clustering in Small
/// Dimensional Euclidean Spaces". The choice of the cells is ours.
public struct CellCoreset: Sendable, Codable, Equatable {
  /// The number of cells.
  public var size: Int
  /// The cost to keep.
  public var objective: CoresetObjective
  /// Chooses the sample on which cells are found, where there are more rows than it holds.
  public var seed: UInt64

  /// Creates the method.
  ///
  /// - Parameters:
  ///   - size: The number of cells, at least 1; fewer where there are fewer distinct rows.
  ///   - objective: The cost to keep.
  ///   - seed: Chooses the sample on which cells are found, where there are more distinct rows than
  ///     max(32,768, 32 · size).
  public init(size: Int, objective: CoresetObjective = .kMeans, seed: UInt64 = 0) {
    self.size = size
    self.objective = objective
    self.seed = seed
  }

  /// Makes a coreset of the rows of a matrix.
  ///
  /// - Parameters:
  ///   - data: n × d, finite.
  ///   - weights: What each row counts (n), not negative; 1 each if `nil`.
  ///   - threads: At most this many threads; `nil` for one per core. The coreset doesn't depend on
  ///     it.
  ///   - progress: Is told of every stage.
  /// - Throws: `CladeError` for a size below 1, empty or non-finite data, and weights that are
  ///   missing or negative; `CancellationError`.
  /// - Complexity: O(n · (d + log size)) time for cells of similar sizes. Memory: the sample twice,
  ///   and 32 · size · d bytes for each thread.
  @_specialize(where Scalar == Double)
  @_specialize(where Scalar == Float)
  public func coreset<Scalar: MatrixScalar>(
    of data: Matrix<Scalar>, weights: [Scalar]? = nil, threads: Int? = nil,
    progress: ProgressObserver? = nil
  ) throws -> Coreset<Scalar> {
    try coreset(source: data, weights: weights, threads: threads, progress: progress)
  }

  /// Makes a coreset of rows that needn't be in memory: the same, bit for bit, as of the same rows
  /// in a matrix.
  ///
  /// Rows are read three times. The parameters, errors and costs are those of
  /// ``coreset(of:weights:threads:progress:)``, and `CladeError.cannotRead`.
  @_specialize(where Scalar == Double)
  @_specialize(where Scalar == Float)
  public func coreset<Scalar: MatrixScalar>(
    source: any RowSource<Scalar>, weights: [Scalar]? = nil, threads: Int? = nil,
    progress: ProgressObserver? = nil
  ) throws -> Coreset<Scalar> {
    guard size >= 1, size <= Int(Int32.max) / 64 else {
      throw CladeError.invalidParameter(
        name: "size", value: "\(size)",
        reason: size < 1 ? "use at least 1" : "that is more than there can be")
    }
    progress?(ProgressUpdate(stage: "coreset, checking rows", fraction: 0))
    let input = try CoresetInput(source, weights: weights, threads: threads)
    progress?(ProgressUpdate(stage: "coreset, cutting cells", fraction: 0))
    // The sample for an eighth as many centers is 32 rows a cell.
    let (sample, _) = try input.sample(k: max(1, size / 8), seed: seed, isLenient: true)
    let cells = try CoresetCells(sample, count: size, input: input)
    let sums = try CellSums(input, cells, progress: progress)
    let means = sums.means()
    let offset =
      objective == .kMeans
      ? objective.unscaled(sums.inertia(around: means), input.scaling) : 0
    let filled = (0..<cells.count).filter { sums.masses[$0] > 0 }
    let rows = input.scaling.unscaled(means.gatheringRows(filled))
    let order = CanonicalOrder(rows, threads: threads).order
    return Coreset(
      rows: rows.gatheringRows(order),
      weights: order.map { Scalar(sums.masses[filled[Int($0)]]) }, indices: [],
      objective: objective, offset: offset, sourceRowCount: source.rowCount)
  }
}
