import CladeCore

/// Online k-means: rows come one after the other, and each gets its label before the next one is
/// seen.
///
/// ```swift
/// var clusters = try OnlineKMeans(k: 3)
/// for row in rows {
///   let label = try clusters.observe(row)
/// }
/// let model = try clusters.model()   // for other rows
/// ```
///
/// A row is charged its squared distance from the nearest of the centers that were held when it
/// came. The sum of that over all rows is the ``loss``; what it exceeds the inertia of the best k
/// centers in hindsight by is the regret. Taking the best centers for the rows so far every time
/// (follow the leader) can be drawn into a regret that grows with the number of rows, so several
/// good sets of centers are kept, and one of them is followed that is drawn by multiplicative
/// weights. The sets come from k-means on a coreset of all rows so far, computed anew whenever the
/// rows have become 1.25 times as many or the loss 1.5 times as large.
///
/// The scheme (multiplicative weights over sets of centers that an incremental coreset suggests) is
/// that of "Online k-means Clustering" (Cohen-Addad, Guedj, Kanade and Rom, 2021). Its algorithm
/// keeps (log T · k · d / ε)^O(k·d) sets to be within 1 + ε of the best; this one keeps a few that
/// Lloyd's iteration found, has no such guarantee beyond that to the best of those it keeps, and
/// takes O(k · log n · d) memory. The paper's own algorithm on a grid is ``GridOnlineKMeans``.
///
/// What is found depends on the order of the rows, as it must. It doesn't depend on threads,
/// instruction sets, or on how rows are cut into batches. Labels keep their meaning as far as they
/// can: new centers are numbered as those that they lie nearest to.
public struct OnlineKMeans: Sendable, Codable {
  /// The number of clusters.
  public let k: Int
  /// The most sets of centers to choose from.
  public let candidateCount: Int
  /// Chooses the draws.
  public let seed: UInt64
  /// The number of rows so far, n.
  public private(set) var rowCount = 0
  /// The sum of the squared distances of the rows from the nearest center that was held when they
  /// came.
  public private(set) var loss = 0.0
  /// The number of rows that were given each label (k).
  public private(set) var sizes: [Int]
  /// How often centers were computed anew.
  public private(set) var refreshCount = 0

  private var columnCount: Int?
  private var coreset: StreamCoreset?
  /// Sets of k centers each; empty until there are more than k distinct rows.
  private var candidates: [Matrix<Double>] = []
  private var weights: ExponentialWeights
  /// The distinct rows while there are at most k.
  private var opening: [[Double]] = []
  private var rowsAtRefresh = 0
  private var lossAtRefresh = 0.0
  /// The candidates as the kernels take them; made anew where they are missing.
  private var packed: [PackedRows<Double>] = []

  private enum CodingKeys: String, CodingKey {
    case k, candidateCount, seed, rowCount, loss, sizes, refreshCount, columnCount, coreset
    case candidates, weights, opening, rowsAtRefresh, lossAtRefresh
  }

  private static let rowGrowth = 1.25
  private static let lossGrowth = 1.5
  /// Values may not be larger, so that squares stay finite.
  private static let largest = 0x1p400

  /// Creates an instance that has seen no rows.
  ///
  /// - Parameters:
  ///   - k: The number of clusters, at least 1.
  ///   - candidateCount: The most sets of centers to choose from, at least 1; with 1 it follows the
  ///     leader.
  ///   - seed: Chooses the draws.
  /// - Throws: `CladeError.invalidParameter`.
  public init(k: Int, candidateCount: Int = 8, seed: UInt64 = 0) throws {
    guard k >= 1, k <= 1 << 24 else {
      throw CladeError.invalidParameter(
        name: "k", value: "\(k)", reason: "use from 1 to 2^24 clusters")
    }
    guard candidateCount >= 1, candidateCount <= 1 << 16 else {
      throw CladeError.invalidParameter(
        name: "candidateCount", value: "\(candidateCount)", reason: "use from 1 to 65536")
    }
    self.k = k
    self.candidateCount = candidateCount
    self.seed = seed
    sizes = Array(repeating: 0, count: k)
    weights = ExponentialWeights(count: 1, capacity: candidateCount, seed: seed)
  }

  /// The centers that are held: k × d, fewer rows before there were k distinct ones.
  public var centers: Matrix<Double> {
    if !candidates.isEmpty { return candidates[weights.followed] }
    return Matrix(rows: opening.count, columns: columnCount ?? 0) { target in
      _ = target.initialize(from: opening.joined())
    }
  }

  /// The loss that following the weights costs in expectation, over all draws; ``loss`` is that of
  /// one. Only of rows since there were more than k distinct ones.
  public var expectedLoss: Double { weights.expectedLoss }

  /// Takes in a row.
  ///
  /// - Parameter row: d finite numbers; d is that of the first row.
  /// - Returns: Its label, in `0..<k`.
  /// - Throws: `CladeError` for a row of another length and for numbers that aren't finite or are
  ///   larger than 2⁴⁰⁰; nothing is changed then.
  /// - Complexity: O(candidateCount · k · d) on average over many rows, and O(k · log n · d) memory
  ///   in all.
  public mutating func observe(_ row: [Double]) throws -> Int32 {
    let labels = try observe(
      Matrix(rows: 1, columns: row.count) { _ = $0.initialize(from: row) }, threads: 1)
    return labels[0]
  }

  /// Takes in rows, one after the other: the same as ``observe(_:)`` of each, in less time.
  ///
  /// - Parameters:
  ///   - rows: m × d, finite.
  ///   - threads: At most this many threads; `nil` for one per core. The labels don't depend on it.
  /// - Returns: Their labels (m).
  /// - Throws: As ``observe(_:)``; nothing is changed then. Rows are counted from the stream's
  ///   first.
  public mutating func observe(
    _ rows: Matrix<Double>, threads: Int? = nil
  ) throws -> [Int32] {
    guard rows.rowCount > 0 else { return [] }
    try check(rows)
    if columnCount == nil {
      columnCount = rows.columnCount
      coreset = StreamCoreset(
        size: max(256, 16 * k), columns: rows.columnCount, seed: seed)
    }
    var labels: [Int32] = []
    labels.reserveCapacity(rows.rowCount)
    while labels.count < rows.rowCount {
      if candidates.isEmpty {
        if let label = open(rows.row(labels.count)) {
          labels.append(label)
          continue
        }
        candidates = [centers]
      }
      let range = labels.count..<min(rows.rowCount, labels.count + 4096)
      let near = nearest(rows, range, threads: threads)
      try follow(rows, range, near, &labels, threads: threads)
    }
    return labels
  }

  /// The centers that are best for all rows so far, as far as the coreset and Lloyd's iteration
  /// tell, for placing other rows. Labels mean what they meant in the stream.
  ///
  /// - Parameters:
  ///   - labels: What ``observe(_:threads:)`` gave, where the model is to hold it.
  ///   - threads: At most this many threads; `nil` for one per core. The model doesn't depend on
  ///     it.
  /// - Throws: `CladeError.tooManyClusters` for fewer than k distinct rows.
  /// - Complexity: That of k-means on O(k · log n) rows.
  public func model(labels: [Int32] = [], threads: Int? = nil) throws -> OnlineKMeansModel {
    guard !candidates.isEmpty || opening.count == k, let points = coreset?.points else {
      throw CladeError.tooManyClusters(k: k, distinctRows: opening.count)
    }
    let found =
      candidates.isEmpty ? [centers] : candidates + newCandidates(points, threads: threads)
    let costs = found.map { points.cost(of: $0, threads: threads) }
    let best = costs.indices.min { costs[$0] < costs[$1] } ?? 0
    return OnlineKMeansModel(
      centers: found[best], labels: labels, sizes: sizes, estimatedInertia: costs[best], loss: loss,
      refreshCount: refreshCount)
  }

  // MARK: Rows

  private func check(_ rows: Matrix<Double>) throws {
    let columns = columnCount ?? rows.columnCount
    guard rows.columnCount == columns else {
      throw CladeError.raggedRows(row: rowCount, expected: columns, found: rows.columnCount)
    }
    guard columns > 0 else { throw CladeError.emptyData(reason: "the rows have no columns") }
    try rows.withUnsafeBufferPointer { values in
      for index in values.indices where !(values[index].magnitude <= Self.largest) {
        let (row, column) = (rowCount + index / columns, index % columns)
        guard values[index].isFinite else {
          throw CladeError.nonFiniteValue(row: row, column: column, value: "\(values[index])")
        }
        throw CladeError.invalidParameter(
          name: "row \(row), column \(column)", value: "\(values[index])",
          reason: "numbers may be at most 2^400; use another unit")
      }
    }
  }

  /// The label of a row while there are at most k distinct ones; `nil` for one too many.
  private mutating func open(_ row: [Double]) -> Int32? {
    let known = opening.firstIndex(of: row)
    if known == nil {
      guard opening.count < k else { return nil }
      // Before it was a center itself.
      let distances = opening.map { center in
        zip(center, row).reduce(0.0) { $0.addingProduct($1.0 - $1.1, $1.0 - $1.1) }
      }
      loss += distances.min() ?? 0
      opening.append(row)
    }
    let label = known ?? opening.count - 1
    sizes[label] += 1
    rowCount += 1
    row.withUnsafeBufferPointer { values in
      if let start = values.baseAddress { coreset?.add(start) }
    }
    return Int32(label)
  }

  /// The nearest center of each row, and its squared distance, under each candidate.
  private struct Nearest {
    var labels: [Int32]
    var distances: [Double]
  }

  private mutating func nearest(
    _ rows: Matrix<Double>, _ range: Range<Int>, threads: Int?
  ) -> [Nearest] {
    if packed.count != candidates.count { packed = candidates.map { PackedRows($0) } }
    let columns = rows.columnCount
    return packed.map { packed in
      var near = Nearest(
        labels: Array(repeating: 0, count: range.count),
        distances: Array(repeating: 0, count: range.count))
      let ids = (0..<Int32(packed.paddedCount)).map { min($0, Int32(k) - 1) }
      rows.withUnsafeBufferPointer { values in
        near.labels.withUnsafeMutableBufferPointer { labels in
          near.distances.withUnsafeMutableBufferPointer { distances in
            guard let start = values.baseAddress, let labels = labels.baseAddress,
              let distances = distances.baseAddress
            else { return }
            nonisolated(unsafe) let (from, to, measures) = (start, labels, distances)
            ParallelChunks.forEach(count: range.count, chunkSize: 256, threads: threads) {
              _, chunk in
              packed.assign(
                from + (range.lowerBound + chunk.lowerBound) * columns, count: chunk.count,
                ids: ids, labels: to + chunk.lowerBound, distances: measures + chunk.lowerBound)
            }
          }
        }
      }
      return near
    }
  }

  /// Labels rows until new centers are due.
  private mutating func follow(
    _ rows: Matrix<Double>, _ range: Range<Int>, _ near: [Nearest], _ labels: inout [Int32],
    threads: Int?
  ) throws {
    let columns = rows.columnCount
    var losses = [Double](repeating: 0, count: near.count)
    for offset in 0..<range.count {
      for (index, candidate) in near.enumerated() { losses[index] = candidate.distances[offset] }
      let label = near[weights.followed].labels[offset]
      labels.append(label)
      sizes[Int(label)] += 1
      loss += losses[weights.followed]
      rowCount += 1
      rows.withUnsafeBufferPointer { values in
        if let start = values.baseAddress {
          coreset?.add(start + (range.lowerBound + offset) * columns)
        }
      }
      weights.add(losses)
      if isRefreshDue {
        refresh(threads: threads)
        return
      }
    }
  }

  // MARK: Centers

  private var isRefreshDue: Bool {
    if refreshCount == 0 { return true }
    let rows = rowCount - rowsAtRefresh
    guard rows >= k else { return false }
    return Double(rowCount) >= Self.rowGrowth * Double(rowsAtRefresh)
      || loss > Self.lossGrowth * lossAtRefresh
  }

  /// Adds new candidates, and keeps those with the least cost of the rows so far.
  private mutating func refresh(threads: Int?) {
    guard let points = coreset?.points else { return }
    refreshCount += 1
    rowsAtRefresh = rowCount
    lossAtRefresh = loss
    var all = candidates
    for found in newCandidates(points, threads: threads) where !all.contains(found) {
      all.append(found)
    }
    let costs = all.map { points.cost(of: $0, threads: threads) }
    // Older ones first where costs are equal.
    let kept = all.indices.sorted { (costs[$0], $0) < (costs[$1], $1) }.prefix(candidateCount)
      .sorted()
    let known = candidates.count
    weights.replace(losses: kept.map { costs[$0] }, origins: kept.map { $0 < known ? $0 : nil })
    candidates = kept.map { all[$0] }
    packed = []
  }

  /// What k-means finds in the coreset: from the best centers so far, and from new first centers,
  /// by turns without a draw and with one.
  private func newCandidates(_ points: WeightedPoints, threads: Int?) -> [Matrix<Double>] {
    let rows = points.matrix
    let best = candidates.indices.min { weights.losses[$0] < weights.losses[$1] } ?? 0
    let seeding =
      refreshCount.isMultiple(of: 2) ? Seeding.greedyKMeansPlusPlus : .principalSplitting
    let method = KMeans(
      k: k, seeding: seeding, maxIterations: 20, seed: seed &+ UInt64(refreshCount))
    return [candidates[best], nil].compactMap { start in
      // Fewer than k distinct points are left only where rows hardly differ: what there is, is
      // kept.
      let model = try? method.fit(
        rows, weights: points.masses, initialCenters: start, threads: threads)
      return model.map { numbered($0.centers) }
    }
  }

  /// Centers in the order of those that are held: the closest two get the same number, then the
  /// closest two of the others.
  private func numbered(_ found: Matrix<Double>) -> Matrix<Double> {
    let held = PackedRows(centers)
    var order = [Int](repeating: -1, count: k)
    var pairs: [(distance: Double, held: Int, found: Int)] = []
    var distances = [Double](repeating: 0, count: held.paddedCount)
    for index in 0..<k {
      found.row(index).withUnsafeBufferPointer { row in
        if let start = row.baseAddress {
          held.squaredDistances(
            from: start, count: 1, into: &distances, stride: held.paddedCount)
        }
      }
      pairs += (0..<k).map { (distances[$0], $0, index) }
    }
    pairs.sort { $0 < $1 }
    var isUsed = [Bool](repeating: false, count: k)
    for pair in pairs where order[pair.held] < 0 && !isUsed[pair.found] {
      order[pair.held] = pair.found
      isUsed[pair.found] = true
    }
    return found.gatheringRows(order)
  }
}
