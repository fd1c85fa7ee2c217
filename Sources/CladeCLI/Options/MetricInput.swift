import Clade

/// What a method measures distances of, and by which metric.
struct MetricInput {
  /// Rows, or distances that were given.
  let rows: Matrix<Double>
  let metric: Metric
  /// Distances in single precision, in place of ``rows``, where that was asked for.
  var singles: Matrix<Float>?
}
