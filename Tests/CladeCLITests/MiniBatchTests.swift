import CladeCore
import CladeTables
import Foundation
import Testing

/// `clade fit --method minibatch`.
@Suite struct MiniBatchTests {
  private let folder: Folder

  init() throws { folder = try Folder() }

  @Test func fitsAndPredicts() throws {
    try folder.write("a.csv", Sample.blobs(rows: 3000, groups: 4))
    let arguments = [
      "fit", "a.csv", "--method", "minibatch", "-k", "4", "--batch-size", "256", "--json",
    ]
    let result = try Command.run(
      arguments + ["-o", "l.csv", "-m", "m.json", "-r", "r.html", "--threads", "1"], in: folder)
    #expect(result.status == 0, "\(result.errors)")
    #expect(result.json["method"] as? String == "minibatch")
    #expect(result.json["k"] as? Int == 4)
    #expect(result.json["sizes"] as? [Int] == [750, 750, 750, 750])
    #expect(result.json["converged"] as? Bool == true)
    #expect((result.json["parameters"] as? [String: Any])?["batch_size"] as? Int == 256)
    #expect((result.json["seconds"] as? [String: Any])?["seed"] != nil)
    #expect(try folder.read("r.html").contains("mini-batch k-means"))
    let predicted = try Command.run(["predict", "m.json", "a.csv", "-o", "p.csv"], in: folder)
    #expect(predicted.status == 0, "\(predicted.errors)")
    #expect(try folder.read("p.csv") == folder.read("l.csv"))
    for threads in ["2", "7"] {
      let other = try Command.run(
        arguments + ["-o", "l\(threads).csv", "--threads", threads], in: folder)
      #expect(other.status == 0)
      #expect(try folder.read("l\(threads).csv") == folder.read("l.csv"))
    }
  }

  @Test func ofALargeFileAsInMemory() throws {
    let random = CounterRandom(seed: 5)
    let matrix = Matrix<Double>(rows: 5000, columns: 4) { target in
      for index in target.indices {
        target[index] = Double(index / 4 % 5 * 30) + Double(random.value(at: UInt64(index)) % 20)
      }
    }
    try NPYWriter.write(matrix, to: folder.path("a.npy"))
    let common = ["fit", "a.npy", "--method", "minibatch", "-k", "5", "--json"]
    let held = try Command.run(common + ["-o", "held.npy"], in: folder)
    let streamed = try Command.run(
      common + ["-o", "streamed.npy", "--memory", "1GiB", "-m", "m.json"], in: folder)
    #expect(streamed.status == 0, "\(streamed.errors)")
    #expect(
      try Data(contentsOf: folder.url("held.npy")) == Data(contentsOf: folder.url("streamed.npy")))
    #expect(held.json["objective"] as? Double == streamed.json["objective"] as? Double)
    #expect((streamed.json["seconds"] as? [String: Any])?["seed"] != nil)
    #expect(streamed.json["warnings"] as? [String] == [])
    let kmeans = try Command.run(
      ["fit", "a.npy", "--method", "kmeans", "-k", "5", "--json", "--memory", "1GiB"], in: folder)
    #expect((kmeans.json["seconds"] as? [String: Any])?["seed"] != nil)
    #expect(kmeans.json["seeding_cost"] != nil)
  }

  @Test func badUse() throws {
    try folder.write("a.csv", Sample.blobs(rows: 30, groups: 3))
    func fails(_ arguments: [String], _ words: [String]) throws {
      let result = try Command.run(["fit", "a.csv"] + arguments, in: folder)
      #expect(result.status == 64)
      for word in words { #expect(result.errors.contains(word), "\(result.errors)") }
    }
    try fails(["--method", "minibatch"], ["-k 3"])
    try fails(
      ["--method", "minibatch", "-k", "3", "--batch-size", "0"], ["--batch-size", "1 or more"])
    try fails(["--method", "kmeans", "-k", "3", "--batch-size", "10"], ["--method minibatch"])
    try fails(["--method", "minibatch", "-k", "3", "--restarts", "2"], ["--method kmeans"])
  }
}
