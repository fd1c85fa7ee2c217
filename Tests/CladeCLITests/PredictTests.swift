import Foundation
import Testing

/// `clade predict`: new rows go to the groups of a model, by the columns' names.
struct PredictTests {
  private static let methods: [[String]] = [
    [], ["--method", "ppp"], ["--method", "kmeans", "-k", "3"], ["--method", "gmm"],
  ]

  @Test(arguments: methods)
  func trainingRowsGetTheirOwnLabels(method: [String]) throws {
    let folder = try Folder()
    let fit = try Command.run(
      [
        "fit", Sample.penguins, "--label-column", "species", "-o", "fit.csv", "--model",
        "model.json",
      ]
        + method, in: folder)
    #expect(fit.status == 0, "\(fit.errors)")
    let predict = try Command.run(
      ["predict", "model.json", Sample.penguins, "-o", "predict.csv", "--json"], in: folder)
    #expect(predict.status == 0, "\(predict.errors)")
    #expect(try folder.read("predict.csv") == folder.read("fit.csv"))
    let record = predict.json
    #expect(record["n"] as? Int == 344)
    #expect((record["sizes"] as? [Int])?.reduce(0, +) == 344)
    #expect(Set((record["seconds"] as? [String: Double] ?? [:]).keys).contains("total"))
  }

  @Test func columnsInAnotherOrder() throws {
    let folder = try Folder()
    try folder.write("table.csv", Sample.blobs(rows: 90, groups: 3))
    let rows = Sample.blobs(rows: 90, groups: 3).split(separator: "\n").map {
      $0.split(separator: ",")
    }
    let turned = rows.map { "\($0[2]),\($0[0]),\($0[1])" }.joined(separator: "\n") + "\n"
    try folder.write("turned.csv", turned)
    _ = try Command.run(["fit", "table.csv", "-o", "a.csv", "--model", "m.json"], in: folder)
    let result = try Command.run(["predict", "m.json", "turned.csv", "-o", "b.csv"], in: folder)
    #expect(result.status == 0, "\(result.errors)")
    #expect(try folder.read("a.csv") == folder.read("b.csv"))
  }

  @Test func missingColumn() throws {
    let folder = try Folder()
    try folder.write("table.csv", Sample.blobs(rows: 90, groups: 3))
    try folder.write("other.csv", "id,x0,z\n1,2,3\n2,3,4\n")
    _ = try Command.run(["fit", "table.csv", "--model", "m.json"], in: folder)
    let result = try Command.run(["predict", "m.json", "other.csv", "-o", "b.csv"], in: folder)
    #expect(result.status == 65)
    #expect(result.errors.contains("x1"))
    #expect(folder.names == ["m.json", "other.csv", "table.csv"])
  }

  @Test func textWhereNumbersWere() throws {
    let folder = try Folder()
    try folder.write("table.csv", Sample.blobs(rows: 90, groups: 3))
    try folder.write("other.csv", "id,x0,x1\n1,2,3\n2,3,four\n")
    _ = try Command.run(["fit", "table.csv", "--model", "m.json"], in: folder)
    let result = try Command.run(["predict", "m.json", "other.csv", "-o", "b.csv"], in: folder)
    #expect(result.status == 65)
    for part in ["other.csv", "x1", "row 2", "four"] { #expect(result.errors.contains(part)) }
    #expect(!folder.names.contains("b.csv"))
  }

  @Test func modelsThatCannotBeUsed() throws {
    let folder = try Folder()
    try folder.write("table.csv", Sample.blobs(rows: 90, groups: 3))
    _ = try Command.run(["fit", "table.csv", "--method", "ppp", "--model", "m.json"], in: folder)
    let model = try folder.read("m.json")
    let broken: [(String, String)] = [
      ("", "empty"), ("not a model", "model"), (String(model.prefix(model.count / 2)), "damaged"),
      (model.replacingOccurrences(of: "\"format_version\":1", with: "\"format_version\":99"), "99"),
      ("{\"format\":\"clade-model\"}", "damaged"),
      (model.replacing(/"componentGroups":\[0/, with: "\"componentGroups\":[-1"), "damaged"),
      (model.replacing(/"componentGroups":\[\d+,/, with: "\"componentGroups\":["), "damaged"),
      (model.replacing(/"components":\d+/, with: "\"components\":4611686018427387904"), "damaged"),
      (model.replacing(/"rows":\d+/, with: "\"rows\":4611686018427387904"), "damaged"),
    ]
    #expect(Set(broken.map(\.0)).count == broken.count)
    #expect(!broken.contains { $0.0 == model })
    for (text, word) in broken {
      try folder.write("broken.json", text)
      let result = try Command.run(
        ["predict", "broken.json", "table.csv", "-o", "b.csv"], in: folder)
      #expect(result.status == 65, "\(result.errors)")
      #expect(result.errors.contains("broken.json"))
      #expect(result.errors.contains(word) || word == "empty", "\(result.errors)")
      #expect(!folder.names.contains("b.csv"))
    }
    let gone = try Command.run(["predict", "gone.json", "table.csv"], in: folder)
    #expect(gone.status == 66)
  }
}
