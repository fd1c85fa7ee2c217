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

extension MethodOptions {
  /// A fit around centers: from those that `--init` names, or from first centers whose finding is
  /// timed.
  func fitFromCenters<Model: ClusteringModel>(
    _ method: Method, threads: Int,
    _ fit: (_ initialCenters: Matrix<Double>?, _ progress: @escaping ProgressObserver) throws ->
      Model
  ) throws -> (fitted: FittedModel, model: Model) {
    let clock = SeedingClock()
    let model = try fit(
      try readInitialCenters(threads: threads), clock.observer(ProgressBar.observer))
    var fitted = FittedModel(
      method: method, common: model, reasons: ["That many were asked for with -k."])
    if initialCenters == nil { fitted.seedingSeconds = clock.seconds }
    return (fitted, model)
  }
}
