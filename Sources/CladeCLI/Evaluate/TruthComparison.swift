import Clade
import CladeTables

/// Labels beside the truth.
struct TruthComparison {
  let indices: ExternalIndices
  let table: ContingencyTable
  /// The names of the table's classes.
  let classNames: [String]
  /// The names of the table's clusters.
  let groupNames: [String]

  /// - Parameter noise: Classes that don't count, as they are written in the file.
  init(truth: GroupLabels, found: GroupLabels, noise: [String], threads: Int?) throws {
    let leftOut = try noise.map { name -> Int32 in
      if let index = truth.names.firstIndex(of: name) { return Int32(index) }
      if truth.names.isEmpty, let label = Int32(name) { return label }
      throw CladeError.invalidParameter(
        name: "--truth-noise", value: "\"\(name)\"", reason: "no row has this truth")
    }
    table = try ContingencyTable(
      truth: truth.labels, labels: found.labels, leavingOut: leftOut + [-1])
    guard table.rowCount > 0 else {
      throw CladeError.badLabels(reason: "no row has a true group to compare them with")
    }
    indices = try ExternalIndices(table, threads: threads)
    classNames = table.classes.map { truth.name($0) }
    groupNames = table.clusters.map { found.name($0) }
  }
}

extension GroupLabels {
  /// What a group is called.
  func name(_ label: Int32) -> String {
    if names.indices.contains(Int(label)) { return names[Int(label)] }
    return label == -1 ? "noise" : "\(label)"
  }
}
