import Synchronization

/// Whether work that is under way is still wanted.
package enum Cancellation {
  /// Ends the work where its task was cancelled or its ``TimeLimit`` is over: asked every few
  /// milliseconds by all work that may take long.
  ///
  /// - Throws: `CancellationError`, or ``TimeLimit/Exceeded``.
  package static func check() throws {
    try Task.checkCancellation()
    if let limit = TimeLimit.current, !limit.goesOn { throw TimeLimit.Exceeded() }
  }
}

/// Until when work may go on that is one of several ways to an answer, and whether it was ended.
///
/// Bound to ``current``, it holds for all that is called meanwhile, with the threads of
/// ``ParallelChunks``.
package final class TimeLimit: Sendable {
  /// The limit of the work that is under way; `nil` where it takes as long as it takes.
  @TaskLocal package static var current: TimeLimit?

  /// Thrown by work whose time is over.
  package struct Exceeded: Error {}

  private let isOver: @Sendable () -> Bool
  private let ended = Atomic(false)

  /// Creates a limit.
  ///
  /// - Parameter isOver: Whether no time is left; once it was so, it stays so.
  package init(isOver: @escaping @Sendable () -> Bool) { self.isOver = isOver }

  /// A limit that is over at `end`.
  package convenience init(until end: ContinuousClock.Instant) { self.init { .now >= end } }

  /// Whether something was ended.
  package var hasEnded: Bool { ended.load(ordering: .relaxed) }

  /// Whether time is left; once it isn't, there is none any more.
  package var goesOn: Bool {
    if !hasEnded, isOver() { ended.store(true, ordering: .relaxed) }
    return !hasEnded
  }

  /// What `work` gives; `nil` where it took too long, or no time was left.
  ///
  /// - Throws: What else `work` throws.
  package func result<Value>(of work: () throws -> Value) throws -> Value? {
    guard goesOn else { return nil }
    do {
      return try Self.$current.withValue(self) { try work() }
    } catch is Exceeded {
      return nil
    }
  }
}
