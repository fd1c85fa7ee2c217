/// A counter-based source of random numbers: the value at any place of the stream can be had
/// directly, so that what is drawn never depends on threads.
///
/// The generator is Philox 4×32-10 of "Parallel Random Numbers: As Easy as 1, 2, 3" (Salmon,
/// Moraes, Dror and Shaw, 2011). Streams with another `seed` or `stream` are independent.
public struct CounterRandom: RandomNumberGenerator, Sendable {
  private let seed: UInt64
  private let stream: UInt64
  private var position: UInt64 = 0
  private var spareNormal: Double?

  /// Creates a stream.
  ///
  /// - Parameters:
  ///   - seed: Chooses the numbers.
  ///   - stream: Chooses one of 2⁶⁴ independent streams of that seed.
  public init(seed: UInt64, stream: UInt64 = 0) {
    self.seed = seed
    self.stream = stream
  }

  /// The 64 random bits at a place of the stream.
  public func value(at position: UInt64) -> UInt64 {
    let block = Self.philox(
      counter: SIMD4(
        UInt32(truncatingIfNeeded: position >> 1), UInt32(truncatingIfNeeded: position >> 33),
        UInt32(truncatingIfNeeded: stream), UInt32(truncatingIfNeeded: stream >> 32)),
      key: SIMD2(UInt32(truncatingIfNeeded: seed), UInt32(truncatingIfNeeded: seed >> 32)))
    return position & 1 == 0
      ? UInt64(block[0]) | UInt64(block[1]) << 32
      : UInt64(block[2]) | UInt64(block[3]) << 32
  }

  /// The next 64 random bits.
  public mutating func next() -> UInt64 {
    defer { position &+= 1 }
    return value(at: position)
  }

  /// The next number, uniform in 0..<1, a multiple of 2⁻⁵³.
  public mutating func uniform() -> Double {
    Double(next() >> 11) * 0x1p-53
  }

  /// The next number from the normal distribution with mean 0 and standard deviation 1.
  ///
  /// Marsaglia's polar method, with ``Elementary``'s logarithm.
  public mutating func normal() -> Double {
    if let spare = spareNormal {
      spareNormal = nil
      return spare
    }
    while true {
      let u = 2 * uniform() - 1
      let v = 2 * uniform() - 1
      let s = u * u + v * v
      guard s < 1, s > 0 else { continue }
      let factor = (-2 * Elementary.log(s) / s).squareRoot()
      spareNormal = v * factor
      return u * factor
    }
  }

  /// One block of Philox 4×32 with 10 rounds.
  package static func philox(counter: SIMD4<UInt32>, key: SIMD2<UInt32>) -> SIMD4<UInt32> {
    var (c0, c1, c2, c3) = (counter[0], counter[1], counter[2], counter[3])
    var (k0, k1) = (key[0], key[1])
    for _ in 0..<10 {
      let first = c0.multipliedFullWidth(by: 0xD251_1F53)
      let second = c2.multipliedFullWidth(by: 0xCD9E_8D57)
      (c0, c1, c2, c3) = (
        second.high ^ c1 ^ k0, second.low, first.high ^ c3 ^ k1, first.low
      )
      k0 &+= 0x9E37_79B9
      k1 &+= 0xBB67_AE85
    }
    return SIMD4(c0, c1, c2, c3)
  }
}
