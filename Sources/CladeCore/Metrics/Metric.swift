/// How far apart two rows are.
///
/// The definitions are those of SciPy and scikit-learn. For all that are built in, the distance of
/// x from y has the same bits as that of y from x, on every machine. Numbers have to be finite, but
/// for ``gower(_:)``, where NaN stands for a missing value.
///
/// ```swift
/// let metric = Metric.minkowski(p: 3)
/// let shops = Metric.haversine        // rows of latitude and longitude, distances in metres
/// let own = Metric.custom(CustomMetric(named: "parity") { abs($0[0] - $1[0]) })
/// ```
public enum Metric: Sendable, Hashable, Codable {
  /// √Σ (x − y)².
  case euclidean
  /// Σ (x − y)². Nearest rows are those of ``euclidean``; the triangle inequality doesn't hold.
  case squaredEuclidean
  /// Σ |x − y|, also known as city block or taxicab distance.
  case manhattan
  /// The largest |x − y|.
  case chebyshev
  /// (Σ |x − y|^p)^(1/p) with p ≥ 1: Manhattan for 1, Euclidean for 2, Chebyshev for infinity.
  case minkowski(p: Double)
  /// 1 − cos of the angle between the rows, seen from the origin: 0...2. A row of zeros has no
  /// direction and is an error.
  case cosine
  /// 1 − Pearson's correlation of the two rows: 0...2. A row of equal numbers is an error.
  case correlation
  /// Σ |x − y| / (|x| + |y|); terms of two zeros are 0.
  case canberra
  /// Σ |x − y| / Σ |x + y|; 0 between rows of zeros. The triangle inequality doesn't hold.
  case brayCurtis
  /// √((x − y)ᵀ · V · (x − y)), V the given matrix (d · d numbers, row after row, symmetric and
  /// positive definite), or without one the inverse of the covariance of the data itself.
  case mahalanobis(inverseCovariance: [Double]? = nil)
  /// Great-circle distance in metres on a sphere of radius ``earthRadius`` between rows of latitude
  /// (−90...90) and longitude (−360...360) in degrees.
  case haversine
  /// The part of the columns in which the rows differ.
  case hamming
  /// Of the columns that aren't 0 in both rows, the part that is 0 in one; 0 between rows of zeros.
  case jaccard
  /// As ``jaccard``, with the columns that are 0 in neither counted twice. The triangle inequality
  /// doesn't hold.
  case dice
  /// The mean over the columns of |x − y| / range for numbers, and for categories of 0 where they
  /// are equal and 1 where not. Columns with a missing value (NaN) in x or y are left out.
  case gower(GowerColumns)
  /// Dynamic time warping of rows that are series: the least sum over the ways to pair the numbers
  /// of both in order, each number at least once, those paired at most `window` columns apart (any
  /// number for `nil`, 0 for none: a Sakoe–Chiba band). Of squared differences the root of the sum
  /// is taken. The triangle inequality doesn't hold. O(d · window) a pair; see ``WarpingCost``.
  case dtw(window: Int? = nil, cost: WarpingCost = .squared)
  /// The rows are distances already: either all of them (n × n, symmetric, with zeros on the
  /// diagonal), or the n · (n − 1) / 2 above the diagonal as a single row, as SciPy's `pdist` has
  /// them.
  case precomputed
  /// A function of one's own.
  case custom(CustomMetric)

  /// The radius of the sphere that ``haversine`` measures on, in metres: the mean radius of the
  /// Earth (2a + b) / 3 of the ellipsoid WGS 84.
  public static let earthRadius = 6_371_008.8

  /// Whether the triangle inequality holds, so that trees may leave out what is too far away.
  ///
  /// ``cosine`` and ``correlation`` aren't metrics themselves, but half the square of one.
  public var satisfiesTriangleInequality: Bool {
    switch self {
    case .euclidean, .manhattan, .chebyshev, .minkowski, .canberra, .mahalanobis, .haversine,
      .hamming, .jaccard:
      true
    case .squaredEuclidean, .cosine, .correlation, .brayCurtis, .dice, .gower, .dtw,
      .precomputed:
      false
    case .custom(let metric): metric.satisfiesTriangleInequality
    }
  }
}
