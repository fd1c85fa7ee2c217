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
  /// Whether time was too short for the method to be run on all rows.
  private(set) var isCut: Bool

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
  ///   - placingStart: From when on rows have to be placed one by one; `nil` where time doesn't
  ///     matter.
  ///   - threads: At most this many threads.
  ///   - progress: Told how far it has come.
  init(
    _ data: Matrix<Scalar>, decided: DecisionRows, partition: CandidatePartition,
    method: CandidateMethod, fitted ppp: PPPModel?, noise: AutomaticClustering.NoiseTreatment,
    placingStart: ContinuousClock.Instant?, threads: Int?, progress: ProgressObserver?
  ) throws {
    let n = data.rowCount
    let isWhole = decided.numbers.count == n
    let full = method.scaled(from: decided.numbers.count, to: n)
    if isWhole, full.placesByNearestRow {
      // The partition is of all rows, and the method has nothing else to say.
      var labels = [Int32](repeating: -1, count: n)
      for (row, label) in zip(decided.numbers, partition.labels) { labels[Int(row)] = label }
      self.init(
        labels: labels,
        placement: .nearestRow(
          NearestGroupedRow(
            data, numbers: decided.numbers, labels: partition.labels, groupedOnly: false)),
        reasons: [])
      return
    }
    let runs = full.runs(on: n, columns: data.columnCount)
    var reason = "\(full.title) would take long for all \(n) rows"
    var isCut = false
    if runs || full.placesByModel {
      func run() throws -> AutomaticFinish? {
        runs
          ? try Self(
            running: full, on: data, decided: isWhole ? nil : decided, partition: partition,
            fitted: ppp, noise: noise, threads: threads, progress: progress)
          : try Self(modelOf: decided, by: full, on: data, threads: threads)
      }
      // What is known already takes no time.
      let isKnown = full == .oneGroup || full == .ppp && ppp != nil
      let limit = isKnown ? nil : placingStart.map { TimeLimit(until: $0) }
      switch try limit.map({ try $0.result(of: run) }) ?? .some(try run()) {
      case .some(let finish?):
        self = finish
        return
      case .some(nil):
        reason = "run on all \(n) rows, \(full.title) finds other groups"
      case nil:
        reason = "the budget ended before \(full.title) was through with all \(n) rows"
        isCut = true
      }
    }
    progress?(ProgressUpdate(stage: "placing all rows"))
    let nearest = NearestGroupedRow(
      data, numbers: decided.numbers, labels: partition.labels, groupedOnly: noise == .assign)
    self.init(
      labels: try nearest.labels(of: data, threads: threads), placement: .nearestRow(nearest),
      reasons: [reason + "; so each is in the group of the nearest row that was decided on"])
    self.isCut = isCut
    renumber(data, nearest: nearest)
  }

  private init(
    labels: [Int32], placement: AutomaticPlacement<Scalar>, reasons: [String]
  ) {
    (self.labels, self.placement, self.reasons) = (labels, placement, reasons)
    sizes = labels.sizes(clusterCount: Int(labels.max() ?? -1) + 1)
    isCut = false
  }

  /// Places all rows by the model of those that were decided on.
  private init(
    modelOf decided: DecisionRows, by full: CandidateMethod, on data: Matrix<Scalar>, threads: Int?
  ) throws {
    let model = try full.fit(
      data.gatheringRows(decided.numbers), threads: threads, progress: nil
    ).placement
    self.init(
      labels: try model.labels(of: data, threads: threads), placement: model,
      reasons: [
        "the model of the rows that were decided on places all \(data.rowCount) rows"
      ])
  }

  /// Runs a method on all rows; `nil` where it finds other groups than those of the rows that were
  /// decided on.
  ///
  /// - Parameter decided: The rows that were decided on, where these aren't all.
  private init?(
    running full: CandidateMethod, on data: Matrix<Scalar>, decided: DecisionRows?,
    partition: CandidatePartition, fitted ppp: PPPModel?,
    noise: AutomaticClustering.NoiseTreatment, threads: Int?, progress: ProgressObserver?
  ) throws {
    let fitted: (labels: [Int32], placement: AutomaticPlacement<Scalar>) =
      if case .ppp = full, let ppp {
        (ppp.labels, .ppp(ppp))
      } else {
        try full.fit(data, threads: threads, progress: progress)
      }
    self.init(labels: fitted.labels, placement: fitted.placement, reasons: [])
    if let decided {
      let agreement = PartitionAgreement(decided.numbers.lazy.map { fitted.labels[Int($0)] })
        .adjustedRandIndex(with: PartitionAgreement(partition.labels))
      guard agreement >= Self.leastAgreement else { return nil }
      if full == .oneGroup { return }
      reasons = [
        "\(full.title) was run on all \(data.rowCount) rows; with the groups of the rows that were "
          + "decided on it agrees to \(Self.percent(agreement)) (adjusted Rand index)"
      ]
    }
    try settle(noise, data, threads)
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
