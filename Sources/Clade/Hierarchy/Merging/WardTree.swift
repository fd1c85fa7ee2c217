import CKernels
import CladeCore

/// The centroids of clusters in a kd-tree, for Ward's linkage without a matrix of distances.
///
/// A box of the tree bounds how near its clusters' centroids can be, and the smallest of its
/// clusters by how little that counts. Where two clusters were joined, the new one takes the first
/// one's place, and boxes grow around it; once a quarter of the clusters is gone the tree is built
/// anew.
struct WardTree: @unchecked Sendable {
  // Unchecked: threads read only.

  private static let width = KDTree<Double>.panelWidth

  /// So many are looked up together although they are in several leaves.
  private static let fewest = 8

  private let columns: Int
  /// What makes distances of squared ones.
  private let scale: DistanceScale
  /// The centroid, the number of rows, and 1 / 2 over that number, of each slot's cluster.
  private var centroids: [Double]
  private var sizes: [Double]
  private var halves: [Double]
  /// The first slot that each slot's cluster had, and where the cluster of each of these is now.
  private var names: [Int32]
  private var slotsByName: [Int32]

  /// See `ward_nearest.h`.
  private var second: [Int32] = []
  private var firstPanel: [Int32] = []
  private var endPanel: [Int32] = []
  private var boxes: [Double] = []
  private var panels: [Double] = []
  private var placeHalves: [Double] = []
  private var nodeHalves: [Double] = []
  private var slots: [Int32] = []
  private var placeNames: [Int32] = []
  /// The place of each slot, and the leaf of each panel.
  private var places: [Int32] = []
  private var leaves: [Int32] = []

  /// Clusters of equal rows.
  ///
  /// - Parameters:
  ///   - rows: A row of each cluster (m × d).
  ///   - sizes: The number of rows of each (m).
  ///   - scale: What makes distances of squared ones.
  init(_ rows: Matrix<Double>, sizes: [Int32], scale: DistanceScale, threads: Int?) throws {
    columns = rows.columnCount
    self.scale = scale
    centroids = rows.withUnsafeBufferPointer { Array($0) }
    self.sizes = sizes.map { Double($0) }
    halves = sizes.map { 0.5 / Double($0) }
    names = Array(0..<Int32(sizes.count))
    slotsByName = names
    try build(threads: threads)
  }

  private mutating func build(threads: Int?) throws {
    let matrix = try Matrix(rows: sizes.count, columns: columns, values: centroids)
    let tree = try KDTree(matrix, threads: threads)
    second = tree.second
    boxes = tree.boxes
    // Clusters may share a centroid, and a place in that tree, but not here.
    (firstPanel, endPanel) = (tree.firstPanel, tree.endPanel)
    slots.removeAll(keepingCapacity: true)
    leaves.removeAll(keepingCapacity: true)
    for node in second.indices {
      firstPanel[node] = Int32(slots.count / Self.width)
      guard second[node] == 0 else { continue }
      for place in tree.places(ofLeaf: node) {
        slots +=
          tree.members[
            Int(tree.memberStarts[place])..<Int(tree.memberStarts[place + 1])]
      }
      while slots.count % Self.width != 0 { slots.append(-1) }
      endPanel[node] = Int32(slots.count / Self.width)
      while leaves.count * Self.width < slots.count { leaves.append(Int32(node)) }
    }
    places = Array(repeating: 0, count: sizes.count)
    panels = Array(repeating: .infinity, count: slots.count * columns)
    placeHalves = Array(repeating: 0, count: slots.count)
    placeNames = slots.map { $0 < 0 ? -1 : names[Int($0)] }
    for (place, slot) in slots.enumerated() where slot >= 0 {
      places[Int(slot)] = Int32(place)
      put(Int(slot))
    }
    nodeHalves = Array(repeating: 0, count: second.count)
    refit(Array(repeating: true, count: second.count))
  }

  /// Writes a cluster to its place.
  private mutating func put(_ slot: Int) {
    let place = Int(places[slot])
    let (panel, lane) = place.quotientAndRemainder(dividingBy: Self.width)
    placeHalves[place] = halves[slot]
    for column in 0..<columns {
      panels[(panel * columns + column) * Self.width + lane] = centroids[slot * columns + column]
    }
  }

  /// Leaves the place of a cluster empty.
  private mutating func clear(_ slot: Int) {
    let place = Int(places[slot])
    let (panel, lane) = place.quotientAndRemainder(dividingBy: Self.width)
    (slots[place], placeNames[place]) = (-1, -1)
    placeHalves[place] = 0
    for column in 0..<columns {
      panels[(panel * columns + column) * Self.width + lane] = .infinity
    }
  }

  /// Fits boxes to the clusters in them, those of some leaves and of what is above.
  private mutating func refit(_ isChanged: [Bool]) {
    var isChanged = isChanged
    // Children come after their parents.
    for node in second.indices.reversed() {
      let box = node * 2 * columns
      let next = Int(second[node])
      if next == 0 {
        guard isChanged[node] else { continue }
        let range = (Int(firstPanel[node]) * Self.width)..<(Int(endPanel[node]) * Self.width)
        nodeHalves[node] = range.reduce(0) { max($0, placeHalves[$1]) }
        for column in 0..<columns {
          var (lower, upper) = (Double.infinity, -Double.infinity)
          for place in range where slots[place] >= 0 {
            let x = centroids[Int(slots[place]) * columns + column]
            (lower, upper) = (min(lower, x), max(upper, x))
          }
          (boxes[box + column], boxes[box + columns + column]) = (lower, upper)
        }
      } else {
        guard isChanged[node + 1] || isChanged[next] else { continue }
        isChanged[node] = true
        nodeHalves[node] = max(nodeHalves[node + 1], nodeHalves[next])
        let (left, right) = ((node + 1) * 2 * columns, next * 2 * columns)
        for column in 0..<columns {
          boxes[box + column] = min(boxes[left + column], boxes[right + column])
          boxes[box + columns + column] =
            max(boxes[left + columns + column], boxes[right + columns + column])
        }
      }
    }
  }

  /// Calls `body` with the tree as the kernel takes it.
  private func withKernelTree<Result>(
    _ body: (_ tree: UnsafePointer<clade_ward_tree>) throws -> Result
  ) rethrows -> Result {
    var tree = clade_ward_tree()
    tree.columns = columns
    return try second.withUnsafeBufferPointer { second in
      try firstPanel.withUnsafeBufferPointer { firstPanel in
        try endPanel.withUnsafeBufferPointer { endPanel in
          (tree.second, tree.first_panel) = (second.baseAddress, firstPanel.baseAddress)
          tree.end_panel = endPanel.baseAddress
          return try boxes.withUnsafeBufferPointer { boxes in
            try panels.withUnsafeBufferPointer { panels in
              try placeHalves.withUnsafeBufferPointer { placeHalves in
                try nodeHalves.withUnsafeBufferPointer { nodeHalves in
                  try placeNames.withUnsafeBufferPointer { names in
                    (tree.boxes, tree.panels) = (boxes.baseAddress, panels.baseAddress)
                    (tree.halves, tree.node_halves) = (
                      placeHalves.baseAddress, nodeHalves.baseAddress
                    )
                    tree.names = names.baseAddress
                    return try withUnsafePointer(to: &tree, body)
                  }
                }
              }
            }
          }
        }
      }
    }
  }
}

extension WardTree: ClusterSpace {
  mutating func findNearest(
    of wanted: [Int32], nearest: inout [Int32], distances: inout [Double], threads: Int?
  ) throws {
    let queries = inOrderOfPlaces(wanted)
    let groups = groups(of: queries)
    let (columns, centroids, halves) = (columns, centroids, halves)
    let (names, slotsByName) = (names, slotsByName)
    try nearest.withUnsafeMutableBufferPointer { nearest in
      try distances.withUnsafeMutableBufferPointer { distances in
        nonisolated(unsafe) let (nearest, distances) = (nearest, distances)
        try withKernelTree { tree in
          nonisolated(unsafe) let tree = tree
          try ParallelChunks.forEach(count: groups.count, chunkSize: 16, threads: threads) {
            _, range in
            try Cancellation.check()
            var rows = [Double](repeating: 0, count: Int(CLADE_WARD_GROUP) * columns)
            var (own, ownHalves) = ([Int32](), [Double]())
            for group in groups[range] {
              own = Array(queries[group])
              ownHalves = own.map { halves[Int($0)] }
              for (index, slot) in own.enumerated() {
                for column in 0..<columns {
                  rows[index * columns + column] = centroids[Int(slot) * columns + column]
                }
              }
              let ownNames = own.map { names[Int($0)] }
              var found = own.map { slot in
                nearest[Int(slot)] < 0 ? -1 : names[Int(nearest[Int(slot)])]
              }
              var least = own.map { distances[Int($0)] }
              clade_ward_nearest(tree, rows, ownHalves, ownNames, own.count, &least, &found)
              for (index, slot) in own.enumerated() {
                nearest[Int(slot)] = found[index] < 0 ? -1 : slotsByName[Int(found[index])]
                distances[Int(slot)] = least[index]
              }
            }
          }
        }
      }
    }
  }

  /// Slots in the order of their places in the tree, so that those next to each other are near.
  private func inOrderOfPlaces(_ wanted: [Int32]) -> [Int32] {
    var isWanted = [Bool](repeating: false, count: sizes.count)
    for slot in wanted { isWanted[Int(slot)] = true }
    return slots.filter { $0 >= 0 && isWanted[Int($0)] }
  }

  /// Ranges of queries that are in one leaf, or few.
  private func groups(of queries: [Int32]) -> [Range<Int>] {
    var groups: [Range<Int>] = []
    func leaf(_ index: Int) -> Int32 { leaves[Int(places[Int(queries[index])]) / Self.width] }
    var start = 0
    for index in 1..<max(1, queries.count + 1) {
      if index == queries.count || index - start == Int(CLADE_WARD_GROUP)
        || (leaf(index) != leaf(start) && index - start >= Self.fewest)
      {
        if index > start { groups.append(start..<index) }
        start = index
      }
    }
    return groups
  }

  mutating func join(_ pairs: [SlotPair], distances: [Double], threads: Int?) {
    var isChanged = [Bool](repeating: false, count: second.count)
    for pair in pairs {
      let (a, b) = (Int(pair.first), Int(pair.second))
      for slot in [a, b] { isChanged[Int(leaves[Int(places[slot]) / Self.width])] = true }
      let size = sizes[a] + sizes[b]
      for column in 0..<columns {
        let (x, y) = (centroids[a * columns + column], centroids[b * columns + column])
        centroids[a * columns + column] = (sizes[a] * x + sizes[b] * y) / size
      }
      (sizes[a], sizes[b]) = (size, 0)
      halves[a] = 0.5 / size
      put(a)
      clear(b)
    }
    refit(isChanged)
  }

  func distance(_ a: Int32, fromJoined b: Int32) -> Double {
    var sum = 0.0
    for column in 0..<columns {
      let difference =
        centroids[Int(a) * columns + column] - centroids[Int(b) * columns + column]
      sum = sum.addingProduct(difference, difference)
    }
    return sum / (halves[Int(a)] + halves[Int(b)])
  }

  mutating func keep(_ kept: [Int32], threads: Int?) throws {
    centroids = kept.flatMap { slot in
      centroids[(Int(slot) * columns)..<((Int(slot) + 1) * columns)]
    }
    sizes = kept.map { sizes[Int($0)] }
    halves = kept.map { halves[Int($0)] }
    names = kept.map { names[Int($0)] }
    for (slot, name) in names.enumerated() { slotsByName[Int(name)] = Int32(slot) }
    try build(threads: threads)
  }

  func height(raw: Double) -> Double { scale(raw) }
}
