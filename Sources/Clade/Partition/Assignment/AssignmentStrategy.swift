/// Ways to find each row's nearest center. All of them give the same bits; which is taken is chosen
/// by the shape unless one is forced, for tests and for measuring.
@_spi(Benchmarks)
public enum AssignmentStrategy: String, CaseIterable, Sendable {
  /// What is fastest for the shape on this machine.
  case automatic
  /// Every distance.
  case plain
  /// ``CenterShortlist``, whatever it costs.
  case shortlist
  /// ``CenterCells``, whatever they cost, where columns are few enough for them.
  case cells
  /// ``CenterNeighbors``, whatever they cost, where columns and centers are few enough for them.
  case neighbors
  /// ``RowLeads``, whatever they cost.
  case leads

  /// Forces a strategy for what is called within `withValue`.
  @TaskLocal public static var forced: AssignmentStrategy?

  /// The strategy that is forced, or the automatic one.
  static var current: AssignmentStrategy { forced ?? .automatic }
}
