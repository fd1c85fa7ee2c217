import CladeTables
import Foundation

/// Ends the process cleanly on Ctrl-C (SIGINT) or a polite kill (SIGTERM): outputs that were being
/// written are removed, and the exit code is 128 plus the signal's number.
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
      var received: Int32 = 0
      while sigwait(&set, &received) != 0 {}
      end(128 + received)
    }
    thread.stackSize = 512 << 10
    thread.start()
  }

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
    PartialFiles.removeAll()
    ProgressBar.clear()
    _exit(status)
  }
}
