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
}
