/// What ``Metric/dtw(window:cost:)`` sums over the pairs of two series' numbers.
///
/// "Dynamic Programming Algorithm Optimization for Spoken Word Recognition" (Sakoe, Chiba, 1978),
/// with steps that all count once, and a band around the diagonal.
public enum WarpingCost: String, Sendable, Hashable, Codable, CaseIterable {
  /// (x − y)²; the distance is the root of the sum, as in tslearn and dtaidistance. With a window
  /// of 0 it is Euclid's.
  case squared
  /// |x − y|; the distance is the sum, as in dtw-python. With a window of 0 it is Manhattan's.
  case absolute
}
