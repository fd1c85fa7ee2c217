import Clade

/// A distance as sentences have it: "0.3", "1000", and "1000 m" on the Earth.
enum DistanceText {
  static func of(_ distance: Double, _ metric: Metric) -> String {
    let text = "\(distance)"
    let plain = text.hasSuffix(".0") ? String(text.dropLast(2)) : text
    return metric == .haversine ? plain + " m" : plain
  }
}
