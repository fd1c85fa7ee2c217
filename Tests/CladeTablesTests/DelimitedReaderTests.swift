import CladeCore
import Foundation
import Testing

import CladeTables

@Suite struct DelimitedReaderTests {
  private func read(_ text: String, _ options: ReadOptions = ReadOptions()) throws -> Table {
    let folder = try TemporaryFolder()
    return try TableReader.read(try folder.file("table.txt", text), options: options)
  }

  @Test func numbersAndTextWithAHeader() throws {
    let table = try read("name,size,weight\nant,1,0.5\nbee,2,-1e3\ncow,NA,7\n")
    #expect(table.columnNames == ["name", "size", "weight"])
    #expect(table.rowCount == 3)
    #expect(table.texts(ofColumn: 0) == ["ant", "bee", "cow"])
    #expect(table.numbers.row(1) == [2, -1000])
    #expect(table.numbers[2, 0].isNaN)
    #expect(table.columns[1].missingCount == 1)
    #expect(table.source.delimiter == .comma)
    #expect(table.source.hasNames)
  }

  @Test func numbersWithoutAHeader() throws {
    let table = try read("1,2\n3,4\n")
    #expect(table.columnNames == ["column 1", "column 2"])
    #expect(table.isPlainNumeric)
    #expect(table.numbers == (try Matrix([[1, 2], [3, 4]])))
  }

  @Test(arguments: ["\t", ";", "|", " ", ","]) func delimiters(_ delimiter: String) throws {
    let rows = [["x", "y", "z"], ["1", "2", "3"], ["4", "5", "6.5"]]
    let text = rows.map { $0.joined(separator: delimiter) }.joined(separator: "\n")
    let table = try read(text)
    #expect(table.columnNames == ["x", "y", "z"])
    #expect(table.numbers == (try Matrix([[1, 2, 3], [4, 5, 6.5]])))
  }

  @Test func runsOfBlanksDelimit() throws {
    let table = try read("  1   2.5\t3\n10  20    30  \n")
    #expect(table.numbers == (try Matrix([[1, 2.5, 3], [10, 20, 30]])))
    #expect(table.source.delimiter == .whitespace)
  }

  @Test func quotes() throws {
    let table = try read(
      "name,note,n\n\"a, b\",\"he said \"\"no\"\"\",1\n\"two\nlines\", \"x\" ,\"2\"\n")
    #expect(table.texts(ofColumn: 0) == ["a, b", "two\nlines"])
    #expect(table.texts(ofColumn: 1) == ["he said \"no\"", "x"])
    #expect(table.numbers.column(0) == [1, 2])
  }

  @Test func byteOrderMarkAndCarriageReturns() throws {
    let table = try read("\u{FEFF}a,b\r\n1,x\r\n2,y\r\n")
    #expect(table.columnNames == ["a", "b"])
    #expect(table.numbers.column(0) == [1, 2])
    #expect(table.texts(ofColumn: 1) == ["x", "y"])
    let old = try read("a,b\r1,x\r2,y\r")
    #expect(old.rowCount == 2)
  }

  @Test func decimalComma() throws {
    var options = ReadOptions()
    options.decimalComma = true
    let table = try read("a;b\n1,5;2\n-3,25;1e2\n", options)
    #expect(table.numbers == (try Matrix([[1.5, 2], [-3.25, 100]])))
  }

  @Test func penguins() throws {
    let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
      .appendingPathComponent("Data/penguins.csv").path
    let table = try TableReader.read(path)
    #expect(table.rowCount == 344)
    #expect(table.columns.map(\.missingCount) == [0, 0, 2, 2, 2, 2, 11, 0])
    var options = PreparationOptions()
    options.labelColumn = "species"
    let prepared = try Preparation.fit(table, options: options)
    #expect(prepared.matrix.rowCount == 344)
    #expect(prepared.truth?.names == ["Adelie", "Chinstrap", "Gentoo"])
    #expect(prepared.preparation.features.count == 3 + 4 + 2 + 1)
    let again = try prepared.preparation.apply(to: table)
    #expect(again.matrix == prepared.matrix)
  }
}
