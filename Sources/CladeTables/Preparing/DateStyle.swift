/// How dates are written. They are read as seconds since the start of 1970 in UTC.
enum DateStyle: String, CaseIterable, Sendable, Codable {
  /// 2026-11-21, 2026/11/21, with or without a time behind a blank or a T: 09:51, 09:51:15.25, and
  /// a zone: Z, +01:00.
  case yearFirst = "year_first"
  /// 11/21/2026, with or without a time.
  case monthFirst = "month_first"
  /// 21.11.2026 or 21/11/2026, with or without a time.
  case dayFirst = "day_first"

  /// The style that all texts have, or `nil` if there is none. Where 3/4/2026 could be either, the
  /// month is taken to come first, unless dots stand between the parts.
  static func common(to texts: some Sequence<String>) -> DateStyle? {
    var candidates = allCases
    var isEmpty = true
    for text in texts {
      isEmpty = false
      candidates.removeAll { $0.seconds(text) == nil }
      if candidates.isEmpty { return nil }
    }
    return isEmpty ? nil : candidates.first
  }

  /// The seconds since the start of 1970 in UTC, or `nil` if the text is no date of this style.
  func seconds(_ text: String) -> Double? {
    var scanner = DigitScanner(text)
    guard let first = scanner.number(digits: 1...4), let separator = scanner.next(),
      separator == UInt8(ascii: "-") || separator == UInt8(ascii: "/")
        || separator == UInt8(ascii: "."),
      let second = scanner.number(digits: 1...2), scanner.skip(separator),
      let third = scanner.number(digits: 1...4)
    else { return nil }
    let parts: (year: DigitScanner.Number, month: Int, day: Int)
    switch self {
    case .yearFirst: parts = (first, second.value, third.value)
    case .monthFirst:
      guard separator == UInt8(ascii: "/") else { return nil }
      parts = (third, first.value, second.value)
    case .dayFirst:
      guard separator != UInt8(ascii: "-") else { return nil }
      parts = (third, second.value, first.value)
    }
    guard parts.year.digits == 4,
      let days = Self.days(year: parts.year.value, month: parts.month, day: parts.day),
      let time = Self.timeOfDay(&scanner), scanner.isAtEnd
    else { return nil }
    return Double(days) * 86_400 + time
  }

  /// The seconds of an optional time of day and zone; `nil` if what stands there is none.
  private static func timeOfDay(_ scanner: inout DigitScanner) -> Double? {
    guard !scanner.isAtEnd else { return 0 }
    guard scanner.skip(UInt8(ascii: "T")) || scanner.skip(UInt8(ascii: " ")),
      let hour = scanner.number(digits: 1...2), hour.value < 25,
      scanner.skip(UInt8(ascii: ":")), let minute = scanner.number(digits: 2...2),
      minute.value < 60
    else { return nil }
    var seconds = Double(hour.value * 3600 + minute.value * 60)
    if scanner.skip(UInt8(ascii: ":")) {
      guard let second = scanner.number(digits: 2...2), second.value < 61 else { return nil }
      seconds += Double(second.value)
      if scanner.skip(UInt8(ascii: ".")) || scanner.skip(UInt8(ascii: ",")) {
        guard let fraction = scanner.number(digits: 1...9) else { return nil }
        var power = 1
        for _ in 0..<fraction.digits { power *= 10 }
        seconds += Double(fraction.value) / Double(power)
      }
    }
    _ = scanner.skip(UInt8(ascii: " "))
    if scanner.isAtEnd || scanner.skip(UInt8(ascii: "Z")) { return seconds }
    let isEast = scanner.skip(UInt8(ascii: "+"))
    guard isEast || scanner.skip(UInt8(ascii: "-")),
      let zone = scanner.number(digits: 2...2), zone.value < 19
    else { return nil }
    var offset = zone.value * 3600
    if !scanner.isAtEnd {
      _ = scanner.skip(UInt8(ascii: ":"))
      guard let minutes = scanner.number(digits: 2...2), minutes.value < 60 else { return nil }
      offset += minutes.value * 60
    }
    return seconds + Double(isEast ? -offset : offset)
  }

  /// The days since the start of 1970 in the Gregorian calendar.
  private static func days(year: Int, month: Int, day: Int) -> Int? {
    guard (1...12).contains(month), day >= 1 else { return nil }
    let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
    let lengths = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
    guard day <= lengths[month - 1] else { return nil }
    let before = year - 1
    let leapDays = before / 4 - before / 100 + before / 400
    let daysBefore = year == 0 ? -366 : before * 365 + leapDays
    return daysBefore + lengths[..<(month - 1)].reduce(0, +) + day - 1 - 719_162
  }
}

/// Takes numbers and single characters off the front of a text.
struct DigitScanner {
  private let bytes: [UInt8]
  private var position = 0

  init(_ text: String) { bytes = Array(text.utf8.prefix(64)) }

  struct Number {
    var value: Int
    var digits: Int
  }

  var isAtEnd: Bool { position == bytes.count }

  mutating func next() -> UInt8? {
    guard position < bytes.count else { return nil }
    position += 1
    return bytes[position - 1]
  }

  mutating func skip(_ byte: UInt8) -> Bool {
    guard position < bytes.count, bytes[position] == byte else { return false }
    position += 1
    return true
  }

  /// The number at the front, if it has so many digits.
  mutating func number(digits: ClosedRange<Int>) -> Number? {
    var value = 0
    var count = 0
    while position < bytes.count, bytes[position] &- 48 <= 9, count < digits.upperBound {
      value = value * 10 + Int(bytes[position] - 48)
      position += 1
      count += 1
    }
    return digits.contains(count) ? Number(value: value, digits: count) : nil
  }
}
