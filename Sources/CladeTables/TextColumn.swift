/// A column of text: the distinct texts once, and for each row which of them it holds.
///
/// Texts are kept as bytes of UTF-8 in one piece. While there are few distinct ones each is held
/// once and they are sorted (``isSorted``); a column with a great many, such as free text, holds
/// them as they came.
public struct TextColumn: Sendable {
  /// For each row the number of its text in ``values``, −1 where it is missing.
  public let codes: [Int32]
  /// The texts that ``codes`` count.
  public let values: TextPool
  /// Whether ``values`` are distinct and sorted by their bytes.
  public let isSorted: Bool

  init(codes: [Int32], values: TextPool, isSorted: Bool) {
    self.codes = codes
    self.values = values
    self.isSorted = isSorted
  }

  /// Creates a column from one text a row, `nil` where it is missing.
  public init(_ texts: [String?]) {
    var builder = TextColumnBuilder()
    for text in texts {
      if let text {
        var copy = text
        copy.withUTF8 { builder.append(UnsafeRawBufferPointer($0)) }
      } else {
        builder.appendMissing()
      }
    }
    self = builder.build()
  }

  /// The number of rows.
  public var count: Int { codes.count }

  /// The number of rows without a text.
  var missingCount: Int { codes.lazy.filter { $0 < 0 }.count }

  /// The text in a row, or `nil` where it is missing.
  public subscript(row: Int) -> String? {
    let code = codes[row]
    return code < 0 ? nil : values[Int(code)]
  }
}

/// Many texts in one piece of memory.
public struct TextPool: Sendable {
  /// All texts, one after the other, UTF-8.
  private(set) var bytes: [UInt8] = []
  /// Where each text ends in `bytes`.
  private(set) var ends: [Int] = []

  init() {}

  /// The number of texts.
  public var count: Int { ends.count }

  /// One text.
  public subscript(index: Int) -> String {
    String(decoding: bytes[range(index)], as: UTF8.self)
  }

  func range(_ index: Int) -> Range<Int> {
    (index == 0 ? 0 : ends[index - 1])..<ends[index]
  }

  mutating func append(_ text: UnsafeRawBufferPointer) {
    bytes.append(contentsOf: text)
    ends.append(bytes.count)
  }

  /// Whether the text at `index` has exactly these bytes.
  func equals(_ index: Int, _ text: UnsafeRawBufferPointer) -> Bool {
    let range = range(index)
    guard range.count == text.count else { return false }
    return bytes.withUnsafeBytes { all in
      UnsafeRawBufferPointer(rebasing: all[range]).elementsEqual(text)
    }
  }

  /// Calls `body` with the bytes of one text.
  func withBytes<Result>(
    _ index: Int, _ body: (UnsafeRawBufferPointer) throws -> Result
  ) rethrows -> Result {
    try bytes.withUnsafeBytes { try body(UnsafeRawBufferPointer(rebasing: $0[range(index)])) }
  }

  /// Whether the bytes of one text come before those of another.
  func precedes(_ a: Int, _ b: Int) -> Bool {
    bytes.withUnsafeBytes { all in
      all[range(a)].lexicographicallyPrecedes(all[range(b)])
    }
  }

  /// Whether two texts have the same bytes.
  func areEqual(_ a: Int, _ b: Int) -> Bool {
    withBytes(a) { equals(b, $0) }
  }

  /// Whether all texts are valid UTF-8, each by itself.
  var isUTF8: Bool {
    guard bytes.contains(where: { $0 >= 0x80 }) else { return true }
    return (0..<count).allSatisfy { index in
      withBytes(index) { TextDecoding.isUTF8($0) }
    }
  }

  /// The texts taken for Latin-1, as UTF-8.
  func decodingLatin1() -> TextPool {
    var result = TextPool()
    for index in 0..<count {
      TextDecoding.utf8(fromLatin1: bytes[range(index)]).withUnsafeBytes { result.append($0) }
    }
    return result
  }
}
