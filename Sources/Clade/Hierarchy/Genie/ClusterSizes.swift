/// The sizes of clusters while these are joined, and how unequal they are.
///
/// All is counted in whole numbers, so that the index is the same however clusters came about.
struct ClusterSizes {
  /// The number of clusters.
  private(set) var clusterCount = 0
  /// The size of the smallest cluster.
  private(set) var smallest: Int
  /// The sum of all sizes, and of those that are in ``sums`` at a time.
  private let total: Int
  private var rowCount = 0
  /// The number of clusters of each size (0...total).
  private var numbers: [Int32]
  /// A Fenwick tree over sizes: how many clusters there are up to a size, and with how many rows.
  private var sums: [Sums]
  /// The sum of the differences of all pairs of sizes.
  private var differences: Int

  private struct Sums {
    var clusters = 0
    var rows = 0
  }

  /// Counts clusters.
  ///
  /// - Complexity: O(total) time and memory; O(log total) time for what follows.
  init(_ sizes: [Int32]) {
    total = sizes.reduce(0) { $0 + Int($1) }
    numbers = Array(repeating: 0, count: total + 1)
    for size in sizes { numbers[Int(size)] += 1 }
    sums = Array(repeating: Sums(), count: total + 1)
    differences = 0
    smallest = numbers.firstIndex { $0 > 0 } ?? 0
    var smaller = Sums()
    for size in numbers.indices where numbers[size] > 0 {
      let clusters = Int(numbers[size])
      differences += clusters * (size * smaller.clusters - smaller.rows)
      smaller.clusters += clusters
      smaller.rows += clusters * size
      add(clusters, of: size)
    }
  }

  /// Gini's index of the sizes, normalised: 0 where all are equal, 1 where one cluster has nearly all
  /// rows.
  var giniIndex: Double {
    guard clusterCount > 1 else { return 0 }
    return Double(differences) / (Double(total) * Double(clusterCount - 1))
  }

  /// Joins a cluster of `a` rows and one of `b`.
  mutating func join(_ a: Int, _ b: Int) {
    differences -= difference(from: a) + difference(from: b) - abs(a - b)
    add(-1, of: a)
    add(-1, of: b)
    numbers[a] -= 1
    numbers[b] -= 1
    differences += difference(from: a + b)
    add(1, of: a + b)
    numbers[a + b] += 1
    while numbers[smallest] == 0 { smallest += 1 }
  }

  /// The sum of the differences of all sizes from one.
  private func difference(from size: Int) -> Int {
    var upTo = Sums()
    var node = size
    while node > 0 {
      upTo.clusters += sums[node].clusters
      upTo.rows += sums[node].rows
      node &= node - 1
    }
    return size * upTo.clusters - upTo.rows + (rowCount - upTo.rows)
      - size * (clusterCount - upTo.clusters)
  }

  private mutating func add(_ clusters: Int, of size: Int) {
    clusterCount += clusters
    rowCount += clusters * size
    var node = size
    while node <= total {
      sums[node].clusters += clusters
      sums[node].rows += clusters * size
      node += node & -node
    }
  }
}
