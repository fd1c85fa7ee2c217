/// Numbers of which the least is known, the first one of several: a tournament.
struct LeastTree {
  private let capacity: Int
  private var numbers: [Double]
  /// The place of the least number below each inner node; the root is 1.
  private var winners: [Int32]

  /// - Parameter numbers: None is NaN.
  init(_ numbers: [Double]) {
    var capacity = 1
    while capacity < numbers.count { capacity *= 2 }
    self.capacity = capacity
    self.numbers = numbers + Array(repeating: .infinity, count: capacity - numbers.count)
    winners =
      Array(repeating: 0, count: capacity) + (0..<capacity).map { Int32($0) }
    for node in stride(from: capacity - 1, to: 0, by: -1) { winners[node] = winner(node) }
  }

  /// The place of the least number.
  var least: Int { Int(winners[1]) }

  /// The number in a place.
  subscript(_ place: Int) -> Double {
    get { numbers[place] }
    set {
      numbers[place] = newValue
      var node = (capacity + place) / 2
      while node > 0 {
        winners[node] = winner(node)
        node /= 2
      }
    }
  }

  private func winner(_ node: Int) -> Int32 {
    let (left, right) = (winners[2 * node], winners[2 * node + 1])
    return numbers[Int(right)] < numbers[Int(left)] ? right : left
  }
}
