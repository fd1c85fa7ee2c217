import CladeCore
import Testing

/// The axioms of a metric on weighted projective spaces, and what its norm has to do with it.
@Suite struct WeightedProjectiveSpaceTests {
  private static let grades = [[1, 1], [2, 4, 6, 10], [1, 2, 3], [2, 2, 2], [3, 1, 5, 1]]

  private static func points(_ count: Int, _ columns: Int, seed: UInt64) -> [[Double]] {
    var random = CounterRandom(seed: seed)
    return (0..<count).map { index in
      // Some with a coordinate of 0.
      (0..<columns).map { index < columns && columns > 2 && $0 == index ? 0 : random.normal() * 3 }
    }
  }

  @Test(arguments: grades) func axioms(grades: [Int]) throws {
    let space = try WeightedProjectiveSpace(grades: grades)
    let points = Self.points(24, grades.count, seed: 4)
    let most = grades.allSatisfy { $0 % 2 == 1 } ? Double.pi / 2 : Double.pi
    for (i, x) in points.enumerated() {
      #expect(space.distance(x, x) == 0)
      for (j, y) in points.enumerated() {
        let distance = space.distance(x, y)
        #expect(distance.bitPattern == space.distance(y, x).bitPattern)
        #expect((distance > 1e-9) == (i != j) && distance <= most + 1e-15)
        for z in points {
          #expect(space.distance(x, z) <= distance + space.distance(y, z) + 1e-14)
        }
      }
    }
  }

  @Test(arguments: grades) func scalingChangesNothing(grades: [Int]) throws {
    let space = try WeightedProjectiveSpace(grades: grades)
    let points = Self.points(12, grades.count, seed: 5)
    for factor in [-1.0, 2, -0.01, 1e3] {
      for x in points {
        let scaled = space.scaled(x, by: factor)
        #expect(space.distance(x, scaled) < 1e-14)
        for y in points {
          #expect(abs(space.distance(scaled, y) - space.distance(x, y)) < 1e-13)
        }
        let direction = x.map { $0 == 0 ? 0 : $0 * $0 + 1 }
        let (plain, other) = (
          space.norm(at: x, of: direction),
          space.norm(at: scaled, of: space.scaled(direction, by: factor))
        )
        #expect(abs(plain - other) <= 1e-12 * plain)
      }
    }
  }

  @Test(arguments: grades) func normIsTheLengthOfShortWays(grades: [Int]) throws {
    let space = try WeightedProjectiveSpace(grades: grades)
    for x in Self.points(9, grades.count, seed: 6) where !x.contains(0) {
      let direction = x.indices.map { x[$0] * (0.3 + Double($0)) + 0.1 }
      let step = 1e-6
      let near = zip(x, direction).map { $0 + step * $1 }
      let norm = space.norm(at: x, of: direction)
      #expect(abs(space.distance(x, near) / step - norm) < 1e-4 * (1 + norm))
      // Homogeneous, and 0 along the scaling itself.
      let twice = space.norm(at: x, of: direction.map { -2 * $0 })
      #expect(abs(twice - 2 * norm) < 1e-12 * (1 + norm))
      #expect(space.norm(at: x, of: zip(x, grades).map { $0 * Double($1) }) < 1e-14)
      // A way is at least as long as the distance of its ends.
      let end = zip(x, direction).map { $0 + 0.5 * $1 }
      if zip(x, end).allSatisfy({ $0 * $1 > 0 }) {
        let length = (0..<2000).reduce(0.0) { sum, index in
          let place = (Double(index) + 0.5) / 4000
          return sum + space.norm(at: zip(x, direction).map { $0 + place * $1 }, of: direction)
            / 4000
        }
        #expect(length >= space.distance(x, end) - 1e-6)
      }
    }
  }

  @Test func handWorked() throws {
    // Of grades 2 and 4: (1, 0), (0, 1) and (4, 16) = 2 ⋆ (1, 1), whose u is (1, 1).
    let space = try WeightedProjectiveSpace(grades: [2, 4])
    #expect(abs(space.distance([1, 0], [0, 1]) - .pi / 2) < 1e-15)
    #expect(abs(space.distance([1, 0], [4, 16]) - .pi / 4) < 1e-15)
    // (−1, 0) is another point: no power of 2 is negative. With an odd grade it is the same.
    #expect(space.distance([1, 0], [-1, 0]) == .pi)
    #expect(try WeightedProjectiveSpace(grades: [1, 2]).distance([1, 0], [-1, 0]) == 0)
    #expect(space.norm(at: [0, 1], of: [1, 0]) == .infinity)
    #expect(try WeightedProjectiveSpace(grades: [1, 1]).norm(at: [0, 2], of: [1, 0]) == 0.5)
    // Neither huge nor tiny numbers matter.
    #expect(abs(space.distance([1e300, 1e300], [1e-300, 1e-300])) > 1)
    #expect(space.distance([1e154, 1e308], [1e-150, 1e-300]) < 1e-12)
  }

  @Test func badInput() throws {
    for grades in [[], [0], [2, -1]] as [[Int]] {
      #expect(throws: CladeError.self) { try WeightedProjectiveSpace(grades: grades) }
    }
    let space = try WeightedProjectiveSpace(grades: [2, 4])
    #expect(space.distance([0, 0], [1, 1]).isNaN && space.distance([1], [1, 1]).isNaN)
    #expect(space.norm(at: [0, 0], of: [1, 1]).isNaN)
    #expect(throws: CladeError.self) {
      try space.metric.distances(of: Matrix([[1.0, 2], [0, 0], [3, 4]]))
    }
    #expect(throws: CladeError.self) {
      try space.metric.distances(of: Matrix([[1.0, 2, 3], [0, 0, 1]]))
    }
  }
}
