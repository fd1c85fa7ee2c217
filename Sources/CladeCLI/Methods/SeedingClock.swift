import Clade
import Synchronization

/// Measures how long the first centers take to find, from what a method tells of its stages.
final class SeedingClock: Sendable {
  private struct Times {
    var start: ContinuousClock.Instant?
    var end: ContinuousClock.Instant?
  }

  private let times = Mutex(Times())

  /// A stage has begun, or goes on.
  private func note(_ update: ProgressUpdate) {
    times.withLock { times in
      if update.stage == "finding first centers" {
        if times.start == nil { times.start = .now }
      } else if times.start != nil, times.end == nil {
        times.end = .now
      }
    }
  }

  /// An observer that takes note and tells `next`.
  func observer(_ next: @escaping ProgressObserver) -> ProgressObserver {
    { update in
      self.note(update)
      next(update)
    }
  }

  /// The seconds from the beginning of that stage to the next one's.
  var seconds: Double? {
    times.withLock { times in
      guard let start = times.start, let end = times.end else { return nil }
      return (end - start).seconds
    }
  }
}
