import CladeCore
import Foundation
import Synchronization

/// A bar on standard error with the stage and the time that is left; drawn only on a terminal.
///
/// There is one bar in the process. Nothing is drawn in the first half second, so that a quick
/// command stays quiet. A thread draws it anew several times a second, so that the time goes on
/// where work has nothing to tell. What it says is in ``ProgressLine``.
enum ProgressBar {
  private struct State {
    var isEnabled = false
    var isDrawn = false
    var started = ContinuousClock.now
    /// What was heard last; `nil` while there is nothing to draw.
    var update: ProgressUpdate?
    var updated = ContinuousClock.now
    var stageStarted = ContinuousClock.now
  }

  private static let state = Mutex(State())
  private static let quietTime = Duration.milliseconds(500)
  private static let interval = 0.1

  /// Starts the bar, unless standard error is no terminal or the user wants quiet.
  static func start(quiet: Bool) {
    guard !quiet, Terminal.error.isInteractive else { return }
    let isRunning = state.withLock { state in
      defer {
        state = State()
        state.isEnabled = true
      }
      return state.isEnabled
    }
    guard !isRunning else { return }
    let thread = Thread {
      while true {
        Thread.sleep(forTimeInterval: interval)
        draw()
      }
    }
    thread.stackSize = 512 << 10
    thread.start()
  }

  /// What to hand to long work as its observer.
  static let observer: ProgressObserver = { update in
    state.withLock { state in
      guard state.isEnabled else { return }
      state.updated = ContinuousClock.now
      if update.stage != state.update?.stage { state.stageStarted = state.updated }
      state.update = update
    }
  }

  /// Takes the bar off the terminal; it is drawn again after the next update.
  static func clear() {
    state.withLock { state in
      state.update = nil
      guard state.isDrawn else { return }
      state.isDrawn = false
      StandardError.write("\r\u{1B}[K")
    }
  }

  private static func draw() {
    state.withLock { state in
      let now = ContinuousClock.now
      guard let update = state.update, now - state.started > quietTime else { return }
      state.isDrawn = true
      let text = ProgressLine.text(
        update, elapsed: (now - state.stageStarted).seconds,
        progressed: (state.updated - state.stageStarted).seconds,
        width: Terminal.error.lineWidth - 1)
      StandardError.write("\r\(text)\u{1B}[K")
    }
  }
}
