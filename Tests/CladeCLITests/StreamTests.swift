import CladeCore
import Foundation
import Testing

/// `clade fit --stream`.
@Suite struct StreamTests {
  private let folder: Folder

  init() throws { folder = try Folder() }

  private func rows(_ count: Int, header: Bool = true) -> String {
    let random = CounterRandom(seed: 11)
    let lines = (0..<count).map { row in
      (0..<3).map { column in
        let noise = Double(random.value(at: UInt64(row * 3 + column)) % 1000) / 250
        return "\(Double((row % 4 * 5 + column * 2) % 7) * 10 + noise)"
      }.joined(separator: ",")
    }
    return (header ? "x,y,z\n" : "") + lines.joined(separator: "\n") + "\n"
  }

  /// A run whose input is written while it runs.
  private final class Piped {
    let process = Process()
    private let input = Pipe()
    private let output = Pipe()
    private let errors = Pipe()
    private var rest = Data()

    init(_ arguments: [String], in folder: Folder) throws {
      process.executableURL = URL(fileURLWithPath: Command.path)
      process.arguments = ["fit"] + arguments
      process.currentDirectoryURL = folder.url
      process.standardInput = input
      process.standardOutput = output
      process.standardError = errors
      try process.run()
    }

    func send(_ text: String) throws {
      try input.fileHandleForWriting.write(contentsOf: Data(text.utf8))
    }

    /// Waits for the next lines of the output.
    func lines(_ count: Int) -> [String] {
      while rest.count(where: { $0 == 10 }) < count {
        let more = output.fileHandleForReading.availableData
        if more.isEmpty { break }
        rest += more
      }
      var lines: [String] = []
      while lines.count < count, let end = rest.firstIndex(of: 10) {
        lines.append(String(decoding: rest[rest.startIndex..<end], as: UTF8.self))
        rest = Data(rest[(end + 1)...])
      }
      return lines
    }

    func end() throws -> (status: Int32, output: String, errors: String) {
      try input.fileHandleForWriting.close()
      let more = rest + output.fileHandleForReading.readDataToEndOfFile()
      let told = errors.fileHandleForReading.readDataToEndOfFile()
      process.waitUntilExit()
      return (
        process.terminationStatus, String(decoding: more, as: UTF8.self),
        String(decoding: told, as: UTF8.self)
      )
    }
  }

  @Test func labelsComeBeforeTheInputEnds() throws {
    let run = try Piped(["--stream", "-k", "2", "--scale", "none"], in: folder)
    try run.send("1,1\n")
    #expect(run.lines(1) == ["0"])
    try run.send("50,50\n1,2")
    #expect(run.lines(1) == ["1"])
    try run.send("\n49,50\n")
    #expect(run.lines(2) == ["0", "1"])
    let end = try run.end()
    #expect(end.status == 0)
    #expect(end.output.isEmpty && end.errors.isEmpty)
  }

  @Test func scalesAreThoseOfTheFirstRows() throws {
    let run = try Piped(
      ["--stream", "-k", "2", "--scale-rows", "4", "-m", "m.json"], in: folder)
    try run.send("a,b\n0,0\n1,1000\n0,100\n")
    try run.send("1,900\n")
    #expect(run.lines(4) == ["0", "1", "0", "1"])
    try run.send("0.1,0\n")
    #expect(run.lines(1) == ["0"])
    #expect(try run.end().status == 0)
    try folder.write("new.csv", "b,a\n950,1\n20,0\n")
    let predicted = try Command.run(["predict", "m.json", "new.csv", "-o", "-"], in: folder)
    #expect(predicted.output == "label\n1\n0\n", "\(predicted.errors)")
  }

  @Test func sameForAnyThreadsAndPieces() throws {
    let text = rows(6000)
    try folder.write("a.csv", text)
    var expected: String?
    for threads in ["1", "2", "7"] {
      let result = try Command.run(
        ["fit", "--stream", "-k", "4", "--threads", threads], in: folder, input: text)
      #expect(result.status == 0, "\(result.errors)")
      #expect(result.output == expected ?? result.output)
      expected = result.output
    }
    #expect(expected?.split(separator: "\n").count == 6000)
    let run = try Piped(["--stream", "-k", "4"], in: folder)
    for part in stride(from: 0, to: text.utf8.count, by: 30_011) {
      try run.send(
        String(
          decoding: Array(text.utf8)[part..<min(text.utf8.count, part + 30_011)], as: UTF8.self))
    }
    #expect(try run.end().output == expected)
    // From a file, and as JSON Lines.
    let file = try Command.run(
      ["fit", "a.csv", "--stream", "-k", "4", "-o", "l.jsonl", "-m", "m.json", "--json"],
      in: folder)
    #expect(file.status == 0, "\(file.errors)")
    #expect(file.json["method"] as? String == "online")
    #expect(file.json["n"] as? Int == 6000)
    #expect(file.json["d"] as? Int == 3)
    #expect(file.json["scale_rows"] as? Int == 256)
    #expect((file.json["sizes"] as? [Int])?.reduce(0, +) == 6000)
    #expect(file.json["loss"] as? Double ?? 0 > 0)
    let labels =
      try folder.read("l.jsonl").split(separator: "\n")
      .map { $0.filter(\.isNumber) }.joined(separator: "\n") + "\n"
    #expect(labels == expected)
    // Rows mostly keep the label that they were given.
    let predicted = try Command.run(
      ["predict", "m.json", "a.csv", "-o", "p.csv"], in: folder)
    #expect(predicted.status == 0, "\(predicted.errors)")
    let again = try folder.read("p.csv").split(separator: "\n").dropFirst()
    let first = (expected ?? "").split(separator: "\n")
    #expect(zip(again, first).count { $0 == $1 } > 5900)
  }

  @Test func tableOneRowAfterTheOther() throws {
    try folder.write("a.csv", rows(2000))
    let result = try Command.run(
      ["fit", "a.csv", "--method", "online", "-k", "4", "-o", "l.csv", "-r", "r.html", "--json"],
      in: folder)
    #expect(result.status == 0, "\(result.errors)")
    #expect(result.json["k"] as? Int == 4)
    #expect(try folder.read("l.csv").split(separator: "\n").count == 2001)
    #expect(try folder.read("r.html").contains("online k-means"))
  }

  /// A million rows through a pipe, in an address space that couldn't hold them.
  @Test func aMillionRowsInBoundedMemory() throws {
    #if os(Linux)
      let script = """
        set -o pipefail
        awk 'BEGIN { for (i = 0; i < 1000000; i++) \
        printf "%d,%d,%d,%d,%d,%d,%d,%d\\n", i % 5 * 50 + i % 7, i % 3, i % 11, i % 13, i % 17, i % 19, \
        i % 23, i % 29 }' \
        | ( ulimit -v 132000; exec "$0" fit --stream -k 5 --threads 2 --quiet ) | sort | uniq -c | wc -l
        """
      let process = Process()
      let output = Pipe()
      process.executableURL = URL(fileURLWithPath: "/bin/bash")
      process.arguments = ["-c", script, Command.path]
      process.standardOutput = output
      try process.run()
      let told = output.fileHandleForReading.readDataToEndOfFile()
      process.waitUntilExit()
      #expect(process.terminationStatus == 0)
      #expect(String(decoding: told, as: UTF8.self) == "5\n")
    #endif
  }

  /// Ctrl-C is how a stream that never ends is ended: nothing that it taught is lost.
  @Test(arguments: [SIGINT, SIGTERM]) func interruptedIsEnded(signal: Int32) throws {
    for scale in ["none", "standard"] {
      let (labels, model) = ("l-\(scale).csv", "m-\(scale).json")
      let run = try Piped(
        ["--stream", "-k", "2", "--scale", scale, "-o", labels, "-m", model, "--json"], in: folder)
      // The last line hasn't come whole.
      try run.send(rows(100) + "1,2,3")
      Thread.sleep(forTimeInterval: 0.3)
      kill(run.process.processIdentifier, signal)
      run.process.waitUntilExit()
      let end = try run.end()
      #expect(end.status == 128 + signal, "\(end.errors)")
      #expect(end.output.contains("\"n\":100,"), "\(end.output)")
      let whole = try Command.run(
        ["fit", "--stream", "-k", "2", "--scale", scale, "-o", "w.csv", "-m", "w.json"], in: folder,
        input: rows(100))
      #expect(whole.status == 0, "\(whole.errors)")
      #expect(try folder.read(labels) == folder.read("w.csv"))
      #expect(try folder.read(model) == folder.read("w.json"))
    }
  }

  @Test func interruptedBeforeItBegins() throws {
    let run = try Piped(["--stream", "-k", "2", "-o", "l.csv", "-m", "m.json"], in: folder)
    Thread.sleep(forTimeInterval: 0.3)
    kill(run.process.processIdentifier, SIGINT)
    run.process.waitUntilExit()
    let end = try run.end()
    #expect(end.status == 65 && end.errors.contains("no rows"))
    #expect(folder.names.isEmpty)
  }

  @Test func firstLinesOfJSONThatCannotBe() throws {
    func fails(_ text: String, _ words: [String]) throws {
      let result = try Command.run(["fit", "--stream", "-k", "2"], in: folder, input: text)
      #expect(result.status == 65)
      for word in words { #expect(result.errors.contains(word), "\(result.errors)") }
      #expect(!result.errors.contains("valid JSON"))
    }
    try fails("{\"a\":1,\"a\":2}\n", ["line 1", "\"a\" comes twice"])
    try fails("{\"a\":1,\"b\":{\"c\":2}}\n", ["line 1", "object or array", "\"b\""])
    try fails("[1,[2,3]]\n", ["line 1", "object or array"])
    let broken = try Command.run(["fit", "--stream", "-k", "2"], in: folder, input: "{\"a\":}\n")
    #expect(broken.status == 65 && broken.errors.contains("not valid JSON"))
  }

  @Test func badRows() throws {
    func fails(_ text: String, _ words: [String], labels: Int, _ more: [String] = []) throws {
      let result = try Command.run(
        ["fit", "--stream", "-k", "2", "-m", "m.json"] + more, in: folder, input: text)
      #expect(result.status == 65)
      for word in words { #expect(result.errors.contains(word), "\(result.errors)") }
      #expect(result.errors.split(separator: "\n").count <= 2)
      #expect(result.output.split(separator: "\n").count == labels)
      #expect(!folder.names.contains("m.json"))
    }
    try fails("a,b\n1,2\n3,4\n5\n", ["standard input", "line 4", "1 value"], labels: 2)
    try fails("a,b\n1,2\n3,\n", ["line 3", "missing", "fill it"], labels: 1)
    try fails("a,b\n1,2\n3,x\n", ["line 3", "\"x\"", "--ignore"], labels: 1, ["--scale", "none"])
    // A key that is ignored can't stand in for one that isn't there.
    try fails(
      "{\"a\":1,\"b\":2}\n{\"a\":3,\"b\":2}\n{\"b\":1,\"b\":3}\n", ["line 3", "\"a\"", "missing"],
      labels: 2, ["--scale", "none", "--ignore", "b"])
    try fails("", ["no rows"], labels: 0)
    try fails("a,b\n1,2\n1,2\n", ["only 1 distinct row"], labels: 2)
  }

  @Test func badUse() throws {
    func fails(_ arguments: [String], _ words: [String]) throws {
      let result = try Command.run(["fit"] + arguments, in: folder, input: "1,2\n")
      #expect(result.status == 64)
      for word in words { #expect(result.errors.contains(word), "\(result.errors)") }
    }
    try fails([], ["input"])
    try fails(["--stream"], ["-k 3"])
    try fails(["--stream", "-k", "2", "--method", "kmeans"], ["--method online"])
    try fails(["--stream", "-k", "2", "--json"], ["--output"])
    try fails(["--stream", "-k", "2", "-r", "r.html"], ["--report"])
    try fails(["--stream", "-k", "2", "-o", "l.npy"], [".npy"])
    try fails(["--stream", "-k", "2", "--scale", "robust"], ["robust"])
    try fails(["--stream", "-k", "2", "--scale-rows", "1"], ["--scale-rows"])
    try fails(["-", "--scale-rows", "10"], ["--stream"])
    try fails(["--stream", "-k", "2", "--ignore", "c"], ["\"c\""])
    try fails(["--stream", "-k", "2", "--memory", "1GiB"], ["--memory"])
  }
}
