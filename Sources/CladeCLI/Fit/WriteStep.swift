import Clade
import CladeInsight
import CladeTables

extension FitCommand {
  /// Model → files: all that were asked for appear, or none.
  func write(_ outcome: FitOutcome, _ input: PreparedInput, stages: [String: Double]) throws {
    var files = OutputFiles()
    let model = outcome.model.common
    if let path = outputs.model {
      try files.write(path) { file in
        try ModelFile.write(
          method: outcome.method.rawValue, model: model, preparation: input.table.preparation,
          to: file)
      }
    }
    if let path = outputs.report {
      let page = try report(outcome, input, stages: stages)
        .html(threads: threads, progress: ProgressBar.observer)
      try files.write(path) { try $0.write(page) }
    }
    if let path = outputs.picture {
      let picture = try picture(outcome, input).svg()
      try files.write(path) { try $0.write(picture) }
    }
    if let path = outputs.output {
      try files.write(path) { file in
        try LabelWriter.write(
          labels: model.labels, probabilities: model.probabilities,
          identifiers: input.table.identifiers, to: file,
          progress: ProgressBar.observer)
      }
    }
    try outputs.rows.write(
      outcome.model.rowNumbers, identifiers: input.table.identifiers, threads: threads,
      into: &files)
    try write(outcome.model.dendrogram, input.table.identifiers, into: &files)
    if let path = outputs.centers, let kmedian = model as? KMedianModel<Double> {
      try files.write(path) { try NPYWriter.write(kmedian.centers, to: $0) }
    }
    if let kmeans = model as? KMeansModel<Double> {
      try write(kmeans, rows: input.table.matrix, into: &files)
    }
    try files.commit()
  }

  /// The tree of merges, where it was asked for.
  private func write(
    _ tree: Dendrogram?, _ identifiers: Identifiers?, into files: inout OutputFiles
  ) throws {
    guard let tree else { return }
    if let path = method.linkage {
      try files.write(path) { try NPYWriter.write(tree.linkageMatrix, to: $0) }
    }
    if let path = method.newick {
      let names = identifiers.map { rows in (0..<tree.rowCount).map { rows[$0] ?? "\($0)" } }
      try files.write(path) { try $0.write(tree.newick(names: names)) }
    }
  }

  /// The input's name, without its folders.
  private var title: String {
    let name = input == "-" ? "standard input" : input
    return name.split(separator: "/").last.map(String.init) ?? name
  }

  /// The groups on a map, or on their first two principal components.
  private func picture(_ outcome: FitOutcome, _ input: PreparedInput) throws -> ScatterPlot {
    let model = outcome.model.common
    let k = NumberFormat.count(model.clusterCount)
    return try ScatterPlot(
      data: input.table.matrix, labels: model.labels,
      features: input.table.preparation.features, clusterCount: model.clusterCount,
      probabilities: outcome.model.drawnProbabilities,
      title: "\(k) \(model.clusterCount == 1 ? "group" : "groups") in \(title) "
        + "(\(outcome.methodTitle))",
      isGeographic: outcome.model.isGeographic, threads: threads)
  }

  private func report(_ outcome: FitOutcome, _ input: PreparedInput, stages: [String: Double])
    -> Report
  {
    let model = outcome.model.common
    let name = self.input == "-" ? "standard input" : self.input
    var report = Report(
      title: title,
      method: outcome.methodTitle, data: input.table.matrix, labels: model.labels,
      features: input.table.preparation.features, clusterCount: model.clusterCount)
    report.candidates = outcome.candidates.map(\.described)
    report.candidateRows = outcome.model.automatic?.decisionRows.map(Int.init) ?? []
    report.reasons = outcome.model.reasons
    report.criterion = outcome.model.criterion
    report.density = outcome.model.density
    report.dendrogram = outcome.model.dendrogram
    report.probabilities = outcome.model.drawnProbabilities
    report.tangles = outcome.model.tangles
    report.tangleSeparability = outcome.model.tangleSeparability
    report.reachability = outcome.model.reachability
    report.isGeographic = outcome.model.isGeographic
    report.separability = model.separability
    report.examples = outcome.examples
    report.order = outcome.model.displayOrder
    report.clusterability = outcome.model.clusterability
    report.columns = outcome.columns.map { $0.described }
    report.reproduction = .ofThisCommand(
      input: name, sha256: outcome.inputSHA256, parameters: outcome.parameters)
    report.timings = ["read", "prepare", "fit"].compactMap { stage in
      stages[stage].map { .init(stage, seconds: $0) }
    }
    report.warnings = outcome.warnings
    return report
  }
}

extension Reproduction {
  /// What is needed to get again what this process found.
  static func ofThisCommand(
    input: String, sha256: String?, parameters: FitParameters
  ) -> Reproduction {
    Reproduction(
      command: (["clade"] + CommandLine.arguments.dropFirst().map(Shell.quoted))
        .joined(separator: " "),
      input: input, sha256: sha256, parameters: parameters.list.map { .init($0.name, $0.value) })
  }
}

extension CandidateReport {
  /// The same as the report shows it.
  fileprivate var described: ReportedCandidate {
    ReportedCandidate(
      title: title, method: candidate.method.title, labels: candidate.labels,
      clusterCount: candidate.clusterCount, score: candidate.score,
      criteria: candidate.criteria.map { .init($0.name, value: $0.value) },
      reasons: candidate.reasons.map(\.sentence), command: command.text)
  }
}

extension ColumnReport {
  /// The same as the report shows it.
  fileprivate var described: ReportedColumn {
    ReportedColumn(
      name: name, kind: kind.rawValue.replacing("_", with: " "),
      treatment: treatment.rawValue.replacing("_", with: " "), reason: reason,
      missingCount: missingCount, isUsed: [.number, .oneHot, .category].contains(treatment))
  }
}

/// A word as a shell takes it.
enum Shell {
  static func quoted(_ word: String) -> String {
    let plain = word.utf8.allSatisfy { byte in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"):
        true
      default: "_-./,:=+@%".utf8.contains(byte)
      }
    }
    return plain && !word.isEmpty ? word : "'" + word.replacing("'", with: "'\\''") + "'"
  }
}
