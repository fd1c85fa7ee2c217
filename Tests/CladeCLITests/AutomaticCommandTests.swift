import Foundation
import Testing

/// `clade fit --method auto`: what was chosen, why, what else is plausible, and the commands for each.
@Suite struct AutomaticCommandTests {
  private let folder: Folder

  init() throws {
    folder = try Folder()
    try folder.write("points.csv", Sample.blobs(rows: 240, groups: 3))
  }

  private func fit(_ options: [String] = [], table: String = "points.csv") throws -> Command.Result
  {
    try Command.run(["fit", table, "--method", "auto"] + options, in: folder)
  }

  /// Runs a command as a person would type it.
  private func shell(_ command: String) throws -> (status: Int32, output: String, errors: String) {
    let shell = Process()
    shell.executableURL = URL(fileURLWithPath: "/bin/sh")
    shell.arguments = [
      "-c", "clade() { '\(Command.path)' \"$@\"; }; \(command) >shell.out 2>shell.errors",
    ]
    shell.currentDirectoryURL = folder.url
    try shell.run()
    shell.waitUntilExit()
    return (
      shell.terminationStatus, try folder.read("shell.out"), try folder.read("shell.errors")
    )
  }

  @Test func summarySaysWhatWasChosenAndWhy() throws {
    let result = try fit(["-o", "labels.csv", "-r", "page.html", "--picture", "map.svg"])
    #expect(result.status == 0, "\(result.errors)")
    #expect(result.output.hasPrefix("3 groups in 240 rows of points.csv  (auto: "))
    #expect(result.output.contains("The same directly\n    clade fit points.csv --method "))
    for line in result.output.split(separator: "\n") { #expect(line.count <= 80, "\(line)") }
    let page = try folder.read("page.html")
    let picture = try folder.read("map.svg")
    let isShown = [
      page.contains("What was chosen"), page.contains("chosen automatically"),
      picture.contains("chosen automatically"),
    ]
    #expect(isShown == [true, true, true])
  }

  @Test func keysOfTheRecord() throws {
    let record = try fit(["--json"]).json
    #expect(record["method"] as? String == "auto")
    #expect(record["decision_rows"] as? Int == 240)
    #expect(record["noise"] is Int)
    let choice = try #require(record["choice"] as? [String: Any])
    let keys: Set = [
      "also_found_by", "command", "criteria", "k", "method", "noise", "reasons", "score", "sizes",
      "title",
    ]
    #expect(Set(choice.keys) == keys)
    #expect(choice["k"] as? Int == 3)
    #expect(choice["sizes"] as? [Int] == [80, 80, 80])
    let others = try #require(record["runners_up"] as? [[String: Any]])
    #expect(others.count <= 5)
    for other in others { #expect(Set(other.keys) == keys) }
    let criteria = try #require(choice["criteria"] as? [[String: Any]])
    for criterion in criteria { #expect(criterion["name"] is String) }
  }

  /// The commands are run as they stand.
  @Test(arguments: [
    [], ["--scale", "minmax", "--columns", "x1", "x0"], ["--ignore", "x1"], ["--noise", "keep"],
  ])
  func commandsGiveTheSame(options: [String]) throws {
    try expectCommandsGiveTheSame("points.csv", options)
  }

  /// Names and spellings that a shell or the parser would take for something else.
  @Test func commandsRepeatHowTheFileIsRead() throws {
    let rows = Sample.blobs(rows: 150, groups: 3).split(separator: "\n").dropFirst().enumerated()
      .map { row, line in
        let fields = line.split(separator: ",").map { $0.replacing(".", with: ",") }
        let first = row % 50 == 7 ? "-99" : fields[1]
        return "\(fields[0])|\(first)|\(fields[2])|\(row % 3)"
      }
    try folder.write(
      "it's a table.txt", "id|-x 'y'|$z|truth\n" + rows.joined(separator: "\n") + "\n")
    try expectCommandsGiveTheSame(
      "it's a table.txt",
      [
        "--delimiter", "pipe", "--decimal-comma", "--missing", "-99", "--header", "--encoding",
        "utf8", "--columns=-x 'y'", "--columns", "$z", "--label-column", "truth",
      ])
  }

  private func expectCommandsGiveTheSame(_ table: String, _ options: [String]) throws {
    let result = try fit(options + ["--json", "-o", "labels.csv"], table: table)
    try #require(result.status == 0, "\(result.errors)")
    let choice = try #require(result.json["choice"] as? [String: Any])
    let others = try #require(result.json["runners_up"] as? [[String: Any]])
    for candidate in [choice] + others {
      let command = try #require(candidate["command"] as? String)
      let run = try shell(command + " --json -o direct.csv")
      #expect(run.status == 0, "\(command): \(run.errors)")
      let record =
        try JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? [String: Any] ?? [:]
      #expect(record["k"] as? Int == candidate["k"] as? Int, "\(command)")
      if options.contains("keep") || candidate["noise"] as? Int == 0 {
        #expect(record["sizes"] as? [Int] == candidate["sizes"] as? [Int], "\(command)")
      }
    }
    _ = try shell((choice["command"] as? String ?? "") + " -o direct.csv")
    #expect(try Self.labels(folder.read("direct.csv")) == Self.labels(folder.read("labels.csv")))
  }

  /// Identifiers and labels; some methods also tell probabilities.
  private static func labels(_ text: String) -> [String] {
    text.split(separator: "\n").map { $0.split(separator: ",").prefix(2).joined(separator: ",") }
  }

  @Test func standardInput() throws {
    let result = try Command.run(
      ["fit", "-", "--method", "auto", "--json"], in: folder,
      input: Sample.blobs(rows: 90, groups: 3))
    #expect(result.status == 0, "\(result.errors)")
    let choice = result.json["choice"] as? [String: Any]
    #expect((choice?["command"] as? String)?.hasPrefix("clade fit - --method ") == true)
  }

  @Test func modelsPlaceTrainingRowsWhereTheyWere() throws {
    let fitted = try fit(["-o", "labels.csv", "-m", "model.json"])
    #expect(fitted.status == 0, "\(fitted.errors)")
    let placed = try Command.run(
      ["predict", "model.json", "points.csv", "-o", "again.csv"], in: folder)
    #expect(placed.status == 0, "\(placed.errors)")
    #expect(placed.output.contains("(auto)"))
    #expect(try folder.read("again.csv") == folder.read("labels.csv"))
  }

  @Test func modelsThatWereEdited() throws {
    _ = try fit(["-q", "-m", "model.json"])
    let whole = try JSONSerialization.jsonObject(with: Data(contentsOf: folder.url("model.json")))
    let file = try #require(whole as? [String: Any])
    let model = try #require(file["model"] as? [String: Any])
    for key in model.keys {
      for value: Any in [NSNull(), -1, "x", [Any]()] {
        var edited = file
        edited["model"] = model.merging([key: value]) { $1 }
        try folder.write("edited.json", JSONSerialization.data(withJSONObject: edited))
        let result = try Command.run(["predict", "edited.json", "points.csv"], in: folder)
        // What only tells how the choice came about may be anything of its kind.
        #expect(result.status == 65 || result.status == 0, "\(key): \(result.errors)")
        if result.status == 65 {
          #expect(result.errors.contains("edited.json"), "\(result.errors)")
        }
      }
      var edited = file
      edited["model"] = model.filter { $0.key != key }
      try folder.write("edited.json", JSONSerialization.data(withJSONObject: edited))
      let result = try Command.run(["predict", "edited.json", "points.csv"], in: folder)
      #expect(result.status == 65 && result.errors.contains("damaged"), "\(key): \(result.errors)")
    }
  }

  @Test func fewRows() throws {
    try folder.write("two.csv", "x,y\n1,2\n3,4\n")
    try folder.write("same.csv", "x,y\n" + String(repeating: "1,2\n", count: 12))
    let two = try fit(["--json"], table: "two.csv")
    #expect(two.status == 0, "\(two.errors)")
    #expect((two.json["sizes"] as? [Int])?.reduce(0, +) == 2)
    // Nothing varies, so no column is left to cluster by, as with any other method.
    let same = try fit(["--json"], table: "same.csv")
    let ppp = try Command.run(["fit", "same.csv", "--method", "ppp", "--json"], in: folder)
    #expect(same.status == ppp.status && same.status != 70, "\(same.errors)")
  }

  @Test func budgets() throws {
    for budget in ["500ms", "30s", "2m", "0.5h", "1 min"] {
      let result = try fit(["--json", "--budget", budget])
      #expect(result.status == 0, "\(result.errors)")
      let parameters = result.json["parameters"] as? [String: Any]
      #expect(parameters?["budget"] as? String == budget)
    }
  }

  @Test(arguments: [
    (
      ["--budget", "soon"], "--budget can't be \"soon\": give a time above 0 with its unit, such as"
    ),
    (["--budget", "30"], "--budget can't be 30: say of what unit, such as 30s for seconds"),
    (["--budget", "0s"], "--budget can't be \"0s\": give a time above 0"),
    (["--budget=-1s"], "--budget can't be \"-1s\": give a time above 0"),
    (["--budget", "1e9h"], "--budget can't be \"1e9h\": give a time above 0"),
    (["--budget", "999999999h"], "--budget can't be \"999999999h\": give a time above 0"),
    (["--budget", "3 days"], "--budget can't be \"3 days\": give a time above 0"),
    (["--budget"], "--budget needs a value: --budget <time>."),
    (
      ["--noise", "maybe"],
      "--noise can't be \"maybe\": give none, outlying, leaves, keep or assign."
    ),
    (
      ["--noise", "leaves"],
      "--noise leaves goes with genie, not with auto, which takes keep or assign."
    ),
    (["--min-samples", "5"], "not with auto"),
    (["--nearest", "2", "--nearest-output", "n.npy"], "not with auto"),
    (["--stream"], "--stream goes with --method online, not with auto."),
  ])
  func whatCannotBe(options: [String], message: String) throws {
    let result = try fit(options)
    #expect(result.status == 64)
    #expect(result.errors.contains(message), "\(result.errors)")
  }

  @Test func budgetsGoWithAutoOnly() throws {
    let result = try Command.run(
      ["fit", "points.csv", "--method", "ppp", "--budget", "3s"], in: folder)
    #expect(result.status == 64)
    #expect(result.errors.contains("--budget goes with --method auto, not with ppp."))
  }
}
