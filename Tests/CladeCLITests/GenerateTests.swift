import Foundation
import Testing

/// `clade generate blobs`: points with their truth.
struct GenerateTests {
  @Test func pointsAndLabelsOnStandardOutput() throws {
    let folder = try Folder()
    let result = try Command.run(
      ["generate", "blobs", "-k", "3", "-n", "50", "-d", "4", "--noise", "0.1"], in: folder)
    #expect(result.status == 0, "\(result.errors)")
    let lines = result.output.split(separator: "\n")
    #expect(lines[0] == "x1,x2,x3,x4,label")
    #expect(lines.count == 51)
    let labels = lines.dropFirst().map { $0.split(separator: ",").last ?? "" }
    #expect(Set(labels) == ["0", "1", "2", "-1"])
    #expect(labels.count { $0 == "-1" } == 5)
    #expect(folder.names.isEmpty)
  }

  @Test func theTruthInAFileOfItsOwn() throws {
    let folder = try Folder()
    let arguments = ["generate", "blobs", "-n", "200", "--seed", "5"]
    let result = try Command.run(
      arguments + ["-o", "points.csv", "-t", "truth.csv", "--json"], in: folder)
    #expect(result.status == 0, "\(result.errors)")
    #expect(folder.names == ["points.csv", "truth.csv"])
    let record = result.json
    #expect(record["n"] as? Int == 200)
    #expect(record["sizes"] as? [Int] == [40, 40, 40, 40, 40])
    #expect(abs((record["separation"] as? Double ?? 0) - 6) < 1e-9)
    // The same numbers as with both in one.
    let both = try Command.run(arguments, in: folder).output.split(separator: "\n")
    let points = try folder.read("points.csv").split(separator: "\n")
    let truth = try folder.read("truth.csv").split(separator: "\n")
    #expect(both == zip(points, truth).map { "\($0),\($1)" }.map { Substring($0) })
  }

  @Test func arraysAreReadByNumPysRules() throws {
    let folder = try Folder()
    let result = try Command.run(
      ["generate", "blobs", "-n", "10", "-d", "3", "-o", "points.npy", "-t", "truth.npy"],
      in: folder)
    #expect(result.status == 0, "\(result.errors)")
    let points = try Data(contentsOf: folder.url("points.npy"))
    #expect(points.prefix(6) == Data([0x93] + "NUMPY".utf8))
    #expect(points.count == 128 + 10 * 3 * 8)
    let truth = try Data(contentsOf: folder.url("truth.npy"))
    #expect(truth.count == 128 + 10 * 4)
  }

  @Test func threadsChangeNoByte() throws {
    let folder = try Folder()
    let arguments = ["generate", "blobs", "-n", "20000", "--shape", "rotated", "-d", "5"]
    let one = try Command.run(arguments + ["--threads", "1"], in: folder)
    let seven = try Command.run(arguments + ["--threads", "7"], in: folder)
    #expect(one.output == seven.output)
    #expect(one.output.count > 1000)
  }

  /// Arguments, the exit code, and what the message must hold.
  private static let mistakes: [([String], Int32, [String])] = [
    (["-k", "0"], 64, ["-k can't be 0"]),
    (["-n", "3"], 64, ["--points can't be 3"]),
    (["-n", "99999999999999999"], 64, ["--points", "memory"]),
    (["-n", "40000000000", "-d", "20"], 64, ["--points can't be 40000000000", "GiB", "NPY"]),
    (["-n", "1000000000000", "-d", "1", "-o", "a.npy"], 64, ["--points can't be", "GiB"]),
    (["-d", "100000000000", "-n", "10"], 64, ["--dimensions can't be 100000000000", "GiB"]),
    (["-d", "100000000000", "-n", "10", "-o", "a.npy"], 64, ["--dimensions can't be", "GiB"]),
    (["--dimensions", "0"], 64, ["--dimensions"]),
    (["--noise", "1"], 64, ["--noise can't be 1"]),
    (["--separation", "nan"], 64, ["--separation"]),
    (["--size-ratio", "0.1"], 64, ["--size-ratio"]),
    (["--shape", "round"], 64, ["--shape", "spherical"]),
    (["--json"], 64, ["--output"]),
    (["-t", "-"], 64, ["--output"]),
    (["-o", "absent/points.csv"], 73, ["absent"]),
    (["-o", "same.csv", "-t", "same.csv"], 64, ["same.csv"]),
    (["-o", "points.csv", "-t", "absent/truth.csv"], 73, ["absent"]),
  ]

  @Test(arguments: mistakes.indices) func mistakesAreExplained(index: Int) throws {
    let (arguments, status, parts) = Self.mistakes[index]
    let folder = try Folder()
    let result = try Command.run(["generate", "blobs"] + arguments, in: folder)
    #expect(result.status == status, "\(result.errors)")
    for part in parts { #expect(result.errors.contains(part), "\(result.errors)") }
    #expect(result.errors.split(separator: "\n").count <= 2)
    #expect(result.output.isEmpty)
    #expect(folder.names.isEmpty)
  }
}
