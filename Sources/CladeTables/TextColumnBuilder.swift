/// Collects a text column row by row, holding equal texts once.
///
/// When more than ``deduplicationLimit`` distinct texts have come it stops looking for equal ones,
/// as a column of identifiers or of free text would only fill the table of hashes.
struct TextColumnBuilder {
  /// Distinct texts up to which equal ones are held once.
  static let deduplicationLimit = 1 << 16

  private var codes: [Int32] = []
  private var pool = TextPool()
  /// Open addressing: the number of a text plus 1, or 0; a power of two of slots.
  private var slots = [Int32](repeating: 0, count: 64)
  private var deduplicates = true

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

  /// Takes all texts so far for Latin-1 and makes them UTF-8.
  mutating func decodeLatin1() { pool = pool.decodingLatin1() }

  mutating func append(_ text: UnsafeRawBufferPointer) { codes.append(code(for: text)) }

  /// Appends the rows of another builder.
  mutating func append(_ other: TextColumnBuilder) {
    var translated = [Int32](repeating: -1, count: other.pool.count)
    for index in 0..<other.pool.count {
      translated[index] = other.pool.withBytes(index) { code(for: $0) }
    }
    missingCount += other.missingCount
    for code in other.codes { codes.append(code < 0 ? -1 : translated[Int(code)]) }
  }

  private mutating func code(for text: UnsafeRawBufferPointer) -> Int32 {
    guard deduplicates else {
      pool.append(text)
      return Int32(pool.count - 1)
    }
    let mask = slots.count - 1
    var slot = Int(truncatingIfNeeded: Self.hash(text)) & mask
    while slots[slot] != 0 {
      let candidate = slots[slot] - 1
      if pool.equals(Int(candidate), text) { return candidate }
      slot = (slot + 1) & mask
    }
    pool.append(text)
    slots[slot] = Int32(pool.count)
    if pool.count >= Self.deduplicationLimit {
      deduplicates = false
      slots = []
    } else if pool.count * 2 > slots.count {
      grow()
    }
    return Int32(pool.count - 1)
  }

  private mutating func grow() {
    let mask = slots.count * 2 - 1
    var larger = [Int32](repeating: 0, count: slots.count * 2)
    for index in 0..<pool.count {
      var slot = Int(truncatingIfNeeded: pool.withBytes(index) { Self.hash($0) }) & mask
      while larger[slot] != 0 { slot = (slot + 1) & mask }
      larger[slot] = Int32(index + 1)
    }
    slots = larger
  }

  /// FNV-1a over eight bytes at a time, with a final mix.
  private static func hash(_ text: UnsafeRawBufferPointer) -> UInt64 {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325 ^ UInt64(text.count)
    var offset = 0
    while offset + 8 <= text.count {
      let word = text.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
      hash = (hash ^ word) &* 0x9e37_79b9_7f4a_7c15
      hash ^= hash >> 29
      offset += 8
    }
    while offset < text.count {
      hash = (hash ^ UInt64(text[offset])) &* 0x0000_0100_0000_01b3
      offset += 1
    }
    hash ^= hash >> 32
    return hash
  }

  /// The column; sorts the distinct texts by their bytes.
  consuming func build() -> TextColumn {
    guard deduplicates else { return TextColumn(codes: codes, values: pool, isSorted: false) }
    let pool = self.pool
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
