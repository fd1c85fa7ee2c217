extension Metric: CustomStringConvertible {
  /// The name that ``init(named:)`` reads: `euclidean`, `minkowski:3`.
  public var description: String {
    switch self {
    case .euclidean: "euclidean"
    case .squaredEuclidean: "sqeuclidean"
    case .manhattan: "manhattan"
    case .chebyshev: "chebyshev"
    case .minkowski(let p): "minkowski:" + (p == p.rounded() && p < 1e6 ? "\(Int(p))" : "\(p)")
    case .cosine: "cosine"
    case .correlation: "correlation"
    case .canberra: "canberra"
    case .brayCurtis: "braycurtis"
    case .mahalanobis: "mahalanobis"
    case .haversine: "haversine"
    case .hamming: "hamming"
    case .jaccard: "jaccard"
    case .dice: "dice"
    case .gower: "gower"
    case .dtw(let window, let cost):
      (cost == .absolute ? "dtw-absolute" : "dtw") + (window.map { ":\($0)" } ?? "")
    case .precomputed: "precomputed"
    case .custom(let metric): metric.name
    }
  }

  /// The metrics that have a name of their own, as SciPy and scikit-learn call them. `minkowski`
  /// takes its power after a colon, `dtw` and `dtw-absolute` the window if there is one.
  public static let names = [
    "euclidean", "sqeuclidean", "manhattan", "chebyshev", "minkowski:P", "cosine", "correlation",
    "canberra", "braycurtis", "mahalanobis", "haversine", "hamming", "jaccard", "dice",
    "dtw:WINDOW", "precomputed",
  ]

  /// The metric of a name: one of ``names`` with `minkowski:3` for a power and `dtw:10` for a
  /// window, in any case, or one of the other names that people know them by (`l1`, `cityblock`,
  /// `l2`, `linf`).
  ///
  /// - Throws: ``CladeError/invalidParameter(name:value:reason:)`` when there is no such metric, or
  ///   the power is less than 1, or a window less than 0.
  public init(named name: String) throws {
    let parts = name.lowercased().split(separator: ":", omittingEmptySubsequences: false)
    if let kind = parts.first, kind == "dtw" || kind == "dtw-absolute" {
      let window = parts.count == 2 ? Int(parts[1]) : nil
      guard parts.count == 1 || window.map({ $0 >= 0 }) == true else {
        throw CladeError.invalidParameter(
          name: "metric", value: "\"\(name)\"",
          reason: "\(kind) takes a window of so many columns, at least 0: \(kind):10")
      }
      self = .dtw(window: window, cost: kind == "dtw" ? .squared : .absolute)
      return
    }
    let simple: Metric? =
      switch parts.first.map(String.init) ?? "" {
      case "euclidean", "l2": .euclidean
      case "sqeuclidean", "squared-euclidean": .squaredEuclidean
      case "manhattan", "cityblock", "taxicab", "l1": .manhattan
      case "chebyshev", "linf", "infinity": .chebyshev
      case "minkowski": .minkowski(p: .nan)
      case "cosine": .cosine
      case "correlation": .correlation
      case "canberra": .canberra
      case "braycurtis", "bray-curtis": .brayCurtis
      case "mahalanobis": .mahalanobis()
      case "haversine": .haversine
      case "hamming": .hamming
      case "jaccard": .jaccard
      case "dice": .dice
      case "precomputed": .precomputed
      default: nil
      }
    guard let simple else {
      throw CladeError.invalidParameter(
        name: "metric", value: "\"\(name)\"",
        reason: "there is no such metric; there are " + Self.names.joined(separator: ", "))
    }
    guard case .minkowski = simple else {
      guard parts.count == 1 else {
        throw CladeError.invalidParameter(
          name: "metric", value: "\"\(name)\"",
          reason: "only minkowski and dtw take a number; write \(parts[0])")
      }
      self = simple
      return
    }
    guard parts.count == 2, let p = Double(parts[1]), p >= 1 else {
      throw CladeError.invalidParameter(
        name: "metric", value: "\"\(name)\"",
        reason: "minkowski needs its power, a number of at least 1: minkowski:3")
    }
    self = .minkowski(p: p)
  }
}
