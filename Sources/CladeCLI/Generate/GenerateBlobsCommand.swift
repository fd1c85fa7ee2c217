import ArgumentParser
import Clade
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
  @OptionGroup(title: "Outputs") var outputs: BlobOutputOptions
  @OptionGroup(title: "Running") var threading: ThreadOptions
  @OptionGroup(title: "Terminal") var console: ConsoleOptions

  func validate() throws {
    let (output, truth) = (outputs.output, outputs.truth)
    if output == "-", console.json {
      throw ValidationError("--json and the points both go to standard output; give --output.")
    }
    if output == "-", truth == "-" {
      throw ValidationError("The points and the truth both go to standard output; give --output.")
    }
    if truth == "-", console.json {
      throw ValidationError("--json and --truth - both write to standard output; choose one.")
    }
  }
}

extension GenerateBlobsCommand {
  private var output: String { outputs.output }
  private var truth: String? { outputs.truth }
  private var isArray: Bool { output.lowercased().hasSuffix(".npy") }

  func run() throws {
    try OutputFiles.check([output] + (truth.map { [$0] } ?? []), inputs: [])
    ProgressBar.start(quiet: console.quiet)
    var clock = StageClock()
    let generator = clusters.generator
    let blobs = try clock.time("generate") {
      try clusters.named {
        try generator.generate(threads: threading.threads, progress: ProgressBar.observer)
      }
    }
    try clock.time("write") { try write(blobs) }

    ProgressBar.clear()
    if isArray, truth == nil {
      console.warn(["an NPY file holds no labels; --truth writes them to a file of their own"])
    }
    guard output != "-", truth != "-" else { return }
    let record = GenerateBlobsRecord(
      generator, blobs, output: output, truth: truth,
      threads: threading.threads ?? ParallelChunks.defaultThreadCount, clock: clock)
    try console.show(record) { record.summary }
  }

  private func write(_ blobs: GaussianBlobs.Sample<Double>) throws {
    var files = OutputFiles()
    try files.write(output) { file in
      if isArray {
        try NPYWriter.write(blobs.points, to: file)
      } else {
        try CSVWriter.write(
          blobs.points, names: (1...blobs.points.columnCount).map { "x\($0)" },
          labels: truth == nil ? blobs.labels : nil, to: file, threads: threading.threads,
          progress: ProgressBar.observer)
      }
    }
    if let truth {
      try files.write(truth) { file in try LabelWriter.write(labels: blobs.labels, to: file) }
    }
    try files.commit()
  }
}
