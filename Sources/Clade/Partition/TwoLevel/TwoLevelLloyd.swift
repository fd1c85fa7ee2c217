import CladeCore

/// Lloyd's iteration over very many centers, in which a row looks at the centers of its nearest
/// groups.
///
/// What a row is given to doesn't depend on what it was given to before, so a search with the same
/// centers and as many probes finds it again.
struct TwoLevelLloyd<Scalar: MatrixScalar> {
  private let source: any RowSource<Scalar>
  private let bounds: [Double]
  private(set) var groups: CenterGroups<Scalar> {
    didSet { known = nil }
  }
  private let threads: Int?

  private(set) var centers: Matrix<Scalar> {
    didSet { known = nil }
  }
  private(set) var labels: [Int32]
  /// The rows of each center (k).
  private(set) var sizes: [Int]
  private(set) var iterations = 0
  private(set) var converged = false
  private var distances: [Scalar]
  /// Centers without rows, in ascending order; they are nowhere.
  private var vacant: [Int] {
    didSet { if vacant != oldValue { known = nil } }
  }
  /// The centers packed for searching, until they change.
  private var known: GroupedCenters<Scalar>?

  private var k: Int { centers.rowCount }

  /// Prepares the iteration.
  ///
  /// - Parameters:
  ///   - source: n × d, finite; n is at least k.
  ///   - bounds: The largest magnitude in each column.
  ///   - groups: The upper level.
  ///   - centers: The first centers, at most k; the others are found on the way.
  ///   - k: The number of centers.
  init(
    _ source: any RowSource<Scalar>, bounds: [Double], groups: CenterGroups<Scalar>,
    centers: Matrix<Scalar>, k: Int, threads: Int?
  ) {
    self.source = source
    self.bounds = bounds
    self.groups = groups
    self.threads = threads
    self.centers = centers.gatheringRows((0..<k).map { $0 < centers.rowCount ? $0 : 0 })
    vacant = Array(centers.rowCount..<k)
    sizes = Array(repeating: 0, count: k)
    labels = Array(repeating: -1, count: source.rowCount)
    distances = Array(repeating: .infinity, count: source.rowCount)
  }

  /// The centers as they are now, packed for searching.
  mutating func packed() -> GroupedCenters<Scalar> {
    if let known { return known }
    let isVacant = Set(vacant)
    let packed = GroupedCenters(
      centers, packing: vacant.isEmpty ? nil : (0..<k).filter { !isVacant.contains($0) },
      groups: groups, threads: threads)
    known = packed
    return packed
  }

  /// Leaves out groups that no center belongs to any more, so that every row finds a center in its
  /// nearest group.
  mutating func dropEmptyGroups() {
    let used = packed().usedGroups
    if used.count < groups.count { groups = CenterGroups(groups.centers.gatheringRows(used)) }
  }

  /// The centers that a row is compared with in an exchange.
  private static var exchangeLength: Int { 4 }
  /// The most iterations in which rows are exchanged: all go at once, and need never settle.
  private static var mostExchanges: Int { 10 }
  /// Where centers have more rows than these on the mean, one row draws its center by too little.
  private static var mostExchangedRows: Int { 512 }

  /// Moves centers to the means of their rows, up to `count` times. After the first, rows of up to 512 a
  /// center go where each of them alone would lower the sum of squares most, see ``ExchangeCosts``.
  ///
  mutating func refine(_ count: Int, probes: Int, progress: ProgressObserver?) throws {
    while iterations < count, !converged {
      let sums = CenterSums<Scalar>(bounds: bounds, count: k)
      let exchanges =
        (1...Self.mostExchanges).contains(iterations)
        && source.rowCount <= Self.mostExchangedRows * k
      let moved = try assign(
        packed(), probes: probes, anew: true, sums: sums,
        // A center that no row has yet stays where it is, as if it had very many.
        costs: exchanges ? ExchangeCosts(masses: sizes.map { $0 > 0 ? Double($0) : 0x1p50 }) : nil,
        stage: "refining, iteration \(iterations + 1) of at most \(count)", progress)
      iterations += 1
      sums.moveToMeans(&centers, threads: threads)
      converged = moved == 0 && vacant.isEmpty
      if !vacant.isEmpty { try fillVacant() }
    }
  }

  /// Gives each row to the nearest center in its `probes` nearest groups, and sees to it that no
  /// center is without rows.
  ///
  /// - Throws: `CladeError.tooManyClusters` for fewer distinct rows than centers.
  mutating func settle(probes: Int, progress: ProgressObserver?) throws {
    try assign(packed(), probes: probes, anew: true, sums: nil, stage: "assigning", progress)
    // Each round puts centers that no row has on rows which aren't centers yet, so the sum of the
    // distances falls and this ends.
    while !vacant.isEmpty {
      let (empty, before) = (vacant, vacant.count)
      try fillVacant()
      guard vacant.count < before else {
        throw CladeError.tooManyClusters(k: k, distinctRows: k - before)
      }
      let isVacant = Set(vacant)
      let filled = GroupedCenters(
        centers, packing: empty.filter { !isVacant.contains($0) }, groups: groups, threads: threads)
      try assign(
        filled, probes: probes, anew: false, sums: nil, stage: "filling empty clusters", progress)
    }
  }

  // MARK: Steps

  /// Gives rows to the nearest of the packed centers, where that is nearer than their own or they
  /// are given to one `anew`.
  ///
  /// - Parameter costs: Exchanges rows by them instead.
  /// - Returns: How many rows changed their center.
  @discardableResult
  private mutating func assign(
    _ packed: GroupedCenters<Scalar>, probes: Int, anew: Bool, sums: CenterSums<Scalar>?,
    costs: ExchangeCosts<Scalar>? = nil, stage: String, _ progress: ProgressObserver?
  ) throws -> Int {
    let (source, columns, threads) = (source, source.columnCount, threads)
    let chunkSize = GroupedCenters<Scalar>.chunkSize(rows: source.rowCount, columns: columns)
    let done = ProgressCount(stage: stage, total: source.rowCount, observer: progress)
    let workers = try labels.withUnsafeMutableBufferPointer { labels in
      try distances.withUnsafeMutableBufferPointer { distances in
        guard let label = labels.baseAddress, let distance = distances.baseAddress else {
          return [Worker]()
        }
        nonisolated(unsafe) let (labels, distances) = (label, distance)
        return try ParallelChunks.reduce(
          count: source.rowCount, chunkSize: chunkSize, threads: threads, state: { Worker() }
        ) { worker, _, range in
          try Cancellation.check()
          let (own, distance) = (labels + range.lowerBound, distances + range.lowerBound)
          worker.start(own, distance, count: range.count, ranks: packed.ranks, anew: anew)
          try source.withRows(range) { rows in
            guard let rows = rows.baseAddress else { return }
            if let costs {
              worker.exchange(
                rows, own, distance, count: range.count, in: packed, probes: probes, costs)
              sums?.add(rows, count: range.count, labels: own, &worker.sums)
              return
            }
            packed.search(
              rows, count: range.count, probes: probes, length: 1, distances: distance,
              nearest: &worker.ranks, &worker.search)
            worker.completeMissing(rows, distance, count: range.count, in: packed)
            worker.finish(own, count: range.count, centers: packed.centers)
            sums?.add(rows, count: range.count, labels: own, &worker.sums)
          }
          done.add(range.count)
        }
      }
    }
    sizes = Array(repeating: 0, count: k)
    for label in labels { sizes[Int(label)] += 1 }
    vacant = sizes.indices.filter { sizes[$0] == 0 }
    return workers.reduce(0) { $0 + $1.moved }
  }

  /// What one thread works in.
  private struct Worker {
    var search = GroupedCenters<Scalar>.Workspace()
    var sums = CenterSums<Scalar>.Workspace()
    var ranks: [Int32] = []
    var moved = 0

    /// Begins each row's list with its own center, or with nothing.
    mutating func start(
      _ labels: UnsafePointer<Int32>, _ distances: UnsafeMutablePointer<Scalar>, count: Int,
      ranks known: [Int32], anew: Bool
    ) {
      if ranks.count < count {
        ranks = Array(repeating: NearestListKernels.nothing, count: count)
      }
      for row in 0..<count {
        ranks[row] = anew ? NearestListKernels.nothing : known[Int(labels[row])]
        if anew { distances[row] = .infinity }
      }
    }

    /// Looks into all groups for rows whose nearest ones hold no center.
    mutating func completeMissing(
      _ rows: UnsafePointer<Scalar>, _ distances: UnsafeMutablePointer<Scalar>, count: Int,
      in packed: GroupedCenters<Scalar>
    ) {
      for row in 0..<count where ranks[row] == NearestListKernels.nothing {
        packed.search(
          rows + row * packed.groups.columnCount, count: 1, probes: packed.groups.count, length: 1,
          distances: distances + row, nearest: &ranks[row], &search)
      }
    }

    /// Gives rows, which all have a center, to those in which they cost least.
    mutating func exchange(
      _ rows: UnsafePointer<Scalar>, _ labels: UnsafeMutablePointer<Int32>,
      _ distances: UnsafeMutablePointer<Scalar>, count: Int, in packed: GroupedCenters<Scalar>,
      probes: Int, _ costs: ExchangeCosts<Scalar>
    ) {
      let length = TwoLevelLloyd.exchangeLength
      withUnsafeTemporaryAllocation(of: Scalar.self, capacity: count * length) { near in
        withUnsafeTemporaryAllocation(of: Int32.self, capacity: count * length) { ranks in
          near.initialize(repeating: .infinity)
          ranks.initialize(repeating: NearestListKernels.nothing)
          guard let near = near.baseAddress, let ranks = ranks.baseAddress else { return }
          packed.search(
            rows, count: count, probes: probes, length: length, distances: near, nearest: ranks,
            &search)
          for row in 0..<count {
            let start = row * length
            // The nearest groups may hold no center.
            if ranks[start] == NearestListKernels.nothing {
              packed.search(
                rows + row * packed.groups.columnCount, count: 1, probes: packed.groups.count,
                length: length, distances: near + start, nearest: ranks + start, &search)
            }
            let found = costs.cluster(
              own: labels[row], distances: near + start, nearest: ranks + start, length: length,
              clusters: packed.centers)
            if found.cluster != labels[row] { moved += 1 }
            (labels[row], distances[row]) = (found.cluster, found.distance)
          }
        }
      }
    }

    mutating func finish(
      _ labels: UnsafeMutablePointer<Int32>, count: Int, centers: [Int32]
    ) {
      for row in 0..<count {
        let label = centers[Int(ranks[row])]
        if label != labels[row] { moved += 1 }
        labels[row] = label
      }
    }
  }

  /// Puts centers without rows on the rows that are farthest from theirs. Some stay vacant where
  /// many rows are equal.
  private mutating func fillVacant() throws {
    let rows = try FarthestRows.find(source, distances: distances, count: vacant.count)
    for (index, center) in vacant.prefix(rows.rowCount).enumerated() {
      for column in 0..<rows.columnCount { centers[center, column] = rows[index, column] }
    }
    vacant.removeFirst(rows.rowCount)
  }
}
