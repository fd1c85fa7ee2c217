import CladeCore

/// Weighted points that stand for the rows of a stream, in memory that grows with the logarithm of
/// their number.
///
/// Rows are collected; twice ``size`` of them are reduced to ``size`` points, two such sets to one
/// of the next level, and so on (merge-and-reduce: "On Coresets for k-Means and k-Median
/// Clustering", Har-Peled and Mazumdar, 2004). A set is reduced by drawing points as k-means++ does
/// and giving every point to the nearest ("StreamKM++: A Clustering Algorithm for Data Streams",
/// Ackermann and others, 2012). A point is the mean of its rows and carries their spread around it,
/// so the cost of centers is exact where no point's rows belong to two of them, and never too small
/// but for that.
struct StreamCoreset: Sendable, Codable {
  /// The points that a set is reduced to.
  let size: Int
  private let columns: Int
  private let seed: UInt64
  private var recent: WeightedPoints
  /// A set of each level that is occupied; one of level i stands for 2^(i+1) · size rows.
  private var levels: [WeightedPoints?] = []
  private var reductions: UInt64 = 0

  init(size: Int, columns: Int, seed: UInt64) {
    self.size = size
    self.columns = columns
    self.seed = seed
    recent = WeightedPoints(columns: columns)
  }

  /// Adds a row.
  ///
  /// - Complexity: O(size · d) on average.
  mutating func add(_ row: UnsafePointer<Double>) {
    recent.append(row, mass: 1, spread: 0)
    guard recent.count == 2 * size else { return }
    var set = reduced(recent)
    recent = WeightedPoints(columns: columns)
    var level = 0
    while level < levels.count, let other = levels[level] {
      set.append(other)
      set = reduced(set)
      levels[level] = nil
      level += 1
    }
    if level == levels.count { levels.append(nil) }
    levels[level] = set
  }

  /// All points.
  var points: WeightedPoints {
    var all = recent
    for case let set? in levels { all.append(set) }
    return all
  }

  private mutating func reduced(_ points: WeightedPoints) -> WeightedPoints {
    reductions += 1
    return points.reduced(to: size, random: CounterRandom(seed: seed, stream: 6 << 60 | reductions))
  }
}

/// Points that each stand for some rows: their number, their mean, and how far they are spread.
struct WeightedPoints: Sendable, Codable {
  let columns: Int
  /// The means, one after the other (m · d).
  private(set) var means: [Double] = []
  /// The number of rows of each (m).
  private(set) var masses: [Double] = []
  /// The sum of the squared distances of the rows from their mean (m).
  private(set) var spreads: [Double] = []

  init(columns: Int) { self.columns = columns }

  /// The number of points, m.
  var count: Int { masses.count }

  /// The means (m × d).
  var matrix: Matrix<Double> {
    Matrix(rows: count, columns: columns) { _ = $0.initialize(from: means) }
  }

  mutating func append(_ mean: UnsafePointer<Double>, mass: Double, spread: Double) {
    means.append(contentsOf: UnsafeBufferPointer(start: mean, count: columns))
    masses.append(mass)
    spreads.append(spread)
  }

  mutating func append(_ other: WeightedPoints) {
    means += other.means
    masses += other.masses
    spreads += other.spreads
  }

  /// The sum of the squared distances of the rows from the nearest of some centers (k × d).
  ///
  /// - Complexity: O(m · k · d).
  func cost(of centers: Matrix<Double>, threads: Int?) -> Double {
    let distances = NearestCenters.assign(matrix, centers, threads: threads).squaredDistances
    var cost = 0.0
    for index in distances.indices { cost += masses[index] * distances[index] + spreads[index] }
    return cost
  }

  /// At most `size` of the points, drawn with a probability proportional to their mass times the
  /// squared distance from those drawn before, which have taken in the others.
  ///
  /// - Complexity: O(m · size · d).
  func reduced(to size: Int, random: CounterRandom) -> WeightedPoints {
    var random = random
    let packed = PackedRows(matrix)
    var nearest = [Double](repeating: .infinity, count: count)
    var owners = [Int32](repeating: 0, count: count)
    var distances = [Double](repeating: 0, count: packed.paddedCount)
    var chosen: [Int] = []
    // What the points are drawn by: their masses, then times the squared distances.
    var potentials = masses
    var total = masses.reduce(0, +)
    while chosen.count < size, total > 0 {
      let next = Self.draw(random.uniform() * total, potentials)
      let number = chosen.count
      chosen.append(next)
      means.withUnsafeBufferPointer { means in
        distances.withUnsafeMutableBufferPointer { distances in
          guard let from = means.baseAddress, let to = distances.baseAddress else { return }
          packed.squaredDistances(
            from: from + next * columns, count: 1, into: to, stride: packed.paddedCount)
        }
      }
      total = takeIn(distances, number, &nearest, &owners, &potentials)
    }
    return merged(owners, centers: chosen)
  }

  /// The point at which the sum of the potentials goes beyond a number; the last one that has any
  /// if rounding leaves none.
  private static func draw(_ target: Double, _ potentials: [Double]) -> Int {
    var rest = target
    for index in potentials.indices {
      rest -= potentials[index]
      if rest < 0, potentials[index] > 0 { return index }
    }
    return potentials.lastIndex { $0 > 0 } ?? 0
  }

  /// Gives the points that are nearer to a new one to that; the sum of the potentials is taken in
  /// four parts that are always the same.
  private func takeIn(
    _ distances: [Double], _ number: Int, _ nearest: inout [Double], _ owners: inout [Int32],
    _ potentials: inout [Double]
  ) -> Double {
    var sums = (0.0, 0.0, 0.0, 0.0)
    distances.withUnsafeBufferPointer { distances in
      masses.withUnsafeBufferPointer { masses in
        nearest.withUnsafeMutableBufferPointer { nearest in
          potentials.withUnsafeMutableBufferPointer { potentials in
            owners.withUnsafeMutableBufferPointer { owners in
              for index in 0..<masses.count {
                if distances[index] < nearest[index] {
                  nearest[index] = distances[index]
                  potentials[index] = masses[index] * distances[index]
                  owners[index] = Int32(truncatingIfNeeded: number)
                }
              }
            }
            var index = 0
            while index + 4 <= potentials.count {
              sums.0 += potentials[index]
              sums.1 += potentials[index + 1]
              sums.2 += potentials[index + 2]
              sums.3 += potentials[index + 3]
              index += 4
            }
            while index < potentials.count {
              sums.0 += potentials[index]
              index += 1
            }
          }
        }
      }
    }
    return (sums.0 + sums.1) + (sums.2 + sums.3)
  }

  /// The points that are left when each is merged into its owner.
  private func merged(_ owners: [Int32], centers: [Int]) -> WeightedPoints {
    let columns = columns
    // Relative to the owner, so that equal points stay what they are, to the last bit.
    var shifts = [Double](repeating: 0, count: centers.count * columns)
    var result = WeightedPoints(columns: columns)
    result.masses = Array(repeating: 0, count: centers.count)
    result.spreads = Array(repeating: 0, count: centers.count)
    let owners = owners.map { Int($0) }
    for (index, owner) in owners.enumerated() {
      result.masses[owner] += masses[index]
      let (from, to) = (index * columns, centers[owner] * columns)
      for column in 0..<columns {
        shifts[owner * columns + column] +=
          masses[index] * (means[from + column] - means[to + column])
      }
    }
    for (owner, center) in centers.enumerated() {
      for column in 0..<columns {
        result.means.append(
          means[center * columns + column]
            + shifts[owner * columns + column] / result.masses[owner])
      }
    }
    for (index, owner) in owners.enumerated() {
      var distance = 0.0
      for column in 0..<columns {
        let difference = means[index * columns + column] - result.means[owner * columns + column]
        distance = distance.addingProduct(difference, difference)
      }
      result.spreads[owner] += spreads[index] + masses[index] * distance
    }
    return result
  }
}
