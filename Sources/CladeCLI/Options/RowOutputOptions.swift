import ArgumentParser
import Clade
import CladeTables

/// What some methods say of each row besides its label.
enum RowOutput: String, CaseIterable {
  /// How much the row belongs to each group.
  case memberships = "--memberships"
  /// How far the row lies outside of all groups.
  case outlierScores = "--outlier-scores"
}

/// Numbers of each row, as files of their own.
struct RowOutputOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "hdbscan, gmm: how much each row belongs to each group, rows × groups. By the name's ending: "
        + ".npy or .csv.", valueName: "memberships.npy"))
  var memberships: String?

  @Option(
    help: ArgumentHelp(
      "hdbscan: how far each row is outlying, 0 to 1 (GLOSH); .npy or .csv.",
      valueName: "outliers.npy"))
  var outlierScores: String?

  /// The outputs that were asked for, and their paths.
  var given: [(output: RowOutput, path: String)] {
    [(RowOutput.memberships, memberships), (.outlierScores, outlierScores)].compactMap {
      output, path in
      path.map { (output, $0) }
    }
  }

  /// The paths of the outputs that were asked for.
  var all: [String] { given.map(\.path) }

  func validate() throws {
    for (output, path) in given where path == "-" {
      throw ValidationError("\(output.rawValue) needs a file: \(output.rawValue) numbers.csv.")
    }
  }

  /// Writes the outputs that were asked for.
  ///
  /// - Parameters:
  ///   - numbers: What a method says of the rows.
  ///   - identifiers: What the rows are called, if they are.
  func write(
    _ numbers: RowNumbers, identifiers: Identifiers?, threads: Int, into files: inout OutputFiles
  ) throws {
    if let path = memberships, let find = numbers.memberships {
      let vectors = try find()
      try files.write(path) { file in
        if Self.isArray(path) { return try NPYWriter.write(vectors, to: file) }
        try CSVWriter.write(
          vectors, names: (0..<vectors.columnCount).map { "group_\($0)" }, identifiers: identifiers,
          to: file, threads: threads, progress: ProgressBar.observer)
      }
    }
    if let path = outlierScores, let find = numbers.outlierScores {
      let scores = try find()
      try files.write(path) { file in
        if Self.isArray(path) { return try NPYWriter.write(scores, to: file) }
        let column = Matrix<Double>(rows: scores.count, columns: 1) {
          _ = $0.initialize(from: scores)
        }
        try CSVWriter.write(
          column, names: ["outlier_score"], identifiers: identifiers, to: file, threads: threads,
          progress: ProgressBar.observer)
      }
    }
  }

  private static func isArray(_ path: String) -> Bool { path.lowercased().hasSuffix(".npy") }
}

/// What a method says of each row besides its label, found when it is asked for.
struct RowNumbers {
  /// How much each row belongs to each group (n × k).
  var memberships: (() throws -> Matrix<Double>)?
  /// How far each row is outlying (n).
  var outlierScores: (() throws -> [Double])?

  /// Whether there is an output.
  func has(_ output: RowOutput) -> Bool {
    switch output {
    case .memberships: memberships != nil
    case .outlierScores: outlierScores != nil
    }
  }
}
