/// How alike two partitions of the same rows are.
enum PartitionAgreement {
  /// The adjusted Rand index, with rows in no group as a group of their own: 1 for equal
  /// partitions, about 0 for unrelated ones.
  ///
  /// - Parameters:
  ///   - first: The group of each row, −1 for none; groups are numbered from 0 without gaps.
  ///   - second: The same of another partition.
  /// - Complexity: O(n + k · l) time and memory for k and l groups.
  static func adjustedRandIndex(_ first: [Int32], _ second: [Int32]) -> Double {
    let rows = Int(first.max() ?? -1) + 2
    let columns = Int(second.max() ?? -1) + 2
    var cells = [Int32](repeating: 0, count: rows * columns)
    for (a, b) in zip(first, second) { cells[(Int(a) + 1) * columns + Int(b) + 1] += 1 }
    var columnSums = [Int](repeating: 0, count: columns)
    var (both, ofFirst) = (0, 0)
    for row in 0..<rows {
      var sum = 0
      for column in 0..<columns {
        let count = Int(cells[row * columns + column])
        both += count * count
        sum += count
        columnSums[column] += count
      }
      ofFirst += sum * sum
    }
    let ofSecond = columnSums.reduce(0) { $0 + $1 * $1 }
    let n = first.count
    // Ordered pairs of different rows that are together.
    let (together, x, y) = (Double(both - n), Double(ofFirst - n), Double(ofSecond - n))
    let expected = n > 1 ? x * y / (Double(n) * Double(n - 1)) : 0
    let most = (x + y) / 2
    return most == expected ? 1 : (together - expected) / (most - expected)
  }
}
