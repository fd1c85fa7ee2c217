import CladeCore
import Testing

/// The radix sort against the library's, with the order of equal keys.
@Suite struct RadixSortTests {
  /// Keys of many kinds: their top digits tell them apart, or nearly none, or none.
  private static func key(_ style: Int, _ bits: UInt64) -> UInt64 {
    switch style {
    case 0: bits
    case 1: (Double(bits >> 11) * 0x1p-53).bitPattern
    case 2: (1 + Double(bits % 1000) * 0x1p-50).bitPattern
    case 3: bits % 5
    case 4: (bits % 3) << 60 | (bits >> 8) % 100
    case 5: (bits % 2000) << 40 | (bits >> 32) % 3
    case 6: (bits >> 63) << 63 | bits % 4096
    default: 77
    }
  }

  @Test(arguments: 0..<8) func ordersKeysAndKeepsTheOrderOfEqualOnes(style: Int) {
    for count in [0, 1, 48, 49, 1024, 1025, 20_000] {
      var random = CounterRandom(seed: 7, stream: UInt64(8 * count + style))
      var items = (0..<count).map {
        RadixSort.Item(key: Self.key(style, random.next()), row: Int32($0))
      }
      let expected = items.sorted { ($0.key, $0.row) < ($1.key, $1.row) }
      let varying = items.reduce(0) { $0 | ($1.key ^ items[0].key) }
      var scratch = RadixSort.Scratch(count: count)
      items.withUnsafeMutableBufferPointer { RadixSort.sort($0, varying: varying, &scratch) }
      #expect(items.map(\.row) == expected.map(\.row), "\(count)")
      #expect(items.map(\.key) == expected.map(\.key), "\(count)")
    }
  }
}
