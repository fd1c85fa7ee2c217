/// Merges that are made one after the other between clusters that rows stand for.
struct RowJoints {
  private var forest: SpanningForest
  /// The cluster of the dendrogram and the number of rows, at each root.
  private var clusters: [Int32]
  private var sizes: [Int32]
  private(set) var merges: [Dendrogram.Merge] = []

  /// All rows apart.
  init(rowCount: Int) {
    forest = SpanningForest(placeCount: rowCount)
    clusters = Array(0..<Int32(rowCount))
    sizes = Array(repeating: 1, count: rowCount)
    merges.reserveCapacity(max(0, rowCount - 1))
  }

  /// Joins the clusters of two rows, unless they are in the same one.
  mutating func join(_ a: Int32, _ b: Int32, at height: Double) {
    let (first, second) = (Int(forest.root(of: a)), Int(forest.root(of: b)))
    guard forest.join(a, b) else { return }
    let size = sizes[first] + sizes[second]
    let (low, high) = (clusters[first], clusters[second])
    merges.append(.init(first: min(low, high), second: max(low, high), height: height, size: size))
    let root = Int(forest.root(of: a))
    clusters[root] = Int32(clusters.count + merges.count - 1)
    sizes[root] = size
  }

  /// The merges as they were made.
  var dendrogram: Dendrogram { Dendrogram(rowCount: clusters.count, checked: merges) }

  /// The cluster of the dendrogram that a row is in.
  mutating func cluster(of row: Int32) -> Int32 { clusters[Int(forest.root(of: row))] }

  /// The merges with heights lowered so that none is above a later one.
  var monotoneDendrogram: Dendrogram {
    var lowered = merges
    Self.lowerHeights(&lowered)
    return Dendrogram(rowCount: clusters.count, checked: lowered)
  }

  /// Lowers heights so that none is above a later one.
  static func lowerHeights(_ merges: inout [Dendrogram.Merge]) {
    merges.withUnsafeMutableBufferPointer { merges in
      var least = Double.infinity
      for index in merges.indices.reversed() {
        let merge = merges[index]
        least = min(least, merge.height)
        merges[index] = .init(
          first: merge.first, second: merge.second, height: least, size: merge.size)
      }
    }
  }
}
