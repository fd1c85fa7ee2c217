import Foundation

/// What one of the process's streams is shown on.
struct Terminal: Sendable {
  /// Whether a person sees the stream on a terminal that can redraw a line.
  let isInteractive: Bool
  /// Whether it may be coloured.
  let hasColor: Bool
  /// The columns to write in: 80, or fewer on a narrower terminal.
  let width: Int

  static let output = Terminal(STDOUT_FILENO)
  static let error = Terminal(STDERR_FILENO)

  private init(_ descriptor: Int32) {
    let environment = ProcessInfo.processInfo.environment
    isInteractive = isatty(descriptor) != 0 && environment["TERM", default: "dumb"] != "dumb"
    hasColor = isInteractive && environment["NO_COLOR", default: ""].isEmpty
    var size = winsize()
    let known = ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 0
    width = known ? min(80, max(40, Int(size.ws_col))) : 80
  }

  /// `text` in bold, where the stream can show that.
  func bold(_ text: String) -> String { hasColor ? "\u{1B}[1m\(text)\u{1B}[0m" : text }

  /// `text` made faint, where the stream can show that.
  func faint(_ text: String) -> String { hasColor ? "\u{1B}[2m\(text)\u{1B}[0m" : text }
}
