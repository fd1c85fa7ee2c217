/// Finds the name most like one that was mistyped.
enum NearestName {
  /// The name most like `name`, or `nil` when none is at all like it.
  ///
  /// Likeness is the number of single-letter edits with swaps of neighbours (the restricted
  /// Damerau–Levenshtein distance), ignoring case; at most a third of the letters may differ.
  static func of(_ name: String, among names: [String]) -> String? {
    let wanted = Array(name.lowercased().unicodeScalars.prefix(100))
    var best: (distance: Int, name: String)?
    for candidate in names.prefix(10_000) {
      let letters = Array(candidate.lowercased().unicodeScalars.prefix(100))
      let limit = max(1, max(wanted.count, letters.count) / 3)
      guard abs(wanted.count - letters.count) <= limit else { continue }
      let distance = edits(wanted, letters)
      if distance <= limit, best.map({ distance < $0.distance }) ?? true {
        best = (distance, candidate)
      }
    }
    return best?.name
  }

  private static func edits(_ a: [Unicode.Scalar], _ b: [Unicode.Scalar]) -> Int {
    var before = [Int](repeating: 0, count: b.count + 1)
    var above = Array(0...b.count)
    for i in 0..<a.count {
      var row = [i + 1]
      for j in 0..<b.count {
        var least = min(above[j + 1] + 1, row[j] + 1, above[j] + (a[i] == b[j] ? 0 : 1))
        if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] {
          least = min(least, before[j - 1] + 1)
        }
        row.append(least)
      }
      before = above
      above = row
    }
    return above[b.count]
  }
}
