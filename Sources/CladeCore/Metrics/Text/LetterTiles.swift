/// What is computed of the letters of two texts.
enum LetterDissimilarity: Sendable {
  case edit, normalizedEdit, jaro, jaroWinkler

  /// Whether edits are counted.
  var countsEdits: Bool { self == .edit || self == .normalizedEdit }
}

/// The dissimilarities of texts by their letters, tile by tile of the matrix.
///
/// The texts of a tile's columns are sorted by length and put into lanes, as many at once as their
/// lengths let; each of its rows is compared with all of them.
final class LetterTiles: TextTiles {
  /// As many letters of rows are gone through for a strip of 64 letters of the columns.
  private static let groupLetters = 1 << 14

  private let kind: LetterDissimilarity
  private let codes: LetterCodes
  private let panel: TextPanel
  /// 64 bytes for each letter of the longest group of rows.
  private let steps: UnsafeMutableRawPointer
  private var sums: [Int32] = []
  private var similarities = [Double](repeating: 0, count: 64)
  /// The places of letters of texts too long for lanes, by text.
  private var places: [Int: [Int32]] = [:]

  /// - Parameters:
  ///   - kind: What is computed.
  ///   - codes: All texts.
  ///   - longest: The length of the longest of them.
  init(_ kind: LetterDissimilarity, _ codes: LetterCodes, longest: Int) {
    self.kind = kind
    self.codes = codes
    panel = TextPanel(codes)
    let most = max(
      Self.groupLetters, kind.countsEdits ? longest : min(longest, TextPanel.longestCompared))
    steps = .allocate(byteCount: 64 * most, alignment: 64)
  }

  deinit { steps.deallocate() }

  /// Writes the dissimilarities of some texts from others, row after row.
  ///
  /// - Throws: `CancellationError`.
  @_specialize(where Scalar == Double)
  @_specialize(where Scalar == Float)
  func fill<Scalar: MatrixScalar>(
    rows: Range<Int>, columns: Range<Int>, into tile: UnsafeMutablePointer<Scalar>
  ) throws {
    let order = columns.map { Int32($0) }.sorted {
      (codes.length(Int($0)), $0) < (codes.length(Int($1)), $1)
    }
    places.removeAll(keepingCapacity: true)
    var next = 0
    while next < order.count {
      try Cancellation.check()
      let bits = TextPanel.bits(forLength: codes.length(Int(order[next])))
      var end = min(order.count, next + 512 / bits)
      // Wider lanes may be worth it for the few texts that are left of this width.
      while end > next + 1, bits < 64, codes.length(Int(order[end - 1])) > bits { end -= 1 }
      let texts = order[next..<end]
      next = end
      let target = Target(start: tile - columns.lowerBound, stride: columns.count)
      if kind.countsEdits {
        edits(rows, texts, bits: bits, into: target)
      } else if codes.length(Int(texts[texts.endIndex - 1])) <= bits {
        panel.load(texts, bits: bits, strip: 0)
        for (i, row) in rows.enumerated() { jaro(i, row, texts, into: target) }
      } else {
        for (i, row) in rows.enumerated() {
          for text in texts { target.set(i, Int(text), Scalar(jaroPair(row, Int(text)))) }
        }
      }
    }
  }

  /// Where a tile's numbers go.
  private struct Target<Scalar: MatrixScalar> {
    let start: UnsafeMutablePointer<Scalar>
    let stride: Int

    @inline(__always)
    func set(_ row: Int, _ text: Int, _ value: Scalar) {
      (start + (row &* stride &+ text)).initialize(to: value)
    }
  }

  /// The edit distances of all rows from the texts of a panel.
  private func edits<Scalar: MatrixScalar>(
    _ rows: Range<Int>, _ texts: ArraySlice<Int32>, bits: Int, into target: Target<Scalar>
  ) {
    let lanes = 512 / bits
    let longest = codes.length(Int(texts[texts.endIndex - 1]))
    let strips = max(1, (longest + bits - 1) / bits)
    if strips == 1 { panel.load(texts, bits: bits, strip: 0) }
    var first = rows.lowerBound
    while first < rows.upperBound {
      var (end, letters) = (first, 0)
      while end < rows.upperBound, end == first || letters + codes.length(end) <= Self.groupLetters
      {
        letters += codes.length(end)
        end += 1
      }
      sums.removeAll(keepingCapacity: true)
      for row in first..<end {
        sums.append(contentsOf: repeatElement(Int32(codes.length(row)), count: lanes))
      }
      for strip in 0..<strips {
        if strips > 1 { panel.load(texts, bits: bits, strip: strip) }
        sums.withUnsafeMutableBufferPointer { sums in
          guard let start = sums.baseAddress else { return }
          let before = codes.starts[first]
          for row in first..<end {
            codes.withLetters(row) {
              panel.addEdits(
                to: $0, steps: steps + 64 * (codes.starts[row] - before), isFirst: strip == 0,
                isLast: strip == strips - 1, sums: start + (row - first) * lanes)
            }
          }
        }
      }
      for row in first..<end {
        for (lane, text) in texts.enumerated() {
          let distance = sums[(row - first) * lanes + lane]
          target.set(
            row - rows.lowerBound, Int(text),
            kind == .normalizedEdit
              ? Scalar(share(distance, row, Int(text))) : Scalar(distance))
        }
      }
      first = end
    }
  }

  /// A distance as part of the greater length.
  @inline(__always)
  private func share(_ distance: Int32, _ x: Int, _ y: Int) -> Double {
    distance == 0 ? 0 : Double(distance) / Double(max(codes.length(x), codes.length(y)))
  }

  /// Jaro's dissimilarities of a row from the texts of the panel.
  private func jaro<Scalar: MatrixScalar>(
    _ i: Int, _ row: Int, _ texts: ArraySlice<Int32>, into target: Target<Scalar>
  ) {
    let length = codes.length(row)
    guard length > 0, panel.canCompare(length: length) else {
      for text in texts { target.set(i, Int(text), Scalar(jaroPair(row, Int(text)))) }
      return
    }
    codes.withLetters(row) { letters in
      panel.similarities(to: letters, space: steps, into: &similarities)
      for (lane, text) in texts.enumerated() {
        var similarity = similarities[lane]
        if kind == .jaroWinkler, similarity > JaroSimilarity.boostThreshold {
          let prefix = codes.withLetters(Int(text)) { JaroSimilarity.commonPrefix(letters, $0) }
          similarity = JaroSimilarity.boosted(similarity, prefix: prefix)
        }
        target.set(i, Int(text), Scalar(1 - similarity))
      }
    }
  }

  /// The dissimilarity of two texts that don't fit into lanes.
  private func jaroPair(_ x: Int, _ y: Int) -> Double {
    let (a, b) = (orderedPlaces(x), orderedPlaces(y))
    return codes.withLetters(x) { x in
      codes.withLetters(y) { y in
        JaroSimilarity.dissimilarity(x, a, y, b, isWinklers: kind == .jaroWinkler)
      }
    }
  }

  private func orderedPlaces(_ text: Int) -> [Int32] {
    if let known = places[text] { return known }
    let new = codes.withLetters(text) { JaroSimilarity.places($0) }
    places[text] = new
    return new
  }
}
