import ArgumentParser
import Clade
import CladeCore
import CladeInsight
import CladeTables

/// `clade generate blobs`: points of a Gaussian mixture.
struct GenerateBlobsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "blobs",
    abstract: "Draws points from Gaussian clusters whose distance is known.",
    discussion: """
      The same options give the same bytes on every machine. Each cluster has a neighbour at the \
      separation that was asked for, or close to it, and none is nearer: at 6, neighbours overlap \
      by about one point in a thousand; at 3 by one in fifteen.

      A CSV file has columns x1, x2 … and the truth as a last column called label; with --truth the \
      labels go into a file of their own. An NPY file holds the points only.

        clade generate blobs | clade fit - --label-column label
        clade generate blobs -k 20 -n 100000 -d 8 -o points.npy -t labels.npy
        clade generate blobs --shape rotated --size-ratio 10 --noise 0.05 -o hard.csv
      """)

  @OptionGroup(title: "Clusters") var clusters: BlobOptions
  @OptionGroup(title: "Outputs") var outputs: GeneratedOutputOptions
  @OptionGroup(title: "Running") var threading: ThreadOptions
  @OptionGroup(title: "Terminal") var console: ConsoleOptions

  func validate() throws { try outputs.check(console) }
}

extension GenerateBlobsCommand {
  private var output: String { outputs.output }
  private var truth: String? { outputs.truth }
  private var isArray: Bool { outputs.isArray }

  func run() throws {
    try OutputFiles.check(outputs.all, inputs: [])
    ProgressBar.start(quiet: console.quiet)
    var clock = StageClock()
    let generator = clusters.generator
    try checkMemory(of: generator)
    let drawing = try clock.time("generate") { try clusters.named { try generator.drawing() } }
    try write(drawing, generator, &clock)

    ProgressBar.clear()
    console.warn(outputs.warnings)
    guard outputs.leavesRoomForSummary else { return }
    let record = GenerateBlobsRecord(
      generator, drawing, outputs: GeneratedOutputs(outputs),
      threads: threading.threads ?? ParallelChunks.defaultThreadCount, clock: clock)
    try console.show(record) { record.summary }
  }

  /// Refuses what this machine can't hold: points as text, with the truth of all points, and the
  /// clusters.
  private func checkMemory(of generator: GaussianBlobs) throws {
    let (n, d) = (Double(generator.pointCount), Double(generator.dimensionCount))
    let axes = generator.shape == .rotated ? d : 2
    let points = isArray ? min(n * d, max(4 * 0x1p20, d)) : n * d
    let needed = 8 * points + 4 * n + 8 * Double(generator.clusterCount) * d * axes
    let limit = Double(MachineMemory.size)
    guard needed > limit, n > 0, d > 0 else { return }
    let size = NumberFormat.count(Int(min(needed / 0x1p30, 0x1p50).rounded(.up)))
    throw CladeError.invalidParameter(
      name: 4 * n > limit || n > d ? "--points" : "--dimensions",
      value: 4 * n > limit || n > d ? "\(generator.pointCount)" : "\(generator.dimensionCount)",
      reason:
        "\(generator.pointCount) × \(generator.dimensionCount) numbers take \(size) GiB of memory, "
        + "and this machine has \(Int(limit / 0x1p30)); ask for fewer"
        + (isArray ? "" : ", or write an NPY file, of which little is held"))
  }

  private func write(
    _ drawing: GaussianBlobs.Drawing, _ generator: GaussianBlobs, _ clock: inout StageClock
  ) throws {
    var files = OutputFiles()
    if !isArray {
      let points: Matrix<Double> = clock.time("generate") {
        drawing.points(0..<generator.pointCount, threads: threading.threads)
      }
      try clock.time("write") {
        try files.write(output) { file in
          try CSVWriter.write(
            points, names: (1...points.columnCount).map { "x\($0)" },
            labels: truth == nil ? drawing.labels : nil, to: file, threads: threading.threads,
            progress: ProgressBar.observer)
        }
      }
    } else if outputs.float32 {
      try writeArray(of: Float.self, drawing, generator, &files, &clock)
    } else {
      try writeArray(of: Double.self, drawing, generator, &files, &clock)
    }
    try clock.time("write") {
      if let truth {
        try files.write(truth) { file in
          try LabelWriter.write(labels: drawing.labels, to: file)
        }
      }
      try files.commit()
    }
  }

  /// Draws and writes points, some at a time.
  private func writeArray<Scalar: MatrixScalar>(
    of type: Scalar.Type, _ drawing: GaussianBlobs.Drawing, _ generator: GaussianBlobs,
    _ files: inout OutputFiles, _ clock: inout StageClock
  ) throws {
    let (count, columns) = (generator.pointCount, generator.dimensionCount)
    var writer = try NPYRowWriter<Scalar>(try files.open(output), rows: count, columns: columns)
    let block = max(1, (1 << 22) / columns)
    for start in stride(from: 0, to: count, by: block) {
      ProgressBar.observer(
        ProgressUpdate(stage: "generating", fraction: Double(start) / Double(count)))
      let points: Matrix<Scalar> = clock.time("generate") {
        drawing.points(start..<min(count, start + block), threads: threading.threads)
      }
      try clock.time("write") { try writer.write(points) }
    }
    try writer.finish()
  }
}
