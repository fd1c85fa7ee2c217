/// Spells numbers as a person would write them.
enum NumberSpelling {
  /// The shortest spelling that reads back as the same number, whole numbers without ".0".
  static func shortest(_ value: Double) -> String {
    if value == value.rounded(), abs(value) < 1e15 { return String(Int64(value)) }
    return "\(value)"
  }
}
