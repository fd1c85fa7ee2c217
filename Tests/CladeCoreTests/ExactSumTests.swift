import CladeCore
import Testing

@Suite struct ExactSumTests {
  @Test func bigTermsDoNotSwallowSmallOnes() {
    #expect(ExactSum.of([1e16, 1, -1e16]) == 1)
    #expect(ExactSum.of([1, 1e9, -1, 1e-1, -1e9]) == 0.1)
    #expect(ExactSum.of([Double]()) == 0)
    #expect(ExactSum.of([0, -0.0]) == 0)
  }

  @Test(arguments: [1023, 996, 0, -960, -1022, -1040, -1074]) func anyMagnitude(exponent: Int) {
    // Whole multiples of a power of two, whose sum is known.
    let scale = Double(sign: .plus, exponent: exponent, significand: 1)
    let terms = (0..<101).map { Double($0 % 3 - 1) * scale }
    #expect(ExactSum.of(terms) == -scale)
    #expect(ExactSum.of([scale, scale, scale]) == 3 * scale)
    var sum = ExactSum(bound: scale)
    for _ in 0..<1000 { sum.add(scale) }
    #expect(sum.value(dividedBy: 1000) == scale)
    for _ in 0..<2000 { sum.add(-scale) }
    #expect(sum.value(dividedBy: 1000) == -scale)
  }

  @Test func meanOfEqualTermsIsTheTerm() {
    var random = CounterRandom(seed: 3)
    for count in 1...300 {
      let x = random.normal() * 1e-6
      var sum = ExactSum(bound: 1)
      for _ in 0..<count { sum.add(x) }
      #expect(sum.value(dividedBy: count) == x)
    }
  }

  @Test func orderAndPartsDoNotMatter() {
    var random = CounterRandom(seed: 5)
    let terms = (0..<10_000).map { _ in random.normal() * Elementary.exp(20 * random.normal()) }
    let bound = terms.reduce(0) { max($0, abs($1)) }
    var forward = ExactSum(bound: bound)
    for term in terms { forward.add(term) }
    var parts = ExactSum(bound: bound)
    for start in stride(from: 0, to: 10_000, by: 777) {
      var part = ExactSum(bound: bound)
      for term in terms[start..<min(10_000, start + 777)].reversed() { part.add(term) }
      parts.add(part)
    }
    #expect(forward == parts)
    let plain = terms.reduce(0, +)
    #expect(abs(forward.value - plain) <= 1e-9 * bound)
  }

  @Test func productsAreNotRounded() {
    var weighted = ExactSum(bound: 8)
    weighted.addProduct(0.1, 7)
    var repeated = ExactSum(bound: 8)
    for _ in 0..<7 { repeated.add(0.1) }
    #expect(weighted == repeated)
  }
}

@Suite struct ExactColumnSumsTests {
  static func data(_ rows: Int, _ columns: Int) -> Matrix<Double> {
    var random = CounterRandom(seed: 11)
    return Matrix(rows: rows, columns: columns) { buffer in
      for index in buffer.indices {
        buffer[index] = random.normal() * Double(1 << (index % columns % 20))
      }
    }
  }

  @Test(arguments: InstructionSet.available) func agreesWithExactSum(set: InstructionSet) {
    let data = Self.data(1003, 19)
    let labels = (0..<1003).map { Int32($0 * 7 % 5) - 1 }
    InstructionSet.forcing(set) {
      let bounds = ExactColumnSums.bounds(of: data, threads: 2)
      var sums = ExactColumnSums(bounds: bounds, groups: 4)
      data.withUnsafeBufferPointer { values in
        labels.withUnsafeBufferPointer {
          _ = sums.add(values.baseAddress!, count: 1003, after: $0.baseAddress)
        }
      }
      for group in 0..<4 {
        for column in 0..<19 {
          var sum = ExactSum(bound: bounds[column])
          for row in 0..<1003 where labels[row] == group { sum.add(data[row, column]) }
          #expect(sums.sum(group: group, column: column) == sum.value)
        }
      }
    }
  }

  @Test(arguments: InstructionSet.available) func movingRowsEqualsSummingAnew(set: InstructionSet) {
    let data = Self.data(500, 7)
    let weights = (0..<500).map { Double($0 % 5) }
    let before = (0..<500).map { Int32($0 % 3) }
    let after = (0..<500).map { Int32($0 % 4) - 1 }
    let bounds = ExactColumnSums.bounds(of: data).map { $0 * 4 }
    InstructionSet.forcing(set) {
      var moved = ExactColumnSums(bounds: bounds, groups: 3)
      var anew = moved
      data.withUnsafeBufferPointer { values in
        let rows = values.baseAddress!
        moved.add(rows, count: 500, after: before, weights: weights)
        moved.add(rows, count: 500, before: before, after: after, weights: weights)
        anew.add(
          rows + 250 * 7, count: 250, after: Array(after[250...]), weights: Array(weights[250...]))
        anew.add(rows, count: 250, after: after, weights: weights)
      }
      for group in 0..<3 {
        for column in 0..<7 {
          #expect(
            moved.sum(group: group, column: column) == anew.sum(group: group, column: column))
        }
      }
    }
  }

  @Test func manyRowsAreFoldedBeforeAnOverflow() {
    let data = Matrix<Float>(rows: 300_000, columns: 1, repeating: 3)
    var sums = ExactColumnSums(bounds: [3])
    data.withUnsafeBufferPointer { values in
      for _ in 0..<5 { _ = sums.add(values.baseAddress!, count: 300_000) }
    }
    #expect(sums.sum(column: 0) == 4_500_000)
    #expect(sums.mean(column: 0, count: 1_500_000) == 3)
  }

  @Test func rowsComeAndGoWithoutEnd() {
    // Only what a group holds has to fit, however many rows came and went.
    let data = Matrix<Double>(rows: 4096, columns: 1, repeating: 0.1)
    let (here, there) = ([Int32](repeating: 0, count: 4096), [Int32](repeating: 1, count: 4096))
    var sums = ExactColumnSums(bounds: [0.1], groups: 2)
    data.withUnsafeBufferPointer { values in
      let rows = values.baseAddress!
      sums.add(rows, count: 4096, after: here)
      for _ in 0..<200 {
        sums.add(rows, count: 4096, before: here, after: there)
        sums.add(rows, count: 4096, before: there, after: here)
      }
    }
    #expect(sums.addendCount(group: 0) == 4096)
    #expect(sums.mean(group: 0, column: 0, count: 4096) == 0.1)
    #expect(sums.sum(group: 1, column: 0) == 0)
  }

  @Test(arguments: [false, true]) func changesEqualMovingRows(many: Bool) {
    let repeats = many ? 300 : 1
    let data = Self.data(2000, 3)
    let before = (0..<2000).map { Int32($0 % 3) - 1 }
    let after = (0..<2000).map { Int32($0 * 7 % 4) - 1 }
    var moved = ExactColumnSums(bounds: ExactColumnSums.bounds(of: data), groups: 3)
    data.withUnsafeBufferPointer { values in
      let rows = values.baseAddress!
      for _ in 0..<repeats { moved.add(rows, count: 2000, after: before) }
      var changed = moved
      var changes = ExactColumnSums(changesOf: moved)
      for _ in 0..<repeats {
        moved.add(rows, count: 2000, before: before, after: after)
        changes.add(rows, count: 2000, before: before, after: after)
      }
      changed.add(changes)
      for group in 0..<3 {
        #expect(changed.addendCount(group: group) == moved.addendCount(group: group))
        for column in 0..<3 {
          #expect(
            changed.sum(group: group, column: column) == moved.sum(group: group, column: column))
        }
      }
    }
  }

  @Test(arguments: InstructionSet.available) func threadsAddTogether(set: InstructionSet) {
    let data = Self.data(20_000, 5)
    let weights = (0..<20_000).map { Double($0 % 4) }
    let labels = (0..<20_000).map { Int32($0 * 31 % 7) - 1 }
    let bounds = ExactColumnSums.bounds(of: data).map { $0 * 3 }
    InstructionSet.forcing(set) {
      for weights in [nil, weights] {
        var alone = ExactColumnSums(bounds: bounds, groups: 6)
        var together = alone
        data.withUnsafeBufferPointer { values in
          let rows = values.baseAddress!
          alone.add(rows, count: 20_000, after: labels, weights: weights)
          nonisolated(unsafe) let start = rows
          together.withConcurrentAdder(rows: 20_000) { adder in
            ParallelChunks.forEach(count: 20_000, chunkSize: 64, threads: 7) { _, range in
              _ = adder.add(
                start + range.lowerBound * 5, count: range.count, before: nil,
                after: Array(labels[range]), weights: weights.map { Array($0[range]) })
            }
          }
        }
        for group in 0..<6 {
          for column in 0..<5 {
            #expect(
              together.sum(group: group, column: column) == alone.sum(group: group, column: column))
          }
        }
      }
    }
  }

  @Test func boundsSeeWhatIsNotFinite() throws {
    let data = try Matrix<Double>([[1, -2], [.nan, 0], [0, -.infinity]])
    #expect(ExactColumnSums.bounds(of: data) == [.infinity, .infinity])
    #expect(ExactColumnSums.bounds(of: try Matrix<Float>([[1, -2], [-3, 0]])) == [3, 2])
  }
}
