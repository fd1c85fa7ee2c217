import CladeCore
import CladeTables
import Foundation
import Testing

@Suite struct CSVWriterTests {
  private func written(
    _ matrix: Matrix<Double>, names: [String], labels: [Int32]? = nil, threads: Int? = nil
  ) throws -> String {
    let path = FileManager.default.temporaryDirectory.appendingPathComponent("\(UUID()).csv").path
    defer { try? FileManager.default.removeItem(atPath: path) }
    let file = try AtomicFile(path: path)
    try CSVWriter.write(matrix, names: names, labels: labels, to: file, threads: threads)
    try file.commit()
    return try String(contentsOfFile: path, encoding: .utf8)
  }

  @Test func namesAreQuotedAndNumbersReadBackAsTheyWere() throws {
    let values = [0.1, -0.0, 1e300, .leastNonzeroMagnitude, 3, 1.0 / 3]
    let text = try written(
      Matrix(rows: 2, columns: 3, values: values), names: ["a,b", "c \"d\"", "e"], labels: [4, -1])
    let lines = text.split(separator: "\n")
    #expect(lines[0] == #""a,b","c ""d""",e,label"#)
    let fields = lines.dropFirst().map { $0.split(separator: ",") }
    #expect(fields.flatMap { $0.prefix(3) }.map { Double($0) } == values)
    #expect(fields.map { $0[3] } == ["4", "-1"])
  }

  @Test func threadsChangeNoByte() throws {
    let random = CounterRandom(seed: 1)
    let matrix = Matrix<Double>(rows: 5000, columns: 3) { target in
      for place in target.indices {
        target.initializeElement(at: place, to: Double(random.value(at: UInt64(place))) / 7e9)
      }
    }
    let names = ["x", "y", "z"]
    let one = try written(matrix, names: names, threads: 1)
    #expect(try written(matrix, names: names, threads: 7) == one)
    #expect(one.split(separator: "\n").count == 5001)
  }

  @Test func lengthsThatDifferAreRefused() throws {
    let matrix = Matrix<Double>(rows: 2, columns: 2)
    #expect(throws: CladeError.shapeMismatch(expected: "2 names", found: "1")) {
      try written(matrix, names: ["x"])
    }
    #expect(throws: CladeError.shapeMismatch(expected: "2 labels", found: "3")) {
      try written(matrix, names: ["x", "y"], labels: [1, 2, 3])
    }
  }
}
