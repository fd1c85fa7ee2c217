/// How alike two short texts are, 0 to 1: by letters that both have in about the same place.
///
/// A letter of one text matches the first equal one of the other that is no further away than half
/// the greater length less one, and not matched yet. With m matches, t of which pairs in a wrong
/// order, the similarity is (m / |a| + m / |b| + (m − t) / m) / 3: "Advances in Record-Linkage
/// Methodology as Applied to Matching the 1985 Census of Tampa, Florida" (Jaro, 1989). Winkler's is
/// nearer to 1 for texts that begin alike: "String Comparator Metrics and Enhanced Decision Rules
/// in the Fellegi–Sunter Model of Record Linkage" (Winkler, 1990).
enum JaroSimilarity {
  /// Above this similarity a common beginning counts.
  static let boostThreshold = 0.7
  /// By what part of what is missing a letter of a common beginning makes texts more alike.
  static let prefixWeight = 0.1
  /// So many letters of a common beginning count.
  static let longestPrefix = 4

  /// How far away a letter may be matched.
  @inline(__always)
  static func window(_ a: Int, _ b: Int) -> Int { max(0, max(a, b) / 2 - 1) }

  /// Winkler's similarity of Jaro's.
  @inline(__always)
  static func boosted(_ similarity: Double, prefix: Int) -> Double {
    guard similarity > boostThreshold else { return similarity }
    return similarity + Double(prefix) * prefixWeight * (1 - similarity)
  }

  /// How many letters two texts begin with alike, no more than count.
  static func commonPrefix(
    _ a: UnsafeBufferPointer<UInt32>, _ b: UnsafeBufferPointer<UInt32>
  ) -> Int {
    let most = min(longestPrefix, a.count, b.count)
    var count = 0
    while count < most, a[count] == b[count] { count += 1 }
    return count
  }

  /// The places of a text's letters, all those of one letter together in their order.
  static func places(_ letters: UnsafeBufferPointer<UInt32>) -> [Int32] {
    (0..<Int32(letters.count)).sorted {
      (letters[Int($0)], $0) < (letters[Int($1)], $1)
    }
  }

  /// 1 less the similarity, Jaro's or Winkler's, with the parameters of
  /// ``similarity(_:_:_:_:)``.
  static func dissimilarity(
    _ a: UnsafeBufferPointer<UInt32>, _ aPlaces: [Int32],
    _ b: UnsafeBufferPointer<UInt32>, _ bPlaces: [Int32], isWinklers: Bool
  ) -> Double {
    let similarity = similarity(a, aPlaces, b, bPlaces)
    return 1 - (isWinklers ? boosted(similarity, prefix: commonPrefix(a, b)) : similarity)
  }

  /// Jaro's similarity of two texts of any length; 1 of two empty ones.
  ///
  /// Among the places of one letter it doesn't matter from which text one looks: both go ahead
  /// together, and the one that is too far behind is left out. So the similarity is the same both
  /// ways.
  ///
  /// - Parameters:
  ///   - a: A text's letters.
  ///   - aPlaces: Their ``places(_:)``.
  ///   - b: Another's.
  ///   - bPlaces: Theirs.
  /// - Complexity: O(|a| + |b|).
  static func similarity(
    _ a: UnsafeBufferPointer<UInt32>, _ aPlaces: [Int32],
    _ b: UnsafeBufferPointer<UInt32>, _ bPlaces: [Int32]
  ) -> Double {
    guard !a.isEmpty, !b.isEmpty else { return a.isEmpty && b.isEmpty ? 1 : 0 }
    let window = Int32(window(a.count, b.count))
    return withUnsafeTemporaryAllocation(of: Bool.self, capacity: a.count + b.count) { matched in
      matched.initialize(repeating: false)
      let aMatched = UnsafeMutableBufferPointer(rebasing: matched[..<a.count])
      let bMatched = UnsafeMutableBufferPointer(rebasing: matched[a.count...])
      var (i, j, pairs) = (0, 0, 0)
      while i < a.count, j < b.count {
        let (x, y) = (aPlaces[i], bPlaces[j])
        let (one, other) = (a[Int(x)], b[Int(y)])
        if one < other || (one == other && x < y - window) {
          i += 1
        } else if other < one || y < x - window {
          j += 1
        } else {
          aMatched[Int(x)] = true
          bMatched[Int(y)] = true
          pairs += 1
          i += 1
          j += 1
        }
      }
      guard pairs > 0 else { return 0 }
      var (differing, y) = (0, 0)
      for x in 0..<a.count where aMatched[x] {
        while !bMatched[y] { y += 1 }
        if a[x] != b[y] { differing += 1 }
        y += 1
      }
      let matches = Double(pairs)
      return
        (matches / Double(a.count) + matches / Double(b.count)
        + (matches - Double(differing / 2)) / matches) / 3
    }
  }
}
