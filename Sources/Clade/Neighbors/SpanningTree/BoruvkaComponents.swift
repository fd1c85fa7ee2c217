import CKernels
import CladeCore

/// The components of a spanning forest over the places of a ``KDTree``, and the rounds of Borůvka's
/// algorithm that join them.
final class BoruvkaComponents<Scalar: MatrixScalar>: @unchecked Sendable {
  // Unchecked: threads share the memory only through kernels that are made for it.

  /// The edges found up to now, in squared lengths.
  private(set) var edges: [SpanningForest.Edge<Scalar>] = []

  private let tree: KDTree<Scalar>
  private let placeCount: Int
  private var forest: SpanningForest
  /// A place of each component.
  private var roots: [Int32]

  /// See `kd_edges.h`.
  private let rows: UnsafeMutablePointer<Scalar>
  private let cores: [Scalar]
  /// Boxes around those rows of each node that can be an end of an edge which matters.
  private var boxes: [Scalar]
  private var nodeCores: [Scalar]
  private let components: UnsafeMutableRawPointer
  private let nodeComponents: UnsafeMutablePointer<Int32>
  private let nodeBounds: UnsafeMutablePointer<Scalar>
  private let lengths: UnsafeMutablePointer<Scalar>
  /// For each component, at most the length of any edge out of it that isn't in a list; and its
  /// rows.
  private let reaches: UnsafeMutablePointer<Scalar>
  private let rowCounts: UnsafeMutablePointer<Int32>
  private let ends: UnsafeMutablePointer<Int32>
  private let locks: UnsafeMutablePointer<UInt32>

  /// Every row a component of its own.
  init(_ tree: KDTree<Scalar>, lists: PlaceLists<Scalar>, threads: Int?) {
    let cores = lists.cores
    self.tree = tree
    self.cores = cores
    boxes = tree.boxes
    placeCount = tree.placeCount
    forest = SpanningForest(placeCount: placeCount)
    roots = (0..<Int32(placeCount)).filter { cores[Int($0)].isFinite }
    rows = .allocate(capacity: max(1, placeCount * tree.columnCount))
    components = .allocate(
      byteCount: max(1, placeCount) * MemoryLayout<Scalar>.stride, alignment: 64)
    let nodes = max(1, tree.second.count)
    nodeComponents = .allocate(capacity: nodes)
    nodeBounds = .allocate(capacity: nodes)
    lengths = .allocate(capacity: max(1, placeCount))
    reaches = .allocate(capacity: max(1, placeCount))
    rowCounts = .allocate(capacity: max(1, placeCount))
    ends = .allocate(capacity: max(1, 2 * placeCount))
    locks = .allocate(capacity: Int(CLADE_KD_LOCKS))
    locks.initialize(repeating: 0, count: Int(CLADE_KD_LOCKS))
    nodeCores = []
    nonisolated(unsafe) let (rows, reaches) = (rows, reaches)
    ParallelChunks.forEach(count: placeCount, chunkSize: 8192, threads: threads) { _, range in
      tree.copyRows(
        range.lowerBound, count: range.count, to: rows + range.lowerBound * tree.columnCount)
      for place in range {
        reaches[place] = max(lists.squares[(place + 1) * lists.length - 1], cores[place])
      }
    }
    for place in 0..<placeCount {
      setComponent(of: place, -1)
      rowCounts[place] = 1
    }
    nodeCores = tree.foldNodes(
      leaf: { range in range.reduce(Scalar.infinity) { min($0, cores[$1]) } },
      inner: { min($0, $1) })
  }

  deinit {
    rows.deallocate()
    components.deallocate()
    nodeComponents.deallocate()
    nodeBounds.deallocate()
    lengths.deallocate()
    reaches.deallocate()
    rowCounts.deallocate()
    ends.deallocate()
    locks.deallocate()
  }

  /// Joins components until one is left.
  func grow(
    lists: PlaceLists<Scalar>, threads: Int?, progress: ProgressObserver?
  ) throws {
    let total = Double(max(2, roots.count))
    edges.reserveCapacity(max(0, roots.count - 1))
    func tell() {
      progress?(
        ProgressUpdate(
          stage: "growing the spanning tree",
          fraction: 1 - Elementary.log(Double(max(1, roots.count))) / Elementary.log(total)))
    }
    // The places in whose lists there may be a row of another component; only fewer as these grow.
    var open = roots.count > 1 ? roots : []
    // While lists settle a good part of the components, they are enough.
    var settling = true
    while settling, roots.count > 1 {
      try Cancellation.check()
      tell()
      beginRound(threads: threads)
      offer(lists, of: &open, threads: threads)
      let before = roots.count
      join { lengths[$0] <= reaches[$0] }
      settling = roots.count * 4 < before * 3
    }
    while roots.count > 1 {
      try Cancellation.check()
      tell()
      beginRound(threads: threads)
      offer(lists, of: &open, threads: threads)
      offerNext(threads: threads)
      setAside()
      try search(threads: threads)
      join { lengths[$0] >= 0 }
    }
    tell()
  }

  /// Labels places and nodes, and forgets the edges of the last round.
  private func beginRound(threads: Int?) {
    let labels = forest.labels()
    for root in roots {
      lengths[Int(root)] = .infinity
      ends[2 * Int(root)] = .max
      ends[2 * Int(root) + 1] = .max
    }
    labels.withUnsafeBufferPointer { labels in
      nonisolated(unsafe) let labels = labels
      ParallelChunks.forEach(count: tree.leaves.count, chunkSize: 512, threads: threads) {
        _, range in
        for leaf in range {
          let places = tree.places(ofLeaf: Int(tree.leaves[leaf]))
          var shared = labels[places.lowerBound]
          for place in places {
            setComponent(of: place, labels[place])
            if labels[place] != shared { shared = -1 }
          }
          nodeComponents[Int(tree.leaves[leaf])] = shared
        }
      }
    }
    // Children come after their parents.
    for node in tree.second.indices.reversed() where tree.second[node] > 0 {
      let (a, b) = (nodeComponents[node + 1], nodeComponents[Int(tree.second[node])])
      nodeComponents[node] = a == b ? a : -1
    }
  }

  /// Adds the edges of those components for which `isSettled` holds.
  private func join(where isSettled: (Int) -> Bool) {
    // Its own while it is worked on, so that nobody has to watch over who else reads it.
    var forest = SpanningForest(placeCount: 0)
    swap(&forest, &self.forest)
    var found: [SpanningForest.Edge<Scalar>] = []
    for root in roots where isSettled(Int(root)) {
      let (first, second) = (ends[2 * Int(root)], ends[2 * Int(root) + 1])
      let (a, b) = (Int(forest.root(of: first)), Int(forest.root(of: second)))
      guard forest.join(Int32(a), Int32(b)) else { continue }
      found.append(.init(first: first, second: second, square: lengths[Int(root)]))
      let (low, high) = (min(a, b), max(a, b))
      rowCounts[low] += rowCounts[high]
      reaches[low] = min(reaches[low], reaches[high])
    }
    edges += found
    roots = roots.filter { forest.root(of: $0) == $0 }
    swap(&forest, &self.forest)
  }

  /// Offers the edges in the lists of open places; those that have none are open no longer.
  private func offer(
    _ lists: PlaceLists<Scalar>, of open: inout [Int32], threads: Int?
  ) {
    let count = open.count
    withKernelForest { kernelForest in
      lists.squares.withUnsafeBufferPointer { squares in
        lists.places.withUnsafeBufferPointer { places in
          open.withUnsafeMutableBufferPointer { open in
            guard let first = squares.baseAddress, let firstPlace = places.baseAddress,
              let firstOpen = open.baseAddress
            else { return }
            nonisolated(unsafe) let (kernelForest, from, others, some) = (
              kernelForest, first, firstPlace, firstOpen
            )
            ParallelChunks.forEach(count: count, chunkSize: 8192, threads: threads) { _, range in
              SpanningKernels.offerLists(
                kernelForest, distances: from, places: others, length: lists.length,
                some: some + range.lowerBound, count: range.count)
            }
          }
        }
      }
    }
    open.removeAll { $0 < 0 }
  }

  private func offerNext(threads: Int?) {
    withKernelForest { kernelForest in
      nonisolated(unsafe) let kernelForest = kernelForest
      let last = Int(lastPlace)
      ParallelChunks.forEach(count: last, chunkSize: 8192, threads: threads) { _, range in
        // A chunk ends with the next one's first row, which may not be its first place.
        var (first, end) = (range.lowerBound, range.upperBound)
        while !cores[first].isFinite { first -= 1 }
        while !cores[end].isFinite { end += 1 }
        SpanningKernels.offerNext(kernelForest, range: first..<end, scalar: Scalar.self)
      }
    }
  }

  /// The last place with a row.
  private var lastPlace: Int32 {
    var last = placeCount - 1
    while last > 0, !cores[last].isFinite { last -= 1 }
    return Int32(last)
  }

  /// Leaves those components out of this round's search that cost most.
  ///
  /// Any shortest edge out of a component belongs to the tree, so that not all have to be looked
  /// for at once. The one with the most rows is joined by others. And those that are far from all
  /// others, as far as is known, have a wide surrounding to be searched: they wait until those that
  /// are near each other are joined, which may well join them too.
  private func setAside() {
    var largest = roots[0]
    for root in roots where rowCounts[Int(root)] > rowCounts[Int(largest)] { largest = root }
    let others = roots.filter { $0 != largest }
    let median = others.map { lengths[Int($0)] }.sorted()[(others.count - 1) / 2]
    lengths[Int(largest)] = -1
    // In squares: twice as far.
    for root in others where lengths[Int(root)] > 4 * median { lengths[Int(root)] = -1 }
  }

  /// Looks for the shortest edge out of each component that isn't set aside.
  private func search(threads: Int?) throws {
    let bounds = tree.foldNodes(
      leaf: { range in range.reduce(-1) { max($0, lengths[component(of: $1)]) } },
      inner: { max($0, $1) })
    nodeBounds.update(from: bounds, count: bounds.count)
    shrinkBoxes(longest: bounds.first ?? 0, threads: threads)
    try withKernelForest { kernelForest in
      nonisolated(unsafe) let kernelForest = kernelForest
      let pairs = SpanningKernels.pairs(kernelForest, tree: tree)
      try ParallelChunks.forEach(count: pairs.count, chunkSize: 1, threads: threads) { index, _ in
        try Cancellation.check()
        SpanningKernels.search(kernelForest, pairs[index], scalar: Scalar.self)
      }
    }
  }

  /// Leaves the rows whose core distance is more than `longest` out of the boxes: they are far from
  /// all others, so that a few of them make the boxes of many wide.
  private func shrinkBoxes(longest: Scalar, threads: Int?) {
    let dense = cores.reduce(0) { $0 + ($1 <= longest ? 1 : 0) }
    boxes =
      dense * 64 > tree.distinctRowCount * 63
      ? tree.boxes : tree.boxes(threads: threads) { cores[$0] <= longest }
  }

  @inline(__always)
  private func setComponent(of place: Int, _ component: Int32) {
    if Scalar.self == Float.self {
      components.assumingMemoryBound(to: Int32.self)[place] = component
    } else {
      components.assumingMemoryBound(to: Int64.self)[place] = Int64(component)
    }
  }

  @inline(__always)
  private func component(of place: Int) -> Int {
    Scalar.self == Float.self
      ? Int(components.assumingMemoryBound(to: Int32.self)[place])
      : Int(components.assumingMemoryBound(to: Int64.self)[place])
  }

  private func withKernelForest<Result>(
    _ body: (UnsafePointer<clade_kd_forest>) throws -> Result
  ) rethrows -> Result {
    try tree.withKernelTree { kernelTree in
      try cores.withUnsafeBufferPointer { cores in
        try nodeCores.withUnsafeBufferPointer { nodeCores in
          try boxes.withUnsafeBufferPointer { boxes in
            var kernelTree = kernelTree.pointee
            kernelTree.boxes = UnsafeRawPointer(boxes.baseAddress)
            return try withUnsafePointer(to: &kernelTree) { kernelTree in
              var kernelForest = clade_kd_forest(
                tree: kernelTree, rows: rows, cores: UnsafeRawPointer(cores.baseAddress),
                node_cores: UnsafeRawPointer(nodeCores.baseAddress), components: components,
                node_components: nodeComponents, node_bounds: nodeBounds, lengths: lengths,
                ends: ends, locks: locks)
              return try withUnsafePointer(to: &kernelForest, body)
            }
          }
        }
      }
    }
  }
}

extension KDTree {
  /// A value for each node: of a leaf from its places, of another node from its children's.
  func foldNodes<Value>(
    leaf: (Range<Int>) -> Value, inner: (Value, Value) -> Value
  ) -> [Value] {
    guard !second.isEmpty else { return [] }
    return Array(unsafeUninitializedCapacity: second.count) { buffer, initialized in
      // Children come after their parents.
      for node in second.indices.reversed() {
        let value =
          second[node] == 0
          ? leaf(places(ofLeaf: node)) : inner(buffer[node + 1], buffer[Int(second[node])])
        buffer.initializeElement(at: node, to: value)
      }
      initialized = second.count
    }
  }
}
