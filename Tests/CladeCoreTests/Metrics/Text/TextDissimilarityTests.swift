import CladeCore
import Testing

@Suite struct TextDissimilarityTests {
  static let all: [TextDissimilarity] = [
    .edit, .normalizedEdit, .jaro, .jaroWinkler, .jaccardSets(),
  ]

  /// Texts of many lengths, some alike.
  static func texts(_ count: Int, upTo length: Int, letters: String, seed: UInt64) -> [String] {
    var random = CounterRandom(seed: seed)
    let letters = Array(letters)
    var texts: [String] = []
    for index in 0..<count {
      if index > 4, random.next() % 2 == 0 {
        var copy = Array(texts[Int(random.next() % UInt64(index))])
        if !copy.isEmpty { copy[Int(random.next() % UInt64(copy.count))] = letters[0] }
        texts.append(String(copy + [letters[Int(random.next() % UInt64(letters.count))]]))
      } else {
        let size = Int(random.next() % UInt64(length + 1))
        texts.append(
          String((0..<size).map { _ in letters[Int(random.next() % UInt64(letters.count))] }))
      }
    }
    return texts
  }

  /// The definition of the edit distance, row after row of the table.
  static func plainEdit(_ a: String, _ b: String) -> Int {
    let (a, b) = (Array(a.unicodeScalars), Array(b.unicodeScalars))
    var row = Array(0...b.count)
    for i in 0..<a.count {
      var diagonal = row[0]
      row[0] = i + 1
      for j in 0..<b.count {
        let replaced = diagonal + (a[i] == b[j] ? 0 : 1)
        diagonal = row[j + 1]
        row[j + 1] = min(replaced, row[j] + 1, row[j + 1] + 1)
      }
    }
    return row[b.count]
  }

  /// Jaro's similarity as it is defined, letter by letter.
  static func plainJaro(_ a: String, _ b: String) -> Double {
    let (a, b) = (Array(a.unicodeScalars), Array(b.unicodeScalars))
    guard !a.isEmpty, !b.isEmpty else { return a.isEmpty && b.isEmpty ? 1 : 0 }
    let window = max(0, max(a.count, b.count) / 2 - 1)
    var matched = [Bool](repeating: false, count: b.count)
    var own: [Unicode.Scalar] = []
    for i in a.indices {
      let near = b.indices.first { abs($0 - i) <= window && !matched[$0] && b[$0] == a[i] }
      if let near {
        matched[near] = true
        own.append(a[i])
      }
    }
    guard !own.isEmpty else { return 0 }
    let other = b.indices.filter { matched[$0] }.map { b[$0] }
    let swaps = Double(zip(own, other).count { $0 != $1 } / 2)
    let m = Double(own.count)
    return (m / Double(a.count) + m / Double(b.count) + (m - swaps) / m) / 3
  }

  static func plain(_ kind: TextDissimilarity, _ a: String, _ b: String) -> Double {
    switch kind {
    case .edit: return Double(plainEdit(a, b))
    case .normalizedEdit:
      let longer = max(a.unicodeScalars.count, b.unicodeScalars.count)
      return longer == 0 ? 0 : Double(plainEdit(a, b)) / Double(longer)
    case .jaro: return 1 - plainJaro(a, b)
    case .jaroWinkler:
      let jaro = plainJaro(a, b)
      let prefix = zip(a.unicodeScalars, b.unicodeScalars).prefix(4).prefix { $0 == $1 }.count
      return 1 - (jaro > 0.7 ? jaro + Double(prefix) * 0.1 * (1 - jaro) : jaro)
    case .jaccardSets(let separator):
      let sets = [a, b].map {
        Set(
          $0.split(separator: separator).map { $0.filter { !$0.isWhitespace } }.filter { $0 != "" })
      }
      let all = sets[0].union(sets[1]).count
      return all == 0 ? 0 : Double(all - sets[0].intersection(sets[1]).count) / Double(all)
    }
  }

  /// rapidfuzz 3.14.6, `Levenshtein.distance`, `Levenshtein.normalized_distance`, `Jaro.similarity` and
  /// `JaroWinkler.similarity`; jellyfish 1.3.0 has the same.
  @Test(arguments: [
    ("MARTHA", "MARHTA", 2, 0.3333333333333333, 0.9444444444444445, 0.9611111111111111),
    ("DWAYNE", "DUANE", 2, 0.3333333333333333, 0.8222222222222223, 0.8400000000000001),
    ("DIXON", "DICKSONX", 4, 0.5, 0.7666666666666666, 0.8133333333333332),
    ("kitten", "sitting", 3, 0.42857142857142855, 0.746031746031746, 0.746031746031746),
    ("ab", "bca", 3, 1.0, 0.0, 0.0),
    ("Straße", "Strasse", 2, 0.2857142857142857, 0.8492063492063492, 0.9095238095238095),
    ("東京都", "京都", 1, 0.3333333333333333, 0.0, 0.0),
    ("abcvwxyz", "cabvwxyz", 2, 0.25, 0.9583333333333334, 0.9583333333333334),
    ("", "abc", 3, 1.0, 0.0, 0.0),
    (
      "The quick brown fox jumps over the lazy dog, and then it sleeps for a while",
      "the quick brown fox jumped over a lazy dog and then slept for some while, it seems",
      26, 0.3170731707317073, 0.8129732338419275, 0.8129732338419275
    ),
  ])
  func knownValues(
    a: String, b: String, edit: Int, normalized: Double, jaro: Double, winkler: Double
  ) throws {
    #expect(TextDissimilarity.edit.distance(a, b) == Double(edit))
    #expect(EditDistance.distance(a, b) == edit)
    #expect(TextDissimilarity.normalizedEdit.distance(a, b) == normalized)
    #expect(TextDissimilarity.jaro.distance(a, b) == 1 - jaro)
    #expect(TextDissimilarity.jaroWinkler.distance(a, b) == 1 - winkler)
  }

  @Test func setsByHand() throws {
    let texts = ["red; green;blue", "green;red;red;", "", " ; ", "black"]
    let distances: Matrix<Double> = try TextDissimilarity.jaccardSets().distances(of: texts)
    #expect(distances.row(0) == [0, 1 / 3, 1, 1, 1])
    #expect(distances.row(2) == [1, 1, 0, 0, 1])
    #expect(TextDissimilarity.jaccardSets(separator: ", ").distance("a, b", "b, c") == 2 / 3.0)
  }

  /// Letters few and many, texts shorter and longer than lanes are wide.
  @Test(arguments: [
    (60, 9, "ab"), (90, 18, "abcdefg;"), (40, 40, "abcdefghijklmnopqrstuvwxyzéß€東京都;"),
    (24, 150, "abc;"), (12, 700, "abcdefgh;"),
  ])
  func definitions(count: Int, length: Int, letters: String) throws {
    let texts = Self.texts(count, upTo: length, letters: letters, seed: UInt64(length)) + [""]
    for kind in Self.all {
      let square: Matrix<Double> = try kind.distances(of: texts)
      let condensed: Matrix<Float> = try kind.condensedDistances(of: texts)
      let queries = Array(texts[3..<10])
      let part: Matrix<Double> = try kind.distances(from: queries, to: texts)
      var place = 0
      for i in texts.indices {
        for j in texts.indices {
          let expected = Self.plain(kind, texts[i], texts[j])
          #expect(square[i, j] == expected)
          if (3..<10).contains(i) { #expect(part[i - 3, j] == expected) }
          if j % 7 == 0 { #expect(kind.distance(texts[i], texts[j]) == expected) }
          guard j > i else { continue }
          #expect(condensed[0, place] == Float(expected))
          place += 1
        }
      }
      #expect(condensed.columnCount == place)
    }
  }

  @Test func sameForThreadsInstructionSetsAndOrder() throws {
    let texts =
      Self.texts(300, upTo: 30, letters: "abcdefgh;", seed: 8)
      + Self.texts(20, upTo: 200, letters: "abcd;", seed: 9)
    let order = Array(texts.indices.reversed())
    for kind in Self.all {
      let expected: Matrix<Double> = try kind.distances(of: texts, threads: 1)
      for threads in [2, 7] {
        #expect(try kind.distances(of: texts, threads: threads) == expected)
      }
      for set in InstructionSet.available {
        let other = try InstructionSet.forcing(set) {
          try kind.distances(of: texts) as Matrix<Double>
        }
        #expect(other == expected)
      }
      let shuffled: Matrix<Double> = try kind.distances(of: order.map { texts[$0] })
      for i in texts.indices {
        for j in texts.indices { #expect(shuffled[i, j] == expected[order[i], order[j]]) }
      }
    }
  }

  @Test func editsAreAMetric() throws {
    let texts = Self.texts(60, upTo: 12, letters: "abc", seed: 3)
    let d: Matrix<Double> = try TextDissimilarity.edit.distances(of: texts)
    for i in texts.indices {
      #expect(d[i, i] == 0)
      for j in texts.indices {
        #expect((d[i, j] == 0) == (texts[i] == texts[j]))
        for k in texts.indices { #expect(d[i, k] <= d[i, j] + d[j, k]) }
      }
    }
  }

  /// Texts of two tiles, and more than one.
  @Test func manyTexts() throws {
    let texts = Self.texts(1300, upTo: 6, letters: "ab", seed: 5)
    let square: Matrix<Float> = try TextDissimilarity.edit.distances(of: texts)
    let condensed: Matrix<Float> = try TextDissimilarity.edit.condensedDistances(of: texts)
    for i in stride(from: 0, to: texts.count, by: 97) {
      for j in texts.indices {
        #expect(square[i, j] == square[j, i])
        if j % 31 == 0 { #expect(square[i, j] == Float(Self.plainEdit(texts[i], texts[j]))) }
      }
    }
    #expect(
      try Metric.precomputed.distances(of: condensed) == Metric.precomputed.distances(of: square))
  }

  @Test func noTextsAndOne() throws {
    for kind in Self.all {
      #expect(try (kind.distances(of: []) as Matrix<Double>).rowCount == 0)
      #expect(try (kind.distances(of: ["a"]) as Matrix<Double>) == Matrix([[0]]))
      #expect(try (kind.condensedDistances(of: ["a"]) as Matrix<Double>).columnCount == 0)
      #expect(try (kind.distances(from: [], to: ["a"]) as Matrix<Double>).columnCount == 1)
    }
  }

  @Test func separatorsMustNotBeEmpty() {
    #expect(throws: CladeError.self) {
      try TextDissimilarity.jaccardSets(separator: "").distances(of: ["a"]) as Matrix<Double>
    }
  }

  @Test func memoryIsSaidBefore() throws {
    let texts = [String](repeating: "", count: 3_000_000)
    let error = #expect(throws: CladeError.self) {
      try TextDissimilarity.edit.condensedDistances(of: texts) as Matrix<Float>
    }
    guard case .notEnoughMemory = error else {
      Issue.record("\(String(describing: error))")
      return
    }
  }
}
