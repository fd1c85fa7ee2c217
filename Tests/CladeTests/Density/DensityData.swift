import Clade

/// Rows that density methods are tested on, and DBSCAN by its definition.
enum DensityData {
  /// Groups of rows around centers, and rows anywhere; `step` rounds to a grid, which makes ties and
  /// duplicates.
  static func rows(
    _ count: Int, columns: Int, groups: Int = 4, step: Double? = nil, seed: UInt64
  ) -> Matrix<Double> {
    var random = CounterRandom(seed: seed)
    let centers = (0..<groups * columns).map { _ in random.uniform() * 10 }
    return Matrix(rows: count, columns: columns) { target in
      for row in 0..<count {
        let group = Int(random.uniform() * Double(groups))
        let isNoise = random.uniform() < 0.1
        for column in 0..<columns {
          var value =
            isNoise
            ? random.uniform() * 10 : centers[group * columns + column] + random.normal() * 0.4
          if let step { value = (value / step).rounded() * step }
          target.initializeElement(at: row * columns + column, to: value)
        }
      }
    }
  }

  /// An order in which rows can be shuffled.
  static func shuffled(_ count: Int, seed: UInt64) -> [Int] {
    var random = CounterRandom(seed: seed)
    return (0..<count).map { ($0, random.uniform()) }.sorted { $0.1 < $1.1 }.map(\.0)
  }

  /// DBSCAN by its definition, from a matrix of distances.
  static func byDefinition(
    _ distances: Matrix<Double>, of data: Matrix<Double>, eps: Double, minSamples: Int,
    weights: [Double]? = nil
  ) -> (isCore: [Bool], labels: [Int32]) {
    let count = distances.rowCount
    let neighbours = (0..<count).map { row in
      (0..<count).filter { distances[row, $0] <= eps }
    }
    let isCore = neighbours.map { near in
      near.reduce(0) { $0 + (weights?[$1] ?? 1) } >= Double(minSamples)
    }
    var group = [Int](repeating: -1, count: count)
    for start in 0..<count where isCore[start] && group[start] < 0 {
      var pending = [start]
      group[start] = start
      while let row = pending.popLast() {
        for other in neighbours[row] where isCore[other] && group[other] < 0 {
          group[other] = start
          pending.append(other)
        }
      }
    }
    let cores = group
    for row in 0..<count where !isCore[row] {
      let near = neighbours[row].filter { isCore[$0] }
      let nearest = near.min { a, b in
        let (x, y) = (distances[row, a], distances[row, b])
        return x != y ? x < y : data.row(a).lexicographicallyPrecedes(data.row(b))
      }
      if let nearest { group[row] = cores[nearest] }
    }
    var members: [Int: [Int]] = [:]
    for (row, own) in group.enumerated() where own >= 0 { members[own, default: []].append(row) }
    let ordered = members.values.sorted { a, b in
      let firsts = (a.map(data.row), b.map(data.row)).0.min { $0.lexicographicallyPrecedes($1) }
      let others = b.map(data.row).min { $0.lexicographicallyPrecedes($1) }
      return a.count != b.count
        ? a.count > b.count : (firsts ?? []).lexicographicallyPrecedes(others ?? [])
    }
    var labels = [Int32](repeating: -1, count: count)
    for (number, rows) in ordered.enumerated() {
      for row in rows { labels[row] = Int32(number) }
    }
    return (isCore, labels)
  }
}
