import Clade
import Testing

/// What is found in a kd-tree is what comparing all rows finds.
@Suite struct KDTreeTests {
  /// The k nearest rows of a query by comparing it with all.
  static func nearest<Scalar: MatrixScalar>(
    _ k: Int, of query: [Scalar], in data: Matrix<Scalar>
  ) -> [(row: Int32, distance: Scalar)] {
    let rows = (0..<data.rowCount).map { data.row($0) }
    let squares = rows.map { NeighborData.square($0, query) }
    let order = rows.indices.sorted { a, b in
      if squares[a] != squares[b] { return squares[a] < squares[b] }
      if rows[a] != rows[b] { return rows[a].lexicographicallyPrecedes(rows[b]) }
      return a < b
    }
    return order.prefix(k).map { (Int32($0), squares[$0].squareRoot()) }
  }

  static func checkNearest<Scalar: MatrixScalar>(_ data: Matrix<Scalar>, k: Int) throws {
    let tree = try KDTree(data)
    let found = try tree.nearest(k)
    let queries = data.gatheringRows((0..<data.rowCount).reversed())
    let asked = try tree.nearest(k, of: queries)
    #expect(found.count == data.rowCount && asked.count == data.rowCount)
    for row in stride(from: 0, to: data.rowCount, by: max(1, data.rowCount / 97)) {
      let expected = nearest(k, of: data.row(row), in: data)
      let range = found.range(of: row)
      #expect(Array(found.rows[range]) == expected.map(\.row), "row \(row)")
      #expect(Array(found.distances[range]) == expected.map(\.distance), "row \(row)")
      let reversed = asked.range(of: data.rowCount - 1 - row)
      #expect(asked.rows[reversed] == found.rows[range])
      #expect(asked.distances[reversed] == found.distances[range])
    }
  }

  @Test(arguments: [1, 2, 3, 5, 8, 19], [1, 5, 16, 40, 90])
  func nearestOfClustered(columns: Int, k: Int) throws {
    try Self.checkNearest(NeighborData.clustered(1500, columns) as Matrix<Double>, k: k)
    try Self.checkNearest(NeighborData.clustered(1500, columns) as Matrix<Float>, k: k)
  }

  @Test(arguments: [1, 2, 3, 6], [1, 7, 16, 70])
  func nearestOfTies(columns: Int, k: Int) throws {
    try Self.checkNearest(NeighborData.grid(1200, columns, steps: 9) as Matrix<Double>, k: k)
    try Self.checkNearest(NeighborData.grid(1200, columns, steps: 3) as Matrix<Float>, k: k)
  }

  /// Lists too long for vectors, up to all rows.
  @Test(arguments: [65, 250, 400])
  func longLists(k: Int) throws {
    try Self.checkNearest(NeighborData.clustered(400, 3) as Matrix<Double>, k: k)
    try Self.checkNearest(NeighborData.grid(400, 2, steps: 30) as Matrix<Float>, k: k)
  }

  @Test func nearestOfFewRows() throws {
    for count in 1...40 {
      for k in Set([1, 2, count / 2, count]) where k >= 1 && k <= count {
        try Self.checkNearest(NeighborData.clustered(count, 2) as Matrix<Double>, k: k)
        try Self.checkNearest(NeighborData.grid(count, 1, steps: 2) as Matrix<Double>, k: k)
      }
    }
  }

  @Test func equalRowsShareAPlace() throws {
    let equal = Matrix<Double>(rows: 5000, columns: 3, repeating: 2)
    let tree = try KDTree(equal)
    #expect(tree.distinctRowCount == 1)
    let found = try tree.nearest(4)
    #expect(found.rows == (0..<5000).flatMap { _ in [0, 1, 2, 3] })
    #expect(found.distances.allSatisfy { $0 == 0 })
    // Heavily repeated numbers with a few others.
    var values = (0..<4000).map { Double($0 % 3) }
    values[17] = -1000
    values[2000] = 1e6
    try Self.checkNearest(Matrix(rows: 4000, columns: 1, values: values), k: 12)
    try Self.checkNearest(Matrix(rows: 2000, columns: 2, values: values), k: 12)
    // −0 is 0.
    let zeros = try Matrix([[0.0], [-0.0], [1]])
    #expect(try KDTree(zeros).distinctRowCount == 2)
  }

  @Test(arguments: [0.0, 0.3, 1, 2.5, 100])
  func within(radius: Double) throws {
    for data in [
      NeighborData.clustered(700, 3), NeighborData.grid(700, 2, steps: 8),
      NeighborData.clustered(500, 9),
    ] as [Matrix<Double>] {
      let found = try KDTree(data).rows(within: radius, of: data)
      for row in stride(from: 0, to: data.rowCount, by: 13) {
        let expected = Self.nearest(data.rowCount, of: data.row(row), in: data)
          .filter { $0.distance <= radius }
        #expect(Array(found.rows[found.range(of: row)]) == expected.map(\.row))
        #expect(Array(found.distances[found.range(of: row)]) == expected.map(\.distance))
      }
    }
  }

  @Test func hugeAndTinyNumbers() throws {
    let ordinary: Matrix<Double> = NeighborData.clustered(300, 2)
    let expected = try KDTree(ordinary).nearest(5)
    for exponent in [-900, 900] {
      let scaled = Matrix<Double>(rows: 300, columns: 2) { buffer in
        ordinary.withUnsafeBufferPointer { values in
          for index in values.indices {
            buffer.initializeElement(
              at: index, to: Double(sign: .plus, exponent: exponent, significand: values[index]))
          }
        }
      }
      let found = try KDTree(scaled).nearest(5)
      #expect(found.rows == expected.rows)
      let back = found.distances.map {
        Double(sign: .plus, exponent: -exponent, significand: $0)
      }
      #expect(back == expected.distances)
    }
  }

  @Test func badInput() throws {
    let data: Matrix<Double> = NeighborData.clustered(20, 2)
    let tree = try KDTree(data)
    #expect(throws: CladeError.self) { try tree.nearest(0) }
    #expect(throws: CladeError.self) { try tree.nearest(21) }
    #expect(throws: CladeError.self) {
      try tree.nearest(1, of: Matrix<Double>(rows: 2, columns: 3))
    }
    #expect(throws: CladeError.nonFiniteValue(row: 0, column: 1, value: "nan")) {
      try tree.nearest(1, of: Matrix([[0, .nan]]))
    }
    #expect(throws: CladeError.nonFiniteValue(row: 1, column: 0, value: "inf")) {
      try KDTree(Matrix([[0.0], [.infinity]]))
    }
    #expect(throws: CladeError.self) { try tree.rows(within: -1, of: data) }
    #expect(throws: CladeError.self) { try tree.rows(within: .nan, of: data) }
    #expect(throws: CladeError.self) { try KDTree(Matrix<Double>(rows: 3, columns: 0)) }
    // No rows at all, and none asked about.
    let empty = try KDTree(Matrix<Double>(rows: 0, columns: 2))
    #expect(empty.rowCount == 0)
    #expect(throws: CladeError.self) { try empty.nearest(1) }
    #expect(try empty.rows(within: 3, of: data).rows.isEmpty)
    #expect(try tree.nearest(3, of: Matrix<Double>(rows: 0, columns: 2)).rows.isEmpty)
  }

  /// The same bits for any threads, instruction set and order of rows.
  @Test func sameness() throws {
    func check<Scalar: MatrixScalar>(_ data: Matrix<Scalar>, k: Int, radius: Scalar) throws {
      let expected = try KDTree(data, threads: 1).nearest(k, threads: 1)
      let within = try KDTree(data, threads: 1).rows(within: radius, of: data, threads: 1)
      let order = NeighborData.shuffle(data.rowCount)
      let shuffled = data.gatheringRows(order)
      for set in InstructionSet.available {
        try InstructionSet.forcing(set) {
          for threads in [1, 2, 7] {
            let tree = try KDTree(data, threads: threads)
            #expect(try tree.nearest(k, threads: threads) == expected)
            #expect(try tree.nearest(k, of: data, threads: threads) == expected)
            #expect(try tree.rows(within: radius, of: data, threads: threads) == within)
          }
          let other = try KDTree(shuffled, threads: 2).nearest(k, threads: 2)
          for row in 0..<data.rowCount {
            let (to, from) = (other.range(of: row), expected.range(of: order[row]))
            #expect(other.distances[to] == expected.distances[from])
            // Equal rows are the same to us, so values are compared, not numbers.
            for (a, b) in zip(other.rows[to], expected.rows[from]) {
              #expect(shuffled.row(Int(a)) == data.row(Int(b)))
            }
          }
        }
      }
    }
    try check(NeighborData.clustered(3000, 3) as Matrix<Double>, k: 11, radius: 0.4)
    try check(NeighborData.clustered(2500, 7) as Matrix<Float>, k: 20, radius: 0.8)
    try check(NeighborData.grid(3000, 2, steps: 12) as Matrix<Double>, k: 16, radius: 2)
    try check(NeighborData.grid(3000, 3, steps: 4) as Matrix<Float>, k: 9, radius: 1)
  }
}
