import Crypto

/// The SHA-256 digest of a stream of bytes, by which an input can be recognised later.
///
/// ```swift
/// var digest = SHA256()
/// "abc".utf8.withContiguousStorageIfAvailable { digest.update(UnsafeRawBufferPointer($0)) }
/// digest.finish()   // "ba7816bf…"
/// ```
public struct SHA256: Sendable {
  private var hash = Crypto.SHA256()

  /// Creates the digest of nothing yet.
  public init() {}

  /// Takes in more bytes.
  public mutating func update(_ bytes: UnsafeRawBufferPointer) {
    hash.update(bufferPointer: bytes)
  }

  /// The digest of all bytes as 64 hexadecimal digits.
  public consuming func finish() -> String {
    hash.finalize().map { byte in
      let digits = String(byte, radix: 16)
      return byte < 16 ? "0" + digits : digits
    }.joined()
  }
}
