import CladeCore
import CladeTables
import Foundation
import Testing

/// Numbers are read exactly as the standard library reads them, bit for bit.
@Suite struct ExactNumbersTests {
  private func check(_ spellings: [String]) throws {
    let folder = try TemporaryFolder()
    // In a column of its own, in the middle of a row, and at its end before CR LF.
    for (before, after) in [("", "\n"), ("1,", ",2\n"), ("0.5,", "\r\n")] {
      let text = spellings.map { before + $0 + after }.joined()
      var options = ReadOptions()
      options.header = false
      options.delimiter = .comma
      let table = try TableReader.read(try folder.file("n.csv", text), options: options)
      let column = before.isEmpty ? 0 : 1
      for (row, spelling) in spellings.enumerated() {
        let expected = try #require(Double(spelling))
        let found = table.numbers[row, column]
        #expect(found.bitPattern == expected.bitPattern, "\(spelling): \(found)")
      }
    }
  }

  @Test func hardCases() throws {
    try check([
      "0", "-0", "0.0", "-0.0", "1", "+1", "1.", ".5", "-.5", "007", "1e0", "1E+2", "1e-2",
      "9007199254740992", "9007199254740993", "9007199254740995", "9223372036854775807",
      "9223372036854775808", "18446744073709551615", "18446744073709551616",
      "1234567890123456789", "12345678901234567890", "0.1234567890123456789",
      "0.30000000000000004", "2.2250738585072014e-308", "2.2250738585072011e-308", "5e-324",
      "4.9406564584124654e-324", "2.4703282292062327e-324", "2.4703282292062328e-324", "1e-400",
      "1.7976931348623157e308", "17976931348623157e292", "1e22", "1e23", "8.5e22", "1e-22",
      "1e-23", "6.02214076e23", "0.000000000000000000000000000000001", "1.00000000000000011102230",
      "1.00000000000000011102230246251565404236316680908203125",
      "1.00000000000000011102230246251565404236316680908203124",
      "1.00000000000000011102230246251565404236316680908203126",
      "123456789012345678901234567890", "0.1", "0.2", "0.3", "100000000", "12345678.12345678",
      "4503599627370496.5", "4503599627370497.5", "4503599627370498.5", "0.5000000000000000277",
    ])
  }

  @Test func wholeNumbers() throws {
    // Of every length that goes through a word or doesn't fit, with and without a sign; between them
    // now and then a number of another form.
    var random = CounterRandom(seed: 3)
    var spellings: [String] = []
    for _ in 0..<300 {
      for length in 1...20 {
        let digits = (0..<length).map { _ in "\(random.next() % 10)" }.joined()
        spellings += [digits, "-" + digits]
        if random.next() % 3 == 0 { spellings.append(digits + ".5") }
      }
    }
    try check(spellings)
    let folder = try TemporaryFolder()
    let table = try TableReader.read(
      try folder.file("n.csv", "a,b\n 1, 22\n-333333, -4444444\n ,NA\n55555555,6666666\n"))
    #expect(table.numbers.column(0).prefix(2) == [1, -333333] && table.numbers[3, 0] == 55_555_555)
    #expect(table.numbers.column(1).prefix(2) == [22, -4_444_444])
    #expect(table.numbers[2, 0].isNaN && table.numbers[2, 1].isNaN)
    #expect(table.columns.map(\.missingCount) == [1, 1])
  }

  @Test func randomNumbers() throws {
    var random = CounterRandom(seed: 7)
    var spellings: [String] = []
    for _ in 0..<20_000 {
      let value = Double(bitPattern: random.next())
      if value.isFinite { spellings.append("\(value)") }
      spellings.append("\(random.normal())")
      spellings.append("\((random.normal() * 1000).rounded() / 1000)")
      spellings.append("\(Int64(truncatingIfNeeded: random.next()) >> Int(random.next() % 64))")
      // Digits at random, with a point somewhere.
      var digits = (0..<(1 + random.next() % 24)).map { _ in Character("\(random.next() % 10)") }
      digits.insert(".", at: Int(random.next() % UInt64(digits.count)))
      spellings.append(String(digits))
      if random.next() % 4 == 0 {
        spellings.append(String(digits) + "e\(Int(random.next() % 640) - 320)")
      }
    }
    try check(spellings.filter { Double($0)?.isFinite == true })
  }

  @Test func halfwayCases() throws {
    // Between two doubles exactly, and one digit to either side.
    var random = CounterRandom(seed: 11)
    var spellings: [String] = []
    for _ in 0..<5000 {
      let whole = random.next() >> 10 | 1 << 53
      let half = Double(whole & ~1)
      let exact = UInt64(half) + 1
      for value in [exact - 1, exact, exact + 1] { spellings.append("\(value)") }
      for value in [exact - 1, exact, exact + 1] {
        spellings.append("\(value)".dropLast(4) + "." + "\(value)".suffix(4))
      }
    }
    try check(spellings)
  }
}
