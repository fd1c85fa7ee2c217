import Clade

/// HDBSCAN* as it is defined, from the matrix of all distances: regions are looked up at one height
/// after the other, with no spanning tree.
struct HDBSCANOracle {
  /// A dense region.
  struct Region {
    let rows: [Int]
    let birth: Double
    var parts: [Int] = []
    var parent = -1
  }

  private let minClusterSize: Int
  private let reach: [[Double]]
  private(set) var regions: [Region] = []
  /// The height at which each row leaves its smallest region.
  private(set) var heights: [Double]
  private(set) var homes: [Int]

  init(_ data: Matrix<Double>, minClusterSize: Int, minSamples: Int, metric: Metric = .euclidean)
    throws
  {
    let n = data.rowCount
    let distances = try metric.distances(of: data)
    let cores = (0..<n).map { row in
      (0..<n).filter { $0 != row }.map { distances[row, $0] }.sorted()[min(minSamples, n - 1) - 1]
    }
    reach = (0..<n).map { a in
      (0..<n).map { b in max(distances[a, b], cores[a], cores[b]) }
    }
    self.minClusterSize = minClusterSize
    heights = Array(repeating: 0, count: n)
    homes = Array(repeating: 0, count: n)
    regions = [Region(rows: Array(0..<n), birth: .infinity)]
    descend(0, Array(0..<n))
  }

  /// Follows a region down from the rows that it has left.
  private mutating func descend(_ region: Int, _ rows: [Int]) {
    // The least height at which all are connected: where they are without longer pairs.
    let pairs = Set(rows.flatMap { a in rows.filter { $0 != a }.map { reach[a][$0] } }).sorted()
    var (low, high) = (0, pairs.count - 1)
    while low < high {
      let middle = (low + high) / 2
      if components(rows, { $0 <= pairs[middle] }).count == 1 {
        high = middle
      } else {
        low = middle + 1
      }
    }
    let height = pairs[low]
    let parts = components(rows) { $0 < height }
    let large = parts.filter { $0.count >= minClusterSize }
    let small = parts.filter { $0.count < minClusterSize }
    for row in small.flatMap(\.self) {
      heights[row] = height
      homes[row] = region
    }
    if large.count == 1 { return descend(region, large[0]) }
    for part in large {
      regions[region].parts.append(regions.count)
      var next = Region(rows: part, birth: height)
      next.parent = region
      regions.append(next)
      descend(regions.count - 1, part)
    }
  }

  private func components(_ rows: [Int], _ connects: (Double) -> Bool) -> [[Int]] {
    var rest = Set(rows)
    var result: [[Int]] = []
    while let start = rest.first {
      rest.remove(start)
      var part = [start]
      var next = 0
      while next < part.count {
        for row in rest where connects(reach[part[next]][row]) {
          part.append(row)
          rest.remove(row)
        }
        next += 1
      }
      result.append(part)
    }
    return result
  }

  /// The excess of mass of a region.
  func stability(_ region: Int) -> Double {
    let birth = 1 / regions[region].birth
    let within = Set(regions[region].parts.flatMap { regions[$0].rows })
    return regions[region].rows.reduce(0.0) { sum, row in
      let height = within.contains(row) ? regions[regions[region].parts[0]].birth : heights[row]
      return sum + (1 / height - birth)
    }
  }

  /// The partition by excess of mass, or by leaves: sets of rows.
  func clusters(leaves: Bool = false) -> [[Int]] {
    func best(_ region: Int) -> (value: Double, chosen: [Int]) {
      let below = regions[region].parts.map(best)
      let sum = below.reduce(0) { $0 + $1.value }
      let own = stability(region)
      if region == 0 || (leaves && !below.isEmpty) || sum > own {
        return (sum, below.flatMap(\.chosen))
      }
      return (own, [region])
    }
    let chosen = regions.count > 1 ? best(0).chosen : []
    return chosen.map { regions[$0].rows.sorted() }
  }
}
