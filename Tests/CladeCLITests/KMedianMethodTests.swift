import Foundation
import Testing

/// `clade fit --method kmedian`.
@Suite struct KMedianMethodTests {
  private let folder: Folder

  init() throws { folder = try Folder() }

  private let common = ["fit", "a.csv", "--method", "kmedian", "-k", "4", "--json"]

  @Test func fitsAndPredicts() throws {
    try folder.write("a.csv", Sample.blobs(rows: 1200, groups: 4))
    let result = try Command.run(
      common + [
        "-o", "l.csv", "-m", "m.json", "-r", "r.html", "--centers", "c.npy", "--threads", "1",
      ], in: folder)
    #expect(result.status == 0, "\(result.errors)")
    #expect(result.json["method"] as? String == "kmedian")
    #expect(result.json["sizes"] as? [Int] == [300, 300, 300, 300])
    #expect(result.json["converged"] as? Bool == true)
    let (seeding, objective) = (
      result.json["seeding_cost"] as? Double, result.json["objective"] as? Double
    )
    #expect(try #require(seeding) >= #require(objective))
    #expect((result.json["seconds"] as? [String: Any])?["seed"] != nil)
    #expect(try folder.read("r.html").contains("k-median"))
    let predicted = try Command.run(["predict", "m.json", "a.csv", "-o", "p.csv"], in: folder)
    #expect(predicted.status == 0, "\(predicted.errors)")
    #expect(try folder.read("p.csv") == folder.read("l.csv"))
    // From its own centers nothing moves any more.
    let again = try Command.run(common + ["--init", "c.npy", "-o", "again.csv"], in: folder)
    #expect(again.status == 0, "\(again.errors)")
    #expect(try folder.read("again.csv") == folder.read("l.csv"))
    #expect(again.json["objective"] as? Double == objective)
    for threads in ["2", "7"] {
      let other = try Command.run(common + ["-o", "t.csv", "--threads", threads], in: folder)
      #expect(try folder.read("t.csv") == folder.read("l.csv"))
      #expect(other.json["objective"] as? Double == objective)
    }
  }

  /// A row far out pulls a mean, but not a median: however far it is, the other rows cost the same.
  @Test func outliersHardlyMoveCenters() throws {
    for far in [1000.0, 1_000_000] {
      try folder.write("a.csv", "x\n0\n1\n2\n3\n\(far)\n")
      let arguments = ["fit", "a.csv", "-k", "1", "--scale", "none", "--json"]
      let medians = try Command.run(arguments + ["--method", "kmedian"], in: folder)
      #expect(medians.status == 0, "\(medians.errors)")
      // The median is 2.
      #expect(medians.json["objective"] as? Double == 2 + 1 + 0 + 1 + far - 2)
    }
  }

  @Test func weightsCountAsRows() throws {
    try folder.write("a.csv", "x,w\n0,1\n1,3\n2,1\n50,1\n51,1\n53,2\n")
    try folder.write("b.csv", "x\n0\n1\n1\n1\n2\n50\n51\n53\n53\n")
    let options = ["--method", "kmedian", "-k", "2", "--scale", "none", "--json"]
    let weighted = try Command.run(["fit", "a.csv", "--weights", "w"] + options, in: folder)
    let repeated = try Command.run(["fit", "b.csv"] + options, in: folder)
    #expect(weighted.status == 0, "\(weighted.errors)")
    // Medians 1 and 51 or 53: 1 + 1, and 1 + 2 · 2 or 3 + 2.
    #expect(weighted.json["objective"] as? Double == 7)
    #expect(repeated.json["objective"] as? Double == 7)
  }

  @Test func stopsAfterSeeding() throws {
    try folder.write("a.csv", Sample.blobs(rows: 100, groups: 4))
    let result = try Command.run(
      common + ["--max-iterations", "0", "--seeding", "random", "--seed", "3"], in: folder)
    #expect(result.status == 0, "\(result.errors)")
    #expect(result.json["iterations"] as? Int == 0)
    #expect(result.json["objective"] as? Double == result.json["seeding_cost"] as? Double)
  }

  @Test func badUse() throws {
    try folder.write("a.csv", Sample.blobs(rows: 30, groups: 3))
    func fails(_ arguments: [String], _ status: Int32, _ words: [String]) throws {
      let result = try Command.run(["fit", "a.csv", "--method", "kmedian"] + arguments, in: folder)
      #expect(result.status == status, "\(result.errors)")
      for word in words { #expect(result.errors.contains(word), "\(result.errors)") }
    }
    try fails([], 64, ["-k 3"])
    try fails(["-k", "0"], 64, ["-k can't be 0"])
    try fails(["-k", "31"], 65, ["31"])
    try fails(["-k", "3", "--local-search", "2"], 64, ["--method kmeans"])
    try fails(["-k", "3", "--restarts", "0"], 64, ["--restarts can't be 0"])
    try fails(["-k", "3", "--init", "c.npy", "--restarts", "2"], 64, ["--init"])
    try fails(["-k", "3", "--tolerance", "-1"], 64, ["--tolerance"])
    try fails(["-k", "3", "--memory", "1GiB"], 64, ["--memory"])
    try fails(
      ["-k", "3", "--nearest", "2", "--nearest-output", "n.npy"], 64, ["kmeans", "two-level"])
  }
}
