import Foundation
import Testing

/// `clade fit --method genie`, `gdl` and `agdl`.
@Suite struct GenieCommandTests {
  private let folder: Folder

  init() throws {
    folder = try Folder()
    let made = try Command.run(
      [
        "generate", "blobs", "-k", "3", "-n", "300", "--separation", "12", "-o", "points.csv",
      ], in: folder)
    #expect(made.status == 0, "\(made.errors)")
  }

  private func fit(_ method: String, _ options: [String] = []) throws -> Command.Result {
    try Command.run(
      ["fit", "points.csv", "--label-column", "label", "--method", method] + options, in: folder)
  }

  @Test(arguments: ["genie", "gdl", "agdl"]) func fits(_ method: String) throws {
    let result = try fit(
      method, ["-k", "3", "--json", "--linkage", "tree.npy", "-r", "page.html", "-m", "model.json"])
    #expect(result.status == 0, "\(result.errors)")
    #expect(result.json["k"] as? Int == 3)
    #expect((result.json["sizes"] as? [Int])?.reduce(0, +) == 300)
    #expect(result.json["dendrogram"] is [String: Any])
    let page = try String(contentsOf: folder.url("page.html"), encoding: .utf8)
    #expect(page.contains("class=\"dendrogram\""))
    let cut = try Command.run(["cut", "tree.npy", "-k", "3", "--json"], in: folder)
    #expect(cut.json["sizes"] as? [Int] == result.json["sizes"] as? [Int], "\(cut.errors)")
    let placed = try Command.run(
      ["predict", "model.json", "points.csv", "--ignore", "label", "--json"], in: folder)
    #expect(placed.json["sizes"] as? [Int] == result.json["sizes"] as? [Int], "\(placed.errors)")
    let found = try fit(method, ["--json"])
    #expect((found.json["k"] as? Int ?? 0) >= 2, "\(found.errors)")
  }

  @Test func optionsOfGenie() throws {
    let noisy = try fit(
      "genie",
      [
        "-k", "3", "--min-samples", "5", "--noise", "outlying", "--gini-threshold", "0.5", "--json",
      ])
    #expect(noisy.status == 0, "\(noisy.errors)")
    let parameters = noisy.json["parameters"] as? [String: Any]
    #expect(parameters?["gini_threshold"] as? Double == 0.5)
    #expect(parameters?["noise"] as? String == "outlying")
    #expect(noisy.json["noise"] is Int)
  }

  @Test func whatCannotBe() throws {
    for (options, message) in [
      (["genie", "--gini-threshold", "1.5"], "--gini-threshold can't be 1.5"),
      (["genie", "--noise", "leaves"], "--min-samples"),
      (["genie", "--neighbors", "5"], "--neighbors goes with --method gdl or --method agdl"),
      (["gdl", "--neighbors", "0"], "--neighbors can't be 0"),
      (["genie", "-k", "0"], "-k can't be 0"),
    ] {
      let result = try fit(options[0], Array(options.dropFirst()))
      #expect(result.status == 64 && result.errors.contains(message), "\(result.errors)")
    }
  }
}
