import Clade
import CladeTables
import Foundation
import Testing

/// What `--method kmedoids` compares: categories by Gower's metric, texts, and given distances in either
/// precision.
@Suite struct KMedoidsMetricTests {
  private let folder: Folder

  init() throws { folder = try Folder() }

  private func run(_ arguments: String) throws -> Command.Result {
    try Command.run(arguments.split(separator: " ").map(String.init), in: folder)
  }

  @Test func tablesWithCategoriesByGowersMetric() throws {
    try FileManager.default.copyItem(atPath: Sample.penguins, toPath: folder.path("p.csv"))
    let rest = "p.csv --label-column species --ignore year --method kmedoids -k 3 --json"
    let fit = try run("fit \(rest) -o own.csv")
    #expect(fit.status == 0, "\(fit.errors)")
    let parameters = try #require(fit.json["parameters"] as? [String: Any])
    #expect(parameters["metric"] as? String == "gower")
    #expect(parameters["scale"] as? String == "none")
    let named = try run("fit \(rest) --metric gower -o named.csv")
    #expect(named.status == 0, "\(named.errors)")
    #expect(try folder.labels("own.csv") == folder.labels("named.csv"))
    // Numbers alone, and what is asked for.
    let euclidean = try run("fit \(rest) --metric euclidean -o e.csv")
    #expect(euclidean.status == 0, "\(euclidean.errors)")
    #expect((euclidean.json["parameters"] as? [String: Any])?["scale"] as? String == "standard")
    let numbers = try run("fit \(rest) --ignore year island sex -o n.csv")
    #expect(numbers.status == 0, "\(numbers.errors)")
    #expect((numbers.json["parameters"] as? [String: Any])?["scale"] as? String == "standard")
  }

  @Test func textsAndTheirMedoids() throws {
    let words = [
      "apple", "aple", "appel", "banana", "bananna", "banan", "cherry", "chery", "chrry",
    ]
    try folder.write("w.csv", "word\n" + words.map { $0 + "\n" }.joined())
    let fit = try run("fit w.csv --metric edit --method kmedoids -k 3 --json -o l.csv -r p.html")
    #expect(fit.status == 0, "\(fit.errors)")
    let found = try folder.labels("l.csv")
    for group in 0..<3 { #expect(Set(found[group * 3..<group * 3 + 3]).count == 1) }
    #expect(Set(found).count == 3)
    let tooMany = try run("fit w.csv --metric edit --method kmedoids -k 10")
    #expect(tooMany.status != 0 && tooMany.errors.contains("10"), "\(tooMany.errors)")
  }

  @Test func distancesInSinglePrecision() throws {
    let places = (0..<60).map { (row: Int) -> Float in Float(row % 3 * 40 + row * row % 11) }
    let distances = Matrix<Float>(rows: 60, columns: 60) { target in
      for i in 0..<60 {
        for j in 0..<60 { target[i * 60 + j] = abs(places[i] - places[j]) }
      }
    }
    try NPYWriter.write(distances, to: folder.path("d.npy"))
    let rest = "fit d.npy --metric precomputed --method kmedoids -k 3 --json"
    let double = try run("\(rest) -o d.csv")
    #expect(double.status == 0, "\(double.errors)")
    let single = try run("\(rest) --float32 -o s.csv -m m.json -r p.html")
    #expect(single.status == 0, "\(single.errors)")
    #expect(try folder.labels("d.csv") == folder.labels("s.csv"))
    #expect(single.json["objective"] as? Double == double.json["objective"] as? Double)
    let piped = try Command.run(
      ["fit", "-", "--metric", "precomputed", "--method", "kmedoids", "-k", "1", "--float32"],
      in: folder, input: "0,1,2\n1,0,2\n2,2,0\n")
    #expect(piped.status == 0, "\(piped.errors)")
    var bad = distances
    bad[7, 9] = Float.nan
    try NPYWriter.write(bad, to: folder.path("bad.npy"))
    let refused = try run("fit bad.npy --metric precomputed --method kmedoids -k 3 --float32")
    #expect(refused.status == 65)
    #expect(refused.errors.contains("row 8, column 10 has no value"), "\(refused.errors)")
    for wrong in [
      "fit d.npy --metric precomputed --method hdbscan --float32",
      "fit d.npy --method kmedoids -k 3 --float32", "fit d.npy --method kmeans -k 3 --symmetrize",
    ] {
      #expect(try run(wrong).status == 64)
    }
  }
}
