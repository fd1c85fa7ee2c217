/// Points that are the same when each coordinate is scaled by a power of its own: the real weighted
/// projective space of some grades.
///
/// With grades q the point z is the point λ ⋆ z = (λ^q₀ z₀, λ^q₁ z₁, …) for every λ ≠ 0, as
/// invariants of degrees q₀, q₁, … are of one object in several units. Rows of such numbers have no
/// distance that means anything until this is divided out; ``metric`` does so, for hierarchical
/// clustering or any other method.
///
/// ```swift
/// let space = try WeightedProjectiveSpace(grades: [2, 4, 6, 10])
/// let tree = try MinimumSpanningTree.plain(of: invariants, metric: space.metric)
/// ```
///
/// In the coordinates uᵢ = sign(zᵢ) |zᵢ|^(1/qᵢ) scaling by λ > 0 is a multiplication of all by λ.
/// The norm of a direction v at z is what is left of it, as a change of u, across the direction of
/// u itself, over the length of u: the least over all α of |du(v) − α u| / |u|. It doesn't change
/// when z and v are scaled, and the length of the shortest way is the angle between the two u; λ =
/// −1 flips coordinates of odd grade, and the smaller of the two angles counts. So the triangle
/// inequality holds: 0...π, and at most π / 2 where all grades are odd.
///
/// Source: "Finsler Metric Clustering in Weighted Projective Spaces" (Shaska, 2025) for a norm that
/// is invariant to scaling and weighted by grades; this one, in coordinates in which its ways are
/// known, is ours, and for real points only.
public struct WeightedProjectiveSpace: Sendable, Hashable {
  /// The grade of each coordinate, at least 1.
  public let grades: [Int]

  /// Creates a space.
  ///
  /// - Parameter grades: The grade of each coordinate, at least 1.
  /// - Throws: ``CladeError/invalidParameter(name:value:reason:)`` for no grades, or one below 1.
  public init(grades: [Int]) throws {
    guard !grades.isEmpty, grades.allSatisfy({ $0 >= 1 }) else {
      throw CladeError.invalidParameter(
        name: "grades", value: "\(grades)",
        reason: "each coordinate has a grade, a whole number of at least 1")
    }
    self.grades = grades
  }

  /// The distance of rows of coordinates, one a grade and not all of them 0.
  ///
  /// Rows of another length, or that hold only zeros, are an error of the methods that use it.
  public var metric: Metric {
    .custom(
      CustomMetric(
        named: "weighted projective, grades \(grades.map(String.init).joined(separator: ", "))",
        satisfiesTriangleInequality: true
      ) { distance($0, $1) })
  }

  /// The distance of two points, in radians.
  ///
  /// - Parameters:
  ///   - x: A coordinate for each grade, not all 0.
  ///   - y: A coordinate for each grade, not all 0.
  /// - Returns: 0...π; NaN for coordinates that aren't a point.
  /// - Complexity: O(number of grades).
  public func distance(_ x: [Double], _ y: [Double]) -> Double {
    guard let u = direction(of: x), let w = direction(of: y) else { return .nan }
    var (same, flipped) = (0.0, 0.0)
    for index in grades.indices {
      let (near, far) = (u[index] - w[index], u[index] + w[index])
      same += near * near
      flipped += grades[index] % 2 == 0 ? near * near : far * far
    }
    // Of the chord, as the angle's cosine says little about small ones.
    return 2 * Elementary.asin(min(1, min(same, flipped).squareRoot() / 2))
  }

  /// A point with each coordinate scaled by the power of a number that is its grade: the same
  /// point.
  ///
  /// - Parameters:
  ///   - point: A coordinate for each grade.
  ///   - factor: Any number but 0.
  public func scaled(_ point: [Double], by factor: Double) -> [Double] {
    zip(point, grades).map { coordinate, grade in
      let power = Elementary.pow(abs(factor), Double(grade))
      return coordinate * (factor < 0 && grade % 2 == 1 ? -power : power)
    }
  }

  /// The length of a direction at a point: that of very short ways, over their size.
  ///
  /// - Parameters:
  ///   - point: A coordinate for each grade, not all 0.
  ///   - direction: Its change.
  /// - Returns: At least 0; infinite for a coordinate of 0 that changes and has a grade above 1,
  ///   NaN for coordinates that aren't a point.
  public func norm(at point: [Double], of direction: [Double]) -> Double {
    guard let u = self.direction(of: point), direction.count == grades.count else { return .nan }
    var (along, square) = (0.0, 0.0)
    var change: [Double] = []
    for index in grades.indices {
      let (z, v, grade) = (point[index], direction[index], Double(grades[index]))
      // Of u over its length, so that the power is that of u over z.
      var part = 0.0
      if v != 0 {
        if z != 0 {
          part = u[index] / z * v / grade
        } else if grades[index] == 1 {
          part = v / length(of: point)
        } else {
          return .infinity
        }
      }
      change.append(part)
      along += part * u[index]
    }
    for index in grades.indices {
      let across = change[index] - along * u[index]
      square += across * across
    }
    return square.squareRoot()
  }

  /// The length of u.
  private func length(of point: [Double]) -> Double {
    var sum = 0.0
    for (z, grade) in zip(point, grades) where z != 0 {
      let u = Elementary.pow(abs(z), 1 / Double(grade))
      sum += u * u
    }
    return sum.squareRoot()
  }

  /// u over its length.
  private func direction(of point: [Double]) -> [Double]? {
    guard point.count == grades.count else { return nil }
    let logarithms = zip(point, grades).map { z, grade in
      z == 0 ? -Double.infinity : Elementary.log(abs(z)) / Double(grade)
    }
    guard let largest = logarithms.max(), largest.isFinite else { return nil }
    let u = zip(point, logarithms).map { z, logarithm in
      z == 0 ? 0 : (z < 0 ? -1 : 1) * Elementary.exp(logarithm - largest)
    }
    let length = u.reduce(0) { $0 + $1 * $1 }.squareRoot()
    return u.map { $0 / length }
  }
}
