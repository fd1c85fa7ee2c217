import CladeCore
import CladeTables
import Foundation
import Testing

/// `clade fit` of files whose rows are read again and again instead of held.
@Suite struct StreamedFitTests {
  private let folder: Folder

  init() throws { folder = try Folder() }

  /// Whole numbers around eight places, as a file with 8 floats a row.
  private func rows(_ count: Int) -> [Float] {
    let random = CounterRandom(seed: 5)
    return (0..<(count * 8)).map { index in
      let (row, column) = (index / 8, index % 8)
      return Float((row % 8 * 5 + column * 3) % 8 * 20)
        + Float(random.value(at: UInt64(index)) % 25)
    }
  }

  private func writeRaw(_ name: String, _ values: [Float]) throws {
    try folder.write(name, values.withUnsafeBytes { Data($0) })
  }

  @Test func labelsAreThoseInMemory() throws {
    let values = rows(3000)
    try writeRaw("a.f32", values)
    let matrix = try Matrix<Double>(rows: 3000, columns: 8, values: values.map { Double($0) })
    try NPYWriter.write(matrix, to: folder.path("a.npy"))
    for scale in ["none", "standard", "minmax"] {
      let common = ["--method", "kmeans", "-k", "8", "--scale", scale, "--json"]
      let held = try Command.run(["fit", "a.npy", "-o", "held.csv"] + common, in: folder)
      #expect(held.status == 0, "\(held.errors)")
      let streamed = try Command.run(
        ["fit", "a.npy", "--memory", "1GiB", "-o", "streamed.csv", "-m", "model.json"] + common,
        in: folder)
      #expect(streamed.status == 0, "\(streamed.errors)")
      #expect(try folder.read("held.csv") == folder.read("streamed.csv"))
      #expect(held.json["objective"] as? Double == streamed.json["objective"] as? Double)
      #expect(streamed.json["format"] as? String == "npy")
      let predicted = try Command.run(
        ["predict", "model.json", "a.npy", "-o", "p.csv"], in: folder)
      #expect(predicted.status == 0, "\(predicted.errors)")
      #expect(try folder.read("p.csv") == folder.read("streamed.csv"))
      let single = try Command.run(
        ["fit", "a.f32", "--raw", "f4:8", "-o", "single.csv"] + common, in: folder)
      #expect(single.status == 0, "\(single.errors)")
      #expect(single.json["n"] as? Int == 3000)
    }
  }

  @Test func pastTheCache() throws {
    try writeRaw("a.f32", rows(160_000))
    for method in ["kmeans", "minibatch", "two-level"] {
      let fit = [
        "fit", "a.f32", "--raw", "f4:8", "--method", method, "-k", "8", "--max-iterations", "3",
        "-o",
      ]
      let cached = try Command.run(fit + ["cached.npy", "--json"], in: folder)
      #expect(cached.status == 0, "\(cached.errors)")
      for more in [[], ["--memory", "1GiB"], ["--memory", "75MiB"]] {
        let uncached = try Command.run(
          fit + ["uncached.npy", "--uncached", "--json"] + more, in: folder)
        #expect(uncached.status == 0, "\(uncached.errors)")
        #expect(
          try Data(contentsOf: folder.url("cached.npy"))
            == Data(contentsOf: folder.url("uncached.npy")))
        #expect(cached.json["objective"] as? Double == uncached.json["objective"] as? Double)
      }
    }
  }

  /// 448 MiB of rows, most of them a hole in the file, in an address space of 137 MiB; and where as
  /// many rows stay in memory as are allowed.
  @Test func fileThreeTimesAsLargeAsMemory() throws {
    #if os(Linux)
      let (count, columns) = (448 << 12, 32)
      let text = "{'descr': '<f8', 'fortran_order': False, 'shape': (\(count), \(columns)), }"
      let header = text + String(repeating: " ", count: 117 - text.utf8.count) + "\n"
      let numbers = rows(4096).map { Double($0) }
      try folder.write(
        "large.npy",
        Data([0x93] + Array("NUMPY".utf8) + [1, 0, 118, 0] + Array(header.utf8))
          + numbers.withUnsafeBytes { Data($0) })
      #expect(truncate(folder.path("large.npy"), 128 + count * columns * 8) == 0)
      let arguments =
        "fit large.npy --method kmeans -k 5 --scale none --max-iterations 4 --threads 2 --quiet"
      func run(_ limit: String, _ more: String) throws -> Int32 {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/bin/bash")
        process.currentDirectoryURL = folder.url
        process.arguments = ["-c", "\(limit) exec \"$0\" \(arguments) \(more)", Command.path]
        try process.run()
        process.waitUntilExit()
        return process.terminationStatus
      }
      #expect(try run("ulimit -v 140000;", "--memory 128MiB -o streamed.npy") == 0)
      #expect(try run("", "--memory 240MiB --uncached -o kept.npy") == 0)
      // There is no room to read ahead, which is no reason to fail.
      #expect(try run("ulimit -v 140000;", "--memory 128MiB --uncached -o tight.npy") == 0)
      #expect(try run("", "-o held.npy") == 0)
      for name in ["kept.npy", "tight.npy"] {
        #expect(try Data(contentsOf: folder.url("held.npy")) == Data(contentsOf: folder.url(name)))
      }
      #expect(
        try Data(contentsOf: folder.url("held.npy"))
          == Data(contentsOf: folder.url("streamed.npy")))
    #endif
  }

  private func fails(_ arguments: [String], status: Int32, _ words: [String]) throws {
    let result = try Command.run(["fit"] + arguments, in: folder)
    #expect(result.status == status, "\(result.errors)")
    for word in words { #expect(result.errors.contains(word), "\(result.errors)") }
    #expect(result.output.isEmpty)
  }

  @Test func badInput() throws {
    try writeRaw("a.f32", rows(100))
    let kmeans = ["--method", "kmeans", "-k", "3"]
    try fails(["a.f32", "--uncached"] + kmeans, status: 64, ["--uncached", "--raw"])
    try fails(["a.f32", "--raw", "f4:8"], status: 64, ["auto needs all rows", "--method kmeans"])
    try fails(["a.f32", "--raw", "f3:8"] + kmeans, status: 64, ["f4:128"])
    try fails(["a.f32", "--raw", "f4:7"] + kmeans, status: 65, ["row 114", "cut off"])
    try fails(["a.f32", "--memory", "1GiB"] + kmeans, status: 64, ["--raw", "a.f32"])
    for size in ["much", "0", "-1", "1XB"] {
      try fails(["a.f32", "--memory=\(size)"] + kmeans, status: 64, ["--memory", "2GiB"])
    }
    let raw = ["a.f32", "--raw", "f4:8"] + kmeans
    try fails(raw + ["--memory", "1MiB"], status: 64, ["memory", "take about"])
    let most = "\(Int.max)"
    let batches = ["--batch-size", most, "--max-iterations", most, "--memory", "1GiB"]
    try fails(
      ["a.f32", "--raw", "f4:8", "--method", "minibatch", "-k", "2"] + batches, status: 64,
      ["batch", "2^30"])
    try fails(raw + ["--report", "r.html"], status: 64, ["--report", "in memory"])
    try fails(raw + ["--scale", "robust"], status: 64, ["robust", "standard"])
    try fails(raw + ["--columns", "a"], status: 64, ["--columns"])
    try fails(["none.fvecs"] + kmeans, status: 66, ["none.fvecs", "no such file"])
    try fails(["-", "--raw", "f4:8"] + kmeans, status: 65, ["standard input", "empty"])
  }
}
