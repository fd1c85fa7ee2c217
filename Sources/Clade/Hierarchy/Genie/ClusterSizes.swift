/// The sizes of clusters while these are joined, and how unequal they are.
///
/// All is counted in whole numbers, so that the index is the same however clusters came about.
struct ClusterSizes: ~Copyable {
  /// The number of clusters.
  private(set) var clusterCount: Int
  /// The size of the smallest cluster; 0 where there is none.
  private(set) var smallest: Int
  /// The sum of all sizes.
  private let total: Int
  /// The number of clusters of each size (0...total).
  private let numbers: UnsafeMutablePointer<Int32>
  /// The clusters of 16 sizes each, of 16 · 16 sizes each, and so on, up to the last ones, of which
  /// there are at most 16.
  private var levels: [Level] = []
  /// The sum of the differences of all pairs of sizes.
  private var differences: Int

  /// The clusters of stretches of sizes.
  private struct Level {
    /// The bits of a size that tell where in a stretch it is.
    let bits: Int
    let sums: UnsafeMutablePointer<Sums>

    /// Counts `clusters` of `size` rows more in a stretch.
    @inline(__always)
    func add(_ clusters: Int, of size: Int, to stretch: Int) {
      sums[stretch].clusters += clusters
      sums[stretch].rows += clusters * size
    }
  }

  private struct Sums {
    var clusters = 0
    var rows = 0
  }

  private static let stretchBits = 4

  /// Counts clusters.
  ///
  /// - Complexity: O(total) time and memory; O(log total) time for what follows, less for small
  ///   sizes.
  init(_ sizes: [Int32]) {
    total = sizes.reduce(0) { $0 + Int($1) }
    clusterCount = sizes.count
    numbers = .allocate(capacity: total + 1)
    numbers.initialize(repeating: 0, count: total + 1)
    for size in sizes { numbers[Int(size)] += 1 }
    smallest = Int(sizes.min() ?? 0)
    differences = 0
    var smaller = Sums()
    var bits = Self.stretchBits
    while total >> bits > 0 {
      let count = total >> bits + 1
      let sums = UnsafeMutablePointer<Sums>.allocate(capacity: count)
      sums.initialize(repeating: Sums(), count: count)
      levels.append(Level(bits: bits, sums: sums))
      bits += Self.stretchBits
    }
    for size in 0...total where numbers[size] > 0 {
      let clusters = Int(numbers[size])
      differences += clusters * (size * smaller.clusters - smaller.rows)
      smaller.clusters += clusters
      smaller.rows += clusters * size
      for level in levels {
        level.add(clusters, of: size, to: size >> level.bits)
      }
    }
  }

  deinit {
    numbers.deallocate()
    for level in levels { level.sums.deallocate() }
  }

  /// Gini's index of the sizes, normalised: 0 where all are equal, 1 where one cluster has nearly
  /// all rows.
  var giniIndex: Double {
    guard clusterCount > 1 else { return 0 }
    return Double(differences) / (Double(total) * Double(clusterCount - 1))
  }

  /// Joins a cluster of `a` rows and one of `b`.
  mutating func join(_ a: Int, _ b: Int) {
    // The new size from all others but the two.
    differences += difference(from: a + b) - a - b
    differences -= difference(from: a) + difference(from: b) - abs(a - b)
    numbers[a] -= 1
    numbers[b] -= 1
    numbers[a + b] += 1
    for level in levels {
      let (low, high, sum) = (a >> level.bits, b >> level.bits, (a + b) >> level.bits)
      if low == sum, high == sum {
        // The rows stay in their stretch.
        level.sums[sum].clusters -= 1
      } else {
        level.add(-1, of: a, to: low)
        level.add(-1, of: b, to: high)
        level.add(1, of: a + b, to: sum)
      }
    }
    clusterCount -= 1
    while numbers[smallest] == 0 { smallest += 1 }
  }

  /// The sum of the differences of all sizes from one.
  private func difference(from size: Int) -> Int {
    // How much smaller all smaller ones are; those that are larger are so by what is left.
    var below = 0
    var first = max(smallest, (size >> Self.stretchBits) << Self.stretchBits)
    while first < size {
      below += Int(numbers[first]) * (size - first)
      first += 1
    }
    for level in levels {
      let stretch = size >> level.bits
      if stretch == 0 { break }
      var place = max(
        smallest >> level.bits, (stretch >> Self.stretchBits) << Self.stretchBits)
      while place < stretch {
        below += level.sums[place].clusters * size - level.sums[place].rows
        place += 1
      }
    }
    return total - size * clusterCount + 2 * below
  }
}
