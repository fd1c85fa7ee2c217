/// Collects a text column row by row, holding equal texts once.
///
/// When more than ``deduplicationLimit`` distinct texts have come it stops looking for equal ones,
/// as a column of identifiers or of free text would only fill the table of hashes.
struct TextColumnBuilder {
  /// Distinct texts up to which equal ones are held once.
  static let deduplicationLimit = 1 << 16

  private var codes: [Int32] = []
  /// The distinct texts, while equal ones are held once.
  private var index = TextIndex()
  /// All texts, once there are too many distinct ones for that.
  private var texts: TextPool?

  private var pool: TextPool { texts ?? index.pool }

  /// The number of rows so far.
  var count: Int { codes.count }

  /// The rows without a value so far.
  private(set) var missingCount = 0

  /// Whether all texts so far are valid UTF-8.
  var isUTF8: Bool { pool.isUTF8 }

  mutating func appendMissing() {
    codes.append(-1)
    missingCount += 1
  }

  /// Appends rows without a value until there are `rows`.
  mutating func fill(to rows: Int) {
    guard rows > count else { return }
    missingCount += rows - count
    codes.append(contentsOf: repeatElement(-1, count: rows - count))
  }

  /// Takes all texts so far for Latin-1 and makes them UTF-8.
  mutating func decodeLatin1() {
    texts = texts?.decodingLatin1()
    let decoded = index.pool.decodingLatin1()
    index = TextIndex()
    // No two texts become equal, so each keeps its number.
    for code in 0..<decoded.count { _ = decoded.withBytes(code) { index.insert($0) } }
  }

  mutating func append(_ text: UnsafeRawBufferPointer) { codes.append(code(for: text)) }

  /// Appends a number in its shortest spelling.
  mutating func append(_ number: Double) {
    var spelling = NumberSpelling.shortest(number)
    spelling.withUTF8 { append(UnsafeRawBufferPointer($0)) }
  }

  /// Appends the rows of another builder.
  mutating func append(_ other: TextColumnBuilder) {
    let others = other.pool
    var translated = [Int32](repeating: -1, count: others.count)
    for index in 0..<others.count {
      translated[index] = others.withBytes(index) { code(for: $0) }
    }
    missingCount += other.missingCount
    for code in other.codes { codes.append(code < 0 ? -1 : translated[Int(code)]) }
  }

  private mutating func code(for text: UnsafeRawBufferPointer) -> Int32 {
    if texts == nil {
      let code = index.insert(text)
      if index.count >= Self.deduplicationLimit {
        texts = index.pool
        index = TextIndex()
      }
      return code
    }
    texts?.append(text)
    return Int32(pool.count - 1)
  }

  /// The column; sorts the distinct texts by their bytes.
  consuming func build() -> TextColumn {
    if let texts { return TextColumn(codes: codes, values: texts, isSorted: false) }
    let pool = index.pool
    let order = (0..<pool.count).sorted { pool.precedes($0, $1) }
    var sorted = TextPool()
    var rank = [Int32](repeating: 0, count: pool.count)
    for (place, index) in order.enumerated() {
      rank[index] = Int32(place)
      pool.withBytes(index) { sorted.append($0) }
    }
    let ranked = codes.map { $0 < 0 ? -1 : rank[Int($0)] }
    return TextColumn(codes: ranked, values: sorted, isSorted: true)
  }
}
