import Foundation
import Testing

/// What `clade fit` shows of groups: the picture, the tree of tangles, and the test of separability.
@Suite struct GroupPictureTests {
  private let folder: Folder

  init() throws { folder = try Folder() }

  private func run(_ arguments: String) throws -> Command.Result {
    try Command.run(arguments.split(separator: " ").map(String.init), in: folder)
  }

  @Test func aPictureOfItsOwn() throws {
    try folder.write("blobs.csv", Sample.blobs(rows: 300, groups: 3))
    let fit = try run("fit blobs.csv --method kmeans -k 3 --picture map.svg --json")
    #expect(fit.status == 0, "\(fit.errors)")
    #expect((fit.json["outputs"] as? [String: Any])?["picture"] as? String == "map.svg")
    let svg = try folder.read("map.svg")
    #expect(svg.hasPrefix("<svg xmlns=") && svg.hasSuffix("</svg>\n"))
    #expect(svg.contains("3 groups in blobs.csv (k-means)"))
  }

  @Test func placesAreDrawnOnAMap() throws {
    let rows = (0..<60).map { "\(53 + Double($0 % 7) / 1000),\(-6 - Double($0 % 5) / 1000)" }
    try folder.write("places.csv", "lat,lon\n" + rows.joined(separator: "\n") + "\n")
    let fit = try run(
      "fit places.csv --columns lat lon --method dbscan --metric haversine --eps 500 "
        + "--picture map.svg")
    #expect(fit.status == 0, "\(fit.errors)")
    let svg = try folder.read("map.svg")
    #expect(svg.contains("1 group in places.csv (DBSCAN)"))
    #expect(svg.contains("53.0° N to 53.0° N, 6.0° W to 6.0° W"))
  }

  @Test(arguments: ["--method two-level -k 3", "--stream -k 3"])
  func noPictureOfWhatIsNotHeld(_ method: String) throws {
    try folder.write("blobs.csv", Sample.blobs(rows: 300, groups: 3))
    let fit = try run("fit blobs.csv \(method) --picture map.svg")
    #expect(fit.status == 64)
    #expect(fit.errors.contains("--picture"), "\(fit.errors)")
    #expect(!folder.names.contains("map.svg"))
  }

  @Test(arguments: ["ppp", "gmm -k 3"]) func pairsThatTanglesWouldTellApart(_ method: String) throws
  {
    try folder.write("blobs.csv", Sample.blobs(rows: 300, groups: 3))
    let fit = try run("fit blobs.csv --method \(method) --json -r page.html")
    #expect(fit.status == 0, "\(fit.errors)")
    let pairs = try #require(fit.json["tangle_separability"] as? [String: Any])
    #expect(pairs["pairs"] as? Int == 3 && pairs["separable_pairs"] as? Int == 3)
    #expect((pairs["doubtful"] as? [Any])?.isEmpty == true)
    #expect(pairs["persistence"] as? Double == 1.5)
    #expect(try folder.read("page.html").contains("All 3 pairs of groups pass."))
    let summary = try run("fit blobs.csv --method \(method)").output
    #expect(summary.contains("All 3 pairs of groups pass the test of separability by tangles."))
    #expect(summary.split(separator: "\n").allSatisfy { $0.count <= 80 })
  }

  /// Adelie and Chinstrap penguins lie side by side.
  @Test func doubtfulPairsAreNamed() throws {
    let columns = ["bill_length_mm", "bill_depth_mm", "flipper_length_mm", "body_mass_g"]
    let fit = try Command.run(
      ["fit", Sample.penguins, "--method", "ppp", "--json", "--columns"] + columns, in: folder)
    #expect(fit.status == 0, "\(fit.errors)")
    let pairs = try #require(fit.json["tangle_separability"] as? [String: Any])
    #expect(pairs["pairs"] as? Int == 3 && pairs["separable_pairs"] as? Int == 2)
    let doubtful = try #require(pairs["doubtful"] as? [[String: Any]])
    #expect(doubtful.map { $0["groups"] as? [Int] } == [[0, 2]])
    let ratio = try #require(doubtful.first?["ratio"] as? Double)
    #expect(ratio >= 1 && ratio < 1.5)
  }

  @Test func theTreeOfTanglesIsOnThePage() throws {
    try folder.write("blobs.csv", Sample.blobs(rows: 300, groups: 3))
    let fit = try run("fit blobs.csv --method tangles --json -r page.html")
    let k = try #require(fit.json["k"] as? Int, "\(fit.errors)")
    #expect(k >= 3 && fit.json["tangle_separability"] == nil)
    let page = try folder.read("page.html")
    #expect(page.contains("The tree of tangles of 300 rows"))
    for group in 0..<k { #expect(page.contains("<title>Group \(group): ")) }
  }
}
