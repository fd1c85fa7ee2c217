import CladeCore
import Testing

@Suite struct CounterRandomTests {
  /// The known answers that come with the paper's own implementation.
  @Test func philoxKnownAnswers() {
    #expect(
      CounterRandom.philox(counter: .zero, key: .zero)
        == SIMD4(0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8))
    #expect(
      CounterRandom.philox(counter: SIMD4(repeating: .max), key: SIMD2(repeating: .max))
        == SIMD4(0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd))
    #expect(
      CounterRandom.philox(
        counter: SIMD4(0x243f_6a88, 0x85a3_08d3, 0x1319_8a2e, 0x0370_7344),
        key: SIMD2(0xa409_3822, 0x299f_31d0))
        == SIMD4(0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1))
  }

  @Test func anyPlaceCanBeHadDirectly() {
    let source = CounterRandom(seed: 9, stream: 2)
    var stream = source
    for position in 0..<100 { #expect(stream.next() == source.value(at: UInt64(position))) }
    #expect(source.value(at: 0) != CounterRandom(seed: 9, stream: 3).value(at: 0))
    #expect(source.value(at: 0) != CounterRandom(seed: 8, stream: 2).value(at: 0))
  }

  @Test func momentsAreRight() {
    var random = CounterRandom(seed: 1)
    let uniform = (0..<100_000).map { _ in random.uniform() }
    #expect(uniform.allSatisfy { (0..<1).contains($0) })
    #expect(abs(uniform.reduce(0, +) / 100_000 - 0.5) < 0.005)
    let normal = (0..<100_000).map { _ in random.normal() }
    let mean = normal.reduce(0, +) / 100_000
    let square = normal.reduce(0) { $0 + $1 * $1 } / 100_000
    let fourth = normal.reduce(0) { $0 + $1 * $1 * $1 * $1 } / 100_000
    #expect(abs(mean) < 0.02)
    #expect(abs(square - 1) < 0.02)
    #expect(abs(fourth - 3) < 0.15)
  }
}
