import Clade
import CladeTables
import Foundation
import Testing

/// `--metric edit` and others that compare texts, `dtw`, and `--symmetrize`.
@Suite struct TextMetricTests {
  private let folder: Folder

  init() throws { folder = try Folder() }

  private func run(_ arguments: String) throws -> Command.Result {
    try Command.run(arguments.split(separator: " ").map(String.init), in: folder)
  }

  /// Three names, each spelled in many ways.
  private static let names: [(spelling: String, group: String)] = (0..<36).map { row in
    let name = ["katherine", "bartholomew", "sigismund"][row % 3]
    var letters = Array(name)
    letters[(row / 3) % letters.count] = "x"
    return (row < 3 ? name : String(letters), name)
  }

  private func writeNames() throws {
    let lines = Self.names.enumerated().map { "\($0),\($1.spelling),\($1.group)" }
    try folder.write("n.csv", (["id,name,truth"] + lines).joined(separator: "\n") + "\n")
  }

  @Test(arguments: [
    "edit --method dbscan --eps 2", "normalized-edit --method dbscan --eps 0.25",
    "jaro-winkler --method hdbscan", "jaro --method optics --eps 0.25", "edit --method hdbscan",
  ])
  func spellingsOfNames(_ metric: String) throws {
    try writeNames()
    let fit = try run(
      "fit n.csv --label-column truth --metric \(metric) --min-samples 3 --json -o l.csv -r p.html "
        + "-m m.json")
    #expect(fit.status == 0, "\(fit.errors)")
    #expect(fit.json["k"] as? Int == 3)
    let scores = fit.json["scores"] as? [String: Any]
    #expect(scores?["adjusted_rand_index"] as? Double ?? 1 == 1)
    let parameters = fit.json["parameters"] as? [String: Any]
    #expect(parameters?["metric"] as? String == String(metric.split(separator: " ")[0]))
    // The labels are those of the distances that the library computes.
    let distances: Matrix<Double> =
      try ["edit": TextDissimilarity.edit, "normalized-edit": .normalizedEdit, "jaro": .jaro][
        String(metric.split(separator: " ")[0]), default: .jaroWinkler
      ].distances(of: Self.names.map(\.spelling))
    try NPYWriter.write(distances, to: folder.path("d.npy"))
    let rest = metric.split(separator: " ").dropFirst().joined(separator: " ")
    let given = try run("fit d.npy --metric precomputed \(rest) --min-samples 3 -o g.csv")
    #expect(given.status == 0, "\(given.errors)")
    #expect(try folder.labels("l.csv") == folder.labels("g.csv"))
    // New rows can't be placed by texts that no model holds.
    #expect(try run("predict m.json n.csv -o again.csv").status != 0)
  }

  @Test func setsOfItems() throws {
    let rows = (0..<20).map { row in
      (row % 2 == 0 ? ["tea", "milk", "sugar"] : ["nail", "hammer", "saw"]).dropFirst(row % 3 / 2)
    }
    let table = { (separator: String) in
      "id,basket\n"
        + rows.enumerated().map { "\($0),\($1.joined(separator: separator))\n" }.joined()
    }
    try folder.write("semi.csv", table("; "))
    try folder.write("bar.csv", table("|"))
    for input in ["semi.csv --metric jaccard-sets", "bar.csv --metric jaccard-sets:|"] {
      let fit = try run("fit \(input) --method dbscan --eps 0.5 --json -o l.csv")
      #expect(fit.status == 0, "\(fit.errors)")
      #expect(fit.json["k"] as? Int == 2)
      let found = try folder.labels("l.csv")
      #expect(found.indices.allSatisfy { (found[$0] == found[0]) == ($0 % 2 == 0) })
    }
  }

  @Test func seriesByTheirShape() throws {
    // A bump early or late is the same by time warping, one upside down isn't.
    let rows = (0..<24).map { row in
      (0..<30).map { time in
        let place = Double(time - 10 - row % 5)
        return (row % 2 == 0 ? 1 : -1) * 100 / (1 + place * place)
      }
    }
    let text = rows.map { $0.map { "\($0)" }.joined(separator: ",") + "\n" }.joined()
    try folder.write("s.csv", text)
    let fit = try run(
      "fit s.csv --no-header --metric dtw:6 --method dbscan --eps 8 --json -o l.csv -m m.json")
    #expect(fit.status == 0, "\(fit.errors)")
    #expect(fit.json["k"] as? Int == 2)
    #expect((fit.json["parameters"] as? [String: Any])?["scale"] as? String == "none")
    #expect(try run("predict m.json s.csv --no-header -o again.csv").status == 0)
    #expect(try folder.labels("l.csv") == folder.labels("again.csv"))
  }

  @Test func meansOfBothDistances() throws {
    let distances = Matrix<Double>(rows: 12, columns: 12) { target in
      for i in 0..<12 {
        for j in 0..<12 {
          target[i * 12 + j] = i == j ? 0 : i % 2 == j % 2 ? (i < j ? 1 : 3) : 50
        }
      }
    }
    try NPYWriter.write(distances, to: folder.path("d.npy"))
    let refused = try run("fit d.npy --metric precomputed --method dbscan --eps 2")
    #expect(refused.status == 65)
    #expect(refused.errors.contains("same both ways"), "\(refused.errors)")
    let fit = try run("fit d.npy --metric precomputed --symmetrize --method dbscan --eps 2 --json")
    #expect(fit.status == 0, "\(fit.errors)")
    #expect(fit.json["k"] as? Int == 2)
    try folder.write("bad.csv", "0,-1\n1,0\n")
    let negative = try run(
      "fit bad.csv --no-header --metric precomputed --symmetrize --method dbscan --eps 1")
    #expect(negative.status == 65)
    #expect(negative.errors.contains("row 1, column 2"), "\(negative.errors)")
  }

  @Test(arguments: [
    ("n.csv --metric edit", "name one with --columns", 64),
    ("n.csv --metric edit --columns nam", "\"name\"", 64),
    ("n.csv --metric edit --columns name truth", "single name", 64),
    ("n.csv --metric edit --columns name --scale minmax", "--scale", 64),
    ("n.csv --metric jaccard-sets:", "after a colon", 64),
    ("n.csv --metric levenshtein", "jaro-winkler", 64),
    ("n.csv --metric dtw:x", "dtw:10", 64),
    ("n.csv --symmetrize --metric edit", "--metric precomputed", 64),
    ("numbers.csv --metric jaro", "no column holds", 65),
  ])
  func messages(arguments: String, message: String, status: Int32) throws {
    try writeNames()
    try folder.write("numbers.csv", "x,y\n1,2\n3,4\n")
    let fit = try run("fit \(arguments) --method hdbscan")
    #expect(fit.errors.contains(message), "\(fit.errors)")
    #expect(fit.status == status)
  }
}
