import CladeCore

/// One button: finds the groups in data of any shape with no parameter to set, by trying many
/// methods and choosing between their partitions.
///
/// ```swift
/// let model = try AutomaticClustering().fit(points)
/// model.clusterCount          // how many groups there are
/// model.labels                // the group of each row, −1 for none
/// model.choice.method.title   // what found them
/// model.runnersUp             // what else is plausible
/// ```
///
/// 1. **Rows to decide on.** All of up to ``sampleSize`` rows, else a sample that follows from the
///    rows' values; fewer in many columns, so that there are at most about 400,000 numbers, or 2000
///    rows.
/// 2. **Candidates.** One group; ``PPP``; ``KMeans`` and ``GaussianMixture`` for a range of k;
///    ``HDBSCAN`` with several core distances over the least sizes of a cluster, by excess of mass
///    and by leaves; ``Genie`` with several Gini indices, plain and by mutual reachability, for up
///    to 150 groups; ``GraphDegreeLinkage`` on two graphs of nearest rows, likewise; and the seven
///    linkages of ``AgglomerativeClustering`` where their heights grow the most. Spanning trees and dendrograms are grown once and cut many times; of some 600
///    partitions most are different.
/// 3. **Choice.** Each partition is measured without knowing the right one, and the best by the
///    measures together is chosen. What is tried and measured doesn't depend on the machine, unless
///    there is a ``budget``.
/// 4. **All rows.** The method is run on all rows, its least size of a cluster scaled to their
///    number, where that takes about as long as their number grows. Where it would take longer, or
///    finds other groups there (an adjusted Rand index below 0.9 on the rows decided on), every row
///    joins the group of the nearest row decided on.
///
/// Columns count as they are: bring them to scales that can be compared before.
///
/// - Complexity: That of the candidates on at most ``sampleSize`` rows, O(n · d · log n) to draw
///   them, and one fit of the chosen method, or O(n · m · d) at most to place rows by m ones.
///   Beside the model of that method the memory is 32 bytes a row.
public struct AutomaticClustering: Sendable, Hashable, Codable {
  /// What becomes of rows that the chosen method leaves out of all groups.
  public enum NoiseTreatment: String, Sendable, Hashable, Codable, CaseIterable {
    /// They are in no group: −1.
    case keep
    /// They are in the group of the nearest row that has one.
    case assign
  }

  /// What becomes of rows that the chosen method leaves out: by default they are assigned, as the
  /// choice was learned from partitions of all rows, and rows between groups are often left out by
  /// the one that divides best.
  public var noise: NoiseTreatment
  /// How long a fit may take; `nil` for as long as it takes, so that the answer doesn't depend on
  /// the machine's speed.
  ///
  /// The methods that are cheap and most often right come first. Where time runs short, one that is
  /// under way ends with what it has found so far, and every row joins the group of the nearest row
  /// decided on. What there is no answer without is done whatever the budget: drawing the rows that
  /// are decided on, the cuts of one spanning tree of these, comparing them, and placing all rows.
  public var budget: Duration?
  /// The most rows that the choice is made on. Of more, a sample decides.
  public var sampleSize: Int

  /// Creates the method.
  ///
  /// - Parameters:
  ///   - noise: What becomes of rows in no group.
  ///   - budget: How long a fit may take; `nil` for as long as it takes.
  ///   - sampleSize: The most rows that the choice is made on, at least 2.
  public init(
    noise: NoiseTreatment = .assign, budget: Duration? = nil, sampleSize: Int = 5000
  ) {
    self.noise = noise
    self.budget = budget
    self.sampleSize = sampleSize
  }

  /// Finds the groups of `data`.
  ///
  /// - Parameters:
  ///   - data: The rows (n × d), finite. Columns should be on scales that can be compared.
  ///   - threads: At most this many threads; `nil` for one per core. Changes no bit of the result.
  ///   - progress: Told how far it has come.
  /// - Returns: The groups, how they were chosen, and what else is plausible.
  /// - Throws: `CladeError.emptyData`, `CladeError.nonFiniteValue`, `CladeError.invalidParameter`
  ///   for a sample of less than 2 rows or a budget below 0, and `CancellationError` when the task
  ///   was cancelled.
  public func fit<Scalar: MatrixScalar>(
    _ data: Matrix<Scalar>, threads: Int? = nil, progress: ProgressObserver? = nil
  ) throws -> AutomaticModel<Scalar> {
    guard sampleSize > 1 else {
      throw CladeError.invalidParameter(
        name: "sampleSize", value: "\(sampleSize)", reason: "a sample needs at least 2 rows")
    }
    if let budget, budget < .zero {
      throw CladeError.invalidParameter(
        name: "budget", value: "\(budget)", reason: "time doesn't run backwards; give 0 or more")
    }
    guard data.rowCount > 0, data.columnCount > 0 else {
      throw CladeError.emptyData(
        reason: "at least one row and one column are needed, and there are "
          + "\(data.rowCount) × \(data.columnCount)")
    }
    let deadline = budget.map { ContinuousClock.now + $0 }
    let found = try MeasuredCandidates(
      data, sampleSize: sampleSize, deadline: deadline, threads: threads, progress: progress)
    let decided = found.decided
    let ranking = PartitionRanking(found.partitions, criteria: found.criteria)
    let candidates = ranking.candidates(
      decided: decided, rowCount: data.rowCount, columns: data.columnCount)
    let finish = try AutomaticFinish(
      data, decided: decided, partition: found.partitions[ranking.order[0]],
      method: candidates[0].decisionMethod, fitted: found.probabilistic, noise: noise,
      placingStart: found.placingStart, threads: threads, progress: progress)
    var reasons = [
      "\(found.partitions.count) different partitions of "
        + (decided.numbers.count == data.rowCount
          ? "the rows" : "a sample of \(decided.numbers.count) of the \(data.rowCount) rows")
        + " were compared"
    ]
    if !found.leftOut.isEmpty {
      reasons.append(
        "the budget ended before these: " + found.leftOut.joined(separator: ", "))
    }
    return AutomaticModel(
      parameters: self, labels: finish.labels, sizes: finish.sizes, choice: candidates[0],
      runnersUp: Array(candidates.dropFirst()), candidateCount: found.partitions.count,
      decisionRows: decided.numbers, decisionRowCount: decided.numbers.count,
      rowCount: data.rowCount, budgetEnded: !found.leftOut.isEmpty || finish.isCut,
      reasons: reasons + candidates[0].reasons + finish.reasons, placement: finish.placement)
  }
}
