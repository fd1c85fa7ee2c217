/// Lets threads through one after the other, in the order of their numbers.
final class Turnstile: Sendable {
  private let state = Monitor((next: 0, isClosed: false))

  /// Waits until all numbers before `number` have passed, then runs `body` alone. A `body` that
  /// returns `false` closes the turnstile.
  ///
  /// - Parameter isDone: Whether `number` has passed with this; otherwise it comes again.
  /// - Returns: `false` where it is closed; then `body` may not have run.
  func pass(_ number: Int, isDone: Bool = true, _ body: () -> Bool) -> Bool {
    state.withLock(waitingUntil: { $0.next == number || $0.isClosed }) { state in
      guard !state.isClosed else { return false }
      if !body() { state.isClosed = true } else if isDone { state.next += 1 }
      return !state.isClosed
    }
  }

  /// Lets nobody through from now on.
  func close() { state.withLock { $0.isClosed = true } }
}
