import Clade
import CladeInsight
import CladeTables

extension FitCommand {
  /// Model → what a person wants to know of it.
  func describe(
    _ model: FittedModel, _ input: PreparedInput, sha256: String?
  ) throws -> FitOutcome {
    ProgressBar.observer(ProgressUpdate(stage: "describing the groups"))
    let prepared = input.table
    let profiles = try ClusterProfiles(
      data: prepared.matrix, labels: model.common.labels,
      features: prepared.preparation.features, clusterCount: model.common.clusterCount,
      threads: threads)
    let scores = try prepared.truth.map { truth in
      try ExternalIndices(
        truth: truth.labels, labels: model.common.labels,
        leavingOut: truth.names.isEmpty ? [] : [-1], threads: threads)
    }
    let examples = zip(model.exemplars, profiles.clusters).map { row, profile in
      RowExample(
        row: row, name: prepared.identifiers?[row], of: profile, data: prepared.matrix,
        features: prepared.preparation.features)
    }
    var parameters = FitParameters(method, preparing)
    if case .gower = input.measured.metric {
      (parameters.metric, parameters.scale) = (MetricName.gower, .none)
    }
    return FitOutcome(
      input: self.input, inputSHA256: sha256,
      parameters: parameters, outputs: outputs,
      treeFiles: method.treeFiles, model: model,
      rowCount: prepared.matrix.rowCount, columnCount: prepared.matrix.columnCount,
      profiles: profiles, examples: examples, candidates: candidates(of: model),
      columns: input.columns,
      labelColumn: preparing.labelColumn,
      scores: scores, warnings: model.warnings, threads: threads)
  }

  /// What the automatic choice weighed, with the command that gives each.
  private func candidates(of model: FittedModel) -> [CandidateReport] {
    guard let automatic = model.automatic else { return [] }
    return ([automatic.choice] + automatic.runnersUp).map {
      CandidateReport(
        candidate: $0, rowCount: automatic.decisionRowCount,
        command: DirectCommand(self, $0.method), assignsNoise: method.noise != .keep)
    }
  }
}
