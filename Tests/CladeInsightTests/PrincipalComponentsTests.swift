import Clade
import CladeInsight
import Testing

@Suite struct PrincipalComponentsTests {
  @Test func findsTheDirectionsOfSpread() throws {
    // Along (3, 4) / 5 with spread 10, across it with spread 1.
    let rows = [(-10.0, 0.0), (10, 0), (0, -1), (0, 1)].map { along, across in
      [7 + 0.6 * along - 0.8 * across, -2 + 0.8 * along + 0.6 * across]
    }
    let components = try PrincipalComponents(Matrix(rows))
    #expect(zip(components.center, [7, -2]).allSatisfy { abs($0 - $1) < 1e-12 })
    #expect(zip(components.loadings[0], [0.6, 0.8]).allSatisfy { abs($0 - $1) < 1e-12 })
    #expect(zip(components.loadings[1], [0.8, -0.6]).allSatisfy { abs($0 - $1) < 1e-12 })
    #expect(abs(components.varianceShares[0] - 100.0 / 101) < 1e-12)
    #expect(abs(components.varianceShares[1] - 1.0 / 101) < 1e-12)
    let scores = try components.project(Matrix(rows))
    #expect(abs(scores[0, 0] + 10) < 1e-12 && abs(scores[0, 1]) < 1e-12)
    #expect(abs(scores[3, 1] + 1) < 1e-12)
  }

  @Test func manyColumnsGoThroughSubspaceIteration() throws {
    var random = CounterRandom(seed: 3)
    let d = 200
    let first = (0..<d).map { $0 < 50 ? 1.0 : 0 }
    let second = (0..<d).map { $0 >= 150 ? -1.0 : 0 }
    let rows = (0..<400).map { _ in
      let (a, b) = (3 * random.normal(), 2 * random.normal())
      return (0..<d).map { a * first[$0] + b * second[$0] + 0.1 * random.normal() }
    }
    let components = try PrincipalComponents(Matrix(rows))
    for column in 0..<d {
      #expect(abs(components.loadings[0][column] - first[column] / 50.0.squareRoot()) < 0.05)
      #expect(abs(components.loadings[1][column] + second[column] / 50.0.squareRoot()) < 0.05)
    }
    let shuffled = try PrincipalComponents(Matrix(rows.shuffled()), threads: 3)
    #expect(shuffled.loadings == components.loadings)
    #expect(shuffled.varianceShares == components.varianceShares)
  }

  @Test func aSampleOfALongTableIsTheSameForShuffledRows() throws {
    var random = CounterRandom(seed: 4)
    let rows = (0..<50_000).map { _ in
      let a = random.normal()
      return (0..<60).map { $0 < 20 ? a + 0.3 * random.normal() : random.normal() }
    }
    let components = try PrincipalComponents(Matrix(rows), threads: 1)
    let shuffled = try PrincipalComponents(Matrix(rows.shuffled()), threads: 4)
    #expect(shuffled.loadings == components.loadings)
    #expect(shuffled.center == components.center)
  }

  @Test func degenerateTables() throws {
    let one = try PrincipalComponents(Matrix([[1.0], [3], [5]]))
    #expect(one.loadings == [[1]] && one.varianceShares == [1])
    let constant = try PrincipalComponents(Matrix([[2.0, 2], [2, 2]]))
    #expect(constant.varianceShares == [0, 0])
    #expect(constant.project(Matrix(rows: 1, columns: 2, repeating: 2))[0, 0] == 0)
    let single = try PrincipalComponents(Matrix([[1.0, 2, 3]]))
    #expect(single.loadings.count == 2 && single.varianceShares == [0, 0])
    let none = PrincipalComponents(Matrix(rows: 0, columns: 2))
    #expect(none.varianceShares == [0, 0])
  }
}
