import CladeCore
import CladeTables
import Testing

/// However a JSON Lines file is cut into blocks, and by however many threads they are parsed, the
/// table is the same, and so is what is said about a file that can't be read.
@Suite struct JSONLinesBlocksTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// What came of reading a file.
  private enum Outcome: Equatable {
    case table(names: [String], isText: [Bool], missing: [Int], values: [[String?]])
    case error(String)
  }

  private func outcome(
    _ path: String, _ options: ReadOptions, threads: Int, blockSize: Int
  ) throws -> Outcome {
    do {
      let table = try TableReader.read(
        path, options: options, threads: threads, blockSize: blockSize)
      #expect(table.numbers.rowCount == table.rowCount || table.numbers.columnCount == 0)
      return .table(
        names: table.columnNames, isText: table.columns.map { $0.text != nil },
        missing: table.columns.map(\.missingCount),
        values: table.columns.indices.map { table.texts(ofColumn: $0) })
    } catch let error as CladeError {
      return .error(error.description)
    }
  }

  /// Reads the text in several ways, which all have to agree; returns what came of it.
  @discardableResult
  private func read(_ text: String, _ options: ReadOptions = ReadOptions()) throws -> Outcome {
    let path = try folder.file("rows.jsonl", text)
    let whole = try outcome(path, options, threads: 1, blockSize: 1 << 20)
    for (threads, blockSize) in [(1, 1), (1, 70), (2, 70), (3, 400), (7, 3000)] {
      let cut = try outcome(path, options, threads: threads, blockSize: blockSize)
      #expect(cut == whole, "\(threads) threads, blocks of \(blockSize)")
    }
    return whole
  }

  /// A value as JSON spells it, and what is read of it.
  private typealias Value = (spelling: String, text: String?, isWord: Bool)

  private func value(_ random: inout CounterRandom, wordsIn16: UInt64) -> Value {
    if random.next() % 16 < wordsIn16 {
      let words: [Value] = [
        ("\"ant\"", "ant", true), ("true", "true", true), ("\"\\u00e9\\n\"", "é\n", true),
        ("\"a,b:{}\"", "a,b:{}", true), ("\"\\\"q\\\\\"", "\"q\\", true),
      ]
      return words[Int(random.next() % UInt64(words.count))]
    }
    let number = Int(random.next() % 2000) - 1000
    let values: [Value] = [
      ("\(number)", "\(number)", false), ("\(number)", "\(number)", false),
      ("\(Double(number) / 8)", nil, false), ("\"\(number)\"", "\(number)", false),
      ("null", nil, false), ("\"NA\"", nil, false), ("NaN", nil, false), ("\"\"", nil, false),
    ]
    var value = values[Int(random.next() % UInt64(values.count))]
    if value.text == nil, value.spelling.contains(".") {
      value.text =
        number % 8 == 0 ? "\(number / 8)" : value.spelling
    }
    return value
  }

  @Test func objectsAreReadAsTheyWereMade() throws {
    var random = CounterRandom(seed: 5)
    for round in 0..<60 {
      let width = 1 + Int(random.next() % 12)
      // Some columns are text from some row on, some come late, some leave rows out.
      let firstRow = (0..<width).map { _ in
        random.next() % 3 == 0 ? Int(random.next() % 300) : 0
      }
      let wordsFrom = (0..<width).map { _ in
        random.next() % 2 == 0 ? Int(random.next() % 300) : Int.max
      }
      let isSparse = (0..<width).map { _ in random.next() % 3 == 0 }
      var names: [String] = []
      var expected: [[String?]] = Array(repeating: [], count: width)
      var isText = Array(repeating: false, count: width)
      var text = round % 4 == 0 ? "\u{FEFF}" : ""
      let rows = 300
      for row in 0..<rows {
        if random.next() % 20 == 0 { text += " \r\n" }
        var fields: [String] = []
        var order = Array(0..<width)
        if random.next() % 4 == 0 { order.shuffle(using: &random) }
        for column in 0..<width { expected[column].append(nil) }
        for column in order where row >= firstRow[column] {
          if isSparse[column], random.next() % 2 == 0 { continue }
          let value = value(&random, wordsIn16: row >= wordsFrom[column] ? 12 : 0)
          if value.isWord { isText[column] = true }
          if !names.contains("key\(column)") { names.append("key\(column)") }
          expected[column][row] = value.text
          let colon = random.next() % 4 == 0 ? " : " : ":"
          fields.append("\"key\(column)\"\(colon)\(value.spelling)")
        }
        text += "{" + fields.joined(separator: random.next() % 2 == 0 ? "," : " , ") + "}\n"
      }
      guard !names.isEmpty else { continue }
      let columns = names.map { Int($0.dropFirst(3)) ?? 0 }
      let whole = try read(text)
      // A column that is nearly all numbers says where the first word is.
      if case .error(let words) = whole {
        #expect(words.contains("is no number"))
        continue
      }
      #expect(
        whole
          == .table(
            names: names, isText: columns.map { isText[$0] },
            missing: columns.map { expected[$0].lazy.filter { $0 == nil }.count },
            values: columns.map { expected[$0] }))
    }
  }

  @Test func badLinesAreNamed() throws {
    let row = "{\"a\": 1, \"b\": \"x\"}\n"
    let late = "{\"a\": 1, \"late\": 2}\n"
    for (line, words) in [
      ("{\"a\": }", "not valid JSON"), ("[1]", "the lines before hold objects"),
      ("word", "no JSON object"), ("{\"a\": 1, \"a\": 2}", "column \"a\": the key comes twice"),
      ("{\"late\": 1, \"late\": 2}", "column \"late\": the key comes twice"),
      ("{\"new\": {}}", "column \"new\": there is an object"), ("{\"a\": 1} 2", "behind the JSON"),
      ("{\"new\" 1}", "not valid JSON"), ("{\"a\": 1", "not valid JSON"),
      ("{\"a\": 1e999}", "1e999 is a number too large"),
    ] {
      for place in [0, 1, 7, 93] {
        let before = (0..<place).map { $0 == 60 ? late : $0 == 3 ? "\n" : row }.joined()
        let whole = try read(before + line + "\n" + String(repeating: late, count: 50))
        guard case .error(let message) = whole else {
          Issue.record("\(line) was read")
          continue
        }
        // Alone on the first line it can't be told from the form of the file.
        if place == 0, line == "[1]" { continue }
        #expect(message.contains(words), "\(message)")
        #expect(message.contains("line \(place + 1)"), "\(message)")
      }
    }
    let ragged = String(repeating: "[1, 2.5]\n", count: 40)
    for (line, words) in [("[1]", "fewer"), ("[1, 2, 3]", "more"), ("[1, 2,]", "more")] {
      guard case .error(let message) = try read(ragged + line + "\n" + ragged) else {
        Issue.record("\(line) was read")
        continue
      }
      #expect(message.contains("line 41") && message.contains(words), "\(message)")
    }
  }

  @Test func arraysAndNames() throws {
    let rows = (0..<200).map { "[\($0), \(Double($0) / 4), -\($0)]\n" }.joined()
    let values = [
      (0..<200).map { "\($0)" }, (0..<200).map { $0 % 4 == 0 ? "\($0 / 4)" : "\(Double($0) / 4)" },
      (0..<200).map { $0 == 0 ? "0" : "-\($0)" },
    ]
    #expect(
      try read(rows)
        == .table(
          names: ["column 1", "column 2", "column 3"], isText: [false, false, false],
          missing: [0, 0, 0], values: values))
    #expect(
      try read("\n[\"x\", \"y\", \"\"] \r\n\n" + rows)
        == .table(
          names: ["x", "y", "column 3"], isText: [false, false, false], missing: [0, 0, 0],
          values: values))
    // Words from the first row on, and ones that come late.
    let mixed = (0..<300).map { "[\($0), \"w\($0 % 3)\", \($0 < 150 ? "\($0)" : "\"late\"")]\n" }
    guard case .table(_, let isText, _, let texts) = try read(mixed.joined()) else {
      Issue.record("it was not read")
      return
    }
    #expect(isText == [false, true, true])
    #expect(texts[2] == (0..<300).map { $0 < 150 ? "\($0)" : "late" })
  }

  @Test func textColumnsKeepTheirSpelling() throws {
    var options = ReadOptions()
    options.textColumns = ["code"]
    let text = (0..<100).map { "{\"n\": \($0), \"code\": \"00\($0)\"}\n" }.joined()
    let expected = Outcome.table(
      names: ["n", "code"], isText: [false, true], missing: [0, 0],
      values: [(0..<100).map { "\($0)" }, (0..<100).map { "00\($0)" }])
    #expect(try read(text, options) == expected)
    options.textColumns = ["cod"]
    guard case .error(let message) = try read(text, options) else {
      Issue.record("an unknown column was found")
      return
    }
    #expect(message.contains("code"))
  }

  @Test func mutatedLines() throws {
    var random = CounterRandom(seed: 6)
    let tokens = [
      "{", "}", "[", "]", ",", ":", "\"", "\\", "\n", "1", "-", "e9", "\"a\":1", "\"b\":\"x\"",
      "\"k\":2", "null", " ", "{}", "{\"a\":5}\n", "\\u00e9", "1e999", "\r", "\0",
    ]
    for _ in 0..<400 {
      var lines = (0..<12).map { row in
        "{\"a\":\(row),\"b\":\(row % 2 == 0 ? "\"w\"" : "\(row)"),\"c\":0.5}"
      }
      for _ in 0..<(random.next() % 4) {
        let place = Int(random.next() % 12)
        var letters = Array(lines[place])
        let at = letters.isEmpty ? 0 : Int(random.next() % UInt64(letters.count))
        let token = tokens[Int(random.next() % UInt64(tokens.count))]
        if random.next() % 2 == 0, !letters.isEmpty { letters.remove(at: at) }
        letters.insert(contentsOf: token, at: min(at, letters.count))
        lines[place] = String(letters)
      }
      try read(lines.joined(separator: "\n"))
    }
  }

  @Test func holesAreBounded() throws {
    // A hundred thousand keys, and then rows that have hardly any.
    let wide = "{" + (0..<20_000).map { "\"k\($0)\":1" }.joined(separator: ",") + "}\n"
    let path = try folder.file("wide.jsonl", wide + String(repeating: "{}\n", count: 20_000))
    let error = #expect(throws: CladeError.self) { try TableReader.read(path) }
    #expect(error?.description.contains("in common") == true, "\(String(describing: error))")
    try read("{\"a\":1}\n" + String(repeating: "{}\n", count: 2000))
  }
}
