import CladeCore
import CladeInsight
import Foundation
import Synchronization

/// A bar on standard error with the stage and the time that is left; drawn only on a terminal.
///
/// There is one bar in the process. Nothing is drawn in the first half second, so that a quick
/// command stays quiet.
enum ProgressBar {
  private struct State {
    var isEnabled = false
    var isDrawn = false
    var started = ContinuousClock.now
    var stage = ""
    var stageStarted = ContinuousClock.now
    var lastDrawn: ContinuousClock.Instant?
  }

  private static let state = Mutex(State())

  /// Starts the bar, unless standard error is no terminal or the user wants quiet.
  static func start(quiet: Bool) {
    state.withLock {
      $0 = State()
      $0.isEnabled = !quiet && Terminal.error.isInteractive
    }
  }

  /// What to hand to long work as its observer.
  static let observer: ProgressObserver = { update in show(update) }

  /// Takes the bar off the terminal; it is drawn again by the next update.
  static func clear() {
    state.withLock {
      guard $0.isDrawn else { return }
      $0.isDrawn = false
      StandardError.write("\r\u{1B}[K")
    }
  }

  private static func show(_ update: ProgressUpdate) {
    state.withLock { state in
      guard state.isEnabled else { return }
      let now = ContinuousClock.now
      if update.stage != state.stage {
        state.stage = update.stage
        state.stageStarted = now
      }
      guard now - state.started > .milliseconds(500) else { return }
      if let last = state.lastDrawn, now - last < .milliseconds(100) { return }
      state.lastDrawn = now
      state.isDrawn = true
      let text = line(
        update, elapsed: (now - state.stageStarted).seconds, width: Terminal.error.width - 1)
      StandardError.write("\r\(text)\u{1B}[K")
    }
  }

  /// One line: stage, bar, percent and the time that is left, as far as they are known.
  static func line(_ update: ProgressUpdate, elapsed: Double, width: Int) -> String {
    let stage = TextLayout.fit(update.stage, 24)
    guard let given = update.fraction, given.isFinite else {
      return elapsed < 1 ? stage : stage + "  " + NumberFormat.seconds(elapsed)
    }
    let fraction = min(1, max(0, given))
    let percent = TextLayout.right("\(Int(fraction * 100))%", 4)
    var rest = ""
    if fraction > 0.02, elapsed > 1 {
      rest = "  " + NumberFormat.seconds(elapsed / fraction * (1 - fraction)) + " left"
    }
    let cells = max(10, width - TextLayout.width(stage) - percent.count - 20)
    let full = Int((Double(cells) * fraction).rounded(.down))
    let bar = String(repeating: "█", count: full) + String(repeating: "░", count: cells - full)
    return TextLayout.left(stage, TextLayout.width(stage)) + " " + bar + " " + percent + rest
  }
}
