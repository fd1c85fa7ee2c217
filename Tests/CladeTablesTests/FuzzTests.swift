import CladeCore
import CladeTables
import Foundation
import Testing

/// Feeds mutated files to all readers. Any error is fine as long as it is a ``CladeError``; what is
/// looked for are crashes, hangs and memory out of proportion.
///
/// `CLADE_FUZZ` sets how many inputs are tried. To look for misuse of memory, run it with
/// `swift test -c release --sanitize=address --scratch-path .build-asan --filter Fuzz`.
@Suite struct FuzzTests {
  private static let inputs =
    Int(ProcessInfo.processInfo.environment["CLADE_FUZZ"] ?? "") ?? 3000

  private static func bytes<Value>(_ values: [Value]) -> [UInt8] {
    values.withUnsafeBytes { Array($0) }
  }

  private static func npy(_ descr: String, _ shape: String, _ data: [UInt8]) -> [UInt8] {
    let text = "{'descr': '\(descr)', 'fortran_order': True, 'shape': \(shape), }\n"
    return [0x93] + Array("NUMPY".utf8) + [1, 0, UInt8(text.utf8.count), 0] + Array(text.utf8)
      + data
  }

  /// Files that are fine, which are then changed.
  private static let seeds: [[UInt8]] = [
    Array(
      "name,size,when\nant,1,2020-01-01\n\"bee, \"\"b\"\"\",2.5e3,2021-05-06 07:08\n,NA,\n".utf8),
    Array("\u{FEFF}a;b;c\r\n1,5;2;x\r\n3,25;-4;\"y\nz\"\r\n".utf8),
    Array("# x y z\n1.25 2 3\n-4 5e-3 6\n7.00000000000000001 8 9\n".utf8),
    Array("1\t2\t3\n4\t5\t6\n7\t8\t9\n".utf8), Array("a|b\r1|2\r3|4\r".utf8),
    Array("{\"a\": 1, \"b\": \"x\\u00e9\\ud83d\\ude00\"}\n{\"b\": null, \"a\": -2.5e1}\n".utf8),
    Array(
      "{\"a\":1,\"b\":2}\n\n{\"b\":0.5,\"c\":\"w\"}\n{\"a\":7,\"c\":1}\n{\"d\":\"x\",\"a\":\"y\"}\n"
        .utf8),
    Array("[\"a\", \"b\"]\n[1, true]\n[2, \"3\"]\n".utf8),
    npy("<f8", "(2, 2)", bytes([1.0, 2, 3, 4])), npy(">i2", "(3, 2)", bytes([Int16](0..<6))),
    npy("|b1", "(4,)", [0, 1, 1, 0]), Array(Data(base64Encoded: Fixtures.storedArchive) ?? Data()),
    Array(Data(base64Encoded: Fixtures.packedArchive) ?? Data()),
    Array(Data(base64Encoded: Fixtures.gzippedTable) ?? Data()),
  ]

  private static let tokens: [[UInt8]] =
    [
      "\"", "\"\"", ",", ";", "\t", " ", "\n", "\r\n", "\r", "\0", "NA", "1e999", "-", "1e", "inf",
      "nan",
      "\u{FEFF}", "\\u", "\\ud800", "{", "}", "[", "]", "#", "0.0000000000000000000001", "é",
      "(9, 9)",
      "99999999999999999999", "'", "True", "|O", "PK\u{1}\u{2}", "PK\u{5}\u{6}",
    ].map { Array($0.utf8) } + [[0xff], [0xc3], [0xff, 0xff, 0xff, 0xff], [0x1f, 0x8b]]

  private func same(_ a: Table, _ b: Table) -> Bool {
    guard a.columnNames == b.columnNames, a.rowCount == b.rowCount else { return false }
    return a.columns.indices.allSatisfy { a.texts(ofColumn: $0) == b.texts(ofColumn: $0) }
  }

  private func mutate(_ seed: [UInt8], _ random: inout CounterRandom) -> [UInt8] {
    var bytes = seed
    for _ in 0..<(1 + random.next() % 6) {
      guard !bytes.isEmpty else { return bytes }
      let place = Int(random.next() % UInt64(bytes.count))
      let length = min(bytes.count - place, Int(random.next() % 16))
      switch random.next() % 8 {
      case 0: bytes[place] ^= 1 << UInt8(random.next() % 8)
      case 1: bytes[place] = UInt8(truncatingIfNeeded: random.next())
      case 2: bytes.removeSubrange(place..<(place + length))
      case 3: bytes.insert(contentsOf: Self.tokens.randomElement(using: &random) ?? [], at: place)
      case 4: bytes.insert(contentsOf: bytes[place..<(place + length)], at: place)
      case 5: bytes.removeSubrange(place...)
      case 6: bytes += Self.seeds.randomElement(using: &random) ?? []
      default:
        for _ in 0..<(random.next() % 40) { bytes += bytes[place..<(place + length)] }
      }
    }
    return bytes
  }

  @Test func mutatedFiles() throws {
    let folder = try TemporaryFolder()
    var random = CounterRandom(seed: 42)
    var readable = 0
    for index in 0..<Self.inputs {
      let seed = Self.seeds[index % Self.seeds.count]
      let path = try folder.file("input", bytes: mutate(seed, &random))
      var options = ReadOptions()
      switch random.next() % 8 {
      case 0: options.header = false
      case 1: options.delimiter = .whitespace
      case 2: options.decimalComma = true
      case 3: options.array = "y"
      case 4: options.format = TableFormat.allCases.randomElement(using: &random)
      default: break
      }
      do {
        let table = try TableReader.read(path, options: options, threads: 1)
        readable += 1
        let again = try TableReader.read(path, options: options, threads: 2)
        #expect(again.columnNames == table.columnNames)
        if table.source.format == .jsonLines {
          let cut = try TableReader.read(path, options: options, threads: 2, blockSize: 16)
          #expect(same(cut, table))
        }
        guard table.numbers.rowCount * table.columns.count < 1 << 20 else { continue }
        _ = try Preparation.fit(table).preparation.apply(to: table)
      } catch is CladeError {
        continue
      }
    }
    #expect(readable > Self.inputs / 20)
  }

  @Test func mutatedModels() throws {
    let folder = try TemporaryFolder()
    let table = try TableReader.read(
      try folder.file("t.csv", "n,c,d\n1,x,2020-01-01\n2,y,2020-01-02\n4,x,2020-02-01\n3,y,\n"))
    let preparation = try Preparation.fit(table).preparation
    let path = folder.path("model.json")
    try ModelFile.write(method: "test", model: [1, 2, 3], preparation: preparation, to: path)
    let whole = Array(try Data(contentsOf: URL(fileURLWithPath: path)))
    #expect(try ModelFile(path: path).preparation == preparation)
    var random = CounterRandom(seed: 43)
    for _ in 0..<(Self.inputs / 10) {
      let changed = try folder.file("changed.json", bytes: mutate(whole, &random))
      do {
        let file = try ModelFile(path: changed)
        _ = try file.decode([Int].self)
        _ = try file.preparation?.apply(to: table)
      } catch is CladeError {
        continue
      }
    }
  }
}
