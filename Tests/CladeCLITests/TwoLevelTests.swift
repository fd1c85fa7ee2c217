import CladeCore
import CladeTables
import Foundation
import Testing

/// `clade fit --method two-level`, and the nearest centers that it, k-means and predict write.
@Suite struct TwoLevelTests {
  private let folder: Folder

  init() throws { folder = try Folder() }

  private func writeRows(_ name: String, count: Int = 4000) throws {
    let random = CounterRandom(seed: 3)
    try NPYWriter.write(
      Matrix<Float>(rows: count, columns: 6) { buffer in
        for index in buffer.indices {
          buffer[index] =
            Float(index / 6 % 11 * (index % 6 + 3) % 17 * 30)
            + Float(random.value(at: UInt64(index)) >> 40) * 0x1p-20
        }
      }, to: folder.path(name))
  }

  private func bytes(_ name: String) throws -> Data { try Data(contentsOf: folder.url(name)) }

  /// The numbers of an array of whole numbers, and its shape as the header has it.
  private func integers(_ name: String) throws -> (values: [Int32], header: String) {
    let data = try bytes(name)
    let start = 10 + Int(data[8]) + Int(data[9]) << 8
    let values = data[start...].withUnsafeBytes { Array($0.bindMemory(to: Int32.self)) }
    return (values, String(decoding: data[10..<start], as: UTF8.self))
  }

  @Test func labelsModelCentersAndNearest() throws {
    try writeRows("a.npy")
    let run = try Command.run(
      [
        "fit", "a.npy", "--method", "two-level", "-k", "200", "-o", "labels.npy", "-m",
        "model.json",
        "--centers", "centers.npy", "--nearest", "3", "--nearest-output", "nearest.npy",
        "--nearest-distances", "distances.npy", "--json",
      ], in: folder)
    #expect(run.status == 0, "\(run.errors)")
    #expect(run.json["k"] as? Int == 200)
    #expect(run.json["n"] as? Int == 4000)
    #expect(run.json["method"] as? String == "two-level")
    #expect((run.json["recall"] as? Double ?? 0) >= 0.95)
    #expect((run.json["sizes"] as? [Int])?.reduce(0, +) == 4000)
    let nearest = run.json["nearest"] as? [String: Any]
    #expect(nearest?["count"] as? Int == 3)
    #expect((nearest?["recall"] as? Double ?? 0) >= 0.95)
    let labels = try integers("labels.npy").values
    let (ids, header) = try integers("nearest.npy")
    #expect(header.contains("'<i4'") && header.contains("(4000, 3)"))
    #expect((0..<4000).count { ids[3 * $0] == labels[$0] } >= 3800)
    #expect(try bytes("distances.npy").count == 128 + 4000 * 3 * 4)
    #expect(try bytes("centers.npy").count == 128 + 200 * 6 * 4)

    let predicted = try Command.run(
      [
        "predict", "model.json", "a.npy", "-o", "p.npy", "--nearest", "1", "--nearest-output",
        "first.npy", "--json",
      ], in: folder)
    #expect(predicted.status == 0, "\(predicted.errors)")
    #expect(try bytes("p.npy") == bytes("labels.npy"))
    #expect(try integers("first.npy").values == labels)
  }

  @Test func sameInMemoryAndNot() throws {
    try writeRows("a.npy")
    let common = [
      "fit", "a.npy", "--method", "two-level", "-k", "150", "--json", "--nearest", "2",
    ]
    for scale in ["none", "standard"] {
      let held = try Command.run(
        common + ["--scale", scale, "-o", "a1.npy", "--nearest-output", "n1.npy"], in: folder)
      let streamed = try Command.run(
        common + [
          "--scale", scale, "-o", "a2.npy", "--nearest-output", "n2.npy", "--memory", "70MiB",
          "--threads", "1",
        ], in: folder)
      #expect(held.status == 0, "\(held.errors)")
      #expect(streamed.status == 0, "\(streamed.errors)")
      #expect(try bytes("a1.npy") == bytes("a2.npy"))
      #expect(try bytes("n1.npy") == bytes("n2.npy"))
      #expect(held.json["objective"] as? Double == streamed.json["objective"] as? Double)
    }
  }

  @Test func tablesToo() throws {
    try folder.write("t.csv", Sample.blobs(rows: 600, groups: 30))
    let run = try Command.run(
      ["fit", "t.csv", "--method", "two-level", "-k", "30", "-o", "l.csv", "-m", "m.json"],
      in: folder)
    #expect(run.status == 0, "\(run.errors)")
    #expect(run.output.contains("30 groups of 600 rows"))
    let predicted = try Command.run(["predict", "m.json", "t.csv", "-o", "p.csv"], in: folder)
    #expect(predicted.status == 0, "\(predicted.errors)")
    #expect(try folder.read("p.csv") == folder.read("l.csv"))
  }

  @Test func kmeansWritesNearestToo() throws {
    try writeRows("a.npy", count: 900)
    let nearest = ["--nearest", "4", "--nearest-output"]
    for (name, more) in [("held", []), ("streamed", ["--memory", "1GiB"])] as [(String, [String])] {
      let run = try Command.run(
        [
          "fit", "a.npy", "--method", "kmeans", "-k", "11", "-o", "\(name).npy", "-m", "m.json",
          "--centers", "c.npy",
        ] + nearest + ["\(name)-nearest.npy"] + more, in: folder)
      #expect(run.status == 0, "\(run.errors)")
      let (ids, _) = try integers("\(name)-nearest.npy")
      #expect((0..<900).map { ids[4 * $0] } == (try integers("\(name).npy").values))
    }
    #expect(try bytes("held-nearest.npy") == bytes("streamed-nearest.npy"))
    let again = try Command.run(
      ["predict", "m.json", "a.npy"] + nearest + ["again.npy"], in: folder)
    #expect(again.status == 0, "\(again.errors)")
    #expect(try bytes("again.npy") == bytes("held-nearest.npy"))
    let many = try Command.run(
      ["predict", "m.json", "a.npy", "--nearest", "12", "--nearest-output", "n.npy"], in: folder)
    #expect(many.status == 64)
    #expect(many.errors.contains("--nearest can't be 12: there are 11 groups"), "\(many.errors)")
  }

  @Test func badInput() throws {
    try writeRows("a.npy", count: 300)
    let names = folder.names
    func fails(_ arguments: [String], _ status: Int32, _ words: [String]) throws {
      let run = try Command.run(arguments, in: folder)
      #expect(run.status == status, "\(arguments): \(run.errors)")
      for word in words { #expect(run.errors.contains(word), "\(run.errors)") }
      #expect(folder.names == names)
    }
    let fit = ["fit", "a.npy", "--method", "two-level"]
    try fails(fit, 64, ["-k"])
    try fails(fit + ["-k", "301", "-o", "l.npy"], 65, ["301", "300"])
    try fails(fit + ["-k", "9", "--recall", "2"], 64, ["--recall"])
    try fails(fit + ["-k", "9", "--probes", "0"], 64, ["--probes"])
    try fails(fit + ["-k", "9", "--groups", "10"], 64, ["groups"])
    try fails(fit + ["-k", "9", "--probes", "2", "--recall", "0.5"], 64, ["--recall"])
    try fails(fit + ["-k", "9", "--nearest", "2"], 64, ["--nearest-output"])
    try fails(fit + ["-k", "9", "--centers", "c.csv"], 64, [".npy"])
    try fails(fit + ["-k", "9", "--label-column", "a"], 64, ["--label-column"])
    try fails(fit + ["-k", "1000000000000000000", "--memory", "1GiB"], 65, ["300"])
    try fails(fit + ["-k", "9", "--nearest-output", "n.npy"], 64, ["--nearest"])
    try fails(fit + ["-k", "9", "--nearest", "0", "--nearest-output", "n.npy"], 64, ["--nearest"])
    try fails(fit + ["-k", "9", "--nearest", "2", "--nearest-output", "n.csv"], 64, [".npy"])
    try fails(
      fit + ["-k", "9", "--nearest", "10", "--nearest-output", "n.npy", "-o", "l.npy"], 64,
      ["--nearest can't be 10: there are 9 groups"])
    try fails(
      fit + ["-k", "9", "--nearest", "2", "--nearest-output", "x/n.npy", "-o", "l.npy"], 73, ["x"])
    try fails(fit + ["-k", "9", "--report", "r.html"], 64, ["--report"])
    try fails(fit + ["-k", "9", "--restarts", "2"], 64, ["--restarts"])
    try fails(fit + ["-k", "200", "--memory", "1MiB"], 64, ["memory", "MiB"])
    try fails(
      ["fit", "a.npy", "--nearest", "2", "--nearest-output", "n.npy"], 64, ["--nearest", "kmeans"])
    try fails(["fit", "a.npy", "--centers", "c.npy"], 64, ["--centers"])
    try fails(["fit", "a.npy", "--method", "kmeans", "-k", "3", "--probes", "3"], 64, ["--probes"])
  }

  @Test func damagedModels() throws {
    try writeRows("a.npy", count: 300)
    _ = try Command.run(
      ["fit", "a.npy", "--method", "two-level", "-k", "20", "-m", "m.json"], in: folder)
    let text = try folder.read("m.json")
    try folder.write("n.json", text.replacing("\"centers\":\"", with: "\"centers\":\"!"))
    let run = try Command.run(["predict", "n.json", "a.npy", "-o", "p.npy"], in: folder)
    #expect(run.status == 65)
    #expect(run.errors.contains("centers"), "\(run.errors)")
    _ = try Command.run(["fit", "a.npy", "--method", "ppp", "-m", "ppp.json"], in: folder)
    let other = try Command.run(
      ["predict", "ppp.json", "a.npy", "--nearest", "2", "--nearest-output", "n.npy"], in: folder)
    #expect(other.status == 64)
    #expect(other.errors.contains("--nearest"), "\(other.errors)")
  }

  @Test func generatedArraysOfSinglePrecision() throws {
    let common = ["generate", "blobs", "-n", "3000", "-d", "5", "-k", "9", "-o"]
    for arguments in [["a.npy"], ["b.npy", "--float32"]] {
      let run = try Command.run(common + arguments, in: folder)
      #expect(run.status == 0, "\(run.errors)")
    }
    let (wide, narrow) = (try bytes("a.npy"), try bytes("b.npy"))
    let doubles = wide[128...].withUnsafeBytes { Array($0.bindMemory(to: Double.self)) }
    let floats = narrow[128...].withUnsafeBytes { Array($0.bindMemory(to: Float.self)) }
    #expect(doubles.map { Float($0) } == floats)
    let run = try Command.run(common + ["c.csv", "--float32"], in: folder)
    #expect(run.status == 64 && run.errors.contains("--float32"))
  }
}
