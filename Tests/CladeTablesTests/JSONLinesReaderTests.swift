import CladeCore
import CladeTables
import Testing

@Suite struct JSONLinesReaderTests {
  private func read(_ text: String, _ options: ReadOptions = ReadOptions()) throws -> Table {
    let folder = try TemporaryFolder()
    return try TableReader.read(try folder.file("rows.jsonl", text), options: options)
  }

  @Test func objects() throws {
    let table = try read(
      """
      {"name": "ant", "size": 1, "ok": true}
      {"size": 2.5e1, "name": "b\\u00e9\\"e\\n\\ud83d\\ude00", "extra": null}

      {"name": null, "size": "3", "ok": false}

      """)
    #expect(table.columnNames == ["name", "size", "ok", "extra"])
    #expect(table.rowCount == 3)
    #expect(table.texts(ofColumn: 0) == ["ant", "bé\"e\n😀", nil])
    #expect(table.numbers.column(0) == [1, 25, 3])
    #expect(table.texts(ofColumn: 2) == ["true", nil, "false"])
    #expect(table.columns[3].missingCount == 3)
    #expect(table.source.format == .jsonLines)
  }

  @Test func manyRows() throws {
    // More rows than are held in one piece, a key that comes late, and one that turns into text.
    let rows = 70_000
    let text = (0..<rows).map { row in
      "{\"a\":\(row)" + (row % 2 == 0 ? ",\"b\":\(Double(row) / 4)" : "")
        + (row == 69_000 ? ",\"late\":7" : "")
        + (row % 3 == 0 ? ",\"c\":\"x\"" : ",\"c\":\(row)") + "}\n"
    }.joined()
    let table = try read(text)
    #expect(table.columnNames == ["a", "b", "c", "late"])
    #expect(table.columns.map(\.missingCount) == [0, rows / 2, 0, rows - 1])
    #expect(table.numbers.rowCount == rows && table.numbers.columnCount == 3)
    #expect(table.numbers.column(0) == (0..<rows).map(Double.init))
    for row in [0, 2, 32_766, 32_768, 65_534, 65_536, 69_998] {
      #expect(table.numbers[row, 1] == Double(row) / 4)
      #expect(table.numbers[row + 1, 1].isNaN)
    }
    #expect(table.numbers[69_000, 2] == 7)
    #expect(table.texts(ofColumn: 2)[69_998] == "69998")
  }

  @Test func arrays() throws {
    let plain = try read("[1, 2]\n[3, null]\n")
    #expect(plain.isPlainNumeric)
    #expect(plain.columns.map(\.missingCount) == [0, 1])
    let named = try read("[\"a\", \"b\"]\n[1, \"x\"]\n[2, \"y\"]")
    #expect(named.columnNames == ["a", "b"])
    #expect(named.rowCount == 2)
    let unnamed = try read("[\"a\", \"b\"]\n[\"a\", \"c\"]\n")
    #expect(unnamed.rowCount == 2)
    #expect(!unnamed.source.hasNames)
  }

  @Test(arguments: [
    ("{\"a\": 1}\n{\"a\": {\"b\": 1}}\n", "line 2, column \"a\""), ("{\"a\": 1}\n[1]\n", "line 2"),
    ("[1, 2]\n[1]\n", "line 2"), ("[1, 2]\n[1, 2, 3]\n", "line 2"), ("{\"a\": }\n", "line 1"),
    ("{\"a\": 1} x\n", "line 1"), ("{\"a\": 1, \"a\": 2}\n", "twice"),
    ("{\"a\": 1e999}\n", "too large"),
    ("{\"a\": Infinity}\n", "infinite"), ("{\"a\": \"\\x\"}\n", "line 1"),
    ("{\"a\": 1\n", "line 1"),
    ("[\n{\"a\": 1}\n]\n", "line 1"), ("\n\n", "no rows"), ("{}\n{}\n", "no rows"),
  ])
  func badLines(_ text: String, _ words: String) throws {
    let error = #expect(throws: CladeError.self) { try read(text) }
    #expect(error?.description.contains(words) == true, "\(String(describing: error))")
  }

  @Test func strayWord() throws {
    let text = (1...100).map { "{\"x\": \($0 == 40 ? "\"forty\"" : "\($0)")}" }
    let error = #expect(throws: CladeError.self) { try read(text.joined(separator: "\n")) }
    #expect(error?.description.contains("line 40, column \"x\"") == true)
  }

  @Test func rowsWithoutCommonKeys() throws {
    let text = (1...3000).map { "{\"k\($0)\": 1}" }.joined(separator: "\n")
    let error = #expect(throws: CladeError.self) { try read(text) }
    #expect(error?.description.contains("in common") == true)
  }
}
