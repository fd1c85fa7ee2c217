import CladeTables
import Foundation
import Synchronization

/// Ends the process cleanly on Ctrl-C (SIGINT) or a polite kill (SIGTERM): outputs that were being
/// written are removed, and the exit code is 128 plus the signal's number. A command may have the
/// first signal end its work early instead, as that of a stream does.
enum Interruption {
  private static let signals = [SIGINT, SIGTERM, SIGHUP]

  /// Starts a thread that waits for the signals.
  ///
  /// They are blocked in every other thread, so this is called before any is started.
  static func watch() {
    signal(SIGPIPE, SIG_IGN)  // a write to a closed pipe gives an error instead
    var set = sigset_t()
    sigemptyset(&set)
    for signal in signals where !isIgnored(signal) { sigaddset(&set, signal) }
    pthread_sigmask(SIG_BLOCK, &set, nil)
    let waiting = set
    let thread = Thread {
      var set = waiting
      while true {
        var received: Int32 = 0
        while sigwait(&set, &received) != 0 {}
        guard let early = state.withLock({ $0.take(received) }) else { end(128 + received) }
        early()
      }
    }
    thread.stackSize = 512 << 10
    thread.start()
  }

  private struct State {
    var early: (@Sendable () -> Void)?
    var received: Int32?

    /// What the first signal does.
    mutating func take(_ signal: Int32) -> (@Sendable () -> Void)? {
      defer { early = nil }
      received = signal
      return early
    }
  }

  private static let state = Mutex(State())

  /// Calls `body` at the first signal, from a thread of its own, instead of ending the process. The
  /// next one ends it.
  static func atFirst(_ body: @escaping @Sendable () -> Void) {
    state.withLock { $0.early = body }
  }

  /// The exit code of a process that a signal made end early, if one did.
  static var status: Int32? { state.withLock { $0.received }.map { 128 + $0 } }

  /// Whether whoever started the process asked it to ignore the signal, as `nohup` does.
  private static func isIgnored(_ signal: Int32) -> Bool {
    var action = sigaction()
    guard sigaction(signal, nil, &action) == 0 else { return false }
    #if os(Linux)
      let handler = action.__sigaction_handler.sa_handler
    #else
      let handler = action.__sigaction_u.__sa_handler
    #endif
    return unsafeBitCast(handler, to: Int.self) == 1  // SIG_IGN
  }

  private static func end(_ status: Int32) -> Never {
    PartialFiles.ofThisProcess.removeAll()
    ProgressBar.clear()
    _exit(status)
  }
}
