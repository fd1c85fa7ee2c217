import CladeCore
import CladeTables
import Foundation
import Testing

/// `clade fit --coreset`.
@Suite struct CoresetTests {
  private let folder: Folder

  init() throws {
    folder = try Folder()
    var random = CounterRandom(seed: 8)
    let rows = Matrix<Double>(rows: 4000, columns: 6) { buffer in
      for index in buffer.indices {
        buffer[index] = Double((index / 6 % 5) * (index % 6 + 3) % 7) * 4 + random.normal()
      }
    }
    try NPYWriter.write(rows, to: folder.path("a.npy"))
  }

  private func fit(_ arguments: String...) throws -> Command.Result {
    try Command.run(["fit", "a.npy", "--method", "kmeans", "-k", "5"] + arguments, in: folder)
  }

  @Test(arguments: ["cells", "balanced", "classical", "groups"])
  func costsAboutTheSame(kind: String) throws {
    let full = try fit("--json")
    let small = try fit("--json", "--coreset", "5%", "--coreset-by", kind)
    #expect(small.status == 0, "\(small.errors)")
    let (a, b) = (full.json["objective"] as? Double ?? 0, small.json["objective"] as? Double ?? 0)
    #expect(a > 0 && b < 1.05 * a)
    let coreset = small.json["coreset"] as? [String: Any] ?? [:]
    #expect(coreset["by"] as? String == kind)
    #expect(coreset["size"] as? Int == 200)
    #expect((coreset["seconds"] as? Double ?? -1) >= 0)
    #expect(coreset["restarts"] as? Int == 4 && coreset["local_search"] as? Int == 20)
    #expect(abs((coreset["objective"] as? Double ?? 0) / b - 1) < 0.3)
    #expect((small.json["sizes"] as? [Int])?.reduce(0, +) == 4000)
    #expect(full.json["coreset"] == nil)
    let parameters = small.json["parameters"] as? [String: Any] ?? [:]
    #expect(parameters["coreset"] as? String == "5%")
    #expect(parameters["coreset_by"] as? String == kind)
  }

  @Test func sameForThreadsAndFromAFile() throws {
    for kind in ["cells", "balanced"] {
      var labels: [String] = []
      for more in [["--threads", "1"], ["--threads", "7"], ["--memory", "1GiB"]] {
        let result = try Command.run(
          [
            "fit", "a.npy", "--method", "kmeans", "-k", "5", "--coreset", "300", "--coreset-by",
            kind, "--scale", "none", "--json", "-o", "labels.csv",
          ] + more, in: folder)
        #expect(result.status == 0, "\(result.errors)")
        let coreset = result.json["coreset"] as? [String: Any]
        #expect(coreset?["size"] as? Int == 300)
        labels.append(try folder.read("labels.csv"))
      }
      #expect(labels[0] == labels[1])
      #expect(labels[0] == labels[2])
    }
  }

  /// Four starts with four rounds of local search for each of the groups, as the help says.
  @Test func startsSeveralTimes() throws {
    func objective(_ more: String...) throws -> Double? {
      let arguments = ["fit", "a.npy", "--method", "kmeans", "-k", "60", "--coreset", "600"]
      let result = try Command.run(
        arguments + ["--seeding", "plusplus", "--json"] + more, in: folder)
      return result.json["objective"] as? Double
    }
    let own = try #require(try objective())
    #expect(try objective("--restarts", "4", "--local-search", "240") == own)
    #expect(try #require(try objective("--restarts", "1", "--local-search", "0")) > own)
  }

  @Test func tellsAPersonWhatItCosts() throws {
    let result = try fit("--coreset", "200")
    #expect(result.status == 0, "\(result.errors)")
    let words = result.output.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    #expect(words.contains("The centers were found on 200 rows that stand for all (balanced)"))
    #expect(words.contains("that on all rows."))
  }

  @Test func badOptions() throws {
    let cases: [(arguments: [String], status: Int32, message: String)] = [
      (["--coreset", "0"], 64, "--coreset"), (["--coreset", "0%"], 64, "--coreset"),
      (["--coreset", "101%"], 64, "--coreset"), (["--coreset", "few"], 64, "--coreset"),
      (["--coreset", "4"], 64, "fewer rows than -k 5"),
      (["--coreset", "0.01%"], 64, "fewer than 5 groups need"),
      (["--coreset-by", "cells"], 64, "give --coreset 1% too"),
    ]
    for item in cases {
      let result = try Command.run(
        ["fit", "a.npy", "--method", "kmeans", "-k", "5"] + item.arguments, in: folder)
      #expect(result.status == item.status, "\(item.arguments): \(result.errors)")
      #expect(result.errors.contains(item.message), "\(item.arguments): \(result.errors)")
    }
    let other = try Command.run(["fit", "a.npy", "--coreset", "10%"], in: folder)
    #expect(other.status == 64)
    #expect(other.errors.contains("--coreset goes with --method kmeans"))
  }
}
