/// Lets threads through one after the other, in the order of their numbers.
final class Turnstile: @unchecked Sendable {
  // Unchecked: what changes is read and written under the signal's lock only.

  private let signal = ThreadSignal()
  private var next = 0
  private var isClosed = false

  /// Waits until all numbers before `number` have passed, then runs `body` alone. A `body` that
  /// returns `false` closes the turnstile.
  ///
  /// - Parameter isDone: Whether `number` has passed with this; otherwise it comes again.
  /// - Returns: `false` where it is closed; then `body` may not have run.
  func pass(_ number: Int, isDone: Bool = true, _ body: () -> Bool) -> Bool {
    signal.withLock {
      defer { signal.announce() }
      while next != number, !isClosed { signal.wait() }
      guard !isClosed else { return false }
      if !body() { isClosed = true } else if isDone { next += 1 }
      return !isClosed
    }
  }

  /// Lets nobody through from now on.
  func close() {
    signal.withLock {
      isClosed = true
      signal.announce()
    }
  }
}
