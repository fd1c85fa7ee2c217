import Synchronization

/// Counts what several threads have done of a stage, and tells an observer what part that is.
package final class ProgressCount: Sendable {
  private let stage: String
  private let total: Int
  private let observer: ProgressObserver?
  private let done = Mutex(0)

  /// Starts a stage of `total` equal steps, and says so.
  package init(stage: String, total: Int, observer: ProgressObserver?) {
    self.stage = stage
    self.total = max(1, total)
    self.observer = observer
    observer?(ProgressUpdate(stage: stage, fraction: 0))
  }

  /// Adds steps that are done.
  package func add(_ steps: Int) {
    guard let observer else { return }
    // Told under the lock, so that the parts that an observer is told never fall.
    done.withLock {
      $0 += steps
      observer(ProgressUpdate(stage: stage, fraction: min(1, Double($0) / Double(total))))
    }
  }
}
