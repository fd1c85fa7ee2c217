import CladeCore
import Testing

@Suite struct LongAccumulatorTests {
  private func sum(_ terms: [Double]) -> Double {
    var sum = LongAccumulator()
    terms.withUnsafeBufferPointer { sum.add($0) }
    return sum.value
  }

  /// Sums of multiples of one unit, which integers add up exactly.
  @Test(arguments: [971, 900, 0, -100, -1000, -1074]) func wholeMultiples(exponent: Int) {
    let unit = Double(sign: .plus, exponent: exponent, significand: 1)
    var random = CounterRandom(seed: 1)
    for count in [1, 7, 8, 33, 2047, 2048, 2049, 10_000] {
      let numbers = (0..<count).map { _ in
        Int(random.normal() * Elementary.exp(10 * random.uniform()))
      }
      let total = numbers.reduce(0, +)
      #expect(sum(numbers.map { Double($0) * unit }) == Double(total) * unit)
    }
  }

  @Test(arguments: InstructionSet.available) func whatExactSumsSay(set: InstructionSet) {
    var random = CounterRandom(seed: 2)
    for spread in [0.0, 1, 5] {
      let terms = (0..<5003).map { _ in random.normal() * Elementary.exp(spread * random.normal()) }
      InstructionSet.forcing(set) { #expect(sum(terms) == ExactSum.of(terms)) }
    }
  }

  /// Smaller terms than an ``ExactSum`` can hold beside large ones.
  @Test func nothingIsLost() {
    let tiny = Double.leastNonzeroMagnitude
    #expect(sum([1e300, tiny, -1e300]) == tiny)
    #expect(sum([1, 0x1p-60, -1, 0x1p-900]) == 0x1p-60)
    #expect(sum([1e300, 3, 1e-300, -1e300, -3]) == 1e-300)
    // Half a unit in the last place, or a hair more or less: ties are decided by what is far below.
    let one = 1.0
    #expect(sum([one, 0x1p-53]) == one)
    #expect(sum([one, 0x1p-53, 1e-300]) == one.nextUp)
    #expect(sum([one, 0x1p-53, -1e-300]) == one)
    #expect(sum([-one, -0x1p-53, -1e-300]) == -one.nextUp)
    #expect(sum([one.nextUp, 0x1p-53]) == one.nextUp.nextUp)
  }

  /// Terms of all magnitudes that cancel each other, but for a few.
  @Test func whatIsLeftOfMany() {
    var random = CounterRandom(seed: 6)
    let few = [
      [0x1p-1074], [-0x1.8p-1070, 0x1p-1060], [3.5, -0x1p-40], [-0x1.23456789ABCDEp700],
    ]
    for left in few {
      var terms = left
      for _ in 0..<4000 {
        let exponent = Int(1900 * random.uniform()) - 1020
        let term = Double(sign: .plus, exponent: exponent, significand: 1 + random.uniform())
        terms += [term, -term]
      }
      #expect(sum(terms.shuffled(using: &random)) == left.reduce(0, +))
    }
  }

  @Test func noTermsAndZeros() {
    #expect(sum([]) == 0)
    #expect(sum([0, -0.0, 0]) == 0)
    #expect(sum([5, -5]) == 0)
  }

  @Test func theLargest() {
    let largest = Double.greatestFiniteMagnitude
    #expect(sum([largest]) == largest)
    #expect(sum([largest, largest]) == .infinity)
    #expect(sum([largest, largest, -largest]) == largest)
    #expect(sum([-largest, -largest, largest]) == -largest)
    #expect(sum([1, .infinity]) == .infinity)
    #expect(sum([1, .nan]) == .infinity)
  }

  @Test func orderAndPartsDoNotMatter() {
    var random = CounterRandom(seed: 5)
    let terms = (0..<10_000).map { _ in random.normal() * Elementary.exp(40 * random.normal()) }
    var forward = LongAccumulator()
    terms.withUnsafeBufferPointer { forward.add($0) }
    var parts = LongAccumulator()
    for start in stride(from: 0, to: 10_000, by: 777) {
      var part = LongAccumulator()
      Array(terms[start..<min(10_000, start + 777)].reversed()).withUnsafeBufferPointer {
        part.add($0)
      }
      parts.add(part)
    }
    #expect(forward == parts)
    #expect(forward.value == parts.value)
  }
}
