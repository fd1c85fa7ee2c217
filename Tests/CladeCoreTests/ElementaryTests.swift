import CladeCore
import Foundation
import Testing

@Suite struct ElementaryTests {
  @Test func withinOneUnitOfTheCLibrary() {
    var random = CounterRandom(seed: 2)
    for index in 0..<200_000 {
      let x = (2 * random.uniform() - 1) * [1, 30, 700][index % 3]
      let expected = Foundation.exp(x)
      #expect(abs(Elementary.exp(x) - expected) <= 1.5 * expected.ulp)
      let y = Foundation.exp((2 * random.uniform() - 1) * [0.1, 1, 700][index % 3])
      let logarithm = Foundation.log(y)
      #expect(abs(Elementary.log(y) - logarithm) <= 1.5 * logarithm.ulp)
    }
  }

  @Test func specialValues() {
    #expect(Elementary.exp(0) == 1)
    #expect(Elementary.exp(-0.0) == 1)
    #expect(Elementary.exp(.infinity) == .infinity)
    #expect(Elementary.exp(-.infinity) == 0)
    #expect(Elementary.exp(.nan).isNaN)
    #expect(Elementary.exp(709.79) == .infinity)
    #expect(Elementary.exp(-745.2) == 0)
    #expect(Elementary.exp(-745.1) == .leastNonzeroMagnitude)
    #expect(Elementary.log(1) == 0)
    #expect(Elementary.log(0) == -.infinity)
    #expect(Elementary.log(-0.0) == -.infinity)
    #expect(Elementary.log(-1).isNaN)
    #expect(Elementary.log(.nan).isNaN)
    #expect(Elementary.log(.infinity) == .infinity)
    #expect(Elementary.log(.leastNonzeroMagnitude) == Foundation.log(Double.leastNonzeroMagnitude))
  }

  /// A few results as bits, so that a machine that computes others is found out.
  @Test func sameBitsOnEveryMachine() {
    #expect(Elementary.exp(1).bitPattern == 0x4005_bf0a_8b14_576a)
    #expect(Elementary.exp(-0.3).bitPattern == 0x3fe7_b4c8_69c3_7c05)
    #expect(Elementary.log(10).bitPattern == 0x4002_6bb1_bbb5_5516)
  }

  @Test(arguments: InstructionSet.available) func arraysHaveTheBitsOfSingleNumbers(
    set: InstructionSet
  ) {
    var random = CounterRandom(seed: 7)
    var values = [
      0, -0.0, .infinity, -.infinity, .leastNonzeroMagnitude, .leastNormalMagnitude / 8, 1e308,
      709.7, -745, 710, -746,
    ]
    values += (0..<1000).map { _ in random.normal() * 300 }
    InstructionSet.forcing(set) {
      var exponentials = values
      exponentials.withUnsafeMutableBufferPointer { Elementary.exp($0) }
      #expect(exponentials.map(\.bitPattern) == values.map { Elementary.exp($0).bitPattern })
      var logarithms = values.map(\.magnitude)
      logarithms.withUnsafeMutableBufferPointer { Elementary.log($0) }
      #expect(
        logarithms.map(\.bitPattern) == values.map { Elementary.log($0.magnitude).bitPattern })
    }
  }

  @Test func anglesWithinAFewUnitsOfTheCLibrary() {
    var random = CounterRandom(seed: 4)
    for _ in 0..<100_000 {
      let x = 2 * random.uniform() - 1
      #expect(abs(Elementary.asin(x) - Foundation.asin(x)) <= 2 * Foundation.asin(x).ulp)
      let degrees = 45 * x
      let (sine, cosine) = Elementary.sineAndCosine(degrees: degrees)
      let radians = degrees * .pi / 180
      #expect(abs(sine - Foundation.sin(radians)) <= 3 * sine.ulp)
      #expect(abs(cosine - Foundation.cos(radians)) <= 2 * cosine.ulp)
      #expect(abs(sine * sine + cosine * cosine - 1) <= 4e-16)
      // The other quarters are the same numbers.
      let quarter = Elementary.sineAndCosine(degrees: degrees + 360)
      #expect(abs(quarter.sine - sine) <= 2e-15)
      let base = random.uniform() * 10
      let power = Foundation.pow(base, 5 * x)
      let bound = 4 * abs(5 * x * Foundation.log(base)) + 2
      #expect(abs(Elementary.pow(base, 5 * x) - power) <= bound * power.ulp)
    }
    for (degrees, sine, cosine) in [
      (0.0, 0.0, 1.0), (90, 1, 0), (180, 0, -1), (-90, -1, 0), (270, -1, 0), (360, 0, 1),
      (30, 0.5, nil),
      (-450, -1, 0), (60, nil, 0.5),
    ] as [(Double, Double?, Double?)] {
      if let sine {
        #expect(abs(Elementary.sin(degrees: degrees) - sine) <= 1.2e-16 * sine.magnitude)
      }
      if let cosine {
        #expect(abs(Elementary.cos(degrees: degrees) - cosine) <= 1.2e-16 * cosine.magnitude)
      }
    }
    #expect(Elementary.asin(1) == .pi / 2)
    #expect(Elementary.asin(-1) == -.pi / 2)
    #expect(Elementary.asin(0) == 0)
    #expect(Elementary.asin(1.1).isNaN)
    #expect(Elementary.asin(.nan).isNaN)
    #expect(Elementary.sin(degrees: .infinity).isNaN)
    #expect(Elementary.pow(0, 2) == 0)
    #expect(Elementary.pow(0, 0) == 1)
    #expect(Elementary.pow(-1, 0.5).isNaN)
  }
}
