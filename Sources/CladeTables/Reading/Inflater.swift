import CZlib
import CladeCore

/// Unpacks what zlib packed: gzip, also several members one after the other, or bare deflate.
final class Inflater {
  /// How the packed bytes are wrapped.
  enum Wrapping {
    case gzip
    /// Without header and checksum, as in a zip file.
    case none
  }

  private let path: String
  private let wrapping: Wrapping
  private let stream: UnsafeMutablePointer<z_stream>
  private let input: UnsafeMutableRawBufferPointer
  private var isAtEnd = false
  private var isInsideMember = true

  /// Whether the bytes begin as gzip does.
  static func recognises(_ bytes: [UInt8]) -> Bool {
    bytes.count >= 2 && bytes[0] == 0x1f && bytes[1] == 0x8b
  }

  init(path: String, wrapping: Wrapping) throws {
    self.path = path
    self.wrapping = wrapping
    stream = .allocate(capacity: 1)
    stream.initialize(to: z_stream())
    input = .allocate(byteCount: 1 << 18, alignment: 16)
    // 15 bits of window; 16 more for the header of gzip, negative for no header.
    let status = inflateInit2_(
      stream, wrapping == .gzip ? 15 + 16 : -15, zlibVersion(),
      Int32(MemoryLayout<z_stream>.size))
    guard status == Z_OK else {
      throw CladeError.cannotRead(path: path, reason: "zlib can't be used (\(status))")
    }
  }

  deinit {
    inflateEnd(stream)
    stream.deallocate()
    input.deallocate()
  }

  /// Unpacks up to `target.count` bytes; returns how many, 0 at the end. `refill` reads packed ones.
  func read(
    into target: UnsafeMutableRawBufferPointer,
    refill: (UnsafeMutableRawBufferPointer) throws -> Int
  ) throws -> Int {
    let limit = min(target.count, 1 << 30)
    stream.pointee.next_out = target.baseAddress?.assumingMemoryBound(to: UInt8.self)
    stream.pointee.avail_out = UInt32(limit)
    while !isAtEnd, stream.pointee.avail_out > 0 {
      if stream.pointee.avail_in == 0 {
        let count = try refill(input)
        if count == 0 {
          isAtEnd = true
          guard !isInsideMember else { throw bad("is cut off before its end") }
          break
        }
        stream.pointee.next_in = input.baseAddress?.assumingMemoryBound(to: UInt8.self)
        stream.pointee.avail_in = UInt32(count)
      }
      if !isInsideMember {
        // Behind a member comes another one; anything else is filling and ends the data.
        guard wrapping == .gzip, stream.pointee.next_in.pointee == 0x1f else {
          isAtEnd = true
          break
        }
        inflateReset(stream)
        isInsideMember = true
      }
      switch inflate(stream, Z_NO_FLUSH) {
      case Z_OK, Z_BUF_ERROR: continue
      case Z_STREAM_END: isInsideMember = false
      default: throw bad("is damaged")
      }
    }
    return limit - Int(stream.pointee.avail_out)
  }

  private func bad(_ what: String) -> CladeError {
    .badFile(
      path: path, line: nil, column: nil,
      reason: "what is packed in it \(what); get the file again")
  }
}
