import CladeTables
import Foundation
import Testing

/// `--memberships` and `--outlier-scores`: numbers of each row as files of their own.
@Suite struct RowOutputTests {
  private let folder: Folder

  init() throws {
    folder = try Folder()
    try folder.write("points.csv", Sample.blobs(rows: 90, groups: 3))
  }

  private func run(_ arguments: String) throws -> Command.Result {
    try Command.run(arguments.split(separator: " ").map(String.init), in: folder)
  }

  private func fields(_ name: String) throws -> [[String]] {
    try folder.read(name).split(separator: "\n").map { line in
      line.split(separator: ",").map(String.init)
    }
  }

  @Test func softGroupsAndOutliersOfHDBSCAN() throws {
    let fit = try run(
      "fit points.csv --method hdbscan -o labels.csv -m model.json --memberships soft.csv "
        + "--outlier-scores far.csv --json")
    #expect(fit.status == 0, "\(fit.errors)")
    let outputs = fit.json["outputs"] as? [String: Any]
    #expect(outputs?["memberships"] as? String == "soft.csv")
    #expect(outputs?["outlier_scores"] as? String == "far.csv")
    let soft = try fields("soft.csv")
    #expect(soft[0] == ["id", "group_0", "group_1", "group_2"])
    let labels = try fields("labels.csv")
    #expect(soft.count == 91)
    for (numbers, label) in zip(soft, labels).dropFirst() {
      #expect(numbers[0] == label[0])
      let shares = numbers.dropFirst().compactMap(Double.init)
      #expect(shares.count == 3 && shares.reduce(0, +) <= 1 + 1e-9)
      let own = try #require(Int(label[1]))
      if own >= 0 { #expect(shares[own] == shares.max()) }
    }
    let far = try fields("far.csv")
    #expect(far[0] == ["id", "outlier_score"])
    let scores = far.dropFirst().compactMap { Double($0[1]) }
    #expect(scores.count == 90 && scores.allSatisfy { (0...1).contains($0) })
    #expect(Set(scores).count > 10)

    let placed = try run("predict model.json points.csv --outlier-scores again.csv")
    #expect(placed.status == 0, "\(placed.errors)")
    #expect(placed.output.contains("again.csv"))
    #expect(try folder.read("again.csv") == folder.read("far.csv"))
    let arrays = try run(
      "fit points.csv --method hdbscan --memberships soft.npy --outlier-scores far.npy -q")
    #expect(arrays.status == 0, "\(arrays.errors)")
    let matrix = try NPYReader.read(folder.path("soft.npy"), as: Double.self)
    #expect(matrix.row(4).map { "\($0)" } == Array(soft[5].dropFirst()).map { "\(Double($0)!)" })
    #expect(try NPYReader.read(folder.path("far.npy"), as: Double.self).column(0) == scores)
  }

  @Test func responsibilitiesOfAMixture() throws {
    let fit = try run("fit points.csv --method gmm -k 3 -m model.json --memberships a.csv")
    #expect(fit.status == 0, "\(fit.errors)")
    #expect(try run("predict model.json points.csv --memberships b.csv").status == 0)
    #expect(try folder.read("a.csv") == folder.read("b.csv"))
    for numbers in try fields("a.csv").dropFirst() {
      #expect(abs(numbers.dropFirst().compactMap(Double.init).reduce(0, +) - 1) < 1e-9)
    }
  }

  @Test func whatAMethodDoesNotSayIsRefusedFirst() throws {
    let cases = [
      ("--method kmeans -k 3 --memberships a.npy", "--memberships goes with gmm and hdbscan"),
      ("--method gmm --outlier-scores a.npy", "--outlier-scores goes with hdbscan, not with gmm"),
      ("--method hdbscan --memberships -", "--memberships needs a file"),
      ("--method hdbscan --memberships a.csv -o a.csv", "can't be two outputs at once"),
      (
        "--method hdbscan --metric precomputed --memberships a.npy",
        "--memberships needs the rows"
      ),
    ]
    for (options, message) in cases {
      let fit = try run("fit points.csv \(options)")
      #expect(fit.status == 64)
      #expect(fit.errors.contains(message), "\(fit.errors)")
    }
    #expect(try run("fit points.csv --method hdbscan -m model.json -q").status == 0)
    let placed = try run("predict model.json points.csv --memberships a.npy -o labels.csv")
    #expect(placed.status == 64)
    #expect(placed.errors.contains("a model of hdbscan doesn't say that of new rows"))
    #expect(folder.names == ["model.json", "points.csv"])
  }
}
