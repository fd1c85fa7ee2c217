import CladeCore

/// What the progress bar says: one line of text, without anything that steers a terminal.
///
/// With a known fraction: the stage, a bar, the percentage, and the time that is left as soon as it
/// can be told. Otherwise the stage, how far it has come in words, and how long it has taken.
package enum ProgressLine {
  /// A bar isn't shorter than this.
  private static let leastCells = 10
  /// Nor longer: it should not run across a wide terminal.
  private static let mostCells = 40
  /// The time that is left is told after this many seconds and this part of the stage.
  private static let leastSeconds = 1.0
  private static let leastFraction = 0.02

  /// The line, in at most `width` columns.
  ///
  /// - Parameters:
  ///   - update: What was last heard of the work.
  ///   - elapsed: The seconds since the stage began.
  ///   - progressed: The seconds from the stage's begin to `update`; the time that is left is
  ///     reckoned from there.
  package static func text(
    _ update: ProgressUpdate, elapsed: Double, progressed: Double? = nil, width: Int
  ) -> String {
    let stage = TextLayout.fit(update.stage, 24)
    guard let given = update.fraction, given.isFinite else {
      return parts(
        stage, [update.detail, elapsed < leastSeconds ? "" : duration(elapsed)], width)
    }
    let fraction = min(1, max(0, given))
    let percent = TextLayout.right("\(Int((fraction * 100).rounded(.down)))%", 4)
    var left = ""
    if elapsed >= leastSeconds {
      let worked = progressed ?? elapsed
      let rest = fraction > 0 ? worked / fraction - elapsed : 0
      left =
        fraction >= leastFraction && fraction < 1
        ? duration(max(0, rest)) + " left" : duration(elapsed)
    }
    let fixed = TextLayout.width(stage) + 1 + 1 + percent.count
    // The bar keeps its length while the time that is left comes and changes.
    let cells = min(mostCells, width - fixed - 2 - "59 min 59 s left".count)
    guard cells >= leastCells else { return parts(stage, [percent, left], width) }
    let full = Int((Double(cells) * fraction).rounded(.down))
    let bar = String(repeating: "█", count: full) + String(repeating: "░", count: cells - full)
    return parts(stage + " " + bar + " " + percent, [left], width)
  }

  /// A time in whole seconds, minutes or hours: digits that jump tell nobody anything.
  private static func duration(_ seconds: Double) -> String {
    let whole = seconds < 1e9 ? Int(seconds.rounded()) : 1_000_000_000
    if whole < 60 { return "\(whole) s" }
    if whole < 3600 { return "\(whole / 60) min \(whole % 60) s" }
    return "\(whole / 3600) h \(whole / 60 % 60) min"
  }

  /// The texts with two blanks between them, as many as there is room for.
  private static func parts(_ first: String, _ others: [String], _ width: Int) -> String {
    var line = TextLayout.fit(first, max(1, width))
    for other in others where !other.isEmpty {
      let text = TextLayout.safe(other)
      if TextLayout.width(line) + 2 + TextLayout.width(text) > width { break }
      line += "  " + text
    }
    return line
  }
}
