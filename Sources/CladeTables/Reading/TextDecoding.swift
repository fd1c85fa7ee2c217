import CladeCore

/// Turns bytes into letters.
enum TextDecoding {
  /// The letters that Windows-1252 has at 0x80...0x9f, where ISO 8859-1 has control characters.
  private static let windows: [UInt16] = [
    0x20ac, 0x0081, 0x201a, 0x0192, 0x201e, 0x2026, 0x2020, 0x2021,
    0x02c6, 0x2030, 0x0160, 0x2039, 0x0152, 0x008d, 0x017d, 0x008f,
    0x0090, 0x2018, 0x2019, 0x201c, 0x201d, 0x2022, 0x2013, 0x2014,
    0x02dc, 0x2122, 0x0161, 0x203a, 0x0153, 0x009d, 0x017e, 0x0178,
  ]

  /// Whether the bytes are valid UTF-8.
  static func isUTF8(_ bytes: some Collection<UInt8>) -> Bool {
    if let known = bytes.withContiguousStorageIfAvailable({ buffer in
      // Almost all text is ASCII: eight bytes at a time.
      let raw = UnsafeRawBufferPointer(buffer)
      var offset = 0
      while offset + 8 <= raw.count,
        raw.loadUnaligned(fromByteOffset: offset, as: UInt64.self) & 0x8080_8080_8080_8080 == 0
      { offset += 8 }
      return String(validating: UnsafeRawBufferPointer(rebasing: raw[offset...]), as: UTF8.self)
        != nil
    }) {
      return known
    }
    return String(validating: bytes, as: UTF8.self) != nil
  }

  /// The error of a file that was said to be UTF-8.
  static func notUTF8(path: String) -> CladeError {
    CladeError.badFile(
      path: path, line: nil, column: nil,
      reason: "it is not valid UTF-8; if it is Latin-1, say so")
  }

  /// The text that the bytes spell; without an encoding UTF-8 where they are that.
  static func string(_ bytes: [UInt8], _ encoding: TextEncoding?) -> String {
    if encoding == .latin1 || (encoding == nil && !isUTF8(bytes)) {
      return String(decoding: utf8(fromLatin1: bytes), as: UTF8.self)
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// The UTF-8 of bytes in Latin-1.
  static func utf8(fromLatin1 bytes: some Collection<UInt8>) -> [UInt8] {
    var result: [UInt8] = []
    result.reserveCapacity(bytes.count)
    for byte in bytes {
      if byte < 0x80 {
        result.append(byte)
      } else {
        let code = byte < 0xa0 ? windows[Int(byte) - 0x80] : UInt16(byte)
        if let scalar = Unicode.Scalar(code), let encoded = UTF8.encode(scalar) {
          result.append(contentsOf: encoded)
        }
      }
    }
    return result
  }
}
