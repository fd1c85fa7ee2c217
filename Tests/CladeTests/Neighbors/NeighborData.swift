import CladeCore

/// Rows that trees over neighbours are tested with.
enum NeighborData {
  /// Numbers from 0 to 1 in groups, the same for each seed.
  static func clustered<Scalar: MatrixScalar>(
    _ count: Int, _ columns: Int, seed: UInt64 = 1, _: Scalar.Type = Scalar.self
  ) -> Matrix<Scalar> {
    var random = CounterRandom(seed: seed, stream: 0)
    let centers = (0..<5).map { _ in (0..<columns).map { _ in random.uniform() * 10 } }
    return Matrix(rows: count, columns: columns) { buffer in
      for row in 0..<count {
        for column in 0..<columns {
          let spread = row % 6 == 5 ? 12 * random.uniform() : 0.7 * random.uniform()
          let middle = row % 6 == 5 ? 0 : centers[row % 6][column]
          buffer.initializeElement(at: row * columns + column, to: Scalar(middle + spread))
        }
      }
    }
  }

  /// Small whole numbers, so that most distances tie and rows are equal.
  static func grid<Scalar: MatrixScalar>(
    _ count: Int, _ columns: Int, steps: Int, seed: UInt64 = 2, _: Scalar.Type = Scalar.self
  ) -> Matrix<Scalar> {
    var random = CounterRandom(seed: seed, stream: 0)
    return Matrix(rows: count, columns: columns) { buffer in
      for index in 0..<(count * columns) {
        buffer.initializeElement(at: index, to: Scalar(Int(random.uniform() * Double(steps))))
      }
    }
  }

  /// The order of a shuffle of `count` rows.
  static func shuffle(_ count: Int, seed: UInt64 = 3) -> [Int] {
    var random = CounterRandom(seed: seed, stream: 0)
    var order = Array(0..<count)
    for index in order.indices.dropLast() {
      order.swapAt(index, index + Int(random.uniform() * Double(count - index)))
    }
    return order
  }

  /// The squared distance of two rows, column by column with fused multiply-add.
  static func square<Scalar: MatrixScalar>(_ a: [Scalar], _ b: [Scalar]) -> Scalar {
    zip(a, b).reduce(0) { sum, pair in
      let difference = pair.0 - pair.1
      return sum.addingProduct(difference, difference)
    }
  }
}
