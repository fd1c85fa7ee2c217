import ArgumentParser
import Clade
import CladeInsight
import CladeTables
import Synchronization

/// `clade fit --method two-level`: there may be a million groups, so they aren't described one by
/// one.
extension FitCommand {
  func runTwoLevel() throws {
    if let format = try sparse.format(of: input) { return try runSparse(format) }
    guard vocabulary == nil else {
      throw ValidationError(
        "--vocabulary names the columns of sparse rows, and \(input) is a table.")
    }
    for (name, isGiven) in [
      ("--report", outputs.report != nil), ("--picture", outputs.picture != nil),
    ] where isGiven {
      throw ValidationError("\(name) shows every group; leave it out with two-level.")
    }
    if preparing.labelColumn != nil {
      throw ValidationError(
        "--label-column scores the groups, which two-level doesn't; use --ignore, and clade evaluate."
      )
    }
    ProgressBar.start(quiet: console.quiet)
    var clock = StageClock()
    if let format = try large.format(of: input) ?? plainFormat {
      let single = try RowFile<Float>(path: input, format: format, reading: large.reading)
      if single.numbers == .single {
        try fitTwoLevel(single, &clock)
      } else {
        try fitTwoLevel(
          try RowFile<Double>(path: input, format: format, reading: large.reading), &clock)
      }
    } else {
      let table = try clock.time("read") { try read() }
      let input = try clock.time("prepare") { try prepare(table) }
      try fitTwoLevel(
        input.table.matrix, preparation: input.table.preparation,
        identifiers: input.table.identifiers, format: nil, memory: 1 << 30, clock)
    }
  }

  /// The format of an NPY file whose rows are taken as they are, without a table of columns.
  private var plainFormat: RowFileFormat? {
    guard RowFileFormat(path: input) == .npy, preparing.scale(for: method) != .robust,
      preparing.columns.isEmpty, preparing.ignore.isEmpty, preparing.labelColumn == nil,
      (try? RowFile<Float>(path: input)) != nil
    else { return nil }
    return .npy
  }

  private func fitTwoLevel<Scalar: MatrixScalar>(
    _ file: RowFile<Scalar>, _ clock: inout StageClock
  ) throws {
    let memory = try rowMemory(for: file)
    let scaled = try clock.time("prepare") {
      ProgressBar.observer(ProgressUpdate(stage: "preparing"))
      return try ScaledRows(file, scaling: preparing.scale(for: method), threads: threads)
    }
    let rows: any RowSource<Scalar> =
      large.memory == nil ? try clock.time("read") { try Self.held(scaled, threads) } : scaled
    try fitTwoLevel(
      rows, preparation: scaled.preparation, identifiers: nil, format: file.format.description,
      memory: memory, clock)
  }

  /// All rows of a source in memory.
  private static func held<Scalar: MatrixScalar>(
    _ source: ScaledRows<Scalar>, _ threads: Int
  ) throws -> Matrix<Scalar> {
    let (count, columns) = (source.rowCount, source.columnCount)
    return try Matrix(rows: count, columns: columns) { buffer in
      nonisolated(unsafe) let target = buffer
      try ParallelChunks.forEach(
        count: count, chunkSize: source.preferredChunkSize, threads: threads
      ) { _, range in
        try source.withRows(range) { rows in
          _ = UnsafeMutableBufferPointer(rebasing: target[(range.lowerBound * columns)...])
            .initialize(from: rows)
        }
      }
    }
  }

  /// The bytes that rows may be brought together in, of those that `--memory` gives.
  private func rowMemory<Scalar: MatrixScalar>(for file: RowFile<Scalar>) throws -> Int {
    try checkGroups(file.rowCount)
    guard let limit = large.memoryLimit else { return 1 << 30 }
    let numbers = (method.k ?? 1) * file.columnCount
    let fixed = 64 << 20 + 40 * file.rowCount + (48 + 4 * MemoryLayout<Scalar>.stride) * numbers
    let least = file.columnCount * MemoryLayout<Scalar>.stride * 4096
    guard fixed + least <= limit else {
      throw CladeError.invalidParameter(
        name: "memory", value: "\(limit >> 20) MiB",
        reason:
          "labels and \(method.k ?? 1) centers of \(file.rowCount) × \(file.columnCount) numbers "
          + "take about \(((fixed + least) >> 20) + 1) MiB; give as much, or ask for fewer groups")
    }
    return limit - fixed
  }

  private func fitTwoLevel<Scalar: MatrixScalar>(
    _ rows: any RowSource<Scalar>, preparation: Preparation, identifiers: Identifiers?,
    format: String?, memory: Int, _ begun: StageClock
  ) throws {
    var clock = begun
    let times = StageTimes()
    let show = ProgressBar.observer
    let model = try clock.time("fit") {
      try TwoLevelMethod.algorithm(method).fit(
        source: rows, memory: memory, threads: threads,
        progress: { update in
          times.note(update.stage)
          show(update)
        })
    }
    times.note("")
    var probes: Int?
    var files = OutputFiles()
    try clock.time("nearest") {
      try outputs.nearest.write(
        of: model.clusterCount,
        { count in
          let found =
            try method.probes
            ?? model.probes(
              forRecall: method.recall ?? TwoLevelKMeans(k: 1).recall, ofNearest: count, in: rows,
              threads: threads)
          probes = found
          return try model.nearestCenters(
            of: rows, count: count, probes: found, threads: threads)
        }, into: &files)
    }
    let recall = try clock.time("nearest") {
      try probes.map { probes in
        NearestRecord(
          count: outputs.nearest.nearest ?? 1, probes: probes,
          recall: try model.recall(
            ofNearest: outputs.nearest.nearest ?? 1, probes: probes, in: rows, threads: threads))
      }
    }
    try clock.time("write") {
      ProgressBar.observer(ProgressUpdate(stage: "writing"))
      if let path = outputs.centers {
        try files.write(path) { try NPYWriter.write(model.centers, to: $0) }
      }
      if let path = outputs.model {
        try files.write(path) {
          try ModelFile.write(
            method: Method.twoLevel.rawValue, model: model, preparation: preparation, to: $0)
        }
      }
      if let path = outputs.output {
        try files.write(path) {
          try LabelWriter.write(labels: model.labels, identifiers: identifiers, to: $0)
        }
      }
      try files.commit()
    }
    ProgressBar.clear()
    guard outputs.output != "-" else { return }
    var seconds = StageSeconds(clock, stages: "read", "prepare", "fit", "nearest", "write")
    seconds.parts = times.parts
    let record = TwoLevelFitRecord(
      model,
      head: FitRecordHead(
        method: .twoLevel, parameters: FitParameters(method, preparing), input: input,
        rowCount: rows.rowCount, columnCount: rows.columnCount, model: model, warnings: [],
        outputs: outputs, threads: threads, seconds: seconds),
      format: format, memory: large.memoryLimit, nearest: recall)
    try console.show(record) { record.summary }
  }
}

/// How long each stage that the method tells of has taken.
private final class StageTimes: Sendable {
  private struct State {
    var stage = ""
    var since = ContinuousClock.now
    var seconds: [String: Double] = [:]
  }

  /// What the stages are called in the JSON.
  private static let names = [
    "checking rows": "check", "k-means of the groups": "groups",
    "finding the group of each row": "group_rows", "k-means within the groups": "first_centers",
    "refining": "refine", "measuring the recall": "recall", "assigning": "assign",
    "filling empty clusters": "fill",
  ]

  private let state = Mutex(State())

  /// A stage goes on, or another has begun.
  func note(_ stage: String) {
    let name = String(stage.prefix { $0 != "," })
    state.withLock { state in
      guard name != state.stage else { return }
      let now = ContinuousClock.now
      if !state.stage.isEmpty {
        state.seconds[state.stage, default: 0] += (now - state.since).seconds
      }
      (state.stage, state.since) = (name, now)
    }
  }

  /// The seconds of each stage.
  var parts: [(name: String, seconds: Double)] {
    state.withLock { state in
      state.seconds.compactMap { stage, seconds in Self.names[stage].map { ($0, seconds) } }
        .sorted { $0.0 < $1.0 }
    }
  }
}

/// What was written of the nearest centers.
private struct NearestRecord: Encodable {
  let count: Int
  let probes: Int
  let recall: Double
}

/// The JSON object that `clade fit --method two-level --json` prints.
private struct TwoLevelFitRecord: Encodable {
  let head: FitRecordHead
  let format: String?
  let memory: Int?
  let upperGroups: Int
  let probes: Int
  /// How often the center of a row is the nearest of all, in a sample of so many rows.
  let recall: Double
  let recallRows: Int
  let nearest: NearestRecord?

  init<Scalar>(
    _ model: TwoLevelKMeansModel<Scalar>, head: FitRecordHead, format: String?, memory: Int?,
    nearest: NearestRecord?
  ) {
    self.head = head
    self.format = format
    self.memory = memory
    upperGroups = model.groupCount
    probes = model.probes
    recall = model.recall
    recallRows = model.recallRowCount
    self.nearest = nearest
  }

  private enum CodingKeys: String, CodingKey {
    case format, memory, upperGroups, probes, recall, recallRows, nearest
  }

  func encode(to encoder: any Encoder) throws {
    try head.encode(to: encoder)
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encodeIfPresent(format, forKey: .format)
    try container.encodeIfPresent(memory, forKey: .memory)
    try container.encode(upperGroups, forKey: .upperGroups)
    try container.encode(probes, forKey: .probes)
    try container.encode(recall, forKey: .recall)
    try container.encode(recallRows, forKey: .recallRows)
    try container.encodeIfPresent(nearest, forKey: .nearest)
  }

  /// A few lines for a person.
  var summary: String {
    let percent = NumberFormat.percent
    let (largest, smallest) = (head.sizes.first ?? 0, head.sizes.last ?? 0)
    let input = TextLayout.fit(head.input, 40)
    var lines = [
      "\(NumberFormat.count(head.k)) groups of \(NumberFormat.count(head.n)) rows × \(head.d) columns of "
        + input,
      "Sizes       \(NumberFormat.count(smallest)) to \(NumberFormat.count(largest))",
      "Inertia     \(head.objective.value)",
      "Search      \(probes) of \(NumberFormat.count(upperGroups)) upper groups; the center found is the "
        + "nearest for \(percent(recall)) of the rows",
    ]
    if let nearest {
      lines.append(
        "Nearest     \(nearest.count) of each row, in \(nearest.probes) of them; "
          + "\(percent(nearest.recall)) of the truly nearest")
    }
    lines.append("Iterations  \(head.iterations)")
    lines.append("Time        \(NumberFormat.seconds(head.seconds.total))")
    return lines.joined(separator: "\n") + "\n"
  }
}
