import Synchronization

/// Says when a step of ``CandidateSearch`` has to stop, and remembers whether it had to.
final class SearchClock: Sendable {
  private let isOver: @Sendable () -> Bool
  private let stopped = Atomic(false)

  /// Makes a clock for one step.
  ///
  /// - Parameter isOver: Whether no time is left.
  init(isOver: @escaping @Sendable () -> Bool) { self.isOver = isOver }

  /// Whether a part of the step was left out.
  var hasStopped: Bool { stopped.load(ordering: .relaxed) }

  /// Whether there is time for one more part.
  func goesOn() -> Bool {
    if !hasStopped, isOver() { stopped.store(true, ordering: .relaxed) }
    return !hasStopped
  }
}

extension CandidateSearch {
  /// What is found for one value after the other while there is time: the parts of a step.
  ///
  /// - Throws: `CancellationError` when the task was cancelled, and what `find` throws.
  func inTime<Value>(
    _ values: some Sequence<Value>, _ find: (Value) throws -> [CandidatePartition]
  ) throws -> [CandidatePartition] {
    var found: [CandidatePartition] = []
    for value in values {
      try Task.checkCancellation()
      guard clock.goesOn() else { break }
      found += try find(value)
    }
    return found
  }
}
