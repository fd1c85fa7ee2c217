import ArgumentParser
import Clade
import CladeTables

/// The several nearest centers of each row, as files of their own.
struct NearestOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "kmeans, two-level: find so many nearest centers of each row.", valueName: "centers"))
  var nearest: Int?

  @Option(
    help: ArgumentHelp(
      "Their groups, rows × centers as int32, the nearest first.", valueName: "nearest.npy"))
  var nearestOutput: String?

  @Option(
    help: ArgumentHelp(
      "The squared distances from them, rows × centers, in prepared units.",
      valueName: "distances.npy"))
  var nearestDistances: String?

  /// Rows whose lists are held at a time.
  private static let blockSize = 1 << 20

  func validate() throws {
    guard let nearest else {
      if nearestOutput != nil || nearestDistances != nil {
        throw ValidationError("Say how many nearest centers to write: --nearest 4.")
      }
      return
    }
    guard nearest >= 1 else {
      throw ValidationError("--nearest can't be \(nearest): give 1 or more.")
    }
    guard !all.isEmpty else {
      throw ValidationError("--nearest needs a file to write to: --nearest-output nearest.npy.")
    }
    for path in all where !path.lowercased().hasSuffix(".npy") {
      throw ValidationError("Nearest centers are written as NPY: give \(path) a name in .npy.")
    }
  }

  /// The paths of the outputs that were asked for.
  var all: [String] { [nearestOutput, nearestDistances].compactMap(\.self) }

  /// Refuses more centers a row than there are.
  func check(groups: Int) throws {
    guard let nearest, nearest > groups else { return }
    throw CladeError.invalidParameter(
      name: "--nearest", value: "\(nearest)",
      reason: "there \(groups == 1 ? "is 1 group" : "are \(groups) groups"), so a row has at most "
        + "\(groups) nearest centers")
  }

  /// Writes the nearest centers of all rows, where that was asked for.
  ///
  /// - Parameters:
  ///   - groups: How many centers there are.
  ///   - search: Gets how many centers a row, and prepares to look for them.
  func write<Scalar: MatrixScalar>(
    of groups: Int, _ search: (_ count: Int) throws -> CenterListSearch<Scalar>,
    into files: inout OutputFiles
  ) throws {
    guard let count = nearest else { return }
    try check(groups: groups)
    let search = try search(count)
    var ids = try nearestOutput.map {
      try NPYRowWriter<Int32>(try files.open($0), rows: search.rowCount, columns: count)
    }
    var distances = try nearestDistances.map {
      try NPYRowWriter<Scalar>(try files.open($0), rows: search.rowCount, columns: count)
    }
    for start in stride(from: 0, to: search.rowCount, by: Self.blockSize) {
      ProgressBar.observer(
        ProgressUpdate(
          stage: "finding nearest centers", fraction: Double(start) / Double(search.rowCount)))
      let lists = try search.lists(start..<min(search.rowCount, start + Self.blockSize))
      try ids?.write(lists.ids)
      try distances?.write(lists.squaredDistances)
    }
    try ids?.finish()
    try distances?.finish()
  }
}

extension FitCommand {
  private var nearest: NearestOptions { outputs.nearest }

  /// Refuses outputs that the method doesn't have.
  func checkOutputs() throws {
    if let path = outputs.centers, !path.lowercased().hasSuffix(".npy") {
      throw ValidationError("Centers are written as NPY: give \(path) a name in .npy.")
    }
    if nearest.nearest != nil, ![.kmeans, .twoLevel].contains(method.method) {
      throw ValidationError(
        "--nearest goes with kmeans and two-level, not with \(method.method.rawValue).")
    }
    if outputs.centers != nil, ![.kmeans, .kmedian, .twoLevel].contains(method.method) {
      throw ValidationError(
        "--centers goes with kmeans, kmedian and two-level, not with \(method.method.rawValue).")
    }
    for (output, _) in outputs.rows.given {
      let methods = Method.allCases.filter { $0.implementation.rowOutputs.contains(output) }
      guard methods.contains(method.method) else {
        let names = methods.map(\.rawValue).joined(separator: " and ")
        throw ValidationError(
          "\(output.rawValue) goes with \(names), not with \(method.method.rawValue).")
      }
    }
    if outputs.rows.memberships != nil, method.metric?.input == .distances {
      throw ValidationError(
        "--memberships needs the rows, and with --metric precomputed there are only distances.")
    }
    if let k = method.k { try nearest.check(groups: k) }
  }

  /// Writes the centers of k-means, and the nearest ones of each row, where that was asked for.
  func write<Scalar: MatrixScalar>(
    _ model: KMeansModel<Scalar>, rows: any RowSource<Scalar>, into files: inout OutputFiles
  ) throws {
    if let path = outputs.centers {
      try files.write(path) { try NPYWriter.write(model.centers, to: $0) }
    }
    try nearest.write(
      of: model.clusterCount, { try model.nearestCenters(of: rows, count: $0, threads: threads) },
      into: &files)
  }
}
