import CladeCore
import Testing

@Suite struct RowFingerprintTests {
  @Test(arguments: [1, 3, 63, 64, 65, 130], [0, 1, 7, 8, 9, 20])
  func drawsAreThoseOfWholeFingerprints(columns: Int, rows: Int) {
    var random = CounterRandom(seed: 2)
    var values = (0..<(rows * columns)).map { _ in Float(random.normal()) }
    for index in values.indices where index % 5 == 0 { values[index] = index % 2 == 0 ? -0.0 : 0 }
    let doubles = values.map { Double($0) + 0 }
    var whole = [RowFingerprint](unsafeUninitializedCapacity: rows) { buffer, initialized in
      guard let start = buffer.baseAddress else { return }
      RowFingerprint.write(of: values, count: rows, columns: columns, seed: 9, into: start)
      initialized = rows
    }
    whole = Array(whole.prefix(rows))
    for isDouble in [false, true] {
      var draws = [UInt64](repeating: 0, count: rows + 1)
      if isDouble {
        RowFingerprint.writeDraws(of: doubles, count: rows, columns: columns, seed: 9, into: &draws)
      } else {
        RowFingerprint.writeDraws(of: values, count: rows, columns: columns, seed: 9, into: &draws)
      }
      #expect(draws.dropLast() == whole.map(\.draw)[...])
      #expect(draws.last == 0)
    }
  }
}
