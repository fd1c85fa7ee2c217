/// Distinct texts with a number each, in the order in which they came, and quick to find.
struct TextIndex: Sendable {
  /// The texts by their numbers.
  private(set) var pool = TextPool()
  /// Open addressing: the number of a text plus 1, or 0; a power of two of slots.
  private var slots = [Int32](repeating: 0, count: 64)

  /// The number of texts.
  var count: Int { pool.count }

  /// The number of a text, `nil` where it has not come.
  func find(_ text: UnsafeRawBufferPointer) -> Int32? {
    let code = slots[slot(of: text)] - 1
    return code < 0 ? nil : code
  }

  /// The number of a text, a new one where it has not come.
  mutating func insert(_ text: UnsafeRawBufferPointer) -> Int32 {
    let slot = slot(of: text)
    if slots[slot] != 0 { return slots[slot] - 1 }
    pool.append(text)
    let code = Int32(pool.count - 1)
    slots[slot] = code + 1
    if pool.count * 2 > slots.count { grow() }
    return code
  }

  /// The slot that holds the text, or the empty one that it goes to.
  private func slot(of text: UnsafeRawBufferPointer) -> Int {
    let mask = slots.count - 1
    var slot = Int(truncatingIfNeeded: Self.hash(text)) & mask
    while slots[slot] != 0, !pool.equals(Int(slots[slot] - 1), text) { slot = (slot + 1) & mask }
    return slot
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
}
