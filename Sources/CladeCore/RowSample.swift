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
  /// - Complexity: O(n · d).
  public func sample<Scalar: MatrixScalar>(
    count: Int, seed: UInt64, of data: Matrix<Scalar>
  ) -> [Int32] {
    precondition(count >= 0 && data.rowCount == order.count)
    guard count < order.count else { return order }
    // The casts let the compiler specialise the loop for each type.
    let draws =
      if let doubles = data as? Matrix<Double> {
        self.draws(seed: seed, of: doubles) { $0 }
      } else if let floats = data as? Matrix<Float> {
        self.draws(seed: seed, of: floats) { Double($0) }
      } else {
        self.draws(seed: seed, of: data) { Double($0) }
      }
    return Self.placesOfSmallest(count, of: draws).map { order[$0] }
  }

  /// The number that each row draws, in the canonical order.
  @inline(__always)
  private func draws<Scalar: MatrixScalar>(
    seed: UInt64, of data: Matrix<Scalar>, _ double: (Scalar) -> Double
  ) -> [UInt64] {
    let columns = data.columnCount
    return Array(unsafeUninitializedCapacity: order.count) { draws, initialized in
      data.withUnsafeBufferPointer { values in
        for (index, start) in distinctStarts.enumerated() {
          let end = index + 1 < distinctStarts.count ? Int(distinctStarts[index + 1]) : order.count
          let row = Int(order[Int(start)]) * columns
          var hash = RowHash(seed: seed)
          for column in 0..<columns { hash.add(double(values[row + column])) }
          for place in Int(start)..<end {
            draws[place] = hash.value(occurrence: place - Int(start))
          }
        }
      }
      initialized = order.count
    }
  }

  /// The places of the `count` smallest numbers, ascending; of equal ones the first.
  private static func placesOfSmallest(_ count: Int, of draws: [UInt64]) -> [Int] {
    // Numbers are binned by their highest bits: all bins below one are taken whole, and only that
    // one has to be sorted.
    let shift = UInt64(48)
    var sizes = [Int](repeating: 0, count: 1 << 16)
    for draw in draws { sizes[Int(draw >> shift)] += 1 }
    var (bin, missing) = (0, count)
    while sizes[bin] < missing {
      missing -= sizes[bin]
      bin += 1
    }
    let border = draws.indices.filter { Int(draws[$0] >> shift) == bin }
      .sorted { (draws[$0], $0) < (draws[$1], $1) }
    let taken = border.prefix(missing).sorted()
    var places: [Int] = []
    places.reserveCapacity(count)
    var next = 0
    for place in draws.indices {
      if Int(draws[place] >> shift) < bin {
        places.append(place)
      } else if next < taken.count, taken[next] == place {
        places.append(place)
        next += 1
      }
    }
    return places
  }
}

/// A hash of a row's values that is the same on every machine and in every run.
package struct RowHash {
  private var state: UInt64

  package init(seed: UInt64) {
    state = Self.mix(seed &+ 0x9E37_79B9_7F4A_7C15)
  }

  package mutating func add(_ x: Double) {
    state = Self.mix(state ^ (x + 0).bitPattern) &+ 0x9E37_79B9_7F4A_7C15
  }

  package func value(occurrence: Int) -> UInt64 {
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
