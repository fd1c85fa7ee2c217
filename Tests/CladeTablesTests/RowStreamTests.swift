import CladeCore
import CladeTables
import Foundation
import Testing

@Suite struct RowStreamTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func stream(
    _ text: String, options: ReadOptions = ReadOptions(), columns: [String]? = nil,
    ignored: [String] = []
  ) throws -> RowStream {
    try RowStream(
      path: folder.file("rows", text), options: options, columns: columns, ignored: ignored)
  }

  private func rows(_ stream: inout RowStream) throws -> [[Double]] {
    var rows: [[Double]] = []
    while let come = try stream.next() { rows += (0..<come.rowCount).map { come.row($0) } }
    return rows
  }

  // MARK: Forms

  @Test(arguments: [
    "a,b\n1,2\n3,4.5\n", "a,b\r\n1,2\r\n\r\n3,4.5", "a\tb\n1\t2\n3\t4.5\n",
    "a b\n1 2\n  3   4.5 \n",
    "\u{FEFF}a;b\n1;2\n3;4.5\n", "# from here\na,b\n1,2\n3,4.5\n", "\"a\",b\n\"1\",2\n3,\"4.5\"\n",
    "{\"a\":1,\"b\":2}\n{\"b\":4.5,\"a\":3}\n", "[\"a\",\"b\"]\n[1,2]\n\n[3,\"4.5\"]",
    "\n\n a , b \n 1 , 2 \n 3 , 4.5 \n",
  ]) func named(_ text: String) throws {
    var stream = try stream(text)
    #expect(try rows(&stream) == [[1, 2], [3, 4.5]])
    #expect(stream.columnNames == ["a", "b"])
    #expect(stream.hasNames)
    #expect(stream.usedColumns == [0, 1])
    #expect(try stream.next() == nil)
  }

  @Test(arguments: [
    "1,2\n3,4.5\n", "1 2\n3 4.5", "[1,2]\n[3,4.5]\n", "1|2\n3|4.5\n", "1\t2\n\n3\t4.5\n",
  ]) func unnamed(_ text: String) throws {
    var stream = try stream(text)
    #expect(try rows(&stream) == [[1, 2], [3, 4.5]])
    #expect(!stream.hasNames)
    #expect(stream.columnNames.count == 2)
  }

  @Test func oneColumnAndOneRow() throws {
    var one = try stream("x\n1\n2\n")
    #expect(try rows(&one) == [[1], [2]])
    var row = try stream("1,2,3")
    #expect(try rows(&row) == [[1, 2, 3]])
    var options = ReadOptions()
    options.header = true
    var numbers = try stream("1,2\n3,4\n", options: options)
    #expect(try rows(&numbers) == [[3, 4]])
    #expect(numbers.columnNames == ["1", "2"])
    options = ReadOptions()
    options.decimalComma = true
    var commas = try stream("a;b\n1,5;2\n", options: options)
    #expect(try rows(&commas) == [[1.5, 2]])
  }

  @Test func columnsLeftOut() throws {
    let text = "name,a,b\nx y,1,2\n,3,4\n"
    var ignoring = try stream(text, ignored: ["name"])
    #expect(try rows(&ignoring) == [[1, 2], [3, 4]])
    #expect(ignoring.usedColumns == [1, 2])
    var chosen = try stream(text, columns: ["b"])
    #expect(try rows(&chosen) == [[2], [4]])
    var json = try stream("{\"id\":\"x\",\"a\":1}\n{\"a\":2,\"id\":null}\n", ignored: ["id"])
    #expect(try rows(&json) == [[1], [2]])
  }

  @Test func longAndMany() throws {
    let wide = (0..<40_000).map { "\($0 % 97).25" }.joined(separator: ",")
    var stream = try stream(wide + "\n" + wide + "\n")
    let found = try rows(&stream)
    #expect(found.count == 2)
    #expect(found[1] == (0..<40_000).map { Double($0 % 97) + 0.25 })
    let lines = (0..<50_000).map { "\($0),\($0).5" }.joined(separator: "\n")
    var many = try self.stream("a,b\n" + lines)
    let all = try rows(&many)
    #expect(all.count == 50_000)
    #expect(all[49_999] == [49_999, 49_999.5])
  }

  /// Rows are handed out before the input ends, and without waiting for others.
  @Test func handsOutWhatHasCome() throws {
    let pipe = Pipe()
    let path = "/dev/fd/\(pipe.fileHandleForReading.fileDescriptor)"
    var stream = try RowStream(path: path)
    let write = pipe.fileHandleForWriting
    try write.write(contentsOf: Data("1,2\n3".utf8))
    #expect(try stream.next()?.row(0) == [1, 2])
    try write.write(contentsOf: Data(",4\n5,6\n7,".utf8))
    let two = try stream.next()
    #expect(two?.rowCount == 2)
    #expect(two?.row(1) == [5, 6])
    try write.write(contentsOf: Data("8".utf8))
    try write.close()
    #expect(try stream.next()?.row(0) == [7, 8])
    #expect(try stream.next() == nil)
  }

  // MARK: Bad input

  private func fails(
    _ text: String, line: Int?, _ words: [String], good: Int = 0, ignored: [String] = []
  ) throws {
    var stream = try stream(text, ignored: ignored)
    var count = 0
    do {
      while let come = try stream.next() { count += come.rowCount }
      Issue.record("nothing was thrown for \(text)")
    } catch let error as CladeError {
      let message = error.description
      if let line { #expect(message.contains("line \(line)"), "\(message)") }
      for word in words { #expect(message.contains(word), "\(message)") }
      #expect(count == good)
      #expect(throws: error) { try stream.next() }
    }
  }

  @Test func badRows() throws {
    try fails("a,b\n1,2\n3\n", line: 3, ["1 value", "have 2"], good: 1)
    try fails("a,b\n1,2\n3,4,5\n6,7\n", line: 3, ["3 values", "same columns"], good: 1)
    try fails("1 2\n3 4 5\n", line: 2, ["3 values"], good: 1)
    try fails("a,b\n1,2\n\n3,\n", line: 4, ["column \"b\"", "missing", "fill it"], good: 1)
    try fails("a,b\n1,2\nNA,3\n", line: 3, ["column \"a\"", "missing"], good: 1)
    try fails("a,b\n1,2\n3,4x\n", line: 3, ["column \"b\"", "\"4x\"", "--ignore"], good: 1)
    try fails("a,b\n1,inf\n", line: 2, ["\"inf\""])
    try fails("a,b\n1,1e999\n", line: 2, ["1e999"])
    try fails("a,b\n1,2\n3,\"4\n", line: 3, ["quote"], good: 1)
    try fails("{\"a\":1}\n{\"a\":1,\"b\":2}\n", line: 2, ["\"b\"", "same columns"], good: 1)
    try fails("{\"a\":1,\"b\":2}\n{\"a\":1}\n", line: 2, ["column \"b\"", "missing"], good: 1)
    try fails("{\"a\":1}\n{\"a\":null}\n", line: 2, ["missing"], good: 1)
    try fails("{\"a\":1}\n{\"a\":[1]}\n", line: 2, ["flat"], good: 1)
    try fails("{\"a\":1}\n{\"a\":1\n", line: 2, ["valid JSON"], good: 1)
    try fails("{\"a\":1}\n{\"a\":1} x\n", line: 2, ["valid JSON"], good: 1)
    try fails("{\"a\":1}\n[1]\n", line: 2, ["object"], good: 1)
    try fails("{\"a\":1}\n{\"a\":1,\"a\":2}\n", line: 2, ["twice"], good: 1)
    try fails("[1,2]\n[1,2,3]\n", line: 2, ["3 values"], good: 1)
    try fails("{\"a\":{}}\n", line: 1, ["JSON", "object or array", "\"a\""])
  }

  @Test func badStreams() throws {
    try fails("", line: nil, ["no rows"])
    try fails("\n \n", line: nil, ["no rows"])
    try fails("a,b\n", line: nil, ["header but no rows"])
    try fails("PK\u{3}\u{4}xx\n1,2\n", line: nil, ["Excel"])
    try fails("a,b\n1,2\n", line: nil, ["no column \"c\""], ignored: ["c"])
    try fails("a,b\n1,2\n", line: nil, ["left out"], ignored: ["a", "b"])
    var options = ReadOptions()
    options.maximumRowLength = 1 << 16
    var endless = try stream(String(repeating: "1,", count: 1 << 17), options: options)
    #expect(throws: CladeError.self) { try endless.next() }
    #expect(throws: CladeError.self) { try RowStream(path: folder.path("none")) }
  }
}
