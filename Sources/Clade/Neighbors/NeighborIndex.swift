import CladeCore

/// Finds the nearest rows of rows, by any `Metric`, with the structure that suits it.
///
/// ```swift
/// let index = try NeighborIndex(places, metric: .haversine)
/// let nearest = try index.neighbors(count: 5)              // of each place, without itself
/// let around = try index.neighbors(within: 500)            // metres
/// let here = try index.neighbors(of: Matrix([[52.5, 13.4]]), count: 1)
/// ```
///
/// Results don't depend on the order of the rows, threads or instruction sets. Where several rows
/// are as far as the last of a list, those come first whose values do, first column first (for
/// metrics that compare other coordinates, such as directions, by those); of equal rows those with
/// lower numbers. All structures but ``NeighborStructure/approximate(_:)`` give the same lists.
/// Only of `Metric.precomputed` distances are ties settled by the rows' numbers, as there is
/// nothing else.
///
/// Few columns (up to 12, from 6 on only of very many rows) are looked up in a ``KDTree`` where the
/// metric is a Euclidean distance of some coordinates (Euclidean, cosine, correlation, Mahalanobis,
/// haversine), and many rows of up to 4 columns in a tree of balls for other metrics with the
/// triangle inequality, as are any rows for metrics of one's own; all else is compared with all, a
/// block with a block, each distance between two rows of the index serving both.
public struct NeighborIndex<Scalar: MatrixScalar>: Sendable {
  /// The metric.
  public let metric: Metric
  /// The structure that was asked for, or found to suit.
  public let structure: NeighborStructure
  /// The number of rows, n.
  public let rowCount: Int

  /// The rows by their numbers in ``order``.
  let rows: PreparedRows<Scalar>
  let order: NeighborOrder
  let search: Search

  enum Search: Sendable {
    case kdTree(KDTree<Scalar>)
    case ballTree(BallTree<Scalar>)
    case bruteForce(BruteForceNeighbors<Scalar>)
    case approximate(NearestNeighborDescent, BruteForceNeighbors<Scalar>)
  }

  /// Prepares to look for neighbours among the rows of `data`.
  ///
  /// - Parameters:
  ///   - data: The rows (n × d); for `Metric.precomputed` distances.
  ///   - metric: How far apart rows are.
  ///   - structure: How to look for them.
  ///   - threads: At most this many threads; `nil` for one per core.
  /// - Throws: `CladeError` for values that the metric can't take, saying in which row, and
  ///   `CladeError.invalidParameter` for a structure that the metric doesn't allow;
  ///   `CancellationError` when the task was cancelled.
  /// - Complexity: O(n · d · log n) time, O(n · d) memory.
  @_specialize(where Scalar == Double)
  @_specialize(where Scalar == Float)
  public init(
    _ data: Matrix<Scalar>, metric: Metric = .euclidean,
    structure: NeighborStructure = .automatic, threads: Int? = nil
  ) throws {
    let prepared = try metric.prepared(for: data, threads: threads)
    let chosen = try Self.chosen(structure, for: prepared)
    self.metric = metric
    self.structure = chosen
    rowCount = prepared.rowCount
    if chosen == .kdTree, prepared.comparesValues {
      // The tree itself settles ties by values, and needs no order of them.
      order = NeighborOrder()
      rows = prepared
    } else {
      order = NeighborOrder(of: data, prepared: prepared, threads: threads)
      rows = order.rows.map { prepared.gathering($0) } ?? prepared
    }
    search =
      switch chosen {
      case .automatic, .bruteForce: .bruteForce(BruteForceNeighbors(rows))
      case .kdTree: .kdTree(try KDTree(rows.coordinates, threads: threads))
      case .ballTree: .ballTree(try BallTree(rows, threads: threads))
      case .approximate(let descent): .approximate(try descent.checked(), BruteForceNeighbors(rows))
      }
  }

  /// The structure for some rows.
  private static func chosen(
    _ wanted: NeighborStructure, for rows: PreparedRows<Scalar>
  ) throws -> NeighborStructure {
    let columns = rows.coordinates.columnCount
    switch wanted {
    case .automatic:
      // Of more columns only many rows are worth a tree.
      let isLow =
        columns <= 12 && rows.rowCount > max(500, 5000 * (columns - 3))
      if rows.form == .squares, columns > 0, isLow { return .kdTree }
      // A function is worth sparing calls of, whatever the columns.
      let fits = columns <= 4 && rows.rowCount > 20_000 || rows.form == .custom
      return rows.hasTreeDistance && rows.rowCount > 0 && fits ? .ballTree : .bruteForce
    case .kdTree where rows.form != .squares || columns == 0:
      throw CladeError.invalidParameter(
        name: "structure", value: "kdTree",
        reason: "\(rows.metric) isn't a Euclidean distance of coordinates; "
          + "take ballTree or bruteForce")
    case .ballTree where !rows.hasTreeDistance:
      throw CladeError.invalidParameter(
        name: "structure", value: "ballTree",
        reason: "the triangle inequality doesn't hold for \(rows.metric); take bruteForce")
    case .ballTree where rows.rowCount == 0: return .bruteForce
    case .approximate where rows.form.isGiven:
      throw CladeError.invalidParameter(
        name: "structure", value: "approximate",
        reason: "distances that are given are looked through at once; take bruteForce")
    default: return wanted
    }
  }
}

extension NeighborOrder {
  /// Rows whose numbers are their own.
  init() { rows = nil }
}
