import CladeCore
import CladeTables
import Foundation
import Testing

@Suite struct SparseReadingTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func fails(_ words: [String], _ body: () throws -> Void) {
    let error = #expect(throws: CladeError.self) { try body() }
    for word in words {
      #expect(error?.description.contains(word) == true, "\(String(describing: error))")
    }
  }

  // MARK: Formats

  @Test(arguments: [
    ("a.txt", "1 1:2 3:4\n0 2:1\n", SparseFileFormat.libsvm),
    ("b.txt", "# rows\n\n-1 qid:3 5:0.5 7:1e3 # more\n+1\n", .libsvm),
    ("c.svm", "not a number", .libsvm),
    ("d.libsvm.gz", "", .libsvm),
    ("times.txt", "1 7:12 17:30\n2 7:10 17:33\n", nil),
    ("falling.txt", "1 3:4 2:1\n", nil),
    ("pairs.txt", "1 3:4\n2 5:1\n", nil),
    ("words.txt", "a 3:4 5:1\n", nil),
    ("table.csv", "x,y\n1,2\n", nil),
    ("numbers.txt", "1 2 3\n4 5 6\n", nil),
    ("empty.txt", "", nil),
  ])
  func recognised(_ name: String, _ text: String, _ expected: SparseFileFormat?) throws {
    #expect(try SparseFileFormat.recognise(try folder.file(name, text)) == expected)
  }

  @Test func absentFilesAreNotRecognised() throws {
    #expect(try SparseFileFormat.recognise("-") == nil)
    #expect(try SparseFileFormat.recognise("/nowhere/a.libsvm") == nil)
  }

  @Test func manyRowsAreNotAllLookedAt() throws {
    let text = (0..<20_000).map { "1 \($0 + 1):0.25 30000:1\n" }.joined() + "not sparse\n"
    #expect(try SparseFileFormat.recognise(try folder.file("long.txt", text)) == .libsvm)
  }

  @Test func vocabulary() throws {
    #expect(
      try VocabularyReader.read(try folder.file("w.txt", "one\r\ntwo words\n\nvier")) == [
        "one", "two words", "", "vier",
      ])
    fails(["empty.txt", "empty"]) {
      _ = try VocabularyReader.read(try folder.file("empty.txt", ""))
    }
  }

  // MARK: LIBSVM

  @Test func libsvm() throws {
    let path = try folder.file(
      "a.svm",
      "# a comment\n1 1:1 3:2.5 # another\n\n-1\r\n+2.5 qid:7 2:3e0\n0 1:4 3:-5")
    let contents = try LibSVMReader.read(path, as: Double.self)
    #expect(contents.targets == [1, -1, 2.5, 0])
    #expect(contents.rows.dense() == Self.expected)
    let wide = try LibSVMReader.read(path, columnCount: 5, as: Float.self)
    #expect(wide.rows.columnCount == 5)
    #expect(wide.rows.values == [1, 2.5, 3, 4, -5])
  }

  @Test func longFiles() throws {
    let text = (0..<60_000).map { "\($0) \($0 % 50 + 1):\($0) 77:0.125\n" }.joined()
    let contents = try LibSVMReader.read(try folder.file("long.svm", text), as: Double.self)
    #expect(contents.rows.rowCount == 60_000)
    #expect(contents.rows.columnCount == 77)
    #expect(contents.targets[59_999] == 59_999)
    #expect(contents.rows.columns[119_998] == 59_999 % 50)
    #expect(contents.rows.values[119_998] == 59_999)
  }

  @Test(arguments: [
    ("1 1:1\n1 0:1\n", ["line 2", "column 0", "count from 1"]),
    ("1 1:1\n1 -3:1\n", ["line 2", "column -3"]),
    ("1 2:1 1:1\n", ["line 1", "column 1 comes after 2"]),
    ("1 2:1 2:1\n", ["line 1", "column 2 is there twice"]),
    ("x 2:1\n", ["line 1", "\"x\"", "no number"]),
    ("1 2:abc\n", ["line 1", "column 2", "\"abc\""]),
    ("1 2:\n", ["line 1", "column 2"]),
    ("1 2:nan\n", ["line 1", "column 2"]),
    ("1 2:1e999\n", ["line 1", "finite"]),
    ("1 2\n", ["line 1", "\"2\"", "column:value"]),
    ("1 99999999999:1\n", ["line 1", "no number of a column"]),
    ("1 4:1\n", ["line 1", "column 4", "3 columns"]),
    ("# nothing\n\n", ["no rows"]),
    ("", ["no rows"]),
  ])
  func badLibsvm(_ text: String, _ words: [String]) throws {
    let path = try folder.file("bad.svm", text)
    fails(words) { _ = try LibSVMReader.read(path, columnCount: 3, as: Double.self) }
  }

  // MARK: SciPy

  @Test func scipy() throws {
    let path = try folder.file("a.npz", bytes: Self.bytes(Self.compressedRows))
    #expect(try SparseNPZ.recognises(path))
    #expect(try SparseNPZ.read(path, as: Double.self).dense() == Self.expected)
    #expect(try SparseNPZ.read(path, as: Float.self).values == [1, 2.5, 3, 4, -5])
  }

  @Test func otherFiles() throws {
    let columns = try folder.file("b.npz", bytes: Self.bytes(Self.compressedColumns))
    fails(["\"csc\"", "tocsr"]) { _ = try SparseNPZ.read(columns, as: Double.self) }
    let arrays = try folder.file("c.npz", bytes: Self.bytes(Fixtures.packedArchive))
    #expect(try !SparseNPZ.recognises(arrays))
    fails(["no array \"shape\""]) { _ = try SparseNPZ.read(arrays, as: Double.self) }
    let text = try folder.file("d.npz", "1 1:1\n")
    #expect(try !SparseNPZ.recognises(text))
  }

  @Test func cutOff() throws {
    let whole = Self.bytes(Self.compressedRows)
    for count in stride(from: 0, to: whole.count, by: 17) {
      let path = try folder.file("cut.npz", bytes: Array(whole[..<count]))
      #expect(throws: CladeError.self) { try SparseNPZ.read(path, as: Double.self) }
    }
  }

  @Test func damaged() throws {
    let whole = Self.bytes(Self.compressedRows)
    // Whatever a changed byte does, it traps nowhere.
    for place in whole.indices {
      var bytes = whole
      bytes[place] ^= 0x15
      _ = try? SparseNPZ.read(try folder.file("bad.npz", bytes: bytes), as: Double.self)
    }
  }

  // MARK: Data

  private static let expected =
    (try? Matrix<Double>([[1, 0, 2.5], [0, 0, 0], [0, 3, 0], [4, 0, -5]]))
    ?? Matrix(rows: 0, columns: 0)

  private static func bytes(_ base64: String) -> [UInt8] {
    Array(Data(base64Encoded: base64) ?? Data())
  }

  /// `scipy.sparse.save_npz`, SciPy 1.17.1, of `csr_matrix([[1, 0, 2.5], [0, 0, 0], [0, 3, 0],
  /// [4, 0, -5]])`.
  private static let compressedRows =
    "UEsDBC0AAAAIAAAAIQAIwteW//////////8LABQAaW5kaWNlcy5ucHkBABAAlAAAAAAAAABOAAAAAAAAAJvsF+obEM"
    + "nIUMZQrZ6SWpxcpG6loG6TaaKuo6Cell9UUpSYF59flJIKEndLzClOBYoXZyQWpAL5GqY6mjoKtQoUAC4GIGACYkYG"
    + "CACxAVBLAwQtAAAACAAAACEAoi8R8v//////////CgAUAGluZHB0ci5ucHkBABAAlAAAAAAAAABOAAAAAAAAAJvsF+"
    + "obEMnIUMZQrZ6SWpxcpG6loG6TaaKuo6Cell9UUpSYF59flJIKEndLzClOBYoXZyQWpAL5GqY6mjoKtQoUAC4GIGCC"
    + "YmYgZgViAFBLAwQtAAAACAAAACEAo8N0l///////////CgAUAGZvcm1hdC5ucHkBABAAgwAAAAAAAABFAAAAAAAAAJ"
    + "vsF+obEMnIUMZQrZ6SWpxcpG6loF4TbKyuo6Cell9UUpSYF59flJIKEndLzClOBYoXZyQWpAL5Gpo6CrUKFAGu5OIi"
    + "AFBLAwQtAAAACAAAACEAhCHvX///////////CQAUAHNoYXBlLm5weQEAEACQAAAAAAAAAEoAAAAAAAAAm+wX6hsQyc"
    + "hQxlCtnpJanFykbqWgbpNpoa6joJ6WX1RSlJgXn1+UkgoSd0vMKU4FihdnJBakAvkaRjqaOgq1ChQALhYGCGCG0gBQ"
    + "SwMELQAAAAgAAAAhAClWibf//////////wgAFABkYXRhLm5weQEAEACoAAAAAAAAAFUAAAAAAAAAm+wX6hsQychQxl"
    + "CtnpJanFykbqWgbpNmoa6joJ6WX1RSlJgXn1+UkgoSd0vMKU4FihdnJBakAvkapjqaOgq1ChQALgYw+GAPoVkcIDQH"
    + "lBaA0iIHAFBLAQItAy0AAAAIAAAAIQAIwteWTgAAAJQAAAALAAAAAAAAAAAAAACAAQAAAABpbmRpY2VzLm5weVBLAQ"
    + "ItAy0AAAAIAAAAIQCiLxHyTgAAAJQAAAAKAAAAAAAAAAAAAACAAYsAAABpbmRwdHIubnB5UEsBAi0DLQAAAAgAAAAh"
    + "AKPDdJdFAAAAgwAAAAoAAAAAAAAAAAAAAIABFQEAAGZvcm1hdC5ucHlQSwECLQMtAAAACAAAACEAhCHvX0oAAACQAA"
    + "AACQAAAAAAAAAAAAAAgAGWAQAAc2hhcGUubnB5UEsBAi0DLQAAAAgAAAAhAClWibdVAAAAqAAAAAgAAAAAAAAAAAAA"
    + "AIABGwIAAGRhdGEubnB5UEsFBgAAAAAFAAUAFgEAAKoCAAAAAA=="

  /// The same of `csc_matrix`.
  private static let compressedColumns =
    "UEsDBC0AAAAIAAAAIQAM5p33//////////8LABQAaW5kaWNlcy5ucHkBABAAlAAAAAAAAABOAAAAAAAAAJvsF+obEM"
    + "nIUMZQrZ6SWpxcpG6loG6TaaKuo6Cell9UUpSYF59flJIKEndLzClOBYoXZyQWpAL5GqY6mjoKtQoUAC4GIGAGYiYG"
    + "CACxAVBLAwQtAAAACAAAACEATPlBSv//////////CgAUAGluZHB0ci5ucHkBABAAkAAAAAAAAABOAAAAAAAAAJvsF+"
    + "obEMnIUMZQrZ6SWpxcpG6loG6TaaKuo6Cell9UUpSYF59flJIKEndLzClOBYoXZyQWpAL5GiY6mjoKtQoUAC4GIGAC"
    + "YmYgZgViAFBLAwQtAAAACAAAACEAUePE/f//////////CgAUAGZvcm1hdC5ucHkBABAAgwAAAAAAAABFAAAAAAAAAJ"
    + "vsF+obEMnIUMZQrZ6SWpxcpG6loF4TbKyuo6Cell9UUpSYF59flJIKEndLzClOBYoXZyQWpAL5Gpo6CrUKFAGu5OJk"
    + "AFBLAwQtAAAACAAAACEAhCHvX///////////CQAUAHNoYXBlLm5weQEAEACQAAAAAAAAAEoAAAAAAAAAm+wX6hsQyc"
    + "hQxlCtnpJanFykbqWgbpNpoa6joJ6WX1RSlJgXn1+UkgoSd0vMKU4FihdnJBakAvkaRjqaOgq1ChQALhYGCGCG0gBQ"
    + "SwMELQAAAAgAAAAhAB26Chn//////////wgAFABkYXRhLm5weQEAEACoAAAAAAAAAFUAAAAAAAAAm+wX6hsQychQxl"
    + "CtnpJanFykbqWgbpNmoa6joJ6WX1RSlJgXn1+UkgoSd0vMKU4FihdnJBakAvkapjqaOgq1ChQALgYw+GAPoQUcIDQH"
    + "lGaB0iIHAFBLAQItAy0AAAAIAAAAIQAM5p33TgAAAJQAAAALAAAAAAAAAAAAAACAAQAAAABpbmRpY2VzLm5weVBLAQ"
    + "ItAy0AAAAIAAAAIQBM+UFKTgAAAJAAAAAKAAAAAAAAAAAAAACAAYsAAABpbmRwdHIubnB5UEsBAi0DLQAAAAgAAAAh"
    + "AFHjxP1FAAAAgwAAAAoAAAAAAAAAAAAAAIABFQEAAGZvcm1hdC5ucHlQSwECLQMtAAAACAAAACEAhCHvX0oAAACQAA"
    + "AACQAAAAAAAAAAAAAAgAGWAQAAc2hhcGUubnB5UEsBAi0DLQAAAAgAAAAhAB26ChlVAAAAqAAAAAgAAAAAAAAAAAAA"
    + "AIABGwIAAGRhdGEubnB5UEsFBgAAAAAFAAUAFgEAAKoCAAAAAA=="
}
