/// How unlike two texts are.
///
/// ```swift
/// let names = ["Martha", "Marhta", "Dwayne", "Duane"]
/// let distances: Matrix<Float> = try TextDissimilarity.jaroWinkler.distances(of: names)
/// let groups = try HDBSCAN(minClusterSize: 2, metric: .precomputed).fit(distances)
/// ```
///
/// What comes out is a matrix for whatever takes ``Metric/precomputed``. The dissimilarity of a
/// from b has the same bits as that of b from a, and that of a text from itself is 0.
///
/// Many texts are compared with one at once, a lane of a vector each; see ``EditDistance`` for the
/// papers.
public enum TextDissimilarity: Sendable, Hashable, Codable {
  /// How many letters have to be put in, taken out or replaced to make one text of the other
  /// (Levenshtein's distance). The triangle inequality holds.
  case edit
  /// The edit distance as a part of the greater length: 0...1. The triangle inequality doesn't
  /// hold.
  case normalizedEdit
  /// 1 − Jaro's similarity, of letters that both have in about the same place: 0...1. For names and
  /// other short texts.
  case jaro
  /// As ``jaro``, nearer where texts that are alike anyway (above 0.7) begin with the same letters,
  /// up to four of them, each making up for a tenth of what is missing (Winkler's similarity).
  case jaroWinkler
  /// Texts are sets of items between separators, such as `red;green`: the part of the items of both
  /// that only one has (Jaccard's distance), 0 of two without items. Blanks around items don't
  /// count, nor does an item that comes again. The triangle inequality holds.
  case jaccardSets(separator: String = ";")

  /// Whether the triangle inequality holds.
  public var satisfiesTriangleInequality: Bool {
    switch self {
    case .edit, .jaccardSets: true
    case .normalizedEdit, .jaro, .jaroWinkler: false
    }
  }

  /// The dissimilarity of two texts.
  ///
  /// - Parameters:
  ///   - a: A text.
  ///   - b: Another.
  ///   - unit: What counts as a letter.
  /// - Complexity: O(|a| · |b| / 64) for edits, else O((|a| + |b|) · log(|a| + |b|)).
  public func distance(_ a: String, _ b: String, unit: TextUnit = .scalars) -> Double {
    switch self {
    case .edit: return Double(EditDistance.distance(a, b, unit: unit))
    case .normalizedEdit:
      let codes = LetterCodes([a, b], unit: unit)
      let longer = max(codes.length(0), codes.length(1))
      guard longer > 0 else { return 0 }
      return Double(EditDistance.between(0, 1, of: codes, limit: longer) ?? longer)
        / Double(longer)
    case .jaro, .jaroWinkler:
      let codes = LetterCodes([a, b], unit: unit)
      return codes.withLetters(0) { a in
        codes.withLetters(1) { b in
          JaroSimilarity.dissimilarity(
            a, JaroSimilarity.places(a), b, JaroSimilarity.places(b),
            isWinklers: self == .jaroWinkler)
        }
      }
    case .jaccardSets(let separator):
      let sets = TextSets([a, b], separator: separator)
      let own = Set(sets.items[..<sets.starts[1]])
      let common = sets.items[sets.starts[1]...].count { own.contains($0) }
      return TextSets.distance(sets.size(0), sets.size(1), common: Int32(common))
    }
  }

  /// The dissimilarities of all texts (n × n).
  ///
  /// - Parameters:
  ///   - texts: The texts (n).
  ///   - unit: What counts as a letter.
  ///   - threads: The threads to use; `nil` for one per core.
  ///   - progress: Is told how much has been computed.
  /// - Throws: ``CladeError/notEnoughMemory(purpose:bytes:available:remedy:)`` before anything is
  ///   computed; ``CladeError/invalidParameter(name:value:reason:)`` for an empty separator;
  ///   `CancellationError` when the task was cancelled.
  /// - Complexity: n² numbers of memory, and 4 bytes a letter. Time O(n² · l · ⌈l / 64⌉) for edits
  ///   of texts of l letters, up to 64 of which are compared at once; O(n² · l) for Jaro's. For
  ///   sets the number of pairs that have an item in common, for each item, and n².
  public func distances<Scalar: MatrixScalar>(
    of texts: [String], unit: TextUnit = .scalars, threads: Int? = nil,
    progress: ProgressObserver? = nil
  ) throws -> Matrix<Scalar> {
    try DistanceMemory.check(
      rows: texts.count, columns: texts.count, scalar: Scalar.self, remedy: Self.remedy)
    return try computing(
      texts, 0..<texts.count, 0..<texts.count, layout: .square, unit: unit, threads: threads,
      progress: progress)
  }

  /// The dissimilarities of all pairs of texts: those above the diagonal, in a single row, half as
  /// many as ``distances(of:unit:threads:progress:)`` has.
  ///
  /// - Parameters:
  ///   - texts: The texts (n).
  ///   - unit: What counts as a letter.
  ///   - threads: The threads to use; `nil` for one per core.
  ///   - progress: Is told how much has been computed.
  /// - Returns: n · (n − 1) / 2 numbers, as SciPy's `pdist` has them.
  /// - Throws: As ``distances(of:unit:threads:progress:)``.
  /// - Complexity: As ``distances(of:unit:threads:progress:)``, with half of the memory.
  public func condensedDistances<Scalar: MatrixScalar>(
    of texts: [String], unit: TextUnit = .scalars, threads: Int? = nil,
    progress: ProgressObserver? = nil
  ) throws -> Matrix<Scalar> {
    try DistanceMemory.check(
      rows: max(0, texts.count - 1), columns: (texts.count + 1) / 2, scalar: Scalar.self,
      remedy: Self.remedy)
    return try computing(
      texts, 0..<texts.count, 0..<texts.count, layout: .condensed, unit: unit, threads: threads,
      progress: progress)
  }

  /// The dissimilarities of some texts from others (m × n).
  ///
  /// - Parameters:
  ///   - queries: Texts (m).
  ///   - texts: Other texts (n).
  ///   - unit: What counts as a letter.
  ///   - threads: The threads to use; `nil` for one per core.
  ///   - progress: Is told how much has been computed.
  /// - Throws: As ``distances(of:unit:threads:progress:)``.
  /// - Complexity: As ``distances(of:unit:threads:progress:)``, with m · n for n².
  public func distances<Scalar: MatrixScalar>(
    from queries: [String], to texts: [String], unit: TextUnit = .scalars, threads: Int? = nil,
    progress: ProgressObserver? = nil
  ) throws -> Matrix<Scalar> {
    try DistanceMemory.check(
      rows: queries.count, columns: texts.count, scalar: Scalar.self, remedy: Self.remedy)
    return try computing(
      queries + texts, 0..<queries.count, queries.count..<(queries.count + texts.count),
      layout: .rectangle, unit: unit, threads: threads, progress: progress)
  }

  private static let remedy = "take a sample of the rows, or single precision"

  private func computing<Scalar: MatrixScalar>(
    _ texts: [String], _ rows: Range<Int>, _ columns: Range<Int>, layout: TextMatrix.Layout,
    unit: TextUnit, threads: Int?, progress: ProgressObserver?
  ) throws -> Matrix<Scalar> {
    func matrix(width: Int) -> TextMatrix {
      TextMatrix(width: width, rows: rows, columns: columns, layout: layout)
    }
    switch self {
    case .jaccardSets(let separator):
      guard !separator.isEmpty else {
        throw CladeError.invalidParameter(
          name: "separator", value: "\"\"",
          reason: "something has to stand between items, such as a semicolon")
      }
      let sets = TextSets(texts, separator: separator)
      let holders = sets.holders(of: columns)
      return try matrix(width: 1024).computed(threads: threads, progress: progress) {
        SetTiles(sets, holders: holders)
      }
    case .edit, .normalizedEdit, .jaro, .jaroWinkler:
      let codes = LetterCodes(texts, unit: unit)
      let longest = (0..<codes.count).reduce(0) { max($0, codes.length($1)) }
      guard longest < Int(Int32.max) else {
        throw CladeError.invalidParameter(
          name: "texts", value: "\(longest) letters long", reason: "texts have at most 2³¹ − 2")
      }
      let kind: LetterDissimilarity =
        switch self {
        case .edit, .jaccardSets: .edit
        case .normalizedEdit: .normalizedEdit
        case .jaro: .jaro
        case .jaroWinkler: .jaroWinkler
        }
      let width = codes.codes.count > 32 * codes.count ? 128 : 1024
      return try matrix(width: width).computed(threads: threads, progress: progress) {
        LetterTiles(kind, codes, longest: longest)
      }
    }
  }
}
