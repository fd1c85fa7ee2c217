import CladeCore

/// Draws a simulated patch of sky with one star cluster in it: positions, proper motions and
/// parallaxes of its members and of the field, with errors of measurement.
///
/// ```swift
/// let sky = StarField(memberCount: 200, fieldPerMember: 20).generate()
/// sky.stars       // n × 5: Δα·cos δ and Δδ in degrees, μα* and μδ in mas/yr, parallax in mas
/// sky.isMember    // n
/// ```
///
/// The field lies evenly over two degrees squared, its distances evenly in space out to 4 kpc, and
/// its proper motions are normal around (−1, −2) mas/yr. The cluster lies at 1 kpc, 0.12 degrees
/// wide, and moves by (−3, 1) mas/yr. The same parameters give the same bits on every machine.
public struct StarField: Sendable, Codable, Equatable {
  /// The number of members of the cluster.
  public var memberCount: Int
  /// How many stars of the field there are for each member.
  public var fieldPerMember: Double
  /// The standard deviation of the field's proper motions in each direction, in mas/yr; the
  /// members' is 0.2.
  public var fieldMotion: Double
  /// Chooses the stars.
  public var seed: UInt64

  /// Creates a generator.
  ///
  /// - Parameters:
  ///   - memberCount: The number of members of the cluster, at least 0.
  ///   - fieldPerMember: How many stars of the field there are for each member.
  ///   - fieldMotion: The standard deviation of the field's proper motions, in mas/yr.
  ///   - seed: Chooses the stars.
  public init(
    memberCount: Int = 200, fieldPerMember: Double = 20, fieldMotion: Double = 4, seed: UInt64 = 0
  ) {
    self.memberCount = memberCount
    self.fieldPerMember = fieldPerMember
    self.fieldMotion = fieldMotion
    self.seed = seed
  }

  /// Stars, and which of them are members.
  public struct Sample: Sendable {
    /// The stars (n × 5): Δα·cos δ and Δδ in degrees, μα* and μδ in mas/yr, parallax in mas.
    public let stars: Matrix<Double>
    /// Whether each star is a member of the cluster (n); members come first.
    public let isMember: [Bool]
  }

  /// Draws the stars.
  ///
  /// - Complexity: O(n) time and memory.
  public func generate() -> Sample {
    let members = max(0, memberCount)
    let wanted = Double(members) * fieldPerMember
    let field = wanted > 0 ? Int(min(wanted, 1e8)) : 0
    var random = CounterRandom(seed: seed, stream: 1)
    let stars = Matrix<Double>(rows: members + field, columns: 5) { target in
      for star in 0..<members + field {
        let isMember = star < members
        // The largest of three even numbers is as even as distances in space are.
        let far = 4 * max(random.uniform(), random.uniform(), random.uniform(), 0.01)
        let parallax = isMember ? 1 + 0.06 * random.normal() : 1 / far + 0.08 * random.normal()
        let values =
          isMember
          ? [
            0.12 * random.normal(), 0.12 * random.normal(), -3 + 0.2 * random.normal(),
            1 + 0.2 * random.normal(), parallax,
          ]
          : [
            2 * random.uniform() - 1, 2 * random.uniform() - 1,
            -1 + fieldMotion * random.normal(), -2 + fieldMotion * random.normal(), parallax,
          ]
        for (column, value) in values.enumerated() {
          target.initializeElement(at: 5 * star + column, to: value)
        }
      }
    }
    return Sample(stars: stars, isMember: (0..<members + field).map { $0 < members })
  }
}
