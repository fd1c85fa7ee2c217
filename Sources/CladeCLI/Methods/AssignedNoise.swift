import Clade
import CladeTables

/// `--noise assign` of methods of density: rows in no group go to that of the nearest row that has
/// one.
struct AssignedNoise {
  /// The groups without noise.
  let model: NearestRowModel<Double>
  /// The number that each group had before (k).
  let formerLabels: [Int]

  /// Assigns the noise of a model.
  init(
    _ found: some ClusteringModel, in measured: MetricInput, threads: Int
  ) throws {
    model = try NearestRowModel(
      assigningNoiseOf: found.labels, in: measured.rows, metric: measured.metric, threads: threads)
    var former = [Int](repeating: 0, count: model.clusterCount)
    for (old, new) in zip(found.labels, model.labels) where old >= 0 {
      former[Int(new)] = Int(old)
    }
    formerLabels = former
  }

  /// The sentences of the model before, and what became of noise.
  func reasons(_ reasons: [String]) -> [String] {
    model.assignedCount == 0
      ? reasons
      : reasons + [
        model.assignedCount == 1
          ? "That row was given to the group of the nearest row that has one."
          : "Each of these rows was given to the group of the nearest row that has one."
      ]
  }

  /// What belongs to groups, in their new order.
  func reordered<Element>(_ ofGroups: [Element]) -> [Element] {
    formerLabels.map { ofGroups[$0] }
  }

  /// The columns of groups, in their new order.
  func reordered(columnsOf matrix: Matrix<Double>) -> Matrix<Double> {
    Matrix(rows: matrix.rowCount, columns: formerLabels.count) { target in
      for row in 0..<matrix.rowCount {
        for (new, old) in formerLabels.enumerated() {
          target.initializeElement(at: row * formerLabels.count + new, to: matrix[row, old])
        }
      }
    }
  }

  /// How a model whose noise was assigned places rows; `nil` where the file holds another.
  static func placing(_ file: ModelFile) throws -> LoadedModel.Placing? {
    struct Mark: Decodable {
      let assignedCount: Int?
    }
    guard try file.decode(Mark.self).assignedCount != nil else { return nil }
    let model = try file.decode(NearestRowModel<Double>.self)
    let placement = try model.placement()
    return .init(clusterCount: model.clusterCount) { rows, threads in
      (try placement.labels(of: rows, threads: threads), [])
    }
  }
}

extension MethodOptions {
  /// The groups of a model with its noise in them, where that was asked for.
  func assignedNoise(
    of found: some ClusteringModel, in measured: MetricInput, threads: Int
  ) throws -> AssignedNoise? {
    try noise == .assign ? AssignedNoise(found, in: measured, threads: threads) : nil
  }
}
