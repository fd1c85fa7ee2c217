import ArgumentParser
import Clade
import CladeInsight
import CladeTables

/// `clade fit --stream`: rows → labels, at once.
extension FitCommand {
  func runStream() throws {
    var clock = StageClock()
    var run = try StreamRun(self)
    // Both in one: rows are labelled while others come.
    let model = try clock.time("fit") { () -> OnlineKMeansModel? in
      try run.labelAll()
      return try outputs.model == nil && outputs.output == nil ? nil : run.model()
    }
    try clock.time("write") { try run.finish(model) }
    ProgressBar.clear()
    try show(model, of: run, clock)
    // What was asked for is there; that the input had not ended can still be told from the code.
    if let status = Interruption.status { throw ExitCode(status) }
  }

  private func show(_ model: OnlineKMeansModel?, of run: StreamRun, _ clock: StageClock) throws {
    guard let model, outputs.output != nil, outputs.output != "-" else { return }
    let record = StreamRecord(
      head: FitRecordHead(
        method: .online, parameters: FitParameters(method, preparing), input: input,
        rowCount: run.clusters.rowCount, columnCount: run.columnCount, model: model, warnings: [],
        outputs: outputs, threads: threads,
        seconds: StageSeconds(clock, stages: "fit", "write")),
      loss: JSONNumber(model.loss), scaleRows: run.scaleRows)
    try console.show(record) { record.summary }
  }
}

/// A stream that is being labelled.
private struct StreamRun {
  private let command: FitCommand
  private var rows: RowStream
  private var labels: LabelStream
  private(set) var clusters: OnlineKMeans
  private var scaling: StreamScaling?
  /// Rows that wait until there are enough to scale by.
  private var waiting: [Double] = []
  private var waitingCount = 0

  init(_ command: FitCommand) throws {
    self.command = command
    let preparing = command.preparing
    let end = try RowStreamEnd()
    Interruption.atFirst { end.request() }
    rows = try RowStream(
      path: command.input, options: command.reading.readOptions(),
      columns: preparing.columns.isEmpty ? nil : preparing.columns, ignored: preparing.ignore,
      end: end)
    clusters = try OnlineMethod.algorithm(command.method)
    labels = try LabelStream(path: command.outputs.output)
  }

  var columnCount: Int { rows.usedColumns.count }

  /// The rows that the scales were found from; 0 where there are none.
  var scaleRows: Int {
    command.preparing.scale == .none
      ? 0 : command.streaming.scaleRows ?? StreamOptions.defaultScaleRows
  }

  /// Labels rows until the input ends. Those before a bad row get their labels too.
  mutating func labelAll() throws {
    do {
      while let come = try rows.next() { try take(come) }
    } catch let error as CladeError {
      try settle()
      throw error
    }
    try settle()
  }

  private mutating func take(_ come: Matrix<Double>) throws {
    if let scaling { return try label(scaling.scaled(come)) }
    waiting += come.withUnsafeBufferPointer { Array($0) }
    waitingCount += come.rowCount
    if waitingCount >= scaleRows { try settle() }
  }

  /// Finds the scales from the rows that have come, and labels them.
  private mutating func settle() throws {
    guard scaling == nil, waitingCount > 0 else { return }
    let held = try Matrix(rows: waitingCount, columns: columnCount, values: waiting)
    waiting = []
    // No more than was said, so that it doesn't matter how many rows come at a time.
    let first = scaleRows == 0 ? held : held.gatheringRows(0..<min(waitingCount, scaleRows))
    let found = try StreamScaling(
      command.preparing.scale, firstRows: first, of: rows, threads: command.threads)
    scaling = found
    try label(found.scaled(held))
  }

  private mutating func label(_ come: Matrix<Double>) throws {
    try labels.write(clusters.observe(come, threads: command.threads))
    ProgressBar.observer(
      ProgressUpdate(
        stage: "labelling", detail: "\(NumberFormat.count(clusters.rowCount)) rows"))
  }

  func model() throws -> OnlineKMeansModel { try clusters.model(threads: command.threads) }

  /// Makes the files appear.
  mutating func finish(_ model: OnlineKMeansModel?) throws {
    var files = OutputFiles()
    if let path = command.outputs.model, let model {
      try files.write(path) {
        try ModelFile.write(
          method: Method.online.rawValue, model: model, preparation: scaling?.preparation, to: $0)
      }
    }
    try labels.finish()
    try files.commit()
    try labels.commit()
  }
}

/// Labels that are written as they come.
private final class LabelStream {
  private let file: AtomicFile?
  private let isJSON: Bool

  /// - Parameter path: The file; `nil` and "-" for standard output, without a header.
  init(path: String?) throws {
    guard let path, path != "-" else {
      (file, isJSON) = (nil, false)
      return
    }
    isJSON = LabelWriter.Format(path: path) == .jsonLines
    file = try AtomicFile(path: path)
    if !isJSON { try file?.write("label\n") }
  }

  func write(_ labels: [Int32]) throws {
    var text = ""
    text.reserveCapacity(labels.count * 4)
    for label in labels {
      text += isJSON ? "{\"label\":\(label)}\n" : "\(label)\n"
    }
    if let file { try file.write(text) } else { try StandardOutput.write(text) }
  }

  /// Makes sure that all is on the disk, but not yet under its name.
  func finish() throws { try file?.finish() }

  func commit() throws { try file?.commit() }
}

/// The JSON object that `clade fit --stream --json` prints.
private struct StreamRecord: Encodable {
  let head: FitRecordHead
  /// The sum of the squared distances of the rows from the nearest center when they came.
  let loss: JSONNumber
  /// The rows that the scales were found from.
  let scaleRows: Int

  private enum CodingKeys: String, CodingKey { case loss, scaleRows }

  func encode(to encoder: any Encoder) throws {
    try head.encode(to: encoder)
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(loss, forKey: .loss)
    try container.encode(scaleRows, forKey: .scaleRows)
  }

  /// A few lines for a person.
  var summary: String {
    let sizes = head.sizes.prefix(8).map { NumberFormat.count($0) }.joined(separator: ", ")
    let scales =
      scaleRows == 0 ? "as they are" : "by the first \(NumberFormat.count(scaleRows)) rows"
    return """
      \(NumberFormat.count(head.k)) groups of \(NumberFormat.count(head.n)) rows × \(head.d) columns, one after the other
      Sizes       \(sizes)\(head.k > 8 ? ", …" : "")
      Scaled      \(scales)
      Loss        \(loss.value); the last centers would have had about \(head.objective.value)
      Time        \(NumberFormat.seconds(head.seconds.total))

      """
  }
}
