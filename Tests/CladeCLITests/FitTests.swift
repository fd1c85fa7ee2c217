import Foundation
import Testing

/// `clade fit` on tables that are as they should be.
struct FitTests {
  @Test func penguins() throws {
    let folder = try Folder()
    let result = try Command.run(
      ["fit", Sample.penguins, "--label-column", "species"]
        + ["-o", "labels.csv", "--model", "model.json", "--report", "page.html"],
      in: folder)
    #expect(result.status == 0, "\(result.errors)")
    #expect(result.output.contains("344 rows"))
    for line in result.output.split(separator: "\n") { #expect(line.count <= 80, "\(line)") }
    #expect(!result.output.contains("\u{1B}"))
    #expect(try folder.read("labels.csv").split(separator: "\n").count == 345)
    #expect(try folder.read("page.html").hasPrefix("<!DOCTYPE html>"))
    #expect(folder.names == ["labels.csv", "model.json", "page.html"])
  }

  @Test func keysOfTheRecord() throws {
    let folder = try Folder()
    let result = try Command.run(
      ["fit", Sample.penguins, "--method", "ppp", "--json", "--label-column", "species"]
        + ["-o", "labels.csv"],
      in: folder)
    #expect(result.output.hasSuffix("}\n"))
    #expect(result.output.split(separator: "\n").count == 1)
    let record = result.json
    let expected: Set = [
      "most_separable_first", "method", "parameters", "input", "input_sha256", "k", "n", "d",
      "sizes",
      "separability", "clusterability", "reasons", "groups", "columns", "objective", "iterations",
      "converged", "label_column", "scores", "warnings", "outputs", "threads", "instruction_set",
      "seconds", "version", "tangle_separability",
    ]
    #expect(Set(record.keys) == expected)
    #expect(record["n"] as? Int == 344)
    #expect(record["method"] as? String == "ppp")
    #expect(
      record["input_sha256"] as? String
        == "f204db2c753b0937caac3cb35258562c14f073e4bbc76be24b4c51ce22767a93")
    let seconds = try #require(record["seconds"] as? [String: Double])
    #expect(Set(seconds.keys) == ["read", "prepare", "fit", "write", "total"])
    let k = try #require(record["k"] as? Int)
    #expect((record["sizes"] as? [Int])?.count == k)
    #expect((record["sizes"] as? [Int])?.reduce(0, +) == 344)
    #expect((record["groups"] as? [[String: Any]])?.count == k)
    let columns = try #require(record["columns"] as? [[String: Any]])
    #expect(columns.map { $0["name"] as? String }.contains("body_mass_g"))
    let scores = try #require(record["scores"] as? [String: Double])
    #expect(scores["adjusted_rand_index"] != nil)
  }

  @Test func seedings() throws {
    let folder = try Folder()
    try folder.write("table.csv", Sample.blobs(rows: 300, groups: 3))
    let common = ["fit", "table.csv", "--method", "kmeans", "-k", "3", "--json"]
    for name in [
      "splitting", "plusplus", "plain-plusplus", "parallel", "rejection", "capped-rejection",
      "afk-mc2", "maximin", "random",
    ] {
      let result = try Command.run(
        common + [
          "--seeding", name, "--seed", "4", "--max-iterations", "0", "--local-search", "5",
        ],
        in: folder)
      #expect(result.status == 0, "\(result.errors)")
      let record = result.json
      #expect(record["iterations"] as? Int == 0)
      let cost = try #require(record["seeding_cost"] as? Double)
      #expect(cost == record["objective"] as? Double)
      let seconds = try #require(record["seconds"] as? [String: Double])
      #expect(try #require(seconds["seed"]) <= (seconds["fit"] ?? 0))
    }
    for (option, value) in [
      ("--local-search", "-1"), ("--seeding", "best"), ("--max-iterations", "-1"),
    ] {
      let result = try Command.run(common + ["\(option)=\(value)"], in: folder)
      #expect(result.status == 64)
    }
    #expect(
      try Command.run(["fit", "table.csv", "--local-search", "3"], in: folder).status == 64)
    // Nothing is gained for long before so many rounds are done.
    let endless = try Command.run(
      [
        "fit", "table.csv", "--method", "kmeans", "-k", "3", "--local-search",
        "1000000000000000000", "--json",
      ], in: folder)
    #expect(endless.status == 0, "\(endless.errors)")
  }

  /// Even rows of many columns, where nothing stands out and rounds of exchanges end lower.
  @Test func exchangeRounds() throws {
    let folder = try Folder()
    var random = SplitMix(state: 3)
    let lines = (0..<400).map { _ in
      (0..<12).map { _ in "\(Double(random.next() % 10_000) / 10_000)" }.joined(separator: ",")
    }
    let names = (0..<12).map { "x\($0)" }.joined(separator: ",")
    try folder.write("even.csv", ([names] + lines).joined(separator: "\n") + "\n")
    let common = ["fit", "even.csv", "--method", "kmeans", "-k", "20", "--json"]
    let with = try Command.run(common, in: folder).json
    let ten = try Command.run(common + ["--exchange-rounds", "10"], in: folder).json
    let without = try Command.run(common + ["--exchange-rounds", "0"], in: folder).json
    let objectives = try [with, ten, without].map { try #require($0["objective"] as? Double) }
    #expect(objectives[0] == objectives[1])
    #expect(objectives[0] < objectives[2])
    #expect(with["seeding_cost"] as? Double == without["seeding_cost"] as? Double)
    let parameters = try #require(without["parameters"] as? [String: Any])
    #expect(parameters["exchange_rounds"] as? Int == 0)
    #expect((with["parameters"] as? [String: Any])?["exchange_rounds"] == nil)
  }

  @Test func labelsFollowTheRowsOfTheInput() throws {
    let folder = try Folder()
    try folder.write("table.csv", Sample.blobs(rows: 300, groups: 3))
    for name in ["labels.csv", "labels.jsonl", "labels.npy"] {
      let result = try Command.run(
        ["fit", "table.csv", "--method", "kmeans", "-k", "3", "-o", name, "-q"], in: folder)
      #expect(result.status == 0, "\(result.errors)")
      #expect(result.output.isEmpty && result.errors.isEmpty)
    }
    let lines = try folder.read("labels.csv").split(separator: "\n")
    #expect(lines.count == 301)
    #expect(lines[0].hasPrefix("id,label"))
    for (row, line) in lines.dropFirst().enumerated() {
      let fields = line.split(separator: ",")
      #expect(fields[0] == "\(row)id")
      #expect(fields[1] == lines[1 + row % 3].split(separator: ",")[1])
    }
    #expect(try folder.read("labels.jsonl").split(separator: "\n").count == 300)
    let array = try Data(contentsOf: folder.url("labels.npy"))
    #expect(array.count == (array.count - 300 * 4) + 1200 && array.starts(with: [0x93]))
  }

  @Test func standardInputAndOutput() throws {
    let folder = try Folder()
    let table = Sample.blobs(rows: 90, groups: 3)
    let result = try Command.run(["fit", "-", "-o", "-"], in: folder, input: table)
    #expect(result.status == 0, "\(result.errors)")
    let lines = result.output.split(separator: "\n")
    #expect(lines.count == 91)
    #expect(lines.first?.hasPrefix("id,label") == true)
    #expect(folder.names.isEmpty)
    let both = try Command.run(["fit", "-", "-o", "-", "--json"], in: folder, input: table)
    #expect(both.status == 64)
  }

  @Test func weightsAndFirstCenters() throws {
    let folder = try Folder()
    try folder.write("table.csv", "x,w\n0,1\n1,3\n10,1\n12,1\n")
    try folder.write(
      "centers.npy",
      BadInputTests.npy("{'descr': '<f8', 'fortran_order': False, 'shape': (2, 1), }", [0, 12]))
    let result = try Command.run(
      ["fit", "table.csv", "--method", "kmeans", "-k", "2", "--scale", "none", "--weights", "w"]
        + ["--init", "centers.npy", "--json"],
      in: folder)
    #expect(result.status == 0, "\(result.errors)")
    // 3/4 and 11 are the weighted means.
    #expect(result.json["objective"] as? Double == 0.75 * 0.75 + 3 * 0.25 * 0.25 + 2)
    #expect(result.json["d"] as? Int == 1)
  }

  @Test func oneGroupIsAnAnswer() throws {
    let folder = try Folder()
    var random = SplitMix(state: 5)
    func normal() -> Double {
      (0..<12).reduce(-6.0) { sum, _ in sum + Double(random.next() % 1_000_000) / 1e6 }
    }
    let rows = (0..<500).map { _ in "\(normal()),\(normal()),\(normal())" }
    try folder.write("table.csv", (["a,b,c"] + rows).joined(separator: "\n") + "\n")
    let result = try Command.run(["fit", "table.csv", "--json"], in: folder)
    #expect(result.status == 0, "\(result.errors)")
    #expect(result.json["k"] as? Int == 1)
    let summary = try Command.run(["fit", "table.csv"], in: folder)
    #expect(summary.output.contains("1 group in 500 rows"))
  }

  @Test func helpNeedsNoManual() throws {
    let folder = try Folder()
    for verb in [[], ["fit"], ["predict"], ["evaluate"], ["generate"]] {
      let result = try Command.run(verb + ["--help"], in: folder)
      #expect(result.status == 0 && result.errors.isEmpty)
      #expect(result.output.contains("clade " + (verb.first ?? "fit")))
      for line in result.output.split(separator: "\n") { #expect(line.count <= 80, "\(line)") }
    }
    let version = try Command.run(["--version"], in: folder)
    #expect(version.output == "0.1.0\n")
    for shell in ["bash", "zsh", "fish"] {
      let result = try Command.run(["--generate-completion-script", shell], in: folder)
      #expect(result.status == 0)
      #expect(result.output.contains("label-column"))
    }
  }

  @Test func outputThatNobodyReads() throws {
    let folder = try Folder()
    try folder.write("table.csv", Sample.blobs(rows: 90, groups: 3))
    let shell = Process()
    shell.executableURL = URL(fileURLWithPath: "/bin/bash")
    shell.arguments = [
      "-c", "set -o pipefail; '\(Command.path)' fit table.csv -o out.csv 2>errors | true",
    ]
    shell.currentDirectoryURL = folder.url
    try shell.run()
    shell.waitUntilExit()
    #expect(shell.terminationStatus == 0)
    #expect(try folder.read("errors").isEmpty)
    #expect(folder.names == ["errors", "out.csv", "table.csv"])
  }
}
