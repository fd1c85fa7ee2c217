import CladeCore

/// Reachabilities in the order of the rows, with all that clusters are found from.
struct ReachabilityPlot: Sendable {
  /// The rows in order (n).
  let ordering: [Int32]
  /// The reachability of each row (n), in the units of the metric; infinite where none is near
  /// enough.
  let reachabilities: [Double]
  /// The core distance of each row (n).
  let coreDistances: [Double]
  /// The row from which each row is reached (n), −1 for none.
  let predecessors: [Int32]

  init(
    ordering: [Int32], reachabilities: [Double], coreDistances: [Double], predecessors: [Int32]
  ) {
    self.ordering = ordering
    self.reachabilities = reachabilities
    self.coreDistances = coreDistances
    self.predecessors = predecessors
  }

  /// Takes the distances that raw ones stand for.
  init<Scalar: MatrixScalar>(_ order: ReachabilityOrder<Scalar>, of rows: PreparedRows<Scalar>) {
    let distance = { (raw: Scalar) in raw.isFinite ? rows.distance(raw: raw) : .infinity }
    ordering = order.ordering
    reachabilities = order.reachabilities.map(distance)
    coreDistances = order.cores.map(distance)
    predecessors = order.predecessors
  }
}
