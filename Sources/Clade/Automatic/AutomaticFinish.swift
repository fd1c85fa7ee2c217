import CladeCore

/// The groups of all rows, once a partition of the decided ones was chosen.
struct AutomaticFinish<Scalar: MatrixScalar>: Sendable {
  /// The group of each row (n), −1 for none.
  private(set) var labels: [Int32]
  /// The number of rows of each group (k).
  private(set) var sizes: [Int]
  /// What places further rows.
  private(set) var placement: AutomaticPlacement<Scalar>
  /// How rows were placed, in sentences for a person.
  private(set) var reasons: [String]

  /// The least adjusted Rand index of the decided rows' groups with those that the method gives
  /// them among all rows.
  private static var leastAgreement: Double { 0.9 }

  /// Places all rows.
  ///
  /// - Parameters:
  ///   - data: The rows (n × d).
  ///   - decided: The rows that were decided on.
  ///   - partition: Their groups.
  ///   - method: The method that gave them.
  ///   - ppp: ``PPP`` of all rows, where it was fitted already.
  ///   - noise: What becomes of rows in no group.
  ///   - threads: At most this many threads.
  ///   - progress: Told how far it has come.
  init(
    _ data: Matrix<Scalar>, decided: DecisionRows, partition: CandidatePartition,
    method: CandidateMethod, fitted ppp: PPPModel?, noise: AutomaticClustering.NoiseTreatment,
    threads: Int?,
    progress: ProgressObserver?
  ) throws {
    let n = data.rowCount
    let isWhole = decided.numbers.count == n
    let full = method.scaled(from: decided.numbers.count, to: n)
    reasons = []
    if isWhole, full.placesByNearestRow {
      // The partition is of all rows, and the method has nothing else to say.
      placement = .nearestRow(
        NearestGroupedRow(
          data, numbers: decided.numbers, labels: partition.labels, groupedOnly: false))
      var labels = [Int32](repeating: -1, count: n)
      for (row, label) in zip(decided.numbers, partition.labels) { labels[Int(row)] = label }
      (self.labels, sizes) = (labels, labels.sizes(clusterCount: partition.clusterCount))
      return
    }
    if full.runs(on: n, columns: data.columnCount) {
      let fitted: (labels: [Int32], placement: AutomaticPlacement<Scalar>) =
        if case .ppp = full, let ppp {
          (ppp.labels, .ppp(ppp))
        } else {
          try full.fit(data, threads: threads, progress: progress)
        }
      let agreement = PartitionAgreement(decided.numbers.lazy.map { fitted.labels[Int($0)] })
        .adjustedRandIndex(with: PartitionAgreement(partition.labels))
      if isWhole || agreement >= Self.leastAgreement {
        (labels, placement) = (fitted.labels, fitted.placement)
        sizes = labels.sizes(clusterCount: Int(labels.max() ?? -1) + 1)
        if !isWhole {
          reasons = [
            "\(full.title) was run on all \(n) rows; with the groups of the rows that were decided "
              + "on it agrees to \(Self.percent(agreement)) (adjusted Rand index)"
          ]
        }
        try settle(noise, data, threads)
        return
      }
      reasons = [
        "run on all \(n) rows, \(full.title) finds other groups; so each row is in the group of the "
          + "nearest row that was decided on"
      ]
    } else if let model = try full.centralModel(
      of: data.gatheringRows(decided.numbers), threads: threads)
    {
      reasons = ["the model of the rows that were decided on places all \(n) rows"]
      placement = model
      labels = try model.labels(of: data, threads: threads)
      sizes = labels.sizes(clusterCount: Int(labels.max() ?? -1) + 1)
      return
    } else {
      reasons = [
        "each of the \(n) rows is in the group of the nearest row that was decided on, as "
          + "\(full.title) would take long for all"
      ]
    }
    progress?(ProgressUpdate(stage: "placing all rows"))
    let rows = NearestGroupedRow(
      data, numbers: decided.numbers, labels: partition.labels, groupedOnly: noise == .assign)
    placement = .nearestRow(rows)
    labels = try rows.labels(of: data, threads: threads)
    sizes = []
    renumber(data, nearest: rows)
  }

  /// Gives rows in no group to the nearest one, where that is asked for.
  private mutating func settle(
    _ noise: AutomaticClustering.NoiseTreatment, _ data: Matrix<Scalar>, _ threads: Int?
  ) throws {
    let left = labels.indices.filter { labels[$0] < 0 }
    guard noise == .assign, !left.isEmpty else { return }
    let rows = NearestGroupedRow(data, labels: labels, groupedOnly: true)
    let placed = try rows.labels(of: data.gatheringRows(left), threads: threads)
    for (row, label) in zip(left, placed) { labels[row] = label }
    reasons.append(
      "\(left.count) \(left.count == 1 ? "row" : "rows") in no group went to that of the nearest row"
    )
    renumber(data, nearest: rows)
  }

  /// Numbers groups from the largest to the smallest, and those of the rows that place others
  /// alike.
  private mutating func renumber(_ data: Matrix<Scalar>, nearest: NearestGroupedRow<Scalar>) {
    let numbers = ClusterNumbers(labels, precedes: data.precedes)
    var renumbered = [Int32](repeating: -1, count: Int(labels.max() ?? -1) + 1)
    for (old, new) in zip(labels, numbers.labels) where old >= 0 { renumbered[Int(old)] = new }
    labels = numbers.labels
    sizes = numbers.sizes
    placement = .nearestRow(
      NearestGroupedRow(
        rows: nearest.rows, groups: nearest.groups.map { $0 < 0 ? -1 : renumbered[Int($0)] }))
  }

  private static func percent(_ part: Double) -> String {
    "\(Int((part * 100).rounded(.down)))%"
  }
}
