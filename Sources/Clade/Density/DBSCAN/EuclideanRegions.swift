import CKernels
import CladeCore

/// DBSCAN's three steps for Euclidean distances, of the rows or of coordinates made of them: which
/// rows are core rows, which core rows are connected, and to which of them the others belong.
///
/// The largest boxes of a ``KDTree`` whose rows are all within ε of each other are *cells*. The
/// core rows of a cell are connected whatever their number, and of two cells it only matters
/// whether any two core rows are near enough, so that dense data costs no more than sparse data
/// ("DBSCAN Revisited: Mis-Claim, Un-Fixability, and Approximation", Gan and Tao, 2015;
/// "Theoretically-Efficient and Practical Parallel DBSCAN", Wang, Gu and Shun, 2020). Core rows of
/// leaves that are larger than a cell are connected with all that are near them.
///
/// Equal rows share a place in the tree, and are core rows together.
struct EuclideanRegions<Scalar: MatrixScalar>: Sendable {
  private let rows: DensityRows<Scalar>
  private let tree: KDTree<Scalar>
  /// The largest squared distance that is within ε.
  private let limit: Scalar
  /// What each row counts; `nil` for 1 each.
  private let weights: NeighborWeights?
  private let minSamples: Int
  private let threads: Int?
  /// The cells and the larger leaves, which together hold all rows, in ascending order.
  private let parts: [Part]

  private struct Part: Sendable {
    let node: Int32
    let isCell: Bool
  }

  /// The parts that a thread takes at a time.
  private static var chunk: Int { 64 }

  /// Finds the clusters.
  ///
  /// - Parameter limit: The largest squared distance that is within ε.
  /// - Returns: For each row the core row that stands for its cluster, −1 for noise; and whether it
  ///   is a core row.
  static func solve(
    _ rows: DensityRows<Scalar>, limit: Scalar, minSamples: Int, weights: NeighborWeights?,
    threads: Int?, progress: ProgressObserver?
  ) throws -> DensityPartition {
    progress?(ProgressUpdate(stage: "dividing space", fraction: 0))
    let tree = try KDTree(rows.prepared.coordinates, threads: threads)
    let regions = EuclideanRegions(
      rows: rows, tree: tree, limit: limit, weights: weights, minSamples: minSamples,
      threads: threads, parts: parts(of: tree, limit))
    let isCore = try regions.findCores(progress)
    let cores = tree.keepingPlaces(isCore)
    let components = try regions.connect(cores, isCore, progress)
    return try regions.settleBorders(cores, isCore, components, progress)
  }

  private static func parts(of tree: KDTree<Scalar>, _ limit: Scalar) -> [Part] {
    var parts: [Part] = []
    var pending = [0]
    while let node = pending.popLast() {
      let isCell = tree.largestSquare(within: node) <= limit
      if isCell || tree.second[node] == 0 {
        parts.append(Part(node: Int32(node), isCell: isCell))
      } else {
        pending.append(Int(tree.second[node]))
        pending.append(node + 1)
      }
    }
    return parts
  }

  /// Calls `body` for some parts at a time, from several threads at once, with a tree as the
  /// kernels take it, and room for a point.
  private func forEachPart(
    of tree: KDTree<Scalar>, _ stage: String, _ progress: ProgressObserver?,
    _ body:
      @Sendable (
        ArraySlice<Part>, UnsafePointer<clade_kd_tree>, KDTreeMembers,
        UnsafeMutablePointer<Scalar>
      ) -> Void
  ) throws {
    let count = ProgressCount(stage: stage, total: parts.count, observer: progress)
    try tree.withKernelTree { kernelTree in
      try tree.withMembers { members in
        nonisolated(unsafe) let kernelTree = kernelTree
        try ParallelChunks.forEach(count: parts.count, chunkSize: Self.chunk, threads: threads) {
          _, range in
          try Cancellation.check()
          withUnsafeTemporaryAllocation(of: Scalar.self, capacity: 2 * tree.columnCount) { point in
            guard let point = point.baseAddress else { return }
            body(parts[range], kernelTree, members, point)
          }
          count.add(range.count)
        }
      }
    }
  }

  // MARK: Core rows

  /// Whether the rows of each place are core rows: counts neighbours as far as that matters.
  private func findCores(_ progress: ProgressObserver?) throws -> [Bool] {
    var isCore = [Bool](repeating: false, count: tree.placeCount)
    try isCore.withUnsafeMutableBufferPointer { isCore in
      nonisolated(unsafe) let isCore = isCore
      try forEachPart(of: tree, "finding core rows", progress) {
        parts, kernelTree, members, point in
        var near = KDTreeSurroundings<Scalar>()
        for part in parts {
          let node = Int(part.node)
          let isDense =
            part.isCell && weights == nil && tree.rowCount(of: node) >= minSamples
          for place in tree.places(of: node) where tree.hasRow(place) {
            if isDense {
              isCore[place] = true
              continue
            }
            tree.copyPoint(place, to: point)
            if let weights {
              near.find(through: limit, of: point, kernelTree)
              isCore[place] = weights.total(near, members) >= Double(minSamples)
            } else {
              isCore[place] = RegionKernels.isDense(
                kernelTree, members, point: point, limit: limit, wanted: minSamples)
            }
          }
        }
      }
    }
    return isCore
  }

  // MARK: Connections

  /// Joins the places of core rows that are connected.
  ///
  /// - Parameter cores: The tree of the core rows alone.
  private func connect(
    _ cores: KDTree<Scalar>, _ isCore: [Bool], _ progress: ProgressObserver?
  ) throws -> SharedComponents {
    let components = SharedComponents(count: tree.placeCount)
    // The first place of each part that has core rows, −1 for none; and which nodes are cells with
    // some.
    let firsts = parts.map { part in
      Int32(tree.places(of: Int(part.node)).first { isCore[$0] } ?? -1)
    }
    var marks = [UInt8](repeating: 0, count: tree.second.count)
    var firstOfNode = [Int32](repeating: -1, count: tree.second.count)
    var isInCell = [Bool](repeating: false, count: tree.placeCount / KDTree<Scalar>.panelWidth)
    for (part, first) in zip(parts, firsts) where part.isCell && first >= 0 {
      let node = Int(part.node)
      marks[node] = 1
      firstOfNode[node] = first
      for panel in tree.firstPanel[node]..<tree.endPanel[node] { isInCell[Int(panel)] = true }
      for place in tree.places(of: node) where isCore[place] {
        components.join(Int(first), place)
      }
    }
    let (cells, firstPlaces, panelsInCells) = (marks, firstOfNode, isInCell)
    try forEachPart(of: cores, "connecting core rows", progress) { parts, kernelTree, _, point in
      var near = KDTreeSurroundings<Scalar>()
      var nodes = [Int32](repeating: 0, count: 64)
      for part in parts {
        guard part.isCell else {
          for place in tree.places(of: Int(part.node)) where isCore[place] {
            cores.copyPoint(place, to: point)
            near.find(through: limit, of: point, kernelTree)
            for other in near.places[..<near.count].lazy.map({ Int($0) })
            where other > place || panelsInCells[other / KDTree<Scalar>.panelWidth] {
              components.join(place, other)
            }
          }
          continue
        }
        let first = Int(firstPlaces[Int(part.node)])
        guard first >= 0 else { continue }
        let count = Self.cells(near: part.node, kernelTree, cells, limit, &nodes)
        for other in nodes[..<count] {
          let place = Int(firstPlaces[Int(other)])
          if components.root(first) != components.root(place),
            RegionKernels.touch(kernelTree, part.node, other, limit: limit)
          {
            components.join(first, place)
          }
        }
      }
    }
    return components
  }

  /// Writes the cells after one that are within ε of it, and returns their number.
  private static func cells(
    near node: Int32, _ tree: UnsafePointer<clade_kd_tree>, _ marks: [UInt8], _ limit: Scalar,
    _ nodes: inout [Int32]
  ) -> Int {
    while true {
      let count = nodes.withUnsafeMutableBufferPointer { nodes in
        marks.withUnsafeBufferPointer { marks in
          marks.baseAddress.map {
            RegionKernels.marked(tree, marks: $0, after: node, limit: limit, into: nodes)
          } ?? 0
        }
      }
      guard count > nodes.count else { return count }
      nodes = Array(repeating: 0, count: 2 * count)
    }
  }

  // MARK: Border rows

  /// Gives every row that isn't a core row to the cluster of the nearest core row within ε, of
  /// several at the same distance to the one whose coordinates come first.
  private func settleBorders(
    _ cores: KDTree<Scalar>, _ isCore: [Bool], _ components: SharedComponents,
    _ progress: ProgressObserver?
  ) throws -> DensityPartition {
    var representatives = [Int32](repeating: -1, count: tree.rowCount)
    var areCores = [Bool](repeating: false, count: tree.rowCount)
    let ranked = RankedRows(
      cores, ranks: rows.ranks(by: rows.canonicalOrder(threads: threads)))
    try representatives.withUnsafeMutableBufferPointer { representatives in
      try areCores.withUnsafeMutableBufferPointer { areCores in
        nonisolated(unsafe) let (representatives, areCores) = (representatives, areCores)
        try forEachPart(of: cores, "placing border rows", progress) {
          parts, kernelTree, members, point in
          for place in parts.lazy.flatMap({ tree.places(of: Int($0.node)) }) {
            guard tree.hasRow(place) else { continue }
            var core: Int? = place
            if !isCore[place] {
              // A tree of core rows alone doesn't know where this row was.
              tree.copyPoint(place, to: point)
              core = ranked.nearest(to: point, within: limit, kernelTree)?.place
            }
            guard let core else { continue }
            let representative = members.rows[Int(members.starts[components.root(core)])]
            for member in members.starts[place]..<members.starts[place + 1] {
              let row = Int(members.rows[Int(member)])
              representatives[row] = representative
              areCores[row] = isCore[place]
            }
          }
        }
      }
    }
    return DensityPartition(representatives: representatives, isCore: areCores)
  }
}

extension NeighborWeights {
  /// What the rows of some places count together.
  fileprivate func total<Scalar: MatrixScalar>(
    _ near: KDTreeSurroundings<Scalar>, _ members: KDTreeMembers
  ) -> Double {
    var total = none
    for place in near.places[..<near.count] {
      for member in members.starts[Int(place)]..<members.starts[Int(place) + 1] {
        total.add(self[members.rows[Int(member)]])
      }
    }
    return total.value
  }
}
