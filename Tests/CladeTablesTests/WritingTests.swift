import CladeCore
import CladeTables
import Foundation
import Synchronization
import Testing

@Suite struct WritingTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func text(_ path: String) throws -> String {
    try String(contentsOfFile: path, encoding: .utf8)
  }

  @Test func labels() throws {
    let names = Identifiers(name: "na,me", text: TextColumn(["a", "b \"x\"", nil]))
    let path = folder.path("labels.csv")
    try LabelWriter.write(
      labels: [0, 1, -1], probabilities: [1, 0.25, 0], identifiers: names, to: path)
    #expect(
      try text(path) == "\"na,me\",label,probability\na,0,1\n\"b \"\"x\"\"\",1,0.25\n,-1,0\n")
    #expect(try LabelReader.read(path).labels == [0, 1, -1])
    let lines = folder.path("labels.jsonl")
    try LabelWriter.write(labels: [0, 1, -1], identifiers: names, to: lines)
    #expect(try text(lines).hasPrefix("{\"na,me\":\"a\",\"label\":0}\n"))
    #expect(try LabelReader.read(lines).labels == [0, 1, -1])
    let array = folder.path("labels.npy")
    try LabelWriter.write(labels: [0, 1, -1], to: array)
    #expect(try LabelReader.read(array).labels == [0, 1, -1])
    let words = try folder.file("words.txt", "b\na\nb\n")
    #expect(try LabelReader.read(words) == GroupLabels(labels: [1, 0, 1], names: ["a", "b"]))
    #expect(try folder.names() == ["labels.csv", "labels.jsonl", "labels.npy", "words.txt"])
  }

  @Test func labelsOfManyRows() throws {
    let rows = 100_003
    let labels = (0..<rows).map { Int32($0 % 7) - 1 }
    let probabilities = (0..<rows).map { Double($0) / 128_000 }
    let path = folder.path("many.csv")
    let told = Mutex<[Double]>([])
    try LabelWriter.write(labels: labels, probabilities: probabilities, to: path) { update in
      told.withLock { $0.append(update.fraction ?? -1) }
    }
    let expected = zip(labels, probabilities).map { "\($0),\($1 == 0 ? "0" : "\($1)")\n" }
    #expect(
      try String(contentsOfFile: path, encoding: .utf8)
        == "label,probability\n" + expected.joined())
    #expect(told.withLock { $0.first == 0 && $0.last == 1 && $0 == $0.sorted() })
  }

  @Test func filesAppearWholeOrNotAtAll() throws {
    let path = try folder.file("a.txt", "before")
    do {
      let file = try AtomicFile(path: path)
      try file.write("after")
      #expect(try folder.names().count == 2)
      #expect(try text(path) == "before")
    }
    #expect(try folder.names() == ["a.txt"], "what was not committed is gone")
    let file = try AtomicFile(path: path)
    try file.write(String(repeating: "x", count: 1 << 20))
    try file.commit()
    #expect(try text(path).count == 1 << 20)
  }

  @Test func interruptedFilesAreRemoved() throws {
    let path = try folder.file("a.txt", "before")
    let partialFiles = PartialFiles()
    let interrupted = try AtomicFile(path: path, partialFiles: partialFiles)
    let other = try AtomicFile(path: folder.path("b.txt"))
    try interrupted.write("half")
    #expect(try folder.names().count == 3)
    partialFiles.removeAll()
    #expect(try folder.names().count == 2)
    #expect(try text(path) == "before")
    other.discard()
    #expect(try folder.names() == ["a.txt"])
  }

  @Test func placesThatCannotBeWritten() throws {
    for (path, words) in [
      (folder.path("none/a.txt"), "no folder"), (folder.path, "folder"), ("", "empty"),
    ] {
      let error = #expect(throws: CladeError.self) { try AtomicFile.write("x", to: path) }
      #expect(error?.description.contains(words) == true)
    }
    if FileManager.default.fileExists(atPath: "/dev/full") {
      let error = #expect(throws: CladeError.self) { try AtomicFile.write("x", to: "/dev/full") }
      #expect(error?.description.contains("disk is full") == true)
    }
  }

  @Test func models() throws {
    let path = folder.path("model.json")
    try ModelFile.write(method: "m", model: ["a": [1.5, .infinity]], preparation: nil, to: path)
    let file = try ModelFile(path: path)
    #expect(file.method == "m" && file.version == cladeVersion)
    #expect(try file.decode([String: [Double]].self) == ["a": [1.5, .infinity]])
    #expect(throws: CladeError.self) { try file.decode([Int].self) }
    let other = try text(path).replacingOccurrences(
      of: "\"format_version\":1", with: "\"format_version\":2")
    for (content, words) in [
      (other, "version 2"), ("{}", "no model"), ("", "no model"), ("{\"format\":\"x\"", "no model"),
      (String(try text(path).dropLast(20)), "damaged"),
    ] {
      let error = #expect(throws: CladeError.self) {
        try ModelFile(path: try folder.file("bad.json", content))
      }
      #expect(error?.description.contains(words) == true, "\(String(describing: error))")
    }
  }
}
