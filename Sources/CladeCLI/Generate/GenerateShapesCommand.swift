import ArgumentParser
import Clade
import CladeCore
import CladeInsight
import CladeTables

/// `clade generate shapes`: groups of any shape.
struct GenerateShapesCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "shapes",
    abstract: "Draws groups of many shapes, or rows without groups.",
    discussion: """
      SCENE is one of

        moons      two half rings, each with an end inside the other
        rings      three rings in one another
        spirals    two arms that wind round each other
        worms      four waves above one another
        lines      five strokes in several directions
        densities  four blobs whose density differs by a factor of 400
        mixed      rings, blobs, a square and a stroke: six groups
        nested     nine blobs in three groups of three
        grid       a hundred blobs, ten by ten
        links      two rings that go through each other, in three columns
        shells     a ball in a shell, in three columns
        uniform    a cube of even density: no groups
        gaussian   one Gaussian: no groups

      The same options give the same bytes on every machine. A CSV file has columns x1, x2 … and the \
      truth as a last column called label; with --truth the labels go into a file of their own. An NPY \
      file holds the points only.

        clade generate shapes spirals --noise 0.1 -o spirals.csv
        clade fit spirals.csv --label-column label
        clade generate shapes gaussian -d 16 | clade fit - --label-column label
      """)

  @Argument(help: ArgumentHelp("What is drawn; see above.", valueName: "scene"))
  var scene: ShapeScene.Scene

  @Option(
    name: [.customShort("n"), .customLong("points")],
    help: ArgumentHelp("Points in all, noise included.", valueName: "points"))
  var pointCount = 1000

  @Option(
    name: [.customShort("d"), .customLong("dimensions")],
    help: ArgumentHelp(
      "Columns of uniform and gaussian, 2 unless given; the other scenes have their own.",
      valueName: "dimensions"))
  var dimensionCount: Int?

  @Option(
    help: ArgumentHelp(
      "The share of points spread evenly over the scene, labelled -1: 0 to below 1.",
      valueName: "share"))
  var noise = 0.0

  @Option(help: "The number that all random choices follow from.")
  var seed: UInt64 = 0

  @OptionGroup(title: "Outputs") var outputs: GeneratedOutputOptions
  @OptionGroup(title: "Running") var threading: ThreadOptions
  @OptionGroup(title: "Terminal") var console: ConsoleOptions

  func validate() throws { try outputs.check(console) }
}

extension GenerateShapesCommand {
  func run() throws {
    try OutputFiles.check(outputs.all, inputs: [])
    ProgressBar.start(quiet: console.quiet)
    let generator = ShapeScene(
      scene, pointCount: pointCount, dimensionCount: dimensionCount, noise: noise, seed: seed)
    try named { try generator.validate() }
    try checkMemory(columns: generator.columnCount)
    var clock = StageClock()
    let record =
      outputs.float32
      ? try draw(generator, as: Float.self, &clock) { try NPYWriter.write($0.points, to: $1) }
      : try draw(generator, as: Double.self, &clock, writing: write)
    ProgressBar.clear()
    console.warn(outputs.warnings)
    guard outputs.leavesRoomForSummary else { return }
    try console.show(record) { record.summary }
  }

  /// Draws the points, writes them, and tells of them.
  private func draw<Scalar: MatrixScalar>(
    _ generator: ShapeScene, as type: Scalar.Type, _ clock: inout StageClock,
    writing: (ShapeScene.Sample<Scalar>, AtomicFile) throws -> Void
  ) throws -> GenerateShapesRecord {
    let sample = try clock.time("generate") {
      try generator.generate(
        as: type, threads: threading.threads, progress: ProgressBar.observer)
    }
    try clock.time("write") {
      var files = OutputFiles()
      try files.write(outputs.output) { try writing(sample, $0) }
      if let truth = outputs.truth {
        try files.write(truth) { try LabelWriter.write(labels: sample.labels, to: $0) }
      }
      try files.commit()
    }
    return GenerateShapesRecord(
      generator, columns: sample.points.columnCount, sizes: sample.sizes,
      outputs: GeneratedOutputs(outputs),
      threads: threading.threads ?? ParallelChunks.defaultThreadCount, clock: clock)
  }

  /// Writes points as text, with their labels where these have no file of their own, or as an
  /// array.
  private func write(_ sample: ShapeScene.Sample<Double>, to file: AtomicFile) throws {
    if outputs.isArray { return try NPYWriter.write(sample.points, to: file) }
    try CSVWriter.write(
      sample.points, names: (1...sample.points.columnCount).map { "x\($0)" },
      labels: outputs.truth == nil ? sample.labels : nil, to: file, threads: threading.threads,
      progress: ProgressBar.observer)
  }

  /// Refuses more points than this machine holds.
  private func checkMemory(columns: Int) throws {
    let bytes = pointCount.multipliedReportingOverflow(by: columns * (outputs.float32 ? 4 : 8) + 4)
    let available = MachineMemory.size
    guard bytes.overflow || bytes.partialValue > available / 4 * 3 else { return }
    throw CladeError.notEnoughMemory(
      purpose: "a scene of \(pointCount) × \(columns) numbers",
      bytes: bytes.overflow ? .max : bytes.partialValue, available: available,
      remedy: "ask for fewer (--points, --dimensions)")
  }

  /// Names a parameter that is out of range as the option is called.
  private func named(_ body: () throws -> Void) throws {
    do {
      try body()
    } catch CladeError.invalidParameter(let name, let value, let reason) {
      let options = [
        "pointCount": "--points", "dimensionCount": "--dimensions", "noise": "--noise",
      ]
      throw CladeError.invalidParameter(name: options[name] ?? name, value: value, reason: reason)
    }
  }
}

extension ShapeScene.Scene: ExpressibleByArgument {}
