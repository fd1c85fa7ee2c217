import CladeCore
import Testing

@Suite struct PackedRowsTests {
  static func random<Scalar: MatrixScalar>(
    _ rows: Int, _ columns: Int, seed: UInt64, grid: Bool
  ) -> Matrix<Scalar> {
    var random = CounterRandom(seed: seed)
    return Matrix(rows: rows, columns: columns) { buffer in
      for index in buffer.indices {
        buffer[index] = grid ? Scalar(random.next() % 3) : Scalar(random.normal())
      }
    }
  }

  /// One distance as it is documented, and the first nearest of all.
  static func reference<Scalar: MatrixScalar>(_ x: [Scalar], _ y: [Scalar]) -> Scalar {
    zip(x, y).reduce(0) { sum, pair in
      let difference = pair.0 - pair.1
      return sum.addingProduct(difference, difference)
    }
  }

  func check<Scalar: MatrixScalar>(_: Scalar.Type, rows: Int, columns: Int, centers: Int) {
    for grid in [false, true] {
      let data: Matrix<Scalar> = Self.random(rows, columns, seed: 1, grid: grid)
      let other: Matrix<Scalar> = Self.random(centers, columns, seed: 2, grid: grid)
      let expected = (0..<rows).map { row in
        (0..<centers).map { Self.reference(data.row(row), other.row($0)) }
      }
      let packed = PackedRows(other)
      let stride = packed.paddedCount + 3
      var distances = [Scalar](repeating: -1, count: rows * stride)
      var labels = [Int32](repeating: -1, count: rows)
      var nearest = [Scalar](repeating: -1, count: rows)
      let ids = (0..<packed.paddedCount).map { Int32($0 + 100) }
      data.withUnsafeBufferPointer { values in
        packed.squaredDistances(
          from: values.baseAddress!, count: rows, into: &distances, stride: stride)
        packed.assign(
          values.baseAddress!, count: rows, ids: ids, labels: &labels, distances: &nearest)
      }
      for row in 0..<rows {
        #expect(Array(distances[(row * stride)..<(row * stride + centers)]) == expected[row])
        #expect(distances[row * stride + packed.paddedCount] == -1)
        let least = expected[row].min()!
        #expect(nearest[row] == least)
        #expect(Int(labels[row]) - 100 == expected[row].firstIndex(of: least)!)
      }
    }
  }

  @Test(arguments: InstructionSet.available) func agreesWithTheDefinition(set: InstructionSet) {
    InstructionSet.forcing(set) {
      for (rows, columns, centers) in [
        (1, 1, 1), (37, 2, 5), (21, 16, 32), (19, 7, 61), (8, 130, 9), (50, 3, 17),
      ] {
        check(Double.self, rows: rows, columns: columns, centers: centers)
        check(Float.self, rows: rows, columns: columns, centers: centers)
      }
    }
  }

  @Test func distancesThatOverflowAreInfinite() {
    let packed = PackedRows<Double>([-1e300, 1e300], count: 2, columns: 1)
    let ids = [Int32](0..<8)
    var label: Int32 = -1
    var distance = 0.0
    packed.assign([0], count: 1, ids: ids, labels: &label, distances: &distance)
    #expect(label == 0)
    #expect(distance == .infinity)
  }
}
