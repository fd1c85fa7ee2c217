import CladeCore
import CladeTables
import Foundation
import Testing

@Suite struct NPYReaderTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    expected = try Matrix([[1, 2, 3], [4, 5, 6]])
  }

  /// An NPY file of version 1, 2 or 3.
  private func npy(
    _ descr: String, fortran: Bool = false, shape: String, data: [UInt8], version: UInt8 = 1
  ) -> [UInt8] {
    let text =
      "{'descr': \(descr), 'fortran_order': \(fortran ? "True" : "False"), "
      + "'shape': \(shape), }\n"
    var bytes: [UInt8] = [0x93] + Array("NUMPY".utf8) + [version, 0]
    let length = text.utf8.count
    bytes += [UInt8(length & 0xff), UInt8(length >> 8)] + (version > 1 ? [0, 0] : [])
    return bytes + Array(text.utf8) + data
  }

  private func bytes<Value>(_ values: [Value]) -> [UInt8] {
    values.withUnsafeBytes { Array($0) }
  }

  private func read(_ bytes: [UInt8]) throws -> Matrix<Double> {
    try TableReader.read(try folder.file("array.npy", bytes: bytes)).numbers
  }

  private let expected: Matrix<Double>

  @Test func writtenAndMapped() throws {
    let path = folder.path("a.npy")
    try NPYWriter.write(expected, to: path)
    let table = try TableReader.read(path)
    #expect(table.numbers == expected)
    #expect(table.isPlainNumeric)
    var changed = table.numbers
    changed[0, 0] = 9
    #expect(try TableReader.read(path).numbers == expected, "the file stays as it was")
    let floats = try NPYReader.read(path, as: Float.self)
    #expect(floats == (try Matrix<Float>([[1, 2, 3], [4, 5, 6]])))
    try NPYWriter.write(floats, to: path)
    #expect(try NPYReader.read(path, as: Float.self) == floats)
    #expect(try NPYReader.read(path, as: Double.self) == expected)
  }

  @Test(arguments: [UInt8(1), 2, 3]) func versions(_ version: UInt8) throws {
    let data = bytes([1.0, 2, 3, 4, 5, 6])
    #expect(try read(npy("'<f8'", shape: "(2, 3)", data: data, version: version)) == expected)
  }

  @Test func typesOfNumbers() throws {
    let whole = [1, 2, 3, 4, 5, 6]
    let shape = "(2, 3)"
    #expect(try read(npy("'<f4'", shape: shape, data: bytes(whole.map(Float.init)))) == expected)
    #expect(try read(npy("'|i1'", shape: shape, data: bytes(whole.map(Int8.init)))) == expected)
    #expect(try read(npy("'<i2'", shape: shape, data: bytes(whole.map(Int16.init)))) == expected)
    #expect(try read(npy("'<i4'", shape: shape, data: bytes(whole.map(Int32.init)))) == expected)
    #expect(try read(npy("'<i8'", shape: shape, data: bytes(whole.map(Int64.init)))) == expected)
    #expect(try read(npy("'|u1'", shape: shape, data: bytes(whole.map(UInt8.init)))) == expected)
    #expect(try read(npy("'<u2'", shape: shape, data: bytes(whole.map(UInt16.init)))) == expected)
    #expect(try read(npy("'<u4'", shape: shape, data: bytes(whole.map(UInt32.init)))) == expected)
    #expect(try read(npy("'<u8'", shape: shape, data: bytes(whole.map(UInt64.init)))) == expected)
    let half: [UInt16] = [0x3c00, 0x4000, 0x4200, 0x4400, 0x4500, 0x4600]
    #expect(try read(npy("'<f2'", shape: shape, data: bytes(half))) == expected)
    let bools = try read(npy("'|b1'", shape: "(3,)", data: [0, 1, 1]))
    #expect(bools == (try Matrix([[0], [1], [1]])))
  }

  @Test func bigEndianAndFortranOrder() throws {
    let big = [1.0, 2, 3, 4, 5, 6].map { $0.bitPattern.bigEndian }
    #expect(try read(npy("'>f8'", shape: "(2, 3)", data: bytes(big))) == expected)
    let columns = bytes([1.0, 4, 2, 5, 3, 6])
    #expect(try read(npy("'<f8'", fortran: true, shape: "(2, 3)", data: columns)) == expected)
    let small = bytes([Int16(1), 4, 2, 5, 3, 6].map(\.bigEndian))
    #expect(try read(npy("'>i2'", fortran: true, shape: "(2, 3)", data: small)) == expected)
  }

  @Test(arguments: [
    ("'|O'", "(2, 3)", "objects"), ("'<c16'", "(2, 3)", "complex"), ("'<U5'", "(2, 3)", "text"),
    ("[('a', '<f8')]", "(2,)", "records"), ("'<M8[ns]'", "(2,)", "no type"),
    ("'<f8'", "(2, 3, 4)", "3 dimensions"), ("'<f8'", "()", "0 dimensions"),
    ("'<f8'", "(1000000, 1000)", "too short"),
    ("'<f8'", "(4611686018427387904, 4)", "more than can be"),
    ("'<f8'", "(99999999999999999999, 4)", "can't be understood"),
    ("'<f8'", "(-1, 4)", "can't be understood"), ("'<f8'", "(2", "can't be understood"),
    ("'<f8'", "(0, 3)", "0 rows"), ("'|?9223372036854775807'", "(2, 2)", "no type"),
    ("'|?-5'", "(2, 2)", "no type"),
  ])
  func badHeaders(_ descr: String, _ shape: String, _ words: String) throws {
    let error = #expect(throws: CladeError.self) {
      try read(npy(descr, shape: shape, data: bytes([1.0, 2])))
    }
    #expect(error?.description.contains(words) == true, "\(String(describing: error))")
  }

  @Test func cutOffAnywhere() throws {
    let whole = npy("'<f8'", shape: "(2, 3)", data: bytes([1.0, 2, 3, 4, 5, 6]))
    for count in 0..<whole.count {
      #expect(throws: CladeError.self) { try read(Array(whole[..<count])) }
    }
  }

  @Test func archives() throws {
    // Made by numpy.savez(…, X=[[1, 2], [3, 4]]) and numpy.savez_compressed(…, X=…, y=[0, 1]).
    let stored = try #require(Data(base64Encoded: Fixtures.storedArchive))
    let packed = try #require(Data(base64Encoded: Fixtures.packedArchive))
    let first = try folder.file("a.npz", bytes: Array(stored))
    #expect(try TableReader.read(first).numbers == (try Matrix([[1, 2], [3, 4]])))
    let second = try folder.file("b.npz", bytes: Array(packed))
    let error = #expect(throws: CladeError.self) { try TableReader.read(second) }
    #expect(error?.description.contains("2 arrays (X, y)") == true)
    var options = ReadOptions()
    options.array = "y"
    #expect(try TableReader.read(second, options: options).numbers == (try Matrix([[0], [1]])))
    options.array = "Y"
    #expect(throws: CladeError.self) { try TableReader.read(second, options: options) }
    for count in 0..<packed.count {
      let cut = try folder.file("c.npz", bytes: Array(packed.prefix(count)))
      #expect(throws: CladeError.self) { try TableReader.read(cut) }
    }
  }
}
