#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// A thread for a little work that mostly waits: with a small stack, and gone when the work is done.
enum DetachedThread {
  private static let stackSize = 256 << 10

  /// Runs `body` on a new thread.
  ///
  /// - Returns: `false` where there can't be another thread; `body` isn't run then.
  static func start(_ body: @escaping @Sendable () -> Void) -> Bool {
    var attributes = pthread_attr_t()
    guard pthread_attr_init(&attributes) == 0 else { return false }
    defer { pthread_attr_destroy(&attributes) }
    guard pthread_attr_setstacksize(&attributes, stackSize) == 0,
      pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED)) == 0
    else { return false }
    let work = Unmanaged.passRetained(Work(body))
    #if canImport(Darwin)
      var thread: pthread_t?
      let failure = pthread_create(
        &thread, &attributes, { DetachedThread.run($0) }, work.toOpaque())
    #else
      var thread = pthread_t()
      let failure = pthread_create(
        &thread, &attributes, { DetachedThread.run($0) }, work.toOpaque())
    #endif
    if failure != 0 { work.release() }
    return failure == 0
  }

  private static func run(_ work: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
    if let work { Unmanaged<Work>.fromOpaque(work).takeRetainedValue().body() }
    return nil
  }

  private final class Work: Sendable {
    let body: @Sendable () -> Void

    init(_ body: @escaping @Sendable () -> Void) { self.body = body }
  }
}
