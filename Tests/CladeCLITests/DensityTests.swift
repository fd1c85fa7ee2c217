import Clade
import Foundation
import Testing

/// `clade fit --method dbscan` and `--method optics`.
@Suite struct DensityTests {
  private let folder: Folder

  init() throws { folder = try Folder() }

  private func run(_ arguments: String) throws -> Command.Result {
    try Command.run(arguments.split(separator: " ").map(String.init), in: folder)
  }

  /// Three towns of 60 places each within about 300 m, and five places far from all.
  private func writePlaces() throws {
    var random = CounterRandom(seed: 4)
    var text = "name,lat,lon\n"
    for place in 0..<180 {
      let (lat, lon) = [(48.1, 11.5), (48.3, 11.9), (-33.9, 179.9999)][place % 3]
      text += "a\(place),\(lat + random.normal() * 0.0008),\(lon + random.normal() * 0.001)\n"
    }
    for place in 0..<5 { text += "b\(place),\(10 * place),\(20 * place)\n" }
    try folder.write("places.csv", text)
  }

  @Test(arguments: ["dbscan --eps 400", "optics --eps 400 --max-eps 5000"])
  func findsTowns(_ method: String) throws {
    try writePlaces()
    let fit = try run(
      "fit places.csv --columns lat lon --method \(method) --metric haversine --min-samples 6 "
        + "--json -o labels.csv -m model.json -r page.html")
    #expect(fit.status == 0, "\(fit.errors)")
    #expect(fit.json["k"] as? Int == 3)
    #expect((fit.json["reasons"] as? [String])?.first?.hasSuffix(" within 400 m.") == true)
    #expect((fit.json["parameters"] as? [String: Any])?["metric"] as? String == "haversine")
    #expect((fit.json["parameters"] as? [String: Any])?["scale"] as? String == "none")
    let predicted = try run("predict model.json places.csv -o again.csv")
    #expect(predicted.status == 0, "\(predicted.errors)")
    let labels = { (name: String) in
      try folder.read(name).split(separator: "\n").dropFirst().map { $0.split(separator: ",").last }
    }
    #expect(try labels("labels.csv") == labels("again.csv"))
    #expect(try labels("labels.csv").count { $0 == "-1" } >= 5)
    let page = try folder.read("page.html")
    #expect(page.contains("<h1>3 groups</h1>"))
    #expect(page.contains("id=\"reachability\"") == method.hasPrefix("optics"))
  }

  @Test func slopesAreFound() throws {
    try writePlaces()
    let fit = try run(
      "fit places.csv --columns lat lon --method optics --metric haversine --xi 0.2 "
        + "--min-cluster-size 20 --max-eps inf --json -m model.json")
    #expect(fit.status == 0, "\(fit.errors)")
    #expect((fit.json["k"] as? Int ?? 0) >= 3)
    #expect(try run("predict model.json places.csv -o again.csv").status == 0)
  }

  @Test(
    arguments: [
      ("--method dbscan", "--eps"), ("--method dbscan --eps 0", "--eps"),
      ("--method dbscan --eps 1 --min-samples 0", "--min-samples"),
      ("--method dbscan --eps 1 --xi 0.1", "--xi"), ("--method dbscan --eps 1 -k 3", "-k"),
      ("--method optics --xi 1", "--xi"), ("--method optics --min-samples 1", "--min-samples"),
      ("--method optics --max-eps -1", "--max-eps"),
      ("--method optics --eps 1 --xi 0.1", "--eps"),
      ("--method optics --min-cluster-size 1", "--min-cluster-size"),
      ("--method dbscan --eps 1 --metric nonsense", "--metric"),
      ("--method kmeans -k 2 --eps 1", "--eps"),
    ])
  func wrongOptionsAreRefused(_ arguments: String, _ word: String) throws {
    try writePlaces()
    let fit = try run("fit places.csv " + arguments)
    #expect(fit.status == 64)
    #expect(fit.errors.contains(word), "\(fit.errors)")
  }

  @Test func wrongPlacesAreRefused() throws {
    try folder.write("far.csv", "lat,lon\n10,20\n95,10\n20,30\n")
    let fit = try run(
      "fit far.csv --columns lat lon --method dbscan --eps 100 --metric haversine")
    #expect(fit.status == 65, "\(fit.errors)")
    #expect(fit.errors.contains("95"))
    try folder.write("three.csv", "lat,lon,z\n10,20,1\n11,22,3\n12,24,2\n13,21,7\n")
    let three = try run("fit three.csv --method dbscan --eps 100 --metric haversine")
    #expect(three.status != 0)
    #expect(three.errors.contains("--columns lat lon"))
    let few = try run("fit far.csv --method optics --min-samples 9")
    #expect(few.status == 65 || few.status == 64)
    #expect(few.errors.contains("3 rows only"))
  }
}
