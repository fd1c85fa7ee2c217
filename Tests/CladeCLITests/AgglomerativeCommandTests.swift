import CladeTables
import Foundation
import Testing

/// `clade fit --method single` to `median`, and `clade cut`.
@Suite struct AgglomerativeCommandTests {
  private let folder: Folder

  init() throws {
    folder = try Folder()
    let made = try Command.run(
      ["generate", "blobs", "-k", "3", "-n", "300", "-o", "points.csv"], in: folder)
    #expect(made.status == 0)
  }

  private func fit(_ method: String, _ options: [String] = []) throws -> Command.Result {
    try Command.run(
      ["fit", "points.csv", "--label-column", "label", "--method", method] + options, in: folder)
  }

  private func text(_ name: String) throws -> String {
    try String(contentsOf: folder.url(name), encoding: .utf8)
  }

  @Test(arguments: ["single", "complete", "average", "weighted", "ward", "centroid", "median"])
  func fits(_ method: String) throws {
    let result = try fit(method, ["-k", "3", "--json"])
    #expect(result.status == 0, "\(result.errors)")
    #expect(result.json["k"] as? Int == 3)
    #expect((result.json["sizes"] as? [Int])?.reduce(0, +) == 300)
    let tree = try #require(result.json["dendrogram"] as? [String: Any])
    #expect((tree["last_heights"] as? [Double])?.count == 50)
    #expect(tree["inversions"] is Int)
  }

  @Test func aSavedTreeIsCutAgain() throws {
    let fitted = try fit(
      "average",
      ["-k", "4", "-o", "labels.csv", "--linkage", "tree.npy", "--newick", "tree.nwk"])
    #expect(fitted.status == 0, "\(fitted.errors)")
    #expect(fitted.output.contains("tree.npy, tree.nwk"))
    for tree in ["tree.npy", "tree.nwk"] {
      let cut = try Command.run(["cut", tree, "-k", "4", "-o", "again.csv"], in: folder)
      #expect(cut.status == 0, "\(cut.errors)")
      #expect(cut.output.contains("4 groups in 300 rows"))
      // Numbers of groups of one size may differ, as the file knows no coordinates.
      let (first, second) = try (
        text("labels.csv").split(separator: "\n"), text("again.csv").split(separator: "\n")
      )
      #expect(first.count == 301 && Set(zip(first, second).map { [$0, $1] }).count <= 5)
    }
    let height = try Command.run(["cut", "tree.npy", "--cut", "height:0", "--json"], in: folder)
    #expect(height.json["k"] as? Int == 300)
    let found = try Command.run(["cut", "tree.npy", "--json", "--newick", "t.nwk"], in: folder)
    #expect(found.status == 0, "\(found.errors)")
    #expect((found.json["sizes"] as? [Int])?.reduce(0, +) == 300)
    #expect((found.json["outputs"] as? [String: Any])?["newick"] as? String == "t.nwk")
    #expect(try text("t.nwk") == text("tree.nwk"))
    let inconsistent = try Command.run(
      ["cut", "tree.npy", "--cut", "inconsistent:1.1", "-o", "-"], in: folder)
    #expect(inconsistent.output.hasPrefix("label\n"))
  }

  @Test func theReportDrawsTheTree() throws {
    let fitted = try fit("ward", ["-r", "page.html", "-m", "model.json"])
    #expect(fitted.status == 0, "\(fitted.errors)")
    let page = try text("page.html")
    #expect(page.contains("The tree of merges") && page.contains("class=\"dendrogram\""))
  }

  @Test(arguments: ["single", "average", "centroid", "gdl", "agdl"])
  func theModelPlacesRows(_ method: String) throws {
    let fitted = try fit(method, ["-k", "4", "-m", "model.json", "-o", "labels.csv"])
    #expect(fitted.status == 0, "\(fitted.errors)")
    let placed = try Command.run(
      ["predict", "model.json", "points.csv", "--ignore", "label", "-o", "again.csv"], in: folder)
    #expect(placed.status == 0, "\(placed.errors)")
    #expect(try text("labels.csv") == text("again.csv"))
  }

  @Test func aModelOfDistancesPlacesNone() throws {
    try folder.write("square.csv", "0,1,2\n1,0,4\n2,4,0\n")
    for method in ["complete", "gdl"] {
      let fitted = try Command.run(
        ["fit", "square.csv", "--metric", "precomputed", "--method", method, "-m", "model.json"],
        in: folder)
      #expect(fitted.status == 0, "\(fitted.errors)")
      let placed = try Command.run(["predict", "model.json", "square.csv"], in: folder)
      #expect(placed.status == 65 && placed.errors.contains("only distances were given"))
    }
  }

  @Test func whatCannotBe() throws {
    func expect(_ arguments: [String], _ status: Int32, _ message: String) throws {
      let result = try Command.run(arguments, in: folder)
      #expect(result.status == status, "\(arguments): \(result.errors)")
      #expect(result.errors.contains(message), "\(result.errors)")
    }
    let fit = ["fit", "points.csv", "--method"]
    try expect(fit + ["ward", "-k", "0"], 64, "-k can't be 0")
    try expect(fit + ["ward", "-k", "2", "--cut", "height:1"], 64, "choose one")
    try expect(fit + ["ward", "--cut", "height"], 64, "--cut")
    try expect(fit + ["kmeans", "-k", "2", "--linkage", "t.npy"], 64, "--linkage goes with")
    try expect(fit + ["ward", "--metric", "manhattan"], 64, "only Euclidean distances")
    try expect(fit + ["average", "-k", "301"], 65, "only 300")
    try expect(["cut", "missing.npy", "-k", "2"], 66, "missing.npy")
    try expect(["cut", "points.csv", "-k", "2"], 65, "no dendrogram")
    try folder.write("bad.nwk", "(a:1,b:2);")
    try expect(["cut", "bad.nwk", "-k", "2"], 65, "equally far")
    try folder.write("square.csv", "0,1,2\n1,0,4\n2,3,0\n")
    try expect(
      ["fit", "square.csv", "--metric", "precomputed", "--method", "average", "-k", "2"], 65, "4")
    try folder.write("negative.csv", "0,1,2\n1,0,-4\n2,-4,0\n")
    try expect(
      ["fit", "negative.csv", "--metric", "precomputed", "--method", "average", "-k", "2"], 65,
      "-4")
  }
}
