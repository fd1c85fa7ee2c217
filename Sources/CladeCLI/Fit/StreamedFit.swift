import ArgumentParser
import Clade
import CladeInsight
import CladeTables

/// `clade fit` of a file whose rows are read again and again instead of held: its own
/// read → scale → fit → write.
extension FitCommand {
  /// Refuses what needs all rows in memory.
  func checkStreamed() throws {
    func readsFiles(_ method: Method) -> Bool {
      method == .twoLevel || method.implementation is any OutOfCoreMethod.Type
    }
    guard readsFiles(method.method) else {
      let names = Method.allCases.filter(readsFiles)
        .map { "--method \($0.rawValue)" }.joined(separator: " or ")
      throw ValidationError(
        "\(method.method.rawValue) needs all rows in memory; files of rows go with \(names).")
    }
    let unavailable = [
      ("--report", outputs.report != nil), ("--picture", outputs.picture != nil),
      ("--columns", !preparing.columns.isEmpty),
      ("--ignore", !preparing.ignore.isEmpty), ("--label-column", preparing.labelColumn != nil),
      ("--weights", method.weights != nil),
    ]
    for (name, isGiven) in unavailable where isGiven {
      throw ValidationError("\(name) needs all rows in memory; leave it out, or convert the file.")
    }
    if preparing.scale == .robust {
      throw ValidationError(
        "--scale robust needs all rows in memory; use standard, minmax or none.")
    }
  }

  func runStreamed(_ format: RowFileFormat) throws {
    let single = try RowFile<Float>(path: input, format: format, reading: large.reading)
    if single.numbers == .single {
      try runStreamed(single)
    } else {
      try runStreamed(
        try RowFile<Double>(path: input, format: format, reading: large.reading))
    }
  }

  private func runStreamed<Scalar: MatrixScalar>(_ opened: RowFile<Scalar>) throws {
    guard let algorithm = method.method.implementation as? any OutOfCoreMethod.Type else { return }
    try checkGroups(opened.rowCount)
    let file = opened.keeping(try spareMemory(of: opened, algorithm))
    let passes = PassProgress(rowCount: file.rowCount, observer: ProgressBar.observer)
    let seeding = SeedingClock()
    var clock = StageClock()
    let rows = try clock.time("prepare") {
      passes.begin(
        ProgressUpdate(stage: "finding scales"), passes: preparing.scale == .standard ? 3 : 1)
      return try ScaledRows(
        CountedRows(base: file, progress: passes), scaling: preparing.scale, threads: threads)
    }
    let start = try method.readInitialCenters(threads: threads).map {
      $0.converted(to: Scalar.self)
    }
    var coreset: CoresetRecord?
    let model = try clock.time("fit") {
      let progress = seeding.observer { passes.begin($0) }
      guard let size = method.coreset else {
        return try algorithm.fit(
          rows: rows, initialCenters: start, method, threads: threads, progress: progress)
      }
      let fitted = try method.fitThroughCoreset(
        KMeansMethod.algorithm(method), size, rows, weights: nil, initialCenters: start,
        threads: threads)
      coreset = fitted.coreset
      return fitted.model
    }
    try clock.time("write") {
      var files = OutputFiles()
      if let path = outputs.model {
        try files.write(path) {
          try ModelFile.write(
            method: method.method.rawValue, model: model, preparation: rows.preparation, to: $0)
        }
      }
      if let path = outputs.output {
        try files.write(path) {
          try LabelWriter.write(labels: model.labels, to: $0, progress: ProgressBar.observer)
        }
      }
      try write(model, rows: rows, into: &files)
      try files.commit()
    }
    ProgressBar.clear()
    let warnings = FittedModel(method: method.method, common: model, reasons: []).warnings
    console.warn(warnings)
    guard outputs.output != "-" else { return }
    var seconds = StageSeconds(clock, stages: "prepare", "fit", "write")
    if start == nil, let seed = seeding.seconds { seconds.parts = [("seed", seed)] }
    let record = StreamedFitRecord(
      head: FitRecordHead(
        method: method.method, parameters: FitParameters(method, preparing), input: input,
        rowCount: file.rowCount, columnCount: file.columnCount, model: model, warnings: warnings,
        outputs: outputs, threads: threads, seconds: seconds),
      format: file.format.description, memory: large.memoryLimit,
      seedingCost: model.seedingCost.map(JSONNumber.init), coreset: coreset)
    try console.show(record) { record.summary }
  }

  /// Refuses more groups than there are rows, before it is worked out what they would take.
  func checkGroups(_ rowCount: Int) throws {
    if let k = method.k, k > rowCount {
      throw CladeError.tooManyClusters(k: k, distinctRows: rowCount)
    }
  }

  /// What is left of the memory that was given, 0 if none was. Refuses to begin what can't stay
  /// within it.
  private func spareMemory<Scalar: MatrixScalar>(
    of file: RowFile<Scalar>, _ algorithm: any OutOfCoreMethod.Type
  ) throws -> Int {
    guard let limit = large.memoryLimit else { return 0 }
    let k = method.k ?? 1
    let row = file.columnCount * MemoryLayout<Scalar>.stride
    let sample = min(file.rowCount, algorithm.sampledRows(method))
    let sums = k * file.columnCount * 32 * (threads + 2)
    // Rows that may be in the sample, which more than two threads have more of.
    let copies = min(64 << 20, sample * row / 2 * max(0, 3 * threads - 6))
    let held =
      file.rowCount * algorithm.heldBytes(method, rowCount: file.rowCount, rowSize: row)
    let needed = 64 << 20 + held + 4 * sample * row + copies + sums
    guard needed <= limit else {
      throw CladeError.invalidParameter(
        name: "memory", value: "\(limit >> 20) MiB",
        reason:
          "labels, a sample and \(k) centers of \(file.rowCount) × \(file.columnCount) numbers "
          + "take about \((needed >> 20) + 1) MiB; give as much, or ask for fewer groups")
    }
    // Points of a coreset need a pass or two, and memory of their own.
    if method.coreset != nil { return 0 }
    // Less the rows that each thread works on (as they are in the file, as numbers, scaled), what is
    // read ahead, and batches.
    let chunks = 3 * threads * file.preferredChunkSize * row
    return max(0, limit - needed - chunks - 48 << 20)
  }
}

/// The JSON object that `clade fit --json` prints of a file whose rows were not held.
private struct StreamedFitRecord: Encodable {
  let head: FitRecordHead
  let format: String
  let memory: Int?
  let seedingCost: JSONNumber?
  let coreset: CoresetRecord?

  private enum CodingKeys: String, CodingKey {
    case format, memory, seedingCost, coreset
  }

  func encode(to encoder: any Encoder) throws {
    try head.encode(to: encoder)
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(format, forKey: .format)
    try container.encodeIfPresent(memory, forKey: .memory)
    try container.encodeIfPresent(seedingCost, forKey: .seedingCost)
    try container.encodeIfPresent(coreset, forKey: .coreset)
  }

  /// A few lines for a person.
  var summary: String {
    let largest = head.sizes.prefix(8).map { NumberFormat.count($0) }.joined(separator: ", ")
    let input = TextLayout.fit(head.input, 40)
    return """
      \(NumberFormat.count(head.k)) groups of \(NumberFormat.count(head.n)) rows × \(head.d) columns, read from \(input) (\(format))
      Sizes       \(largest)\(head.k > 8 ? ", …" : "")
      Inertia     \(head.objective.value)\(coreset.map { "\n" + $0.sentence(objective: head.objective.value) } ?? "")
      Iterations  \(head.iterations)\(head.converged ? "" : ", not settled")
      Time        \(NumberFormat.seconds(head.seconds.total))

      """
  }
}
