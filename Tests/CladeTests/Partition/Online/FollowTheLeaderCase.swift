import Clade

/// Rows that draw whoever follows the leader into a regret that grows with their number: half of them
/// at 0, then always the one of −1 and 1 that the leader's two centers put together with 0.
///
/// "Online k-means Clustering" (Cohen-Addad, Guedj, Kanade and Rom, 2021) shows that there are such
/// rows; these are for k = 2 on a line.
struct FollowTheLeaderCase {
  /// The rows, in order.
  private(set) var rows: [Double] = []
  /// What following the leader has lost after each of them.
  private(set) var leaderLoss: [Double] = []
  /// The inertia of the best two centers for the rows up to each of them.
  private(set) var bestInertia: [Double] = []

  init(rowCount: Int) {
    var counts = (low: 0.0, middle: 0.0, high: 0.0)
    var loss = 0.0
    for index in 0..<rowCount {
      let joinsLow = Self.cost(counts.low, counts.middle) <= Self.cost(counts.high, counts.middle)
      let row = index < rowCount / 2 ? 0.0 : joinsLow ? -1 : 1
      // The leader's centers: the mean of 0 and one side, and the other side.
      let side = joinsLow ? -counts.low : counts.high
      let mean = counts.middle > 0 ? side / (side.magnitude + counts.middle) : 0
      let other = joinsLow ? 1.0 : -1.0
      loss += min((row - mean) * (row - mean), (row - other) * (row - other))
      switch row {
      case -1: counts.low += 1
      case 0: counts.middle += 1
      default: counts.high += 1
      }
      rows.append(row)
      leaderLoss.append(loss)
      bestInertia.append(
        min(Self.cost(counts.low, counts.middle), Self.cost(counts.high, counts.middle)))
    }
  }

  /// The inertia of so many rows at one place and so many at a distance of 1.
  private static func cost(_ a: Double, _ b: Double) -> Double { a + b > 0 ? a * b / (a + b) : 0 }
}
