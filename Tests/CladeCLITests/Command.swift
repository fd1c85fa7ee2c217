import Foundation
import Testing

/// Runs the `clade` that was built beside these tests, as a process of its own.
struct Command {
  /// What a run left behind.
  struct Result {
    let status: Int32
    let output: String
    let errors: String

    /// The JSON object on standard output.
    var json: [String: Any] {
      (try? JSONSerialization.jsonObject(with: Data(output.utf8)) as? [String: Any]) ?? [:]
    }
  }

  /// The built command.
  static let path: String = {
    var beside = URL(fileURLWithPath: CommandLine.arguments[0])
    for bundle in Bundle.allBundles where bundle.bundlePath.hasSuffix(".xctest") {
      beside = bundle.bundleURL
    }
    return beside.resolvingSymlinksInPath().deletingLastPathComponent()
      .appendingPathComponent("clade").path
  }()

  /// Runs `clade` with arguments in a folder until it ends.
  static func run(
    _ arguments: [String], in folder: Folder, environment: [String: String] = [:],
    input: String? = nil
  ) throws -> Result {
    let running = try Running(arguments, in: folder, environment: environment, input: input)
    return try running.wait()
  }

  /// A run that hasn't ended yet.
  final class Running {
    let process = Process()
    private let logs: Folder

    init(
      _ arguments: [String], in folder: Folder, environment: [String: String] = [:],
      input: String? = nil
    ) throws {
      logs = try Folder()
      process.executableURL = URL(fileURLWithPath: Command.path)
      process.arguments = arguments
      process.currentDirectoryURL = folder.url
      process.environment = ProcessInfo.processInfo.environment
        .merging(["NO_COLOR": "1"]) { $1 }.merging(environment) { $1 }
      try logs.write("input", input ?? "")
      try logs.write("output", "")
      try logs.write("errors", "")
      process.standardInput = try FileHandle(forReadingFrom: logs.url("input"))
      process.standardOutput = try FileHandle(forWritingTo: logs.url("output"))
      process.standardError = try FileHandle(forWritingTo: logs.url("errors"))
      try process.run()
    }

    func wait() throws -> Result {
      process.waitUntilExit()
      let signal = process.terminationReason == .uncaughtSignal
      return Result(
        status: signal ? -process.terminationStatus : process.terminationStatus,
        output: try logs.read("output"), errors: try logs.read("errors"))
    }
  }
}

/// A folder of a test's own, removed with it.
final class Folder {
  let url: URL

  init() throws {
    url = FileManager.default.temporaryDirectory.appendingPathComponent("clade-\(UUID())")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: url) }

  func url(_ name: String) -> URL { url.appendingPathComponent(name) }

  func path(_ name: String) -> String { url(name).path }

  func write(_ name: String, _ text: String) throws { try write(name, Data(text.utf8)) }

  func write(_ name: String, _ data: Data) throws { try data.write(to: url(name)) }

  func read(_ name: String) throws -> String {
    String(decoding: try Data(contentsOf: url(name)), as: UTF8.self)
  }

  /// The labels in a CSV file.
  func labels(_ name: String) throws -> [Substring] {
    let lines = try read(name).split(separator: "\n").map { $0.split(separator: ",") }
    let column = try #require(lines.first?.firstIndex(of: "label"))
    return lines.dropFirst().map { $0[column] }
  }

  /// The names of all files, hidden ones too, sorted.
  var names: [String] {
    ((try? FileManager.default.contentsOfDirectory(atPath: url.path)) ?? []).sorted()
  }
}

/// Tables for the tests.
enum Sample {
  /// The table that ships with the project.
  static let penguins = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()
    .appendingPathComponent("Data/penguins.csv").path

  /// A CSV of `k` well-separated groups with `rows` rows in all, always the same.
  static func blobs(rows: Int, groups k: Int, columns: Int = 2, shuffled: Bool = false) -> String {
    var random = SplitMix(state: 7)
    var lines = (0..<rows).map { row in
      let group = row % k
      let values = (0..<columns).map { column in
        let center = Double((group * 7 + column * 3) % (k * 7)) * 10
        return "\(center + Double(random.next() % 1000) / 250)"
      }
      return "\(row)id," + values.joined(separator: ",")
    }
    if shuffled { lines.shuffle(using: &random) }
    let names = ["id"] + (0..<columns).map { "x\($0)" }
    return ([names.joined(separator: ",")] + lines).joined(separator: "\n") + "\n"
  }
}

/// A small random source with the same numbers everywhere.
struct SplitMix: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}
