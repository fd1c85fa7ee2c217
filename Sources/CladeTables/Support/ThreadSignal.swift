#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// A mutex, and conditions that threads wait for while they hold it.
final class ThreadSignal: @unchecked Sendable {
  // Unchecked: both are made to be used by several threads.

  private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
  private let conditions: UnsafeMutablePointer<pthread_cond_t>
  private let count: Int

  /// - Parameter conditions: How many there are.
  init(conditions count: Int = 1) {
    mutex.initialize(to: pthread_mutex_t())
    pthread_mutex_init(mutex, nil)
    self.count = count
    conditions = .allocate(capacity: count)
    conditions.initialize(repeating: pthread_cond_t(), count: count)
    for index in 0..<count { pthread_cond_init(conditions + index, nil) }
  }

  deinit {
    for index in 0..<count { pthread_cond_destroy(conditions + index) }
    pthread_mutex_destroy(mutex)
    conditions.deallocate()
    mutex.deallocate()
  }

  /// Runs `body` alone.
  func withLock<Result>(_ body: () throws -> Result) rethrows -> Result {
    pthread_mutex_lock(mutex)
    defer { pthread_mutex_unlock(mutex) }
    return try body()
  }

  /// Lets others run alone until one of them announces a condition; may return sooner. Within
  /// `withLock`.
  func wait(for condition: Int = 0) { pthread_cond_wait(conditions + condition, mutex) }

  /// Wakes all that wait for a condition.
  func announce(_ condition: Int = 0) { pthread_cond_broadcast(conditions + condition) }
}
