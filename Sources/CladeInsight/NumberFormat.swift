/// Writes numbers and dates for people, with the same characters on every machine.
///
/// No locale and no C library takes part. Digits are grouped by commas from five digits on, so that
/// years and other four-digit numbers stay as they are.
public struct NumberFormat: Sendable, Equatable {
  private enum Style: Sendable, Equatable {
    /// So many digits after the decimal point.
    case fixed(Int)
    /// Three significant digits and a power of ten.
    case scientific
    /// A day, or a minute of a day.
    case date(withTime: Bool)
  }

  private let style: Style

  /// Creates a format with a fixed number of decimals, 0...9.
  public init(decimals: Int) {
    style = .fixed(min(max(0, decimals), 9))
  }

  /// Creates a format for dates, given as seconds since the start of 1970 in UTC.
  ///
  /// - Parameter spread: Their standard deviation in seconds; the time of day is shown below two
  ///   days.
  public init(dateSpread spread: Double) {
    style = .date(withTime: spread < 2 * 86_400)
  }

  /// Creates the format that shows values of one column: a hundredth part of their spread is
  /// still to be seen, and no more.
  ///
  /// - Parameters:
  ///   - spread: The standard deviation of the values.
  ///   - magnitude: The largest size of a value.
  public init(spread: Double, magnitude: Double) {
    let scale = spread > 0 && spread >= magnitude * 1e-9 ? spread : magnitude / 100
    guard scale > 0, scale.isFinite, magnitude < 1e15 else {
      style = scale > 0 ? .scientific : .fixed(0)
      return
    }
    let wanted = max(0, 1 - Self.exponent(of: scale))
    style = wanted > 6 ? .scientific : .fixed(wanted)
  }

  /// The number in this format: `5076`, `-0.25`, `1,000,000`, `3.21e-12`.
  public func string(_ value: Double) -> String {
    guard value.isFinite else { return "–" }
    switch style {
    case .fixed(let decimals):
      return Self.fixed(value, decimals: decimals) ?? Self.scientific(value)
    case .scientific: return Self.scientific(value)
    case .date(let withTime): return Self.date(value, withTime: withTime)
    }
  }

  /// A standard deviation in this format; that of dates is a duration: `12 days`, `3.4 h`.
  public func spread(_ deviation: Double) -> String {
    guard case .date = style, deviation.isFinite else { return string(deviation) }
    let units = [(86_400.0, "days"), (3600, "h"), (60, "min"), (1, "s")]
    let (seconds, name) = units.first { deviation >= 2 * $0.0 } ?? (1, "s")
    let amount = deviation / seconds
    return (Self.fixed(amount, decimals: amount < 9.95 ? 1 : 0) ?? Self.scientific(amount)) + " "
      + name
  }

  /// A count: `344`, `1,000,000`.
  public static func count(_ count: Int) -> String {
    (count < 0 ? "-" : "") + grouped(String(count.magnitude))
  }

  /// A share of 1 in percent: `98 %`, `0.4 %`, `<0.1 %`, `>99.9 %`; 0 and 1 only when they are
  /// exact.
  public static func percent(_ share: Double) -> String {
    guard share.isFinite else { return "–" }
    if share < 0 { return "-" + percent(-share) }
    if share == 0 { return "0 %" }
    if share == 1 { return "100 %" }
    if share < 0.0005 { return "<0.1 %" }
    if share >= 0.9995, share < 1 { return ">99.9 %" }
    let precise = share < 0.095 || (share >= 0.995 && share < 1)
    return (fixed(share * 100, decimals: precise ? 1 : 0) ?? scientific(share * 100)) + " %"
  }

  /// A duration: `0.42 s`, `12.3 s`, `3 min 20 s`.
  public static func seconds(_ seconds: Double) -> String {
    guard seconds.isFinite, seconds >= 0, seconds < 1e9 else { return "–" }
    if seconds < 0.9995 {
      return seconds < 0.000_5 ? "<1 ms" : (fixed(seconds * 1000, decimals: 0) ?? "–") + " ms"
    }
    if seconds < 9.995 { return (fixed(seconds, decimals: 2) ?? "–") + " s" }
    if seconds < 99.95 { return (fixed(seconds, decimals: 1) ?? "–") + " s" }
    let whole = Int(seconds.rounded())
    return "\(whole / 60) min \(whole % 60) s"
  }

  /// The power of ten of the first digit of a positive number.
  static func exponent(of value: Double) -> Int {
    var exponent = 0
    var scaled = value
    while scaled >= 10, exponent < 400 {
      scaled /= 10
      exponent += 1
    }
    while scaled < 1, exponent > -400 {
      scaled *= 10
      exponent -= 1
    }
    return exponent
  }

  /// The value rounded to `decimals` digits after the point, or `nil` where it has too many digits.
  private static func fixed(_ value: Double, decimals: Int) -> String? {
    var power = 1.0
    for _ in 0..<decimals { power *= 10 }
    let scaled = (value.magnitude * power).rounded(.toNearestOrEven)
    guard scaled < 9e15 else { return nil }
    var digits = String(UInt64(scaled))
    if digits.count <= decimals {
      digits = String(repeating: "0", count: decimals + 1 - digits.count) + digits
    }
    let point = digits.index(digits.endIndex, offsetBy: -decimals)
    let sign = value < 0 && scaled > 0 ? "-" : ""
    let whole = sign + grouped(String(digits[..<point]))
    return decimals == 0 ? whole : whole + "." + digits[point...]
  }

  /// Three significant digits and a power of ten.
  private static func scientific(_ value: Double) -> String {
    guard value != 0 else { return "0" }
    var exponent = exponent(of: value.magnitude)
    var mantissa = value.magnitude
    for _ in 0..<exponent.magnitude { mantissa = exponent > 0 ? mantissa / 10 : mantissa * 10 }
    var hundredths = Int((mantissa * 100).rounded(.toNearestOrEven))
    if hundredths >= 1000 {
      hundredths /= 10
      exponent += 1
    }
    let fraction = hundredths % 100
    return (value < 0 ? "-" : "")
      + "\(hundredths / 100).\(fraction < 10 ? "0" : "")\(fraction)e\(exponent)"
  }

  /// `2024-02-29`, or `2024-02-29 14:05`, in the Gregorian calendar.
  private static func date(_ seconds: Double, withTime: Bool) -> String {
    guard seconds.magnitude < 1e13 else { return scientific(seconds) }
    let minute = Int((seconds / 60).rounded(.down))
    let day = Int((seconds / 86_400).rounded(.down))
    // Years begin in March here, so that a leap day is a year's last; eras have 400 years.
    let shifted = day + 719_468
    let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
    let dayOfEra = shifted - era * 146_097
    let yearOfEra =
      (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let march = (5 * dayOfYear + 2) / 153
    let month = march < 10 ? march + 3 : march - 9
    let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    let padded = { (number: Int) in number < 10 ? "0\(number)" : "\(number)" }
    let digits = String(year.magnitude)
    let date =
      (year < 0 ? "-" : "") + String(repeating: "0", count: max(0, 4 - digits.count)) + digits
      + "-\(padded(month))-\(padded(dayOfYear - (153 * march + 2) / 5 + 1))"
    guard withTime else { return date }
    let ofDay = minute - day * 1440
    return date + " \(padded(ofDay / 60)):\(padded(ofDay % 60))"
  }

  private static func grouped(_ digits: String) -> String {
    guard digits.count > 4 else { return digits }
    var text = ""
    for (index, digit) in digits.enumerated() {
      if index > 0, (digits.count - index) % 3 == 0 { text.append(",") }
      text.append(digit)
    }
    return text
  }
}
