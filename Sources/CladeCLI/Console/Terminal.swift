import Foundation

/// What one of the process's streams is shown on.
package struct Terminal: Sendable {
  /// Whether a person sees the stream on a terminal that can redraw a line.
  package let isInteractive: Bool
  /// Whether it may be coloured.
  package let hasColor: Bool
  /// The columns to write text in: 80, or fewer on a narrower terminal, but 40 at least.
  package let width: Int
  /// The columns for a line that must not be wrapped: at most 80.
  package let lineWidth: Int

  static let output = Terminal(STDOUT_FILENO)
  static let error = Terminal(STDERR_FILENO)

  private init(_ descriptor: Int32) {
    var size = winsize()
    let known = ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 0
    self.init(
      isTerminal: isatty(descriptor) != 0, columns: known ? Int(size.ws_col) : nil,
      environment: ProcessInfo.processInfo.environment)
  }

  /// What a stream is shown on, from the variables TERM and NO_COLOR and its columns where they are
  /// known.
  package init(isTerminal: Bool, columns: Int?, environment: [String: String]) {
    isInteractive = isTerminal && environment["TERM", default: "dumb"] != "dumb"
    hasColor = isInteractive && environment["NO_COLOR", default: ""].isEmpty
    lineWidth = min(80, columns ?? 80)
    width = max(40, lineWidth)
  }

  /// `text` in bold, where the stream can show that.
  package func bold(_ text: String) -> String { hasColor ? "\u{1B}[1m\(text)\u{1B}[0m" : text }

  /// `text` made faint, where the stream can show that.
  package func faint(_ text: String) -> String { hasColor ? "\u{1B}[2m\(text)\u{1B}[0m" : text }
}
