/// The largest of some values that change, one for each number.
///
/// A tournament: every match's winner is kept, so that a change is as many matches as the tree is
/// high. Of equal values the one with the lower number wins.
struct BestPairs {
  private let leaves: Int
  private var values: [Double]
  private var winners: [Int32]

  /// Values that are all 0.
  init(count: Int) {
    var leaves = 1
    while leaves < count { leaves *= 2 }
    self.leaves = leaves
    values = Array(repeating: 0, count: leaves)
    winners = Array(repeating: 0, count: 2 * leaves)
    for node in (1..<2 * leaves).reversed() {
      winners[node] = node >= leaves ? Int32(node - leaves) : winners[2 * node]
    }
  }

  /// The number with the largest value, and the value.
  var best: (number: Int, value: Double) {
    let number = Int(winners[1])
    return (number, values[number])
  }

  /// Gives a number a value.
  mutating func set(_ number: Int, _ value: Double) {
    guard values[number] != value else { return }
    values[number] = value
    var node = (leaves + number) / 2
    while node > 0 {
      let (left, right) = (winners[2 * node], winners[2 * node + 1])
      winners[node] = values[Int(right)] > values[Int(left)] ? right : left
      node /= 2
    }
  }
}
