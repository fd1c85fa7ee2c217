import ArgumentParser
import Clade
import CladeInsight
import CladeTables

/// `clade fit` of a file whose rows are read again and again instead of held: its own
/// read → scale → fit → write.
extension FitCommand {
  /// Refuses what needs all rows in memory.
  func checkStreamed() throws {
    guard method.method == .kmeans else {
      throw ValidationError(
        "\(method.method.rawValue) needs all rows in memory; files of rows go with --method kmeans."
      )
    }
    let unavailable = [
      ("--report", outputs.report != nil), ("--columns", !preparing.columns.isEmpty),
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
    let single = try RowFile<Float>(path: input, format: format)
    if single.numbers == .single {
      try runStreamed(single)
    } else {
      try runStreamed(try RowFile<Double>(path: input, format: format))
    }
  }

  private func runStreamed<Scalar: MatrixScalar>(_ file: RowFile<Scalar>) throws {
    let algorithm = KMeansMethod.algorithm(method)
    try checkMemory(of: file, k: algorithm.k)
    var clock = StageClock()
    let rows = try clock.time("prepare") {
      try ScaledRows(file, scaling: preparing.scale, threads: threads)
    }
    let start = try method.readInitialCenters(threads: threads).map { centers in
      Matrix<Scalar>(rows: centers.rowCount, columns: centers.columnCount) { target in
        centers.withUnsafeBufferPointer { values in
          for index in values.indices {
            target.initializeElement(at: index, to: Scalar(values[index]))
          }
        }
      }
    }
    var coreset: CoresetRecord?
    let model = try clock.time("fit") {
      guard let size = method.coreset else {
        return try algorithm.fit(
          source: rows, initialCenters: start, threads: threads, progress: ProgressBar.observer)
      }
      let fitted = try method.fitThroughCoreset(
        algorithm, size, rows, weights: nil, initialCenters: start, threads: threads)
      coreset = fitted.coreset
      return fitted.model
    }
    try clock.time("write") {
      var files = OutputFiles()
      if let path = outputs.model {
        try files.write(path) {
          try ModelFile.write(
            method: Method.kmeans.rawValue, model: model, preparation: rows.preparation, to: $0)
        }
      }
      if let path = outputs.output {
        try files.write(path) { try LabelWriter.write(labels: model.labels, to: $0) }
      }
      try files.commit()
    }
    ProgressBar.clear()
    if !model.converged {
      console.warn([
        "stopped after \(model.iterations) iterations without settling; raise --max-iterations"
      ])
    }
    guard outputs.output != "-" else { return }
    let record = StreamedFitRecord(
      parameters: FitParameters(method, preparing), input: input,
      format: file.format.description, memory: large.memoryLimit, k: model.clusterCount,
      n: file.rowCount, d: file.columnCount, sizes: model.sizes,
      objective: JSONNumber(model.objective), coreset: coreset, iterations: model.iterations,
      converged: model.converged, outputs: FitRecord.Outputs(outputs), threads: threads,
      seconds: StageSeconds(clock, stages: "prepare", "fit", "write"))
    try console.show(record) { record.summary }
  }

  /// Refuses to begin what can't stay within the memory that was given.
  private func checkMemory<Scalar: MatrixScalar>(of file: RowFile<Scalar>, k: Int) throws {
    guard let limit = large.memoryLimit else { return }
    let row = file.columnCount * MemoryLayout<Scalar>.stride
    let sample = min(file.rowCount, max(32_768, 256 * k))
    let sums = k * file.columnCount * 32 * (threads + 2)
    let needed = 64 << 20 + 16 * file.rowCount + 4 * sample * row + sums
    guard needed <= limit else {
      throw CladeError.invalidParameter(
        name: "memory", value: "\(limit >> 20) MiB",
        reason:
          "labels, a sample and \(k) centers of \(file.rowCount) × \(file.columnCount) numbers "
          + "take about \((needed >> 20) + 1) MiB; give as much, or ask for fewer groups")
    }
  }
}

/// The JSON object that `clade fit --json` prints of a file whose rows were not held.
private struct StreamedFitRecord: Encodable {
  let version = cladeVersion
  let method = Method.kmeans
  let parameters: FitParameters
  let input: String
  let format: String
  let memory: Int?
  let k: Int
  let n: Int
  let d: Int
  let sizes: [Int]
  let objective: JSONNumber
  let coreset: CoresetRecord?
  let iterations: Int
  let converged: Bool
  let outputs: FitRecord.Outputs
  let threads: Int
  let instructionSet = InstructionSet.current
  let seconds: StageSeconds

  /// A few lines for a person.
  var summary: String {
    let largest = sizes.prefix(8).map { NumberFormat.count($0) }.joined(separator: ", ")
    return """
      \(NumberFormat.count(k)) groups of \(NumberFormat.count(n)) rows × \(d) columns, read from \(input) (\(format))
      Sizes       \(largest)\(k > 8 ? ", …" : "")
      Inertia     \(objective.value)\(coreset.map { "\n" + $0.sentence(objective: objective.value) } ?? "")
      Iterations  \(iterations)\(converged ? "" : ", not settled")
      Time        \(NumberFormat.seconds(seconds.total))

      """
  }
}
