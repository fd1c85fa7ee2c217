import Foundation
import Testing

/// `clade evaluate`: labels against the truth and the data.
struct EvaluateTests {
  private static let truth = "label\n0\n0\n1\n1\n2\n2\n"
  private static let labels = "label\n5\n5\n5\n7\n7\n7\n"

  private static func number(_ record: [String: Any], _ keys: String...) -> Double {
    var value: Any? = record
    for key in keys { value = (value as? [String: Any])?[key] }
    return (value as? NSNumber)?.doubleValue ?? .nan
  }

  // MARK: Values

  /// The values are scikit-learn 1.9.1's for [0, 0, 1, 1, 2, 2] and [5, 5, 5, 7, 7, 7].
  @Test func againstAFileOfTheTruth() throws {
    let folder = try Folder()
    try folder.write("truth.csv", Self.truth)
    try folder.write("labels.csv", Self.labels)
    let result = try Command.run(
      ["evaluate", "labels.csv", "--truth", "truth.csv", "--json"], in: folder)
    #expect(result.status == 0, "\(result.errors)")
    let record = result.json
    #expect(abs(Self.number(record, "scores", "adjusted_rand_index") - 0.24242424242424243) < 1e-12)
    #expect(
      abs(Self.number(record, "scores", "adjusted_mutual_information") - 0.2987924581708901) < 1e-12
    )
    #expect(abs(Self.number(record, "scores", "completeness") - 2.0 / 3) < 1e-12)
    #expect(Self.number(record, "n") == 6)
    #expect(Self.number(record, "k") == 2)
    #expect(record["internal"] == nil)
    let contingency = record["contingency"] as? [String: Any]
    #expect(contingency?["classes"] as? [String] == ["0", "1", "2"])
    #expect(contingency?["groups"] as? [String] == ["5", "7"])
    #expect((contingency?["cells"] as? [Any])?.count == 4)
  }

  @Test func againstTheDataAndItsOwnLabelColumn() throws {
    let folder = try Folder()
    try folder.write("data.csv", "x,kind\n0,a\n1,a\n10,b\n11,b\n50,\n")
    try folder.write("labels.csv", "0\n0\n1\n1\n-1\n")
    let result = try Command.run(
      [
        "evaluate", "labels.csv", "--data", "data.csv", "--label-column", "kind", "--scale", "none",
        "--json",
      ], in: folder)
    #expect(result.status == 0, "\(result.errors)")
    let record = result.json
    #expect(Self.number(record, "noise") == 1)
    #expect(Self.number(record, "internal", "n") == 4)
    #expect(Self.number(record, "internal", "d") == 1)
    #expect(abs(Self.number(record, "internal", "dunn") - 9) < 1e-12)
    // (b − a) / b: twice (10.5 − 1) / 10.5, twice (9.5 − 1) / 9.5.
    #expect(
      abs(Self.number(record, "internal", "silhouette") - (9.5 / 10.5 + 8.5 / 9.5) / 2) < 1e-12)
    #expect(Self.number(record, "scores", "adjusted_rand_index") == 1)
    #expect(Self.number(record, "contingency", "left_out") == 1)
  }

  @Test func summaryFitsEightyColumnsAndNamesWhatItShows() throws {
    let folder = try Folder()
    let result = try Command.run(
      [
        "evaluate", Sample.penguins, "--column", "island", "--data", Sample.penguins,
        "--label-column", "species",
      ], in: folder)
    #expect(result.status == 0, "\(result.errors)")
    for part in ["3 groups in 344 rows", "Adjusted Rand index", "Gentoo", "Biscoe", "Silhouette"] {
      #expect(result.output.contains(part))
    }
    #expect(result.output.split(separator: "\n").allSatisfy { $0.count <= 80 })
    #expect(result.errors.isEmpty)
  }

  @Test func truthThatIsNoiseIsLeftOut() throws {
    let folder = try Folder()
    try folder.write("truth.txt", "0\n1\n1\n2\n2\n0\n")
    try folder.write("labels.txt", "3\n3\n3\n4\n4\n4\n")
    let all = try Command.run(
      ["evaluate", "labels.txt", "--truth", "truth.txt", "--json"], in: folder)
    #expect(Self.number(all.json, "scores", "adjusted_rand_index") < 1)
    let some = try Command.run(
      ["evaluate", "labels.txt", "--truth", "truth.txt", "--truth-noise", "0", "--json"],
      in: folder)
    #expect(Self.number(some.json, "scores", "adjusted_rand_index") == 1)
    #expect(Self.number(some.json, "contingency", "left_out") == 2)
  }

  @Test func standardInputAndASample() throws {
    let folder = try Folder()
    _ = try Command.run(
      ["generate", "blobs", "-n", "3000", "-o", "points.csv", "-t", "labels.csv"], in: folder)
    let arguments = ["evaluate", "-", "--data", "points.csv", "--json"]
    let labels = try folder.read("labels.csv")
    let exact = try Command.run(arguments, in: folder, input: labels)
    let estimate = try Command.run(arguments + ["--sample", "500"], in: folder, input: labels)
    #expect(exact.status == 0, "\(exact.errors)")
    let mean = Self.number(exact.json, "internal", "silhouette")
    #expect(mean > 0.5)
    #expect(abs(Self.number(estimate.json, "internal", "silhouette") - mean) < 0.05)
    #expect(Self.number(estimate.json, "internal", "sample") < 700)
    #expect((estimate.json["internal"] as? [String: Any])?["dunn"] == nil)
  }

  @Test func arraysGiveWhatTextGives() throws {
    let folder = try Folder()
    let generate = ["generate", "blobs", "-n", "400", "--noise", "0.1"]
    _ = try Command.run(generate + ["-o", "points.csv", "-t", "labels.csv"], in: folder)
    _ = try Command.run(generate + ["-o", "points.npy", "-t", "labels.npy"], in: folder)
    let text = try Command.run(
      ["evaluate", "labels.csv", "--data", "points.csv", "--truth", "labels.npy", "--json"],
      in: folder)
    let arrays = try Command.run(
      ["evaluate", "labels.npy", "--data", "points.npy", "--truth", "labels.csv", "--json"],
      in: folder)
    #expect(arrays.status == 0, "\(arrays.errors)")
    for key in ["internal", "scores", "contingency"] {
      let value = arrays.json[key] as? NSDictionary
      #expect(value != nil)
      #expect(value == text.json[key] as? NSDictionary)
    }
    #expect(Self.number(arrays.json, "noise") == 40)
  }

  // MARK: Bad input

  /// Arguments, the exit code, and what the message must hold.
  private static let mistakes: [([String], Int32, [String])] = [
    (["labels.csv"], 64, ["--truth", "--data"]),
    (["labels.csv", "--label-column", "x"], 64, ["--truth", "--data"]),
    (["-", "--truth", "-"], 64, ["standard input"]),
    (["labels.csv", "--truth", "absent.csv"], 66, ["absent.csv"]),
    (["absent.csv", "--truth", "labels.csv"], 66, ["absent.csv"]),
    (["labels.csv", "--truth", "short.csv"], 65, ["labels.csv", "short.csv", "6", "2"]),
    (["labels.csv", "--data", "short.csv"], 65, ["labels.csv", "short.csv", "6", "2"]),
    (["labels.csv", "--truth", "wide.csv"], 65, ["wide.csv", "2 columns"]),
    (["labels.csv", "--truth", "wide.csv", "--label-column", "ab"], 64, ["ab", "did you mean"]),
    (["labels.csv", "--truth", "labels.csv", "--truth-noise", "9"], 0, []),
    (["labels.csv", "--truth", "labels.csv", "--truth-noise", "x"], 64, ["--truth-noise"]),
    (["one.csv", "--data", "wide.csv"], 65, ["all are the same"]),
    (["different.csv", "--data", "wide.csv"], 65, ["all are different"]),
    (["labels.csv", "--data", "wide.csv", "--sample", "1"], 64, ["--sample"]),
  ]

  @Test(arguments: mistakes.indices) func mistakesAreExplained(index: Int) throws {
    let (arguments, status, parts) = Self.mistakes[index]
    let folder = try Folder()
    try folder.write("labels.csv", Self.labels)
    try folder.write("short.csv", "label\n0\n1\n")
    try folder.write("wide.csv", "abc,x\n0,1.5\n0,2.5\n1,2.5\n1,1.5\n2,3.5\n2,4.5\n")
    try folder.write("one.csv", "label\n1\n1\n1\n1\n1\n1\n")
    try folder.write("different.csv", "label\n1\n2\n3\n4\n5\n6\n")
    let result = try Command.run(["evaluate"] + arguments, in: folder, input: "1\n")
    #expect(result.status == status, "\(result.errors)")
    for part in parts { #expect(result.errors.contains(part), "\(result.errors)") }
    #expect(result.errors.split(separator: "\n").count <= 2)
    if status != 0 { #expect(result.output.isEmpty) }
  }
}
