import CladeCore
import CladeTables
import Foundation
import Testing

/// Each bad thing that a person can hand in, and the words that say what and where.
@Suite struct BadInputTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func fails(_ text: String, _ words: [String], _ options: ReadOptions = ReadOptions())
    throws
  {
    try fails(Array(text.utf8), words, options)
  }

  private func fails(_ bytes: [UInt8], _ words: [String], _ options: ReadOptions = ReadOptions())
    throws
  {
    let path = try folder.file("bad.csv", bytes: bytes)
    for threads in [1, 3] {
      let error = #expect(throws: CladeError.self) {
        try TableReader.read(path, options: options, threads: threads)
      }
      let description = error?.description ?? ""
      for word in words { #expect(description.contains(word), "\(description)") }
    }
  }

  @Test func filesThatCannotBeRead() throws {
    for (path, words) in [
      (folder.path("none.csv"), "no such file"), (folder.path, "folder"), ("", "no file's name"),
    ] {
      let error = #expect(throws: CladeError.self) { try TableReader.read(path) }
      #expect(error?.description.contains(words) == true, "\(String(describing: error))")
    }
    let secret = try folder.file("secret.csv", "a\n1\n")
    chmod(secret, 0)
    if getuid() != 0 { #expect(throws: CladeError.self) { try TableReader.read(secret) } }
  }

  @Test func emptyFiles() throws {
    try fails("", ["empty"])
    try fails("\n\n  \n", ["empty"])
    try fails("\u{FEFF}", ["empty"])
    try fails("a,b,c\n", ["header but no rows"])
    try fails("a,b,c", ["header but no rows"])
  }

  @Test func raggedRows() throws {
    try fails("a,b\n1,2\n3\n4,5\n", ["line 3", "1 field where 2"])
    try fails("a,b\n1,2\n\n3,4,5,6\n4,5\n", ["line 4", "4 fields where 2"])
    try fails("1 2 3\n4 5 6\n7 8 \n1 2 3\n", ["line 3", "2 fields where 3"])
    let many = (0..<300_000).map { $0 == 250_000 ? "1,2,3\n" : "1,2\n" }.joined()
    try fails(many, ["line 250001", "3 fields where 2"])
  }

  @Test func numbersThatCannotBe() throws {
    try fails("a,b\n1,2\n3,1e999\n", ["line 3", "\"b\"", "too large"])
    try fails("a,b\n1,2\n-inf,3\n", ["line 3", "\"a\"", "infinite"])
    try fails("a,b\n1,2\nInfinity,3\n", ["line 3", "\"a\"", "infinite"])
  }

  @Test func strayWords() throws {
    for place in [3, 9_000] {
      let text = "x,y\n" + (1...10_000).map { $0 == place ? "1,oops\n" : "1,\($0)\n" }.joined()
      try fails(text, ["line \(place + 1)", "column \"y\"", "oops", "--missing"])
      var options = ReadOptions()
      options.missing.append("OOPS")
      let path = folder.path("bad.csv")
      #expect(try TableReader.read(path, options: options).columns[1].missingCount == 1)
      options.missing = []
      options.textColumns = ["y"]
      #expect(try TableReader.read(path, options: options).columns[1].text != nil)
    }
    // Half numbers and half words is text, also where the words come late.
    let mixed =
      "x\n" + (0..<200_000).map { $0 < 100_000 ? "\($0 % 10)\n" : "w\($0 % 3)\n" }.joined()
    let table = try TableReader.read(try folder.file("mixed.csv", mixed))
    #expect(table.columns[0].text != nil)
    #expect(Set(table.texts(ofColumn: 0)).count == 13)
    #expect(table.texts(ofColumn: 0)[11] == "1")
  }

  @Test func quotesAndBytes() throws {
    try fails("a,b\n1,\"x\n2,y\n", ["line 2", "quotation mark"])
    try fails("a,b\n1,2\n3,\0\n", ["line 3", "NUL"])
    try fails([0xff, 0xfe, 0x61, 0], ["UTF-16"])
    try fails(Array("PAR1abc".utf8), ["Parquet"])
    var options = ReadOptions()
    options.encoding = .utf8
    let latin = Array("name,n\ncaf".utf8) + [0xe9] + Array(",1\nx,2\n".utf8)
    try fails(latin, ["UTF-8"], options)
    let table = try TableReader.read(folder.path("bad.csv"))
    #expect(table.source.encoding == .latin1)
    #expect(table.texts(ofColumn: 0) == ["café", "x"])
    var state: UInt64 = 1
    let junk = (0..<100_000).map { _ -> UInt8 in
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return UInt8(state >> 56)
    }
    try fails(junk, [])
  }

  @Test func longRows() throws {
    let line = [UInt8](repeating: UInt8(ascii: "7"), count: 40 << 20)
    try fails(line, ["does not end within"])
    try fails(Array("a,b\n1,2\n".utf8) + line, ["longer than"])
    let quoted = Array("a,b\n\"".utf8) + line
    try fails(quoted, ["longer than"])
  }

  @Test func manyColumns() throws {
    let names = (0..<100_000).map { "c\($0)" }.joined(separator: ",")
    let rows = (0..<3).map { row in (0..<100_000).map { "\($0 * (row + 1))" }.joined(separator: ",")
    }
    let path = try folder.file("wide.csv", ([names] + rows).joined(separator: "\n"))
    let table = try TableReader.read(path)
    #expect(table.columns.count == 100_000)
    #expect(table.numbers[2, 99_999] == 299_997)
    let prepared = try Preparation.fit(table)
    #expect(prepared.matrix.columnCount == 99_999)
  }

  @Test func gzip() throws {
    let text = "a,b\n" + (0..<1000).map { "\($0),\($0 * $0)\n" }.joined()
    let plain = try folder.file("t.csv", text)
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["gzip", "-k", plain]
    try process.run()
    process.waitUntilExit()
    let packed = Array(try Data(contentsOf: URL(fileURLWithPath: plain + ".gz")))
    let table = try TableReader.read(plain + ".gz")
    #expect(table.numbers == (try TableReader.read(plain).numbers))
    let twice = try folder.file("twice.gz", bytes: packed + packed)
    #expect(throws: CladeError.self, "the second header is text in a column of numbers") {
      try TableReader.read(twice)
    }
    for count in [2, 10, 20, packed.count / 2, packed.count - 1] {
      try fails(Array(packed[..<count]), ["cut off"])
    }
    var damaged = packed
    damaged[packed.count / 2] ^= 0xff
    try fails(damaged, [])
  }
}
