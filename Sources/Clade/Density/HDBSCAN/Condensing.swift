import CladeCore

/// Condenses a hierarchy: parts of fewer than `minClusterSize` rows leave their cluster one by one,
/// larger ones are clusters of their own where there are at least two of them.
struct Condensing {
  private let tree: MergeTree
  private let minClusterSize: Int
  /// For each merge with its ``MergeTree/isInner(_:)`` parts: how many large parts it joins, and
  /// how many rows these have.
  private var largeParts: [Int32]
  private var largeRows: [Int32]
  /// The cluster that each merge is in, and the height at which its rows left it; NaN where they
  /// haven't.
  private var clusters: [Int32]
  private var leftAt: [Double]

  private var parents: [Int32] = [-1]
  private var births: [Double] = [.infinity]
  private var deaths: [Double] = [.infinity]
  private var sizes: [Int]
  private var stabilities = [CompensatedSum()]
  private var rowClusters: [Int32]
  private var rowHeights: [Double]

  /// The condensed tree of the rows of `data`; where only their distances are known, `nil`.
  ///
  /// - Complexity: O(n) time and memory, and O(n · d) at most where clusters tie.
  static func condense<Scalar: MatrixScalar>(
    _ tree: MergeTree, minClusterSize: Int, data: Matrix<Scalar>?
  ) -> CondensedTree {
    var condensing = Condensing(tree, minClusterSize)
    condensing.countLargeParts()
    condensing.descend()
    return condensing.result(data)
  }

  private init(_ tree: MergeTree, _ minClusterSize: Int) {
    self.tree = tree
    self.minClusterSize = minClusterSize
    let merges = tree.heights.count
    largeParts = Array(repeating: 0, count: merges)
    largeRows = Array(repeating: 0, count: merges)
    clusters = Array(repeating: 0, count: merges)
    leftAt = Array(repeating: .nan, count: merges)
    sizes = [tree.rowCount]
    rowClusters = Array(repeating: 0, count: tree.rowCount)
    rowHeights = Array(repeating: .infinity, count: tree.rowCount)
  }

  /// From the leaves to the root.
  private mutating func countLargeParts() {
    let n = tree.rowCount
    for merge in tree.heights.indices {
      for side in 0..<2 {
        let part = Int(tree.parts[2 * merge + side]) - n
        if part < 0 { continue }  // One row is never a cluster.
        if tree.heights[part] == tree.heights[merge] {
          largeParts[merge] += largeParts[part]
          largeRows[merge] += largeRows[part]
        } else if Int(tree.sizes[part]) >= minClusterSize {
          largeParts[merge] += 1
          largeRows[merge] += tree.sizes[part]
        }
      }
    }
  }

  /// From the root to the rows.
  private mutating func descend() {
    let n = tree.rowCount
    // What becomes of the parts of a merge: an inner merge does as its parent does.
    var splits = [Bool](repeating: false, count: tree.heights.count)
    for merge in tree.heights.indices.reversed() {
      let cluster = Int(clusters[merge])
      let height = tree.heights[merge]
      let hasLeft = !leftAt[merge].isNaN
      let isInner = tree.isInner(merge)
      if isInner {
        splits[merge] = splits[Int(tree.parents[merge])]
      } else if !hasLeft {
        splits[merge] = largeParts[merge] >= 2
        let staying = largeParts[merge] == 1 ? Int(largeRows[merge]) : 0
        let leaving = Int(tree.sizes[merge]) - staying
        if leaving > 0 {
          stabilities[cluster].add(gain(from: births[cluster], to: height) * Double(leaving))
          deaths[cluster] = height
        }
      }
      for side in 0..<2 {
        let node = Int(tree.parts[2 * merge + side])
        if node < n {
          rowClusters[node] = Int32(cluster)
          rowHeights[node] = hasLeft ? leftAt[merge] : height
          continue
        }
        let part = node - n
        clusters[part] = Int32(cluster)
        if hasLeft {
          leftAt[part] = leftAt[merge]
        } else if tree.heights[part] != height {
          if Int(tree.sizes[part]) < minClusterSize {
            leftAt[part] = height
          } else if splits[merge] {
            clusters[part] = Int32(parents.count)
            parents.append(Int32(cluster))
            births.append(height)
            deaths.append(height)
            sizes.append(Int(tree.sizes[part]))
            stabilities.append(CompensatedSum())
          }
        }
      }
    }
  }

  /// By how much the density at `height` is above that at `birth`; 0 where both are infinite.
  private func gain(from birth: Double, to height: Double) -> Double {
    let start = CondensedTree.density(atHeight: birth)
    return start < .infinity ? CondensedTree.density(atHeight: height) - start : 0
  }

  private func result<Scalar: MatrixScalar>(_ data: Matrix<Scalar>?) -> CondensedTree {
    let tree = CondensedTree(
      parents: parents, birthHeights: births, deathHeights: deaths, sizes: sizes,
      stabilities: stabilities.map(\.value), rowClusters: rowClusters, rowHeights: rowHeights)
    let order = tree.canonicalOrder(data)
    return order.elementsEqual(parents.indices) ? tree : tree.renumbered(order)
  }
}

/// A sum that keeps what rounding takes away (Neumaier's).
///
/// Its terms have to come in an order that follows from the data: it doesn't forget their order.
struct CompensatedSum {
  private var sum = 0.0
  private var rest = 0.0

  /// Adds a term, which may be infinite.
  mutating func add(_ term: Double) {
    let next = sum + term
    if next.isFinite {
      rest += sum.magnitude >= term.magnitude ? (sum - next) + term : (term - next) + sum
    }
    sum = next
  }

  /// The sum.
  var value: Double { sum.isFinite ? sum + rest : sum }
}
