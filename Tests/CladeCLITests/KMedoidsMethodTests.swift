import Foundation
import Testing

/// `clade fit --method kmedoids`.
@Suite struct KMedoidsMethodTests {
  private let folder: Folder

  init() throws { folder = try Folder() }

  @Test func fitsAndPredicts() throws {
    try folder.write("a.csv", Sample.blobs(rows: 400, groups: 4))
    let arguments = ["fit", "a.csv", "--method", "kmedoids", "-k", "4", "--json"]
    let result = try Command.run(
      arguments + ["-o", "l.csv", "-m", "m.json", "-r", "r.html", "--threads", "1"], in: folder)
    #expect(result.status == 0, "\(result.errors)")
    #expect(result.json["sizes"] as? [Int] == [100, 100, 100, 100])
    #expect(result.json["converged"] as? Bool == true)
    #expect(try #require(result.json["objective"] as? Double) > 0)
    let groups = try #require(result.json["groups"] as? [[String: Any]])
    let rows = groups.compactMap { $0["medoid_row"] as? Int }
    #expect(rows.count == 4)
    // A medoid lies in its group.
    let labels = try folder.read("l.csv").split(separator: "\n").dropFirst().map { line in
      line.split(separator: ",").dropLast().last.flatMap { Int($0) }
    }
    #expect(rows.map { labels[$0] } == [0, 1, 2, 3])
    let page = try folder.read("r.html")
    #expect(page.contains("k-medoids") && page.contains("A row for each group"))
    // A medoid silhouette is no probability.
    #expect(!page.contains("with a probability"))
    let predicted = try Command.run(["predict", "m.json", "a.csv", "-o", "p.csv"], in: folder)
    #expect(predicted.status == 0, "\(predicted.errors)")
    #expect(try folder.read("p.csv") == folder.read("l.csv"))
    for more in [["--threads", "7"], ["--algorithm", "fastpam1", "--start", "build"]] {
      let other = try Command.run(arguments + more + ["-o", "t.csv"], in: folder)
      #expect(other.status == 0, "\(other.errors)")
      #expect(try folder.read("t.csv") == folder.read("l.csv"))
    }
  }

  @Test func withoutTheirNumber() throws {
    try folder.write("a.csv", Sample.blobs(rows: 300, groups: 3))
    let result = try Command.run(["fit", "a.csv", "--method", "kmedoids"], in: folder)
    #expect(result.status == 0, "\(result.errors)")
    #expect(result.output.contains("3 groups in 300 rows"), "\(result.output)")
    #expect(result.output.contains("have the largest medoid silhouette"))
    #expect(result.output.contains("the row that stands for it"))
  }

  @Test func otherMetrics() throws {
    try folder.write(
      "a.csv",
      "size,kind\n1,a\n2,a\n1.5,a\n,a\n9,b\n10,b\n9.5,b\n10.5,b\n1,a\n9.2,b\n")
    let gower = try Command.run(
      ["fit", "a.csv", "--method", "kmedoids", "-k", "2", "--metric", "gower", "--json"]
        + ["-o", "l.csv", "-m", "m.json"], in: folder)
    #expect(gower.status == 0, "\(gower.errors)")
    #expect(gower.json["sizes"] as? [Int] == [5, 5])
    let predicted = try Command.run(["predict", "m.json", "a.csv", "-o", "p.csv"], in: folder)
    #expect(predicted.status == 0, "\(predicted.errors)")
    #expect(try folder.read("p.csv") == folder.read("l.csv"))

    try folder.write("d.csv", "a,b,c,d\n0,1,8,9\n1,0,7,8\n8,7,0,2\n9,8,2,0\n")
    let given = try Command.run(
      ["fit", "d.csv", "--method", "kmedoids", "-k", "2", "--metric", "precomputed", "--json"],
      in: folder)
    #expect(given.status == 0, "\(given.errors)")
    #expect(given.json["objective"] as? Double == 3)
  }

  @Test func badRequests() throws {
    try folder.write("a.csv", "x,y\n1,2\n1,2\n1,2\n3,5\n3,5\n")
    for (arguments, status, message) in [
      (["-k", "3"], 65, "only 2 distinct rows"),
      (["-k", "0"], 64, "give 1 or more"),
      (["--algorithm", "pam"], 64, "needs the number of groups"),
      (["-k", "2", "--start", "best"], 64, "--start"),
      (["-k", "2", "--eps", "1"], 64, "--eps goes with"),
    ] {
      let result = try Command.run(
        ["fit", "a.csv", "--method", "kmedoids"] + arguments, in: folder)
      #expect(result.status == Int32(status), "\(arguments)")
      #expect(result.errors.contains(message), "\(result.errors)")
    }
  }
}
