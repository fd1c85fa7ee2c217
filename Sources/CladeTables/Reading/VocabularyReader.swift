import CladeCore

/// Reads what the columns of sparse rows are called: a file with a word a line, in the order of the
/// columns.
public enum VocabularyReader {
  /// The largest file that is read, in bytes unpacked.
  private static let largest = 1 << 30
  /// The most words that are read.
  private static let mostWords = 1 << 24

  /// Reads a vocabulary, which may be packed by gzip.
  ///
  /// - Returns: A word for each line.
  /// - Throws: `CladeError.cannotRead`; `CladeError.badFile` for a file that is empty or larger than
  ///   1 GiB or 2²⁴ lines.
  /// - Complexity: O(bytes).
  public static func read(_ path: String) throws -> [String] {
    let source = try ByteSource(path: path)
    var bytes = try source.rest(atMost: largest, asking: "is this a file of words?")
    let words = bytes.reduce(0) { $1 == UInt8(ascii: "\n") ? $0 + 1 : $0 }
    guard words <= mostWords else {
      throw CladeError.badFile(
        path: source.path, line: mostWords + 1, column: nil,
        reason: "it has \(words) lines, more than \(mostWords); is this a file of words?")
    }
    if bytes.last == UInt8(ascii: "\n") { bytes.removeLast() }
    guard !bytes.isEmpty else {
      throw CladeError.badFile(
        path: source.path, line: nil, column: nil, reason: "it is empty; give a word a line")
    }
    return bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).map {
      String(decoding: $0.last == UInt8(ascii: "\r") ? $0.dropLast() : $0, as: UTF8.self)
    }
  }
}
