import Clade
import CladeInsight
import CladeTables

/// All that a fit found out; what the summary, the JSON object and the report are made from.
struct FitOutcome {
  /// The path of the input as it was given.
  let input: String
  /// Its SHA-256, where that was asked for; `nil` for standard input.
  let inputSHA256: String?
  let parameters: FitParameters
  let outputs: FitOutputOptions
  /// The files that the tree of merges was written to.
  let treeFiles: [String]
  let model: FittedModel
  /// The number of rows, n.
  let rowCount: Int
  /// The number of prepared columns, d.
  let columnCount: Int
  let profiles: ClusterProfiles
  /// The rows that stand for their groups, in the order of these; none where the method chooses
  /// none.
  var examples: [RowExample] = []
  /// What was chosen from, the choice first, where the method weighs several partitions.
  var candidates: [CandidateReport] = []
  /// What was done with each column of the table.
  let columns: [ColumnReport]
  /// The column with the true groups.
  let labelColumn: String?
  let scores: ExternalIndices?
  let warnings: [String]
  let threads: Int

  var method: Method { model.method }

  /// What a person calls the method, and the one that was chosen where it weighs several.
  var methodTitle: String {
    candidates.first.map { "\($0.methodTitle), chosen automatically" }
      ?? method.implementation.title
  }
}
