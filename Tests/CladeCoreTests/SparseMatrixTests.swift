import CladeCore
import Testing

@Suite struct SparseMatrixTests {
  @Test func denseAndBack() throws {
    let dense = try Matrix<Double>([[1, 0, 2.5], [0, 0, 0], [0, 3, 0]])
    let sparse = SparseMatrix(dense)
    #expect(sparse.rowStarts == [0, 2, 2, 3])
    #expect(sparse.columns == [0, 2, 1])
    #expect(sparse.values == [1, 2.5, 3])
    #expect(sparse.storedCount == 3)
    #expect(sparse.dense() == dense)
    #expect(sparse.gatheringRows([2, 0]).dense() == dense.gatheringRows([2, 0]))
  }

  struct Bad: Sendable, CustomTestStringConvertible {
    let testDescription: String
    var shape = (2, 3)
    var starts = [0, 1, 2]
    var columns: [Int32] = [0, 1]
    var values = [1.0, 2]
    let words: [String]
  }

  static let bad: [Bad] = [
    Bad(
      testDescription: "too few starts", starts: [0, 2], words: ["2 + 1 row starts", "found 2"]),
    Bad(testDescription: "first start", starts: [1, 1, 2], words: ["rowStarts", "from 0"]),
    Bad(
      testDescription: "last start", starts: [0, 1, 3], words: ["rowStarts", "number of values, 2"]),
    Bad(testDescription: "falling starts", starts: [0, 3, 2], words: ["row 0"]),
    Bad(testDescription: "values missing", values: [1], words: ["1 values", "found 2"]),
    Bad(testDescription: "column too large", columns: [0, 3], words: ["row 1", "0 ..< 3"]),
    Bad(testDescription: "negative column", columns: [-1, 1], words: ["row 0", "-1"]),
    Bad(
      testDescription: "column twice", starts: [0, 2, 2], columns: [1, 1],
      words: ["row 0", "twice"]),
    Bad(
      testDescription: "columns fall", starts: [0, 0, 2], columns: [2, 1],
      words: ["row 1", "1 after 2", "sort"]),
    Bad(testDescription: "negative shape", shape: (2, -1), words: ["shape"]),
  ]

  @Test(arguments: bad) func refuses(_ bad: Bad) {
    let error = #expect(throws: CladeError.self) {
      try SparseMatrix(
        rowCount: bad.shape.0, columnCount: bad.shape.1, rowStarts: bad.starts,
        columns: bad.columns, values: bad.values)
    }
    for word in bad.words {
      #expect(error?.description.contains(word) == true, "\(String(describing: error))")
    }
  }
}
