import ArgumentParser
import Clade
import CladeInsight
import CladeTables

/// `clade generate star-field`: a star cluster among the stars of the field.
struct GenerateStarFieldCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "star-field",
    abstract: "Draws a patch of sky with one star cluster in it.",
    discussion: """
      Stars have a position, as offsets in right ascension (times cos δ) and declination in degrees, \
      proper motions in mas/yr, and a parallax in mas, all with errors of measurement. The cluster is \
      at 1 kpc, 0.12 degrees wide, and moves by (−3, 1) mas/yr; the field lies evenly over two degrees \
      squared and moves by (−1, −2) mas/yr, with a spread. The same options give the same bytes on \
      every machine.

      A CSV file has columns ra_offset, dec_offset, pmra, pmdec, parallax and the truth as a last \
      column called label: 0 for members of the cluster, −1 for the field; with --truth the labels go \
      into a file of their own. An NPY file holds the stars only.

        clade generate star-field -o sky.csv
        clade fit sky.csv --method mst-gmm --label-column label
        clade generate star-field --field-per-member 100 --field-motion 2 -o hard.csv
      """)

  @Option(help: ArgumentHelp("Members of the cluster.", valueName: "stars"))
  var members = 200

  @Option(help: ArgumentHelp("Stars of the field for each member.", valueName: "stars"))
  var fieldPerMember = 20.0

  @Option(
    help: ArgumentHelp(
      "The standard deviation of the field's proper motions; the members' is 0.2.",
      valueName: "mas/yr"))
  var fieldMotion = 4.0

  @Option(help: "The number that all random choices follow from.")
  var seed: UInt64 = 0

  @OptionGroup(title: "Outputs") var outputs: GeneratedOutputOptions
  @OptionGroup(title: "Terminal") var console: ConsoleOptions

  /// The most stars of the field.
  private static let mostFieldStars = 1e8

  func validate() throws {
    guard members >= 1 else {
      throw ValidationError("--members can't be \(members): give 1 or more.")
    }
    guard fieldPerMember >= 0, fieldPerMember.isFinite else {
      throw ValidationError("--field-per-member can't be \(fieldPerMember): give 0 or more.")
    }
    guard fieldMotion >= 0, fieldMotion.isFinite else {
      throw ValidationError("--field-motion can't be \(fieldMotion): give 0 or more.")
    }
    let stars = Double(members) * (1 + fieldPerMember)
    guard stars <= Self.mostFieldStars else {
      throw ValidationError(
        "\(members) members and \(fieldPerMember) stars of the field for each are more than 10⁸ "
          + "stars; ask for fewer (--members, --field-per-member).")
    }
    try outputs.check(console)
  }

  func run() throws {
    try OutputFiles.check(outputs.all, inputs: [])
    ProgressBar.start(quiet: console.quiet)
    let field = StarField(
      memberCount: members, fieldPerMember: fieldPerMember, fieldMotion: fieldMotion, seed: seed)
    try checkMemory()
    var clock = StageClock()
    let sample = clock.time("generate") { field.generate() }
    try clock.time("write") { try write(sample) }
    ProgressBar.clear()
    console.warn(outputs.warnings)
    guard outputs.leavesRoomForSummary else { return }
    let record = GenerateStarFieldRecord(field, sample, outputs: outputs, clock: clock)
    try console.show(record) { record.summary }
  }

  /// Refuses more stars than this machine holds, once more as the 32-bit numbers of a file.
  private func checkMemory() throws {
    let bytes = Int(Double(members) * (1 + fieldPerMember)) * 5 * (outputs.float32 ? 12 : 8)
    let available = MachineMemory.size
    guard bytes > available / 4 * 3 else { return }
    throw CladeError.notEnoughMemory(
      purpose: "a sky of that many stars", bytes: bytes, available: available,
      remedy: "ask for fewer (--members, --field-per-member)")
  }

  private func write(_ sample: StarField.Sample) throws {
    let labels = sample.isMember.map { $0 ? Int32(0) : -1 }
    var files = OutputFiles()
    try files.write(outputs.output) { file in
      if outputs.float32 {
        let stars = sample.stars
        let rounded = Matrix<Float>(rows: stars.rowCount, columns: stars.columnCount) { target in
          stars.withUnsafeBufferPointer { _ = target.initialize(from: $0.lazy.map { Float($0) }) }
        }
        try NPYWriter.write(rounded, to: file)
      } else if outputs.isArray {
        try NPYWriter.write(sample.stars, to: file)
      } else {
        try CSVWriter.write(
          sample.stars, names: ["ra_offset", "dec_offset", "pmra", "pmdec", "parallax"],
          labels: outputs.truth == nil ? labels : nil, to: file, progress: ProgressBar.observer)
      }
    }
    if let truth = outputs.truth {
      try files.write(truth) { try LabelWriter.write(labels: labels, to: $0) }
    }
    try files.commit()
  }
}

/// The JSON object that `clade generate star-field --json` prints.
struct GenerateStarFieldRecord: Encodable {
  let version = cladeVersion
  let n: Int
  let d = 5
  let members: Int
  let field: Int
  let fieldMotion: Double
  let seed: UInt64
  let outputs: GeneratedOutputs
  let seconds: StageSeconds

  init(
    _ field: StarField, _ sample: StarField.Sample, outputs: GeneratedOutputOptions,
    clock: StageClock
  ) {
    n = sample.isMember.count
    members = field.memberCount
    self.field = n - field.memberCount
    fieldMotion = field.fieldMotion
    seed = field.seed
    self.outputs = GeneratedOutputs(outputs)
    seconds = StageSeconds(clock, stages: "generate", "write")
  }

  /// The same for a person.
  var summary: String {
    """
    \(NumberFormat.count(members)) \(members == 1 ? "member" : "members") of a star cluster among \
    \(NumberFormat.count(field)) \(field == 1 ? "star" : "stars") of the field
    \(outputs.text)
    Time      \(NumberFormat.seconds(seconds.total))

    """
  }
}
