extension CanonicalOrder {
  /// A uniform random sample of rows, without replacement, that does not depend on the order of the
  /// rows.
  ///
  /// Each row draws a number from its values, the seed, and its occurrence among rows equal to it;
  /// the rows with the smallest numbers are taken. So duplicates are drawn as often as their number
  /// deserves, and the sample of shuffled data holds the same values.
  ///
  /// - Parameters:
  ///   - count: The size of the sample; all rows if there are fewer.
  ///   - seed: Chooses the sample.
  ///   - data: The matrix that was sorted.
  /// - Returns: The rows' numbers, in the canonical order.
  /// - Complexity: O(n · d + n log n).
  public func sample<Scalar: MatrixScalar>(
    count: Int, seed: UInt64, of data: Matrix<Scalar>
  ) -> [Int32] {
    precondition(count >= 0 && data.rowCount == order.count)
    guard count < order.count else { return order }
    var draws: [(draw: UInt64, place: Int32)] = []
    draws.reserveCapacity(order.count)
    data.withUnsafeBufferPointer { values in
      for (index, start) in distinctStarts.enumerated() {
        let end = index + 1 < distinctStarts.count ? Int(distinctStarts[index + 1]) : order.count
        let row = Int(order[Int(start)]) * data.columnCount
        var hash = RowHash(seed: seed)
        for column in 0..<data.columnCount { hash.add(Double(values[row + column])) }
        for place in Int(start)..<end {
          draws.append((hash.value(occurrence: place - Int(start)), Int32(place)))
        }
      }
    }
    draws.sort { ($0.draw, $0.place) < ($1.draw, $1.place) }
    return draws[..<count].map(\.place).sorted().map { order[Int($0)] }
  }
}

/// A hash of a row's values that is the same on every machine and in every run.
struct RowHash {
  private var state: UInt64

  init(seed: UInt64) {
    state = Self.mix(seed &+ 0x9E37_79B9_7F4A_7C15)
  }

  mutating func add(_ x: Double) {
    state = Self.mix(state ^ (x + 0).bitPattern) &+ 0x9E37_79B9_7F4A_7C15
  }

  func value(occurrence: Int) -> UInt64 {
    Self.mix(state ^ Self.mix(UInt64(occurrence) &+ 0x9E37_79B9_7F4A_7C15))
  }

  /// The finaliser of SplitMix64 ("Fast Splittable Pseudorandom Number Generators", Steele, Lea and
  /// Flood, 2014).
  private static func mix(_ x: UInt64) -> UInt64 {
    var z = x
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}
