import CladeTables
import Foundation
import Testing

/// `clade fit --method hdbscan`, and noise through predicting, scoring and the report.
@Suite struct HDBSCANCommandTests {
  private let folder: Folder

  init() throws {
    folder = try Folder()
    let made = try Command.run(
      ["generate", "blobs", "-k", "3", "-n", "400", "--noise", "0.1", "-o", "points.csv"],
      in: folder)
    #expect(made.status == 0)
  }

  private func fit(_ options: [String] = []) throws -> Command.Result {
    try Command.run(
      ["fit", "points.csv", "--label-column", "label", "--method", "hdbscan"] + options, in: folder)
  }

  @Test func groupsAndNoise() throws {
    let result = try fit(["--min-cluster-size", "20", "--json", "-o", "labels.csv"])
    #expect(result.status == 0, "\(result.errors)")
    let json = result.json
    #expect(json["k"] as? Int == 3)
    let sizes = try #require(json["sizes"] as? [Int])
    let noise = try #require(json["noise"] as? Int)
    #expect(sizes.reduce(0, +) + noise == 400)
    #expect((json["persistences"] as? [Double])?.count == 3)
    let parameters = json["parameters"] as? [String: Any]
    #expect(parameters?["min_cluster_size"] as? Int == 20)
    let labels = try String(contentsOf: folder.url("labels.csv"), encoding: .utf8)
    #expect(labels.split(separator: "\n").count { $0.hasPrefix("-1,0") } == noise)
    let summary = try fit(["--min-cluster-size", "20"]).output
    #expect(summary.contains("\(noise) rows are noise"))
    #expect(summary.contains("noise"))
  }

  @Test func modelsPlaceTrainingRowsWhereTheyWere() throws {
    let fitted = try fit(
      ["--min-cluster-size", "20", "-o", "labels.csv", "-m", "model.json", "-r", "page.html"])
    #expect(fitted.status == 0, "\(fitted.errors)")
    let placed = try Command.run(
      ["predict", "model.json", "points.csv", "--ignore", "label", "-o", "again.csv"], in: folder)
    #expect(placed.status == 0, "\(placed.errors)")
    #expect(placed.output.contains("noise"))
    #expect(
      try Data(contentsOf: folder.url("labels.csv")) == Data(contentsOf: folder.url("again.csv")))
    let page = try String(contentsOf: folder.url("page.html"), encoding: .utf8)
    #expect(page.contains("The tree of dense regions"))
    #expect(page.contains("class=\"icicles\""))
    let scores = try Command.run(
      ["evaluate", "labels.csv", "--data", "points.csv", "--label-column", "label", "--json"],
      in: folder)
    #expect(scores.status == 0, "\(scores.errors)")
    let validity = (scores.json["internal"] as? [String: Any])?["dbcv"] as? Double
    #expect(try #require(validity) > 0)
  }

  @Test(arguments: [
    (["--min-cluster-size", "1"], "--min-cluster-size can't be 1: give 2 or more."),
    (["--min-samples", "0"], "--min-samples can't be 0: give 1 or more."),
    (
      ["--min-samples", "400"],
      "--min-samples can't be 400: each of the 400 rows has only 399 others"
    ),
    (
      ["--cluster-selection-epsilon", "-1"],
      "--cluster-selection-epsilon can't be -1.0: give a distance"
    ),
    (["--max-cluster-size", "3"], "--max-cluster-size can't be 3: give 5 or more."),
    (["--metric", "near"], "--metric can't be \"near\": give euclidean, sqeuclidean"),
    (["--metric", "precomputed"], "points.csv: it holds 400 × 2 numbers"),
    (["--weights", "x1"], "--weights goes with"),
    (["-k", "3"], "hdbscan finds the number of groups by itself"),
  ])
  func wrongOptions(options: [String], message: String) throws {
    let result = try fit(options)
    #expect(result.status != 0)
    #expect(result.errors.contains(message), "\(result.errors)")
  }

  @Test func nothingDense() throws {
    let result = try fit(["--min-cluster-size", "300", "-r", "page.html", "--json"])
    #expect(result.status == 0, "\(result.errors)")
    #expect(result.json["k"] as? Int == 0)
    #expect(result.json["noise"] as? Int == 400)
    let single = try fit(["--min-cluster-size", "300", "--allow-single-cluster", "--json"])
    #expect(single.json["k"] as? Int == 1)
  }

  /// Rows outside of all groups, with all that belongs to groups in their new order.
  @Test(arguments: [
    ["hdbscan", "--min-cluster-size", "20"], ["dbscan", "--eps", "0.25", "--min-samples", "8"],
    ["optics", "--min-samples", "12"],
  ])
  func noiseThatIsAssigned(method: [String]) throws {
    let common = ["fit", "points.csv", "--ignore", "label", "--method"] + method
    let kept = try Command.run(
      common + ["--noise", "keep", "--json", "-o", "kept.csv"], in: folder)
    #expect(kept.status == 0, "\(kept.errors)")
    #expect((kept.json["noise"] as? Int ?? 0) > 0)
    let result = try Command.run(
      common + ["--noise", "assign", "--json", "-o", "all.csv", "-m", "m.json", "-r", "page.html"],
      in: folder)
    #expect(result.status == 0, "\(result.errors)")
    #expect(result.json["noise"] as? Int == 0)
    #expect(result.json["k"] as? Int == kept.json["k"] as? Int)
    let sizes = try #require(result.json["sizes"] as? [Int])
    #expect(sizes.reduce(0, +) == 400 && sizes == sizes.sorted(by: >))
    let reasons = try #require(result.json["reasons"] as? [String])
    #expect(reasons.last?.contains("given to the group of the nearest row") == true)
    // Rows that had a group are together as before.
    let labels = { (name: String) in
      try self.folder.read(name).split(separator: "\n").dropFirst().map {
        String($0.split(separator: ",")[0])
      }
    }
    let pairs = Set(
      zip(try labels("kept.csv"), try labels("all.csv")).filter { $0.0 != "-1" }.map {
        [$0.0, $0.1]
      })
    #expect(pairs.count == result.json["k"] as? Int)
    let placed = try Command.run(
      ["predict", "m.json", "points.csv", "--ignore", "label", "-o", "again.csv"], in: folder)
    #expect(placed.status == 0, "\(placed.errors)")
    #expect(try labels("again.csv") == labels("all.csv"))
  }

  @Test func noiseThatCannotBeAssigned() throws {
    try folder.write("distances.csv", "0,1,5\n1,0,5\n5,5,0\n")
    let result = try Command.run(
      [
        "fit", "distances.csv", "--no-header", "--metric", "precomputed", "--method", "dbscan",
        "--eps", "1", "--min-samples", "2", "--noise", "assign",
      ], in: folder)
    #expect(result.status == 64)
    #expect(result.errors.contains("--noise can't be assign: only distances were given"))
    let leaves = try fit(["--noise", "leaves"])
    #expect(leaves.status == 64)
    #expect(
      leaves.errors.contains(
        "--noise leaves goes with genie, not with hdbscan, which takes keep or assign."))
  }
}
