import Clade
import CladeTables
import Foundation
import Testing

/// Errors about a row say where it is: file, line and the column's name, and the row counted from 1.
@Suite struct RowPlaceTests {
  private let folder: Folder

  init() throws { folder = try Folder() }

  private func run(_ arguments: String, input: String? = nil) throws -> Command.Result {
    try Command.run(arguments.split(separator: " ").map(String.init), in: folder, input: input)
  }

  private static let rows = "a,b\n1,2\n\n0,0\n5,1\n7,7\n2,2\n1,3\n"
  private static let places = "lat,lon,name\n10,20,\"x\ny\"\n95,10,x\n20,30,x\n"

  @Test(arguments: [
    ("rows.csv", rows, "--metric cosine --scale none", "rows.csv, line 4: row 2 holds only zeros"),
    (
      "rows.csv", rows, "--metric correlation --scale none",
      "rows.csv, line 4: row 2 holds the same number in all columns"
    ),
    (
      "places.csv", places, "--metric haversine --columns lat lon",
      "places.csv, line 4, column \"lat\": row 2 holds 95.0 where a latitude"
    ),
    (
      "rows.jsonl", "{\"a\":1,\"b\":2}\n\n{\"a\":0,\"b\":0}\n{\"a\":3,\"b\":5}\n",
      "--metric cosine --scale none", "rows.jsonl, line 3: row 2 holds only zeros"
    ),
  ])
  func rowsAreNamedByTheirLines(
    _ file: String, _ text: String, _ options: String, _ message: String
  ) throws {
    try folder.write(file, text)
    let fit = try run("fit \(file) --method dbscan --eps 1 \(options)")
    #expect(fit.status == 65)
    #expect(fit.errors.hasPrefix("clade: " + message), "\(fit.errors)")
  }

  @Test func standardInputAndNewRows() throws {
    let piped = try run(
      "fit - --method dbscan --eps 1 --metric cosine --scale none", input: Self.rows)
    #expect(piped.status == 65)
    #expect(piped.errors.hasPrefix("clade: standard input, line 4: row 2 holds only zeros"))
    try folder.write("rows.csv", Self.rows.replacing("0,0\n", with: ""))
    let fit = try run("fit rows.csv --method dbscan --eps 1 --metric cosine --scale none -m m.json")
    #expect(fit.status == 0, "\(fit.errors)")
    try folder.write("new.csv", Self.rows)
    let placed = try run("predict m.json new.csv")
    #expect(placed.status == 65)
    #expect(placed.errors.hasPrefix("clade: new.csv, line 4: row 2 holds only zeros"))
  }

  @Test func arraysHaveNoLines() throws {
    var rows = Matrix<Double>(rows: 20, columns: 2) { target in
      for index in 0..<40 { target.initializeElement(at: index, to: Double(index * 7 % 13)) }
    }
    rows[4, 1] = .infinity
    try NPYWriter.write(rows, to: folder.path("a.npy"))
    let fit = try run("fit a.npy --method hdbscan")
    #expect(fit.status == 65)
    #expect(
      fit.errors.hasPrefix("clade: a.npy, column \"column 2\": row 5 holds inf"), "\(fit.errors)")
  }

  @Test(arguments: ["kmeans -k 2 --memory 1GiB", "two-level -k 4", "minibatch -k 2", "ppp"])
  func filesOfNumbersToo(_ method: String) throws {
    var rows = Matrix<Double>(rows: 20, columns: 2) { target in
      for index in 0..<40 { target.initializeElement(at: index, to: Double(index * 7 % 13)) }
    }
    rows[4, 1] = .infinity
    try NPYWriter.write(rows, to: folder.path("a.npy"))
    let fit = try run("fit a.npy --method \(method)")
    #expect(fit.status == 65)
    #expect(fit.errors.hasPrefix("clade: a.npy, column \"column 2\": row 5 holds inf"))
    try folder.write("labels.csv", "label\n" + String(repeating: "0\n1\n", count: 10))
    let scores = try run("evaluate labels.csv --data a.npy")
    #expect(scores.status == 65)
    #expect(scores.errors.hasPrefix("clade: a.npy, column \"column 2\": row 5 holds inf"))
  }

  // MARK: Other messages

  @Test func optionsWithOneDash() throws {
    try folder.write("rows.csv", Self.rows)
    for (words, option) in [("--method dbscan -eps 3", "-eps"), ("-quiet", "-quiet")] {
      let fit = try run("fit rows.csv \(words)")
      #expect(fit.status == 64)
      #expect(fit.errors.hasPrefix("clade: \(option) is written with two dashes: -\(option)."))
    }
    #expect(try run("fit rows.csv -q -k 3 --method kmeans").status == 0)
  }

  @Test func editedModelsAreTheirFilesFault() throws {
    try folder.write("rows.csv", Self.rows)
    for method in ["dbscan --eps 9", "hdbscan --min-cluster-size 2"] {
      #expect(try run("fit rows.csv --method \(method) -m m.json -q").status == 0)
      let model = try folder.read("m.json")
      for metric in ["\"precomputed\":{}", "\"minkowski\":{\"p\":0.5}"] {
        try folder.write("m.json", model.replacing("\"euclidean\":{}", with: metric))
        let placed = try run("predict m.json rows.csv")
        #expect(placed.status == 65)
        #expect(
          placed.errors.hasPrefix("clade: can't use the model m.json: its"), "\(placed.errors)")
      }
    }
  }

  @Test func fewRowsHaveFewNeighbours() throws {
    try folder.write("rows.csv", "a,b\n1,2\n1,3\n9,9\n")
    let fit = try run("fit rows.csv --method optics --json")
    #expect(fit.status == 0, "\(fit.errors)")
    let asked = try run("fit rows.csv --method optics --min-samples 5")
    #expect(asked.errors.contains("--min-samples can't be 5: there are 3 rows only"))
  }
}
