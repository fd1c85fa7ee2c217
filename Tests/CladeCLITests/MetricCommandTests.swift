import Clade
import CladeTables
import Foundation
import Testing

/// `--metric gower` and `--metric precomputed`, and what metrics say of bad values.
@Suite struct MetricCommandTests {
  private let folder: Folder

  init() throws { folder = try Folder() }

  private func run(_ arguments: String) throws -> Command.Result {
    try Command.run(arguments.split(separator: " ").map(String.init), in: folder)
  }

  private func lines(_ name: String) throws -> [Substring] {
    Array(try folder.read(name).split(separator: "\n").dropFirst())
  }

  static let methods = [
    "hdbscan --min-cluster-size 10", "dbscan --eps 0.15", "optics --min-samples 8 --eps 0.15",
  ]

  // MARK: Gower

  @Test(arguments: methods) func mixedColumns(_ method: String) throws {
    try FileManager.default.copyItem(atPath: Sample.penguins, toPath: folder.path("p.csv"))
    let fit = try run(
      "fit p.csv --label-column species --ignore year --metric gower --method \(method) --json "
        + "-o labels.csv -m model.json -r page.html")
    #expect(fit.status == 0, "\(fit.errors)")
    #expect((fit.json["k"] as? Int ?? 0) >= 2)
    let parameters = fit.json["parameters"] as? [String: Any]
    #expect(parameters?["metric"] as? String == "gower")
    #expect(parameters?["scale"] as? String == "none")
    let columns = try #require(fit.json["columns"] as? [[String: Any]])
    let sex = try #require(columns.first { $0["name"] as? String == "sex" })
    #expect(sex["treatment"] as? String == "category")
    #expect(
      sex["reason"] as? String == "2 categories, equal or not; 11 missing left out of distances")
    let placed = try run("predict model.json p.csv -o again.csv")
    #expect(placed.status == 0, "\(placed.errors)")
    #expect(try lines("labels.csv") == lines("again.csv"))
  }

  /// The labels are those of the distances by Gower's definition, worked out here.
  @Test func distancesAreThoseOfTheRawColumns() throws {
    let rows: [(Double?, String?, Double?)] = (0..<40).map { row in
      let side = row % 2
      return (
        row % 7 == 3 ? nil : Double(side * 30 + row % 5), row % 9 == 4 ? nil : ["a", "b"][side],
        Double(side * 2000 + row * 3)
      )
    }
    let text = rows.map { row in
      "\(row.0.map { "\($0)" } ?? ""),\(row.1 ?? ""),\(row.2.map { "\($0)" } ?? "")"
    }
    try folder.write("rows.csv", (["x,kind,z"] + text).joined(separator: "\n") + "\n")
    let range = { (values: [Double]) in values.max()! - values.min()! }
    let ranges = (range(rows.compactMap(\.0)), range(rows.compactMap(\.2)))
    let distances = Matrix<Double>(rows: 40, columns: 40) { target in
      for (i, a) in rows.enumerated() {
        for (j, b) in rows.enumerated() {
          var (sum, count) = (0.0, 0.0)
          if let x = a.0, let y = b.0 { (sum, count) = (sum + abs(x - y) / ranges.0, count + 1) }
          if let x = a.1, let y = b.1 { (sum, count) = (sum + (x == y ? 0 : 1), count + 1) }
          if let x = a.2, let y = b.2 { (sum, count) = (sum + abs(x - y) / ranges.1, count + 1) }
          target.initializeElement(at: i * 40 + j, to: sum / count)
        }
      }
    }
    try NPYWriter.write(distances, to: folder.path("d.npy"))
    for method in ["hdbscan", "dbscan --eps 0.05", "optics --eps 0.05"] {
      let own = try run("fit rows.csv --metric gower --method \(method) -o own.csv")
      #expect(own.status == 0, "\(own.errors)")
      let given = try run("fit d.npy --metric precomputed --method \(method) -o given.csv")
      #expect(given.status == 0, "\(given.errors)")
      let (a, b) = (try lines("own.csv"), try lines("given.csv"))
      let label = { (line: Substring) in line.split(separator: ",")[0] }
      #expect(a.map(label) == b.map(label))
      #expect(Set(a.map(label)).count > 1)
    }
  }

  // MARK: Distances

  /// Two groups of rows on a line, as distances.
  private static let distances: Matrix<Double> = {
    let places = (0..<30).map { Double($0 % 2) * 50 + Double($0) * 0.25 }
    return Matrix(rows: 30, columns: 30) { target in
      for (i, x) in places.enumerated() {
        for (j, y) in places.enumerated() {
          target.initializeElement(at: i * 30 + j, to: abs(x - y))
        }
      }
    }
  }()

  /// Writes the distances in each way that they may come, and what to say so.
  private func writeDistances() throws -> [String] {
    let all = Self.distances
    try NPYWriter.write(all, to: folder.path("square.npy"))
    let pairs = (0..<30).flatMap { i in (i + 1..<30).map { all[i, $0] } }
    let line = Matrix<Double>(rows: pairs.count, columns: 1) { _ = $0.initialize(from: pairs) }
    try NPYWriter.write(line, to: folder.path("condensed.npy"))
    let rows = (0..<30).map { i in all.row(i).map { "\($0)" } }
    let names = (0..<30).map { "row\($0)" }
    let text = { (lines: [[String]]) in
      lines.map { $0.joined(separator: ",") }.joined(separator: "\n") + "\n"
    }
    try folder.write("bare.csv", text(rows))
    try folder.write("headed.csv", text([names] + rows))
    try folder.write("named.csv", text([[""] + names] + zip(names, rows).map { [$0] + $1 }))
    try folder.write(
      "counted.csv", text([[""] + names] + rows.enumerated().map { ["\($0)"] + $1 }))
    try folder.write(
      "labelled.csv",
      text([names + ["truth"]] + rows.enumerated().map { $1 + [["a", "b"][$0 % 2]] }))
    return [
      "square.npy", "condensed.npy", "bare.csv", "headed.csv", "named.csv", "counted.csv",
      "labelled.csv --label-column truth",
    ]
  }

  @Test func distancesMayComeInManyWays() throws {
    for input in try writeDistances() {
      let fit = try run(
        "fit \(input) --metric precomputed --method hdbscan --json -o labels.csv -m model.json "
          + "-r page.html")
      #expect(fit.status == 0, "\(input): \(fit.errors)")
      #expect(fit.json["n"] as? Int == 30)
      #expect(fit.json["sizes"] as? [Int] == [15, 15])
      let labels = try lines("labels.csv")
      #expect(labels.count == 30)
      if input == "named.csv" { #expect(labels[3].hasPrefix("row3,")) }
      if input.hasPrefix("labelled") {
        let scores = fit.json["scores"] as? [String: Any]
        #expect(scores?["adjusted_rand_index"] as? Double == 1, "\(fit.output)")
      }
      #expect(try folder.read("page.html").contains("<h1>2 groups</h1>"))
      let placed = try run("predict model.json square.npy")
      #expect(placed.status == 65)
      #expect(placed.errors.contains("only distances were given"), "\(placed.errors)")
    }
    for method in ["dbscan --eps 2.5", "optics --eps 2.5"] {
      let fit = try run(
        "fit condensed.npy --metric precomputed --method \(method) --json -m m.json")
      #expect(fit.json["sizes"] as? [Int] == [15, 15], "\(fit.errors)")
      let placed = try run("predict m.json square.npy")
      #expect(placed.status == 65)
      #expect(placed.errors.contains("only distances were given"), "\(placed.errors)")
    }
  }

  @Test(arguments: [
    ("0,1,2\n5,0,3\n", "2 × 3 numbers"),
    ("0,1,2\n1,0,3\n2,3,\n", "row 3, column 3 has no value"),
    ("0,1,2\n1,0,-3\n2,-3,0\n", "row 2, column 3 holds -3, and a distance is 0 or more"),
    (
      "0,1,2\n1,0.5,3\n2,3,0\n",
      "row 2, column 2 holds 0.5, and the distance of a row from itself is 0"
    ),
    ("0,1,2\n1,0,3\n7,3,0\n", "row 3, column 1 holds 7, and row 1, column 3 holds 2"),
    ("a,b,c\n0,1,2\n1,0,inf\n2,inf,0\n", "inf is infinite"),
    ("1\n2\n3\n4\n", "4 are those of no number of rows"),
    ("1\n2\n-3\n", "number 3, the distance of rows 2 and 3, holds -3"),
    ("a,b,c\n0,1,2\n1,0,x\n2,3,0\n", "\"x\" in row 2 is no number"),
  ])
  func badDistances(_ text: String, _ message: String) throws {
    try folder.write("d.csv", text)
    let fit = try run("fit d.csv --metric precomputed --method dbscan --eps 1 -o labels.csv")
    #expect(fit.status == 65, "\(fit.output)")
    #expect(fit.errors.contains(message), "\(fit.errors)")
    #expect(fit.errors.contains("d.csv"))
    #expect(folder.names == ["d.csv"])
  }

  // MARK: Options

  @Test(arguments: [
    ("--metric gower --scale robust", "--scale doesn't go with --metric gower"),
    ("--metric precomputed --scale none", "--scale doesn't go with --metric precomputed"),
    ("--metric precomputed --columns a b", "--columns doesn't go with --metric precomputed"),
    ("--metric minkowski:0.5", "a number of at least 1: minkowski:3"),
    ("--metric minkowski", "a number of at least 1: minkowski:3"),
    ("--metric gowwer", "give euclidean"), ("--metric gowwer", "or precomputed"),
    ("--metric gowwer", "gower, edit"),
  ])
  func wrongOptions(_ options: String, _ message: String) throws {
    try folder.write("d.csv", "0,1\n1,0\n")
    let fit = try run("fit d.csv --method hdbscan \(options)")
    #expect(fit.status == 64)
    #expect(fit.errors.contains(message), "\(fit.errors)")
    #expect(fit.errors.contains("clade: --"), "\(fit.errors)")
  }
}
