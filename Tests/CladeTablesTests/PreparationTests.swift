import CladeCore
import CladeTables
import Foundation
import Testing

@Suite struct PreparationTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func table(_ text: String) throws -> Table {
    try TableReader.read(try folder.file("t.csv", text))
  }

  /// 40 rows of everything.
  private func rows(seed: UInt64 = 1) -> [String] {
    var random = CounterRandom(seed: seed)
    return (0..<40).map { row in
      let number = row % 9 == 4 ? "NA" : "\(random.normal() * 3 + 10)"
      let color = row % 7 == 3 ? "" : ["red", "green", "blue"][Int(random.next() % 3)]
      return "\(row),r\(row),\(number),\(Int(random.next() % 1000)),\(color),"
        + "2020-0\(1 + row % 9)-1\(row % 10),same,"
    }
  }

  private let header = "id,name,x,y,color,day,c,empty\n"

  @Test func kinds() throws {
    let table = try table(header + rows().joined(separator: "\n"))
    let prepared = try Preparation.fit(table)
    let reports = prepared.preparation.columnReports
    #expect(
      reports.map(\.kind) == [
        .identifier, .identifier, .numeric, .numeric, .category, .dateTime, .constant, .empty,
      ])
    #expect(
      reports.map(\.treatment) == [
        .leftOut, .leftOut, .number, .number, .oneHot, .number, .leftOut, .leftOut,
      ])
    #expect(
      prepared.preparation.features.map(\.column) == ["x", "y"]
        + Array(repeating: "color", count: 3) + ["day"])
    #expect(prepared.identifiers?.name == "id")
    #expect(prepared.identifiers?[7] == "7")
    // Mean 0, variance 1, and a category as heavy as a number.
    let n = Double(table.rowCount)
    for column in [1, 5] {
      let values = prepared.matrix.column(column)
      let mean = values.reduce(0, +) / n
      let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / n
      #expect(abs(mean) < 1e-12 && abs(variance - 1) < 1e-12)
    }
    let present = (0..<table.rowCount).filter { table.texts(ofColumn: 4)[$0] != nil }
    let total = (2...4).reduce(0.0) { sum, column in
      let values = present.map { prepared.matrix[$0, column] }
      let mean = values.reduce(0, +) / Double(values.count)
      return sum + values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count)
    }
    #expect(abs(total - 1) < 1e-12)
  }

  @Test(arguments: Scaling.allCases) func sameForShuffledRowsAndThreads(_ scaling: Scaling) throws {
    var options = PreparationOptions()
    options.scaling = scaling
    let rows = self.rows()
    let first = try Preparation.fit(
      try table(header + rows.joined(separator: "\n")), options: options, threads: 1)
    var random = CounterRandom(seed: 5)
    let order = Array(rows.indices).shuffled(using: &random)
    for threads in [1, 2, 7] {
      let shuffled = try Preparation.fit(
        try table(header + order.map { rows[$0] }.joined(separator: "\n")), options: options,
        threads: threads)
      #expect(shuffled.preparation == first.preparation)
      #expect(shuffled.matrix == first.matrix.gatheringRows(order))
    }
  }

  @Test func extremeNumbers() throws {
    let text =
      "a,b,c\n1e300,1e-310,1\n-1e300,2e-310,1.0000000000000002\n1.7e308,0,1\n-1.7e308,1e-320,1\n"
    for scaling in Scaling.allCases {
      var options = PreparationOptions()
      options.scaling = scaling
      let matrix = try Preparation.fit(try table(text), options: options).matrix
      let isFinite = (0..<4).allSatisfy { matrix.row($0).allSatisfy { $0.isFinite } }
      #expect(isFinite)
    }
  }

  @Test func plainNumbersAreTakenAsTheyAre() throws {
    var options = PreparationOptions()
    options.scaling = .none
    let matrix = try Matrix((0..<20).map { [Double($0), Double($0 % 5)] })
    let prepared = try Preparation.fit(Table(matrix), options: options)
    #expect(prepared.matrix == matrix)
  }

  @Test func choosingColumns() throws {
    let table = try table(header + rows().joined(separator: "\n"))
    var options = PreparationOptions()
    options.columns = ["id", "x", "color"]
    options.ignored = ["x"]
    options.labelColumn = "color"
    let prepared = try Preparation.fit(table, options: options)
    #expect(prepared.preparation.features.map(\.column) == ["id"])
    #expect(prepared.truth?.names == ["blue", "green", "red"])
    #expect(prepared.truth?.labels[3] == -1)
    options.columns = ["colour"]
    let error = #expect(throws: CladeError.self) { try Preparation.fit(table, options: options) }
    #expect(error == .unknownColumn(name: "colour", nearest: "color"))
    options = PreparationOptions()
    options.columns = ["c", "empty"]
    let none = #expect(throws: CladeError.self) { try Preparation.fit(table, options: options) }
    #expect(none?.description.contains("no column is left") == true)
  }

  @Test func newRows() throws {
    let preparation = try Preparation.fit(
      try table("x,c,d\n1,red,2020-01-01\n2,blue,2020-01-02\n3,red,2020-01-03\n6,blue,2020-01-04\n")
    ).preparation
    let decoded = try JSONDecoder().decode(
      Preparation.self, from: try JSONEncoder().encode(preparation))
    #expect(decoded == preparation)
    let new = try decoded.apply(to: try table("d,c,x\n2020-01-01,pink,1\nNA,red,NA\n"))
    #expect(new.unknownCategories == ["c": 1])
    #expect(new.matrix.row(0)[1...2] == [0, 0])
    #expect(new.matrix[1, 0] == (2.5 - 3) / (3.5 as Double).squareRoot())
    for (text, words) in [
      ("x,c\n1,red\n", "needs a column \"d\""), ("X,c,d\n1,red,2020-01-01\n", "is it \"X\""),
      ("x,c,d,e\n1,red,2020-01-01,2\n", "doesn't know"),
      ("x,c,d\nyes,red,2020-01-01\n", "\"yes\" in row 1 is no number"),
      ("x,c,d\n1,red,5\n", "held dates"),
    ] {
      let error = #expect(throws: CladeError.self) { try decoded.apply(to: try table(text)) }
      #expect(error?.description.contains(words) == true, "\(String(describing: error))")
    }
    _ = try decoded.apply(to: try table("x,c,d,e\n1,red,2020-01-01,2\n"), ignored: ["e"])
  }
}
