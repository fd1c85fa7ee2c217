/// The edit distance of two texts: how many letters have to be put in, taken out or replaced to
/// make one of the other (Levenshtein's).
///
/// By the bit-parallel algorithm of "A fast bit-vector algorithm for approximate string matching
/// based on dynamic programming" (Myers, 1999) in the form of "A bit-vector algorithm for computing
/// Levenshtein and Damerau edit distances" (Hyyrö, 2003), 64 letters of one text at a time along
/// the other. With a limit only what is near the diagonal is looked at, as in "Algorithms for
/// approximate string matching" (Ukkonen, 1985). For the distances of many texts see
/// ``TextDissimilarity``, which compares a text with up to 64 others at once.
public enum EditDistance {
  /// The distance of two texts.
  ///
  /// - Parameters:
  ///   - a: A text.
  ///   - b: Another.
  ///   - unit: What counts as a letter.
  /// - Returns: At least the difference of the lengths, at most the greater of them.
  /// - Complexity: O(|a| · |b| / 64) time, O(|a| + |b|) memory.
  public static func distance(_ a: String, _ b: String, unit: TextUnit = .scalars) -> Int {
    let codes = LetterCodes([a, b], unit: unit)
    // No distance is more than the greater length.
    return between(0, 1, of: codes, limit: max(codes.length(0), codes.length(1))) ?? 0
  }

  /// The distance of two texts if it is small, faster the smaller the limit is.
  ///
  /// - Parameters:
  ///   - a: A text.
  ///   - b: Another.
  ///   - limit: The distance of interest; less than 0 finds nothing.
  ///   - unit: What counts as a letter.
  /// - Returns: The distance where it is at most `limit`, else `nil`.
  /// - Complexity: O(|a| · min(|b|, limit) / 64 + |a| + |b|) time, O(|a| + |b|) memory.
  public static func distance(
    _ a: String, _ b: String, atMost limit: Int, unit: TextUnit = .scalars
  ) -> Int? {
    between(0, 1, of: LetterCodes([a, b], unit: unit), limit: limit)
  }

  /// The distance of two of the texts, `nil` where it is more than the limit.
  static func between(_ x: Int, _ y: Int, of codes: LetterCodes, limit: Int) -> Int? {
    codes.withLetters(x) { x in
      codes.withLetters(y) { y in
        distance(
          x.count <= y.count ? x : y, x.count <= y.count ? y : x, limit: limit,
          letterCount: codes.letterCount)
      }
    }
  }

  /// The distance of a text from one that isn't shorter.
  private static func distance(
    _ pattern: UnsafeBufferPointer<UInt32>, _ text: UnsafeBufferPointer<UInt32>, limit: Int,
    letterCount: Int
  ) -> Int? {
    guard text.count - pattern.count <= limit else { return nil }
    // What both begin and end with costs nothing.
    var (start, end) = (0, 0)
    while start < pattern.count, pattern[start] == text[start] { start += 1 }
    while end < pattern.count - start,
      pattern[pattern.count - 1 - end] == text[text.count - 1 - end]
    {
      end += 1
    }
    let (m, n) = (pattern.count - start - end, text.count - start - end)
    guard m > 0 else { return n }
    var strips = Strips(
      pattern: UnsafeBufferPointer(rebasing: pattern[start..<(start + m)]),
      text: UnsafeBufferPointer(rebasing: text[start..<(start + n)]), limit: min(limit, n),
      letterCount: letterCount)
    return strips.run()
  }

  /// The table of distances between the beginnings of two texts, 64 rows at a time, without those
  /// that lie further than the limit from the diagonal.
  private struct Strips {
    let pattern: UnsafeBufferPointer<UInt32>
    let text: UnsafeBufferPointer<UInt32>
    let limit: Int
    /// In which of a strip's rows each letter stands.
    var rows: [UInt64]
    /// By how much distances in the row above change from one column to the next: −1, 0 or 1.
    /// Beyond what was looked at by 1, which is no less than the truth.
    var steps: [Int8]

    init(
      pattern: UnsafeBufferPointer<UInt32>, text: UnsafeBufferPointer<UInt32>, limit: Int,
      letterCount: Int
    ) {
      self.pattern = pattern
      self.text = text
      self.limit = limit
      rows = [UInt64](repeating: 0, count: letterCount)
      steps = [Int8](repeating: 1, count: text.count)
    }

    mutating func run() -> Int? {
      // The first column looked at, and the distance in it and the row above.
      var (first, above) = (0, 0)
      for top in stride(from: 0, to: pattern.count, by: 64) {
        let bottom = min(pattern.count, top + 64)
        let left = max(0, top - limit)
        for column in first..<left { above += Int(steps[column]) }
        first = left
        let end = min(text.count, bottom + limit)
        advance(top..<bottom, columns: left..<end)
        above += bottom - top
        guard leastThrough(bottom, columns: left..<end, above) <= limit else { return nil }
      }
      let last = above + steps[first...].reduce(0) { $0 + Int($1) }
      return last <= limit ? last : nil
    }

    /// Goes through some columns of a strip, from the steps above it to those of its last row.
    private mutating func advance(_ strip: Range<Int>, columns: Range<Int>) {
      for row in strip { rows[Int(pattern[row])] |= 1 << UInt64(row - strip.lowerBound) }
      defer { for row in strip { rows[Int(pattern[row])] = 0 } }
      let last = UInt64(strip.count - 1)
      // Where a distance is greater or less by one than that in the row above.
      var (up, down) = (~UInt64(0), UInt64(0))
      for column in columns {
        var equal = rows[Int(text[column])]
        let diagonal = equal | down
        let step = steps[column]
        let falls: UInt64 = step < 0 ? 1 : 0
        equal |= falls
        let across = (((equal & up) &+ up) ^ up) | equal
        var right = down | ~(across | up)
        var left = up & across
        steps[column] = Int8(truncatingIfNeeded: Int(right >> last & 1) - Int(left >> last & 1))
        right = right << 1 | (step > 0 ? 1 : 0)
        left = left << 1 | falls
        up = left | ~(diagonal | right)
        down = right & diagonal
      }
    }

    /// No path through a row has a smaller distance at its end than this.
    private func leastThrough(_ row: Int, columns: Range<Int>, _ first: Int) -> Int {
      let offset = text.count - (pattern.count - row)
      var value = first
      var least = value + abs(offset - columns.lowerBound)
      for column in columns {
        value += Int(steps[column])
        least = min(least, value + abs(offset - column - 1))
      }
      return least
    }
  }
}
