import CladeCore

/// Centers packed by the group that each belongs to, the one whose own center is nearest to it: the
/// lower level of two.
///
/// Centers are searched under their rank, the place in the canonical order of all of them, so that
/// of several at the same distance the one whose values come first is taken, in whichever group it
/// is.
struct GroupedCenters<Scalar: MatrixScalar>: Sendable {
  let groups: CenterGroups<Scalar>
  /// The number of centers, k, packed or not.
  let centerCount: Int
  /// Which center has each rank (k).
  let centers: [Int32]
  /// The rank of each center (k).
  let ranks: [Int32]
  /// The group of each packed center by its rank (k); −1 where it isn't packed.
  let groupOfRank: [Int32]
  /// The first panel of each group, and the end of the last.
  private let starts: [Int]
  private let panels: Matrix<Scalar>
  private let ids: [Int32]

  /// Packs centers.
  ///
  /// - Parameters:
  ///   - centers: k × d.
  ///   - packed: Which of them to pack; `nil` for all.
  ///   - groups: The groups.
  ///   - threads: At most this many threads.
  /// - Complexity: O(k · g · d).
  init(
    _ centers: Matrix<Scalar>, packing packed: [Int]? = nil, groups: CenterGroups<Scalar>,
    threads: Int?
  ) {
    let (count, columns) = (centers.rowCount, centers.columnCount)
    self.groups = groups
    centerCount = count
    let order = CanonicalOrder(centers, threads: threads).order
    var ranks = [Int32](repeating: 0, count: count)
    for (rank, center) in order.enumerated() { ranks[Int(center)] = Int32(rank) }
    self.centers = order
    self.ranks = ranks

    // Centers in the order of their ranks, as many as are packed.
    let chosen = packed.map { $0.map { ranks[$0] }.sorted() } ?? (0..<Int32(count)).map { $0 }
    let sorted = centers.gatheringRows(chosen.lazy.map { order[Int($0)] })
    let own = Self.groups(of: sorted, groups, threads: threads)
    let sizes = own.reduce(into: [Int](repeating: 0, count: groups.count)) { $0[Int($1)] += 1 }
    let width = NearestListKernels.panelWidth(Scalar.self)
    let starts = sizes.reduce(into: [0]) { starts, size in
      starts.append(starts[starts.count - 1] + (size + width - 1) / width)
    }
    var ids = [Int32](repeating: NearestListKernels.nothing, count: starts[groups.count] * width)
    var members = [Int32](repeating: 0, count: ids.count)
    var next = starts.map { $0 * width }
    var groupOfRank = [Int32](repeating: -1, count: count)
    for (place, group) in own.enumerated() {
      let position = next[Int(group)]
      next[Int(group)] += 1
      ids[position] = chosen[place]
      members[position] = Int32(place)
      groupOfRank[Int(chosen[place])] = group
    }
    self.starts = starts
    self.ids = ids
    self.groupOfRank = groupOfRank
    panels = Matrix(rows: ids.count, columns: columns) { buffer in
      guard let target = buffer.baseAddress else { return }
      sorted.withUnsafeBufferPointer { values in
        members.withUnsafeBufferPointer { members in
          guard let values = values.baseAddress, let members = members.baseAddress else { return }
          nonisolated(unsafe) let (to, from, order) = (target, values, members)
          ParallelChunks.forEach(count: groups.count, chunkSize: 8, threads: threads) { _, range in
            for group in range where sizes[group] > 0 {
              let first = starts[group] * width
              NearestListKernels.pack(
                from, order: order + first, count: sizes[group], columns: columns,
                into: to + first * columns)
            }
          }
        }
      }
    }
  }

  /// The nearest group of each center.
  private static func groups(
    of centers: Matrix<Scalar>, _ groups: CenterGroups<Scalar>, threads: Int?
  ) -> [Int32] {
    let columns = centers.columnCount
    var own = [Int32](repeating: 0, count: centers.rowCount)
    own.withUnsafeMutableBufferPointer { own in
      centers.withUnsafeBufferPointer { values in
        guard let own = own.baseAddress, let values = values.baseAddress else { return }
        nonisolated(unsafe) let (to, from) = (own, values)
        _ = ParallelChunks.reduce(
          count: centers.rowCount, chunkSize: 1024, threads: threads,
          state: { CenterGroups<Scalar>.Workspace() }
        ) { workspace, _, range in
          groups.nearest(
            from + range.lowerBound * columns, count: range.count, probes: 1,
            into: to + range.lowerBound, &workspace)
        }
      }
    }
    return own
  }

  /// The groups that hold packed centers, in ascending order.
  var usedGroups: [Int] { (0..<groups.count).filter { starts[$0 + 1] > starts[$0] } }

  // MARK: Search

  /// What one thread works in.
  struct Workspace {
    fileprivate var groups = CenterGroups<Scalar>.Workspace()
    fileprivate var places: [Int32] = []
    fileprivate var members: [Int32] = []
    fileprivate var ends: [Int] = []
    fileprivate var gathered: [Scalar] = []
  }

  /// Merges the centers of the `probes` nearest groups of each row into its list of nearest ones.
  ///
  /// - Parameters:
  ///   - rows: count × d entries.
  ///   - probes: How many groups to look into, of those nearest to the row; all give the exact
  ///     result.
  ///   - length: The length of a list.
  ///   - distances: Squared distances (count × length), ascending; infinite at first.
  ///   - nearest: The centers' ranks (count × length); ``NearestListKernels/nothing`` at first.
  /// - Complexity: O(count · d · (g + probes · k / g)) for groups of equal size.
  func search(
    _ rows: UnsafePointer<Scalar>, count: Int, probes: Int, length: Int,
    distances: UnsafeMutablePointer<Scalar>, nearest: UnsafeMutablePointer<Int32>,
    _ workspace: inout Workspace
  ) {
    guard probes < groups.count else {
      for group in 0..<groups.count {
        merge(
          group, rows, members: nil, count: count, length: length, distances: distances,
          nearest: nearest)
      }
      return
    }
    let columns = groups.columnCount
    let pairs = count * probes
    if workspace.places.count < pairs {
      workspace.places = Array(repeating: 0, count: pairs)
      workspace.members = workspace.places
    }
    if workspace.gathered.count < count * columns {
      workspace.gathered = Array(repeating: 0, count: count * columns)
    }
    workspace.places.withUnsafeMutableBufferPointer { places in
      if let places = places.baseAddress {
        groups.nearest(rows, count: count, probes: probes, into: places, &workspace.groups)
      }
    }
    bucket(pairs: pairs, probes: probes, &workspace)
    workspace.members.withUnsafeBufferPointer { members in
      workspace.gathered.withUnsafeMutableBufferPointer { gathered in
        guard let member = members.baseAddress, let own = gathered.baseAddress else { return }
        var first = 0
        for group in 0..<groups.count {
          let end = workspace.ends[group]
          if end > first, starts[group + 1] > starts[group] {
            for index in first..<end {
              (own + (index - first) * columns).update(
                from: rows + Int(member[index]) * columns, count: columns)
            }
            merge(
              group, own, members: member + first, count: end - first, length: length,
              distances: distances, nearest: nearest)
          }
          first = end
        }
      }
    }
  }

  /// Rows by the groups that they look into.
  private func bucket(pairs: Int, probes: Int, _ workspace: inout Workspace) {
    var next = [Int](repeating: 0, count: groups.count)
    workspace.places.withUnsafeBufferPointer { places in
      workspace.members.withUnsafeMutableBufferPointer { members in
        for pair in 0..<pairs { next[Int(places[pair])] &+= 1 }
        var sum = 0
        for group in next.indices { (next[group], sum) = (sum, sum + next[group]) }
        var row: Int32 = 0
        var pair = 0
        while pair < pairs {
          for index in pair..<(pair &+ probes) {
            let group = Int(places[index])
            members[next[group]] = row
            next[group] &+= 1
          }
          pair &+= probes
          row &+= 1
        }
      }
    }
    workspace.ends = next
  }

  private func merge(
    _ group: Int, _ rows: UnsafePointer<Scalar>, members: UnsafePointer<Int32>?, count: Int,
    length: Int, distances: UnsafeMutablePointer<Scalar>, nearest: UnsafeMutablePointer<Int32>
  ) {
    let width = NearestListKernels.panelWidth(Scalar.self)
    let (columns, panelCount) = (groups.columnCount, starts[group + 1] - starts[group])
    guard panelCount > 0 else { return }
    panels.withUnsafeBufferPointer { panels in
      ids.withUnsafeBufferPointer { ids in
        guard let panel = panels.baseAddress, let id = ids.baseAddress else { return }
        let first = starts[group] * width
        NearestListKernels.merge(
          rows, members: members, count: count, columns: columns, panels: panel + first * columns,
          panelCount: panelCount, ids: id + first, length: length, distances: distances,
          nearest: nearest)
      }
    }
  }

  /// Rows that are best searched at a time: enough for each group to be looked into by many.
  static func chunkSize(rows: Int, columns: Int) -> Int {
    let bytes = max(1, columns * MemoryLayout<Scalar>.stride)
    let most = max(64, min(16_384, max(4096, 1 << 20 / bytes), 1 << 26 / bytes))
    return min(most, max(256, rows / 16))
  }
}
