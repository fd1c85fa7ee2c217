import CZlib

/// Bytes that come in order.
protocol ByteStream: AnyObject {
  /// Reads until `target` is full or the end is reached; returns how many bytes came.
  func read(into target: UnsafeMutableRawBufferPointer) throws -> Int
}

extension ByteStream {
  /// The next `count` bytes, or fewer at the end.
  func take(_ count: Int) throws -> [UInt8] {
    try [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
      initialized = try read(into: UnsafeMutableRawBufferPointer(buffer))
    }
  }
}

/// Bytes in memory as a stream.
final class MemoryStream: ByteStream {
  private let bytes: UnsafeRawBufferPointer
  private var position = 0

  /// The bytes must live as long as the stream is read.
  init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

  func read(into target: UnsafeMutableRawBufferPointer) -> Int {
    let count = min(target.count, bytes.count - position)
    target.copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes[position..<(position + count)]))
    position += count
    return count
  }
}
