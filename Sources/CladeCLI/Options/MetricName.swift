import ArgumentParser
import Clade

/// A metric as `--metric` names it.
struct MetricName: ExpressibleByArgument, Equatable {
  let metric: Metric

  /// What can be given; tables don't hold distances.
  static var allValueStrings: [String] { Metric.names.filter { $0 != "precomputed" } }

  init?(argument: String) {
    guard let metric = try? Metric(named: argument), metric != .precomputed else { return nil }
    self.metric = metric
  }
}
