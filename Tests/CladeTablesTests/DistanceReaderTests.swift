import Clade
import CladeTables
import Foundation
import Testing

@Suite struct DistanceReaderTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private static let square: Matrix<Double> = {
    let places = (0..<40).map { Double($0 * $0 % 37) * 0.25 }
    return Matrix(rows: 40, columns: 40) { target in
      for i in 0..<40 {
        for j in 0..<40 { target[i * 40 + j] = abs(places[i] - places[j]) }
      }
    }
  }()

  private static func single(_ matrix: Matrix<Double>) -> Matrix<Float> {
    Matrix(rows: matrix.rowCount, columns: matrix.columnCount) { target in
      for index in target.indices {
        target[index] = Float(matrix[index / matrix.columnCount, index % matrix.columnCount])
      }
    }
  }

  @Test func everyFormInBothPrecisions() throws {
    let all = Self.square
    let pairs = (0..<40).flatMap { i in (i + 1..<40).map { all[i, $0] } }
    let line = Matrix<Double>(rows: pairs.count, columns: 1) { _ = $0.initialize(from: pairs) }
    try NPYWriter.write(all, to: folder.path("d.npy"))
    try NPYWriter.write(Self.single(all), to: folder.path("f.npy"))
    try NPYWriter.write(line, to: folder.path("line.npy"))
    let text = (0..<40).map { all.row($0).map { "\($0)" }.joined(separator: ",") + "\n" }.joined()
    try text.write(toFile: folder.path("t.csv"), atomically: true, encoding: .utf8)
    for name in ["d.npy", "f.npy", "line.npy", "t.csv"] {
      let double: PrecomputedDistances<Double> = try DistanceReader.read(folder.path(name))
      let float: PrecomputedDistances<Float> = try DistanceReader.read(
        folder.path(name), threads: 2)
      #expect(double.count == 40 && float.count == 40)
      #expect(double.isSquare == (name != "line.npy"))
      for i in 0..<40 {
        for j in 0..<40 {
          #expect(double[i, j] == all[i, j])
          #expect(float[i, j] == Float(all[i, j]))
        }
      }
    }
  }

  @Test func whatIsWrongHasItsPlace() throws {
    func message(_ change: (inout Matrix<Double>) -> Void) throws -> String {
      var bad = Self.square
      change(&bad)
      try NPYWriter.write(Self.single(bad), to: folder.path("bad.npy"))
      let error = #expect(throws: CladeError.self) {
        try DistanceReader.read(folder.path("bad.npy"), as: Float.self)
      }
      return "\(String(describing: error))"
    }
    #expect(try message { $0[4, 6] = .nan }.contains("row 5, column 7 has no value"))
    #expect(try message { $0[4, 6] = -2 }.contains("row 5, column 7 holds -2"))
    #expect(try message { $0[8, 8] = 2 }.contains("row 9, column 9 holds 2"))
    #expect(try message { $0[2, 39] += 3 }.contains("same both ways"))
    #expect(try message { $0[1, 0] = .infinity }.contains("can't be infinite"))
  }

  @Test func meansOfBothAndTheFileAsItWas() throws {
    var given = Self.single(Self.square)
    given[3, 5] += 2
    try NPYWriter.write(given, to: folder.path("f.npy"))
    let before = try Data(contentsOf: URL(fileURLWithPath: folder.path("f.npy")))
    let read: PrecomputedDistances<Float> = try DistanceReader.read(
      folder.path("f.npy"), symmetrizing: true)
    #expect(read[3, 5] == given[5, 3] + 1 && read[5, 3] == read[3, 5])
    #expect(try Data(contentsOf: URL(fileURLWithPath: folder.path("f.npy"))) == before)
  }

  @Test func otherShapesAndOtherFiles() throws {
    try NPYWriter.write(Matrix([[0.0, 1, 2], [1, 0, 3]]), to: folder.path("wide.npy"))
    try NPYWriter.write(Matrix([[1.0], [2]]), to: folder.path("two.npy"))
    try "a,b\n0,x\n1,0\n".write(toFile: folder.path("t.csv"), atomically: true, encoding: .utf8)
    for name in ["wide.npy", "two.npy", "t.csv", "none.npy"] {
      #expect(throws: CladeError.self) {
        try DistanceReader.read(folder.path(name), as: Float.self)
      }
    }
  }
}
