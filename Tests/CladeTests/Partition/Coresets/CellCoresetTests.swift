import Clade
import Testing

@Suite struct CellCoresetTests {
  @Test func isExactForOneCenter() throws {
    let data = CoresetData.uneven()
    let coreset = try CellCoreset(size: 60).coreset(of: data)
    #expect(coreset.size == 60)
    #expect(coreset.offset > 0)
    #expect(coreset.indices.isEmpty)
    #expect(coreset.weights.reduce(0, +) == 3000)
    for centers in CoresetData.centers(data, k: 1, count: 8) {
      let exact = try CoresetObjective.kMeans.cost(of: centers, on: data)
      #expect(abs(try coreset.cost(of: centers) / exact - 1) < 1e-12)
    }
  }

  @Test func errsLessThanRowsInFewColumns() throws {
    let data = CoresetData.uneven(rows: 20_000, columns: 2)
    let sets = CoresetData.centers(data, k: 4, count: 60)
    for objective in CoresetObjective.allCases {
      let cells = try CellCoreset(size: 400, objective: objective).coreset(of: data)
      let rows = try SensitivityCoreset(size: 400, k: 4, objective: objective).coreset(of: data)
      let worst = try CoresetData.worstError(cells, data, sets)
      #expect(worst < 0.05)
      #expect(try worst < CoresetData.worstError(rows, data, sets))
    }
  }

  @Test func holdsAllDistinctRowsWhereThereIsRoom() throws {
    let data = KMeansTests.grid(rows: 500, columns: 2, levels: 5)
    let coreset = try CellCoreset(size: 30).coreset(of: data)
    #expect(coreset.size == 25)
    #expect(coreset.offset == 0)
    #expect(
      coreset.rows
        == data.gatheringRows(
          CanonicalOrder(data).distinctStarts.map {
            CanonicalOrder(data).order[Int($0)]
          }))
  }

  @Test func cutsWhatIsWidest() throws {
    let data = try Matrix<Double>([[0, 0], [1, 0], [10, 0], [11, 0], [10, 0]])
    let two = try CellCoreset(size: 2).coreset(of: data)
    #expect(two.rows == (try Matrix([[0.5, 0], [31.0 / 3, 0]])))
    #expect(two.weights == [2, 3])
    let three = try CellCoreset(size: 3).coreset(of: data)
    #expect(three.rows == (try Matrix([[0.5, 0], [10, 0], [11, 0]])))
  }

  func same<Scalar>(_ data: Matrix<Scalar>, _ method: CellCoreset) throws {
    let expected = try method.coreset(of: data, threads: 1)
    let shuffled = data.gatheringRows(KMeansTests.shuffled(data.rowCount, seed: 7))
    for set in InstructionSet.available {
      try InstructionSet.forcing(set) { () throws in
        for threads in set == .portable ? [2] : [1, 2, 7] {
          #expect(try method.coreset(of: data, threads: threads) == expected)
        }
        #expect(try method.coreset(of: shuffled, threads: 2) == expected)
        #expect(try method.coreset(source: OddRows(matrix: data), threads: 7) == expected)
      }
    }
  }

  @Test(arguments: CoresetObjective.allCases) func same(objective: CoresetObjective) throws {
    let method = CellCoreset(size: 100, objective: objective)
    try same(CoresetData.uneven(), method)
    try same(KMeansTests.single(CoresetData.uneven()), method)
    try same(KMeansTests.grid(rows: 3000, columns: 3, levels: 9), method)
    for columns in [1, 2, 4, 5] { try same(CoresetData.uneven(columns: columns), method) }
  }

  /// The tree tells rows apart whose distances are 0 when they are squared.
  @Test func differencesThatVanishWhenSquared() throws {
    let single = try Matrix<Float>([[1], [1e-30], [2e-30]])
    #expect(try CellCoreset(size: 3).coreset(of: single).weights.reduce(0, +) == 3)
    let values = [[1.0]] + (0..<2000).map { [$0 % 2 == 0 ? 0 : 1e-163] }
    #expect(try CellCoreset(size: 3).coreset(of: Matrix(values)).weights.reduce(0, +) == 2001)
    let noise = Matrix<Float>(rows: 3000, columns: 2) { buffer in
      for index in buffer.indices {
        buffer.initializeElement(at: index, to: index % 3 == 0 ? Float(index % 7) * 1e-25 : 0)
      }
    }
    #expect(try CellCoreset(size: 100).coreset(of: noise).weights.reduce(0, +) == 3000)
  }

  @Test func weightsOfAllMagnitudes() throws {
    let rows = try Matrix<Float>([[0], [1], [2], [3]])
    let weights: [Float] = [0x1p60, 1e-30, 1e-30, 1e-30]
    let coreset = try CellCoreset(size: 4).coreset(of: rows, weights: weights)
    #expect(coreset.weights.reduce(0, +) == 0x1p60)
  }

  /// Rows that differ by one in the last place of their numbers.
  @Test func cellsOfNeighbouringNumbers() throws {
    let rows = Matrix<Float>(rows: 4000, columns: 1) { buffer in
      for index in buffer.indices {
        buffer.initializeElement(at: index, to: 16_777_216 + Float(index % 2 == 0 ? 0 : 2))
      }
    }
    let coreset = try CellCoreset(size: 1).coreset(of: rows)
    // The mean is rounded to the even one of the two; the other half of the rows is 2 away.
    #expect(coreset.rows == (try Matrix([[16_777_216]])))
    #expect(coreset.offset == 8000)
  }

  /// More rows than the sample on which cells are found.
  @Test func sameWhereCellsAreFoundOnASample() throws {
    let data = KMeansTests.blobs(rows: 60_000, columns: 2, centers: 5)
    let method = CellCoreset(size: 64)
    let expected = try method.coreset(of: data, threads: 1)
    let shuffled = data.gatheringRows(KMeansTests.shuffled(60_000, seed: 7))
    #expect(try method.coreset(of: shuffled, threads: 2) == expected)
    #expect(expected.size == 64)
    #expect(expected.weights.reduce(0, +) == 60_000)
  }

  @Test func weightedRowsCountAsMany() throws {
    let data = CoresetData.uneven(rows: 800)
    let weights = (0..<800).map { Double($0 % 3) }
    let repeated = data.gatheringRows(
      weights.enumerated().flatMap { Array(repeating: $0.offset, count: Int($0.element)) })
    let a = try CellCoreset(size: 50).coreset(of: data, weights: weights)
    let b = try CellCoreset(size: 50).coreset(of: repeated)
    #expect(a.rows == b.rows)
    #expect(a.weights == b.weights)
    #expect(a.offset == b.offset)
  }

  @Test func badInput() throws {
    let data = CoresetData.uneven(rows: 100)
    #expect(throws: CladeError.self) { try CellCoreset(size: 0).coreset(of: data) }
    #expect(throws: CladeError.self) { try CellCoreset(size: .max).coreset(of: data) }
    #expect(throws: CladeError.self) { try CellCoreset(size: 3).coreset(of: data, weights: [1]) }
    #expect(throws: CladeError.self) {
      try CellCoreset(size: 3).coreset(of: Matrix<Double>(rows: 0, columns: 3))
    }
    #expect(throws: CladeError.self) {
      try CellCoreset(size: 3).coreset(of: Matrix(rows: 3, columns: 3, repeating: Double.nan))
    }
  }
}
