import CladeCore

/// The share of the sample that a unit of a row's mass deserves, from its cluster in a rough
/// solution and its cost; see ``CoresetSampling`` for the formulas.
struct Sensitivities: Sendable {
  /// For each cluster, what each unit of mass deserves at cost 0 and what each unit of cost adds.
  private let base: [Double]
  private let slope: [Double]
  /// For group sampling, the same for each ring of each cluster.
  private let ringMeans: [Double]

  init(_ clusters: RoughClusters, _ sampling: CoresetSampling) {
    let k = Double(clusters.masses.count)
    let mass = clusters.masses.reduce(0, +)
    let cost = clusters.costs.reduce(0, +)
    func ratio(_ a: Double, _ b: Double) -> Double { b > 0 ? a / b : 0 }
    let pairs = zip(clusters.masses, clusters.costs)
    switch sampling {
    case .uniform:
      base = clusters.masses.map { _ in 1 }
      slope = clusters.masses.map { _ in 0 }
      ringMeans = []
    case .balanced:
      base = pairs.map { ratio(1, k * $0) + ratio(ratio($1, $0), cost) }
      slope = clusters.costs.map { ratio(1, k * $0) + ratio(1, cost) }
      ringMeans = []
    case .classical:
      let alpha = 16 * (Elementary.log(k) + 2)
      base = pairs.map { ratio(2 * alpha * ratio($1, $0), cost) + ratio(4, $0) }
      slope = clusters.costs.map { _ in ratio(alpha, cost) }
      ringMeans = []
    case .groups:
      (base, slope) = Self.groups(clusters, mass: mass)
      ringMeans = pairs.map { ratio($1, $0) }
    }
  }

  /// What a unit of a row's mass deserves; above 0.
  @inline(__always)
  func value(label: Int, cost: Double) -> Double {
    guard !ringMeans.isEmpty else { return base[label] + slope[label] * cost }
    let ring =
      label &* RoughClusters.ringCount &+ RoughClusters.ring(cost: cost, mean: ringMeans[label])
    return base[ring] + slope[ring] * cost
  }

  /// Rings of the same number whose clusters' parts of their cost are within a factor of two are a
  /// group; those with less than 1/64 of an even part go together.
  private static func groups(
    _ clusters: RoughClusters, mass: Double
  ) -> (base: [Double], slope: [Double]) {
    let (k, rings) = (clusters.masses.count, RoughClusters.ringCount)
    let leastPart = -6
    var group = [Int](repeating: -1, count: k * rings)
    var groupCosts: [Double] = []
    for ring in 1..<rings {
      let all = (0..<k).reduce(0.0) { $0 + clusters.ringCosts[$1 * rings + ring] }
      guard all > 0 else { continue }
      var numbers: [Int: Int] = [:]
      for cluster in 0..<k where clusters.ringCosts[cluster * rings + ring] > 0 {
        let own = clusters.ringCosts[cluster * rings + ring]
        let part = max(leastPart, Int((own / all * Double(k)).exponent))
        let number = numbers[part] ?? groupCosts.count
        if number == groupCosts.count {
          numbers[part] = number
          groupCosts.append(0)
        }
        group[cluster * rings + ring] = number
        groupCosts[number] += own
      }
    }
    var base = [Double](repeating: 0, count: k * rings)
    var slope = base
    for cluster in 0..<k {
      // Rows near their center: every cluster the same, by mass.
      let inner = clusters.ringMasses[cluster * rings]
      if inner > 0 { base[cluster * rings] = 1 / (Double(k) * inner) }
      for ring in 1..<rings where group[cluster * rings + ring] >= 0 {
        slope[cluster * rings + ring] = 1 / groupCosts[group[cluster * rings + ring]]
      }
    }
    return (base, slope)
  }
}
