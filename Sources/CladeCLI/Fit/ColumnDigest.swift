import CladeInsight
import CladeTables

/// What was done with a table's columns, in a few lines: how many are used, what was imputed, what
/// was left out and why.
struct ColumnDigest {
  /// A line's title and its text.
  private(set) var lines: [(title: String, text: String)] = []

  /// At most this many columns are named in a line; `--json` tells all.
  private static let named = 8

  /// Describes what was done.
  ///
  /// - Parameters:
  ///   - columns: All columns of the table; none where it held distances.
  ///   - keepsMissing: Whether missing values were left out of distances.
  init(_ columns: [ColumnReport], keepsMissing: Bool = false) {
    guard !columns.isEmpty else { return }
    let numbers = columns.filter { $0.treatment == .number }
    let categories = columns.filter { $0.treatment == .oneHot || $0.treatment == .category }
    let used = numbers.count + categories.count
    let kinds = [
      Self.counted(numbers.count, "number", "numbers"),
      Self.counted(categories.count, "category", "categories"),
    ].compactMap(\.self)
    lines.append(
      (
        "Columns",
        "\(NumberFormat.count(used)) of \(NumberFormat.count(columns.count)) used: \(kinds.joined(separator: ", "))."
      ))

    let imputed = (numbers + categories).filter { $0.missingCount > 0 }
    if !imputed.isEmpty {
      lines.append(
        (
          "Missing",
          Self.list(imputed) { "\($0.name) \(NumberFormat.count($0.missingCount))" }
            + (keepsMissing
              ? " (left out of distances)" : " (numbers: the median was put in)")
        ))
    }
    let unused = columns.filter { $0.treatment == .leftOut }
    for column in unused.prefix(Self.named) {
      let title = column.name == unused[0].name ? "Left out" : ""
      let reason =
        column.reason.hasPrefix("left out: ")
        ? String(column.reason.dropFirst("left out: ".count)) : column.reason
      lines.append((title, "\(TextLayout.fit(column.name, 40)): \(reason)"))
    }
    if unused.count > Self.named {
      lines.append(("", "and \(NumberFormat.count(unused.count - Self.named)) more; see --json"))
    }
  }

  private static func counted(_ count: Int, _ one: String, _ many: String) -> String? {
    count == 0 ? nil : "\(NumberFormat.count(count)) \(count == 1 ? one : many)"
  }

  private static func list(
    _ columns: [ColumnReport], _ describe: (ColumnReport) -> String
  ) -> String {
    let shown = columns.prefix(named).map { describe($0) }.joined(separator: ", ")
    return columns.count > named
      ? shown + " and \(NumberFormat.count(columns.count - named)) more" : shown
  }
}
