import CladeCore
import Testing

@Suite struct EditDistanceTests {
  @Test(arguments: [(40, 12, "ab"), (30, 100, "abc"), (16, 400, "abcdefghij")])
  func limits(count: Int, length: Int, letters: String) {
    let texts = TextDissimilarityTests.texts(count, upTo: length, letters: letters, seed: 2)
    for a in texts {
      for b in texts {
        let expected = TextDissimilarityTests.plainEdit(a, b)
        #expect(EditDistance.distance(a, b) == expected)
        for limit in [expected, expected + 1, expected + 70, 2 * expected] {
          #expect(EditDistance.distance(a, b, atMost: limit) == expected)
        }
        for limit in [expected - 1, expected / 2, 0, -1] where limit < expected {
          #expect(EditDistance.distance(a, b, atMost: limit) == nil)
        }
      }
    }
  }

  @Test func lettersAreScalarsOrCharacters() {
    let (composed, decomposed) = ("caf\u{e9}", "cafe\u{301}")
    #expect(EditDistance.distance(composed, decomposed) == 2)
    #expect(EditDistance.distance(composed, decomposed, unit: .characters) == 0)
    #expect(EditDistance.distance("👩‍👩‍👧", "👩", unit: .scalars) == 4)
    #expect(EditDistance.distance("👩‍👩‍👧", "👩", unit: .characters) == 1)
    #expect(TextDissimilarity.normalizedEdit.distance("ab", "a\u{301}b", unit: .characters) == 0.5)
  }

  /// What both begin and end with is left out; in between there are a hundred thousand letters each.
  @Test func longTexts() {
    var random = CounterRandom(seed: 4)
    let a = (0..<100_000).map { _ in Character(Unicode.Scalar(97 + UInt8(random.next() % 20))) }
    var b = a
    b[10] = "!"
    b.remove(at: 40_000)
    b.insert("?", at: 70_000)
    b[99_980] = "!"
    #expect(EditDistance.distance(String(a), String(b), atMost: 40) == 4)
    #expect(EditDistance.distance(String(a), String(b), atMost: 3) == nil)
    let other = (0..<100_000).map { _ in Character(Unicode.Scalar(97 + UInt8(random.next() % 20))) }
    #expect(EditDistance.distance(String(a), String(other), atMost: 300) == nil)
    // Many letters to a lane, and as many rows of bits as there are strips.
    let part = String(a[..<9000])
    let distances: Matrix<Float>? = try? TextDissimilarity.edit.distances(
      of: [part, String(b[..<9000]), String(other[..<700]), ""])
    #expect(distances?[0, 1] == 1)
    #expect(distances?[0, 3] == 9000)
    #expect(distances?[0, 2] == Float(EditDistance.distance(part, String(other[..<700]))))
  }
}
