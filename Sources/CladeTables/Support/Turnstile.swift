#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Lets threads through one after the other, in the order of their numbers.
final class Turnstile: @unchecked Sendable {
  // Unchecked: what changes is read and written under the mutex only.

  private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
  private let changed = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
  private var next = 0
  private var isClosed = false

  init() {
    mutex.initialize(to: pthread_mutex_t())
    changed.initialize(to: pthread_cond_t())
    pthread_mutex_init(mutex, nil)
    pthread_cond_init(changed, nil)
  }

  deinit {
    pthread_cond_destroy(changed)
    pthread_mutex_destroy(mutex)
    changed.deallocate()
    mutex.deallocate()
  }

  /// Waits until all numbers before `number` have passed, then runs `body` alone. A `body` that
  /// returns `false` closes the turnstile.
  ///
  /// - Parameter isDone: Whether `number` has passed with this; otherwise it comes again.
  /// - Returns: `false` where it is closed; then `body` may not have run.
  func pass(_ number: Int, isDone: Bool = true, _ body: () -> Bool) -> Bool {
    pthread_mutex_lock(mutex)
    defer {
      pthread_cond_broadcast(changed)
      pthread_mutex_unlock(mutex)
    }
    while next != number, !isClosed { pthread_cond_wait(changed, mutex) }
    guard !isClosed else { return false }
    if !body() { isClosed = true } else if isDone { next += 1 }
    return !isClosed
  }

  /// Lets nobody through from now on.
  func close() {
    pthread_mutex_lock(mutex)
    isClosed = true
    pthread_cond_broadcast(changed)
    pthread_mutex_unlock(mutex)
  }
}
