import CladeCore
import Testing

@Suite struct SmallLinearAlgebraTests {
  /// A·Aᵀ of random numbers, plus `ridge` on the diagonal.
  static func positive(_ size: Int, rank: Int, ridge: Double = 0, seed: UInt64 = 1) -> [Double] {
    var random = CounterRandom(seed: seed)
    let factor = (0..<(size * rank)).map { _ in random.normal() }
    var matrix = [Double](repeating: 0, count: size * size)
    for i in 0..<size {
      for j in 0..<size {
        for k in 0..<rank { matrix[i * size + j] += factor[i * rank + k] * factor[j * rank + k] }
        if i == j { matrix[i * size + j] += ridge }
      }
    }
    return matrix
  }

  @Test(arguments: [1, 2, 5, 40]) func choleskyFactorsAndSolves(size: Int) throws {
    let matrix = Self.positive(size, rank: size, ridge: 0.1)
    let lower = try #require(SmallLinearAlgebra.cholesky(matrix, size: size))
    let largest = matrix.map(\.magnitude).max()!
    for i in 0..<size {
      for j in 0..<size {
        var product = 0.0
        for k in 0..<size { product += lower[i * size + k] * lower[j * size + k] }
        #expect(abs(product - matrix[i * size + j]) < 1e-13 * largest)
      }
    }
    let x = (0..<size).map { Double($0) - 1 }
    let b = (0..<size).map { i in (0..<size).reduce(0.0) { $0 + matrix[i * size + $1] * x[$1] } }
    let solved = SmallLinearAlgebra.solve(cholesky: lower, size: size, b)
    for i in 0..<size { #expect(abs(solved[i] - x[i]) < 1e-7) }
    let inverse = SmallLinearAlgebra.inverseLower(lower, size: size)
    let direct = SmallLinearAlgebra.solveLower(lower, size: size, b)
    for i in 0..<size {
      let value = (0..<size).reduce(0.0) { $0 + inverse[i * size + $1] * b[$1] }
      #expect(abs(value - direct[i]) < 1e-8)
    }
    let eigen = try #require(SymmetricEigen(matrix, size: size))
    let logDeterminant = eigen.values.reduce(0) { $0 + Elementary.log($1) }
    #expect(
      abs(SmallLinearAlgebra.logDeterminant(cholesky: lower, size: size) - logDeterminant) < 1e-9)
  }

  @Test func choleskyRefusesWhatIsNotPositiveDefinite() {
    #expect(SmallLinearAlgebra.cholesky([0], size: 1) == nil)
    #expect(SmallLinearAlgebra.cholesky([1, 2, 2, 1], size: 2) == nil)
    #expect(SmallLinearAlgebra.cholesky([1, 1, 1, 1], size: 2) == nil)
    #expect(SmallLinearAlgebra.cholesky([.nan], size: 1) == nil)
    #expect(SmallLinearAlgebra.cholesky(Self.positive(6, rank: 3), size: 6) == nil)
  }

  @Test(arguments: [1, 2, 3, 10, 60]) func eigenvectorsDiagonalise(size: Int) throws {
    for (rank, scale) in [(size, 1.0), (max(1, size / 2), 1e200), (size, 1e-200)] {
      let matrix = Self.positive(size, rank: rank).map { $0 * scale }
      let eigen = try #require(SymmetricEigen(matrix, size: size))
      let largest = eigen.values[0]
      for a in 0..<size {
        let va = eigen.vector(a)
        if a > 0 { #expect(eigen.values[a] <= eigen.values[a - 1]) }
        #expect(va.max { $0.magnitude < $1.magnitude }! > 0)
        for b in 0..<size {
          let product = zip(va, eigen.vector(b)).reduce(0) { $0 + $1.0 * $1.1 }
          #expect(abs(product - (a == b ? 1 : 0)) < 1e-12)
        }
        for i in 0..<size {
          var image = 0.0
          for j in 0..<size { image += matrix[i * size + j] * va[va.startIndex + j] }
          let expected = eigen.values[a] * va[va.startIndex + i]
          #expect(abs(image - expected) < 1e-12 * largest)
        }
      }
    }
  }

  @Test func eigenOfSimpleMatrices() throws {
    #expect(SymmetricEigen([], size: 0)?.values == [])
    #expect(SymmetricEigen([0, 0, 0, 0], size: 2)?.values == [0, 0])
    let diagonal = try #require(SymmetricEigen([1, 0, 0, 0, -3, 0, 0, 0, 2], size: 3))
    #expect(diagonal.values == [2, 1, -3])
    #expect(diagonal.vectors == [0, 0, 1, 1, 0, 0, 0, 1, 0])
    let pair = try #require(SymmetricEigen([2, 1, 1, 2], size: 2))
    #expect(abs(pair.values[0] - 3) < 1e-15)
    #expect(abs(pair.values[1] - 1) < 1e-15)
    #expect(SymmetricEigen([.infinity], size: 1) == nil)
  }
}
