import CladeCore

/// Tells how many of the rows have their center in an iteration.
struct SphericalProgress: Sendable {
  private let count: ProgressCount

  /// Begins a stage; `nil` where nobody listens.
  init?(_ stage: String, _ rows: UnitRows, _ observer: ProgressObserver?) {
    guard let observer else { return nil }
    count = ProgressCount(stage: stage, total: rows.rowCount, observer: observer)
  }

  /// So many more rows have their center.
  func settled(_ rows: Int) { count.add(rows) }
}
