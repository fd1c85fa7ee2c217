import CZlib
import CladeCore

/// The entries of a zip file in memory; entries are stored or packed by deflate.
struct ZipArchive {
  struct Entry {
    var name: String
    var isPacked: Bool
    var checksum: UInt32
    var packedSize: Int
    var size: Int
    /// Where the entry's own header begins.
    var offset: Int
  }

  private(set) var entries: [Entry] = []
  private let path: String
  private let bytes: UnsafeRawBufferPointer

  /// Reads the list of entries; the bytes must live as long as the archive is used.
  ///
  /// - Throws: `CladeError.badFile`.
  init(_ bytes: UnsafeRawBufferPointer, path: String) throws {
    self.bytes = bytes
    self.path = path
    guard let end = Self.endRecord(bytes) else {
      throw bad("the zip file has no list of its entries; it is cut off or damaged")
    }
    var count = Int(try number(end + 10, UInt16.self))
    var offset = Int(try number(end + 16, UInt32.self))
    // Larger archives say so in a second record, which stands before the first.
    if end >= 20, try number(end - 20, UInt32.self) == 0x0706_4b50 {
      let large = try wide(end - 12)
      guard try number(large, UInt32.self) == 0x0606_4b50 else { throw damaged }
      count = try wide(large + 32)
      offset = try wide(large + 48)
    }
    guard count <= bytes.count / 46 else { throw damaged }
    for _ in 0..<count {
      let (entry, next) = try self.entry(at: offset)
      entries.append(entry)
      offset = next
    }
  }

  /// The bytes of an entry, unpacked as they are read.
  func stream(_ entry: Entry) throws -> ZipEntryStream {
    guard try number(entry.offset, UInt32.self) == 0x0403_4b50 else { throw damaged }
    let name = Int(try number(entry.offset + 26, UInt16.self))
    let extra = Int(try number(entry.offset + 28, UInt16.self))
    let start = entry.offset + 30 + name + extra
    guard start <= bytes.count, entry.packedSize <= bytes.count - start else { throw damaged }
    return try ZipEntryStream(
      UnsafeRawBufferPointer(rebasing: bytes[start..<(start + entry.packedSize)]), entry, path)
  }

  private static func endRecord(_ bytes: UnsafeRawBufferPointer) -> Int? {
    guard bytes.count >= 22 else { return nil }
    var place = bytes.count - 22
    let first = max(0, place - 65_535)
    while place >= first {
      if UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: place, as: UInt32.self))
        == 0x0605_4b50
      {
        return place
      }
      place -= 1
    }
    return nil
  }

  private func entry(at offset: Int) throws -> (Entry, next: Int) {
    guard try number(offset, UInt32.self) == 0x0201_4b50 else { throw damaged }
    let flags = try number(offset + 8, UInt16.self)
    let method = try number(offset + 10, UInt16.self)
    guard flags & 1 == 0 else { throw bad("the zip file is encrypted; decrypt it first") }
    guard method == 0 || method == 8 else {
      throw bad("the zip file is packed by method \(method); only deflate can be unpacked")
    }
    let nameLength = Int(try number(offset + 28, UInt16.self))
    let extraLength = Int(try number(offset + 30, UInt16.self))
    let commentLength = Int(try number(offset + 32, UInt16.self))
    let nameStart = offset + 46
    let extraStart = nameStart + nameLength
    guard extraStart + extraLength <= bytes.count else { throw damaged }
    var entry = Entry(
      name: String(decoding: bytes[nameStart..<extraStart], as: UTF8.self), isPacked: method == 8,
      checksum: try number(offset + 16, UInt32.self),
      packedSize: Int(try number(offset + 20, UInt32.self)),
      size: Int(try number(offset + 24, UInt32.self)),
      offset: Int(try number(offset + 42, UInt32.self)))
    try readLargeSizes(&entry, extraStart..<(extraStart + extraLength))
    return (entry, extraStart + extraLength + commentLength)
  }

  /// Sizes beyond 32 bits stand in an extra field, only those that need it, in this order.
  private func readLargeSizes(_ entry: inout Entry, _ extra: Range<Int>) throws {
    var place = extra.lowerBound
    while place + 4 <= extra.upperBound {
      let id = try number(place, UInt16.self)
      let length = Int(try number(place + 2, UInt16.self))
      if id == 1 {
        var value = place + 4
        if entry.size == 0xffff_ffff {
          entry.size = try wide(value)
          value += 8
        }
        if entry.packedSize == 0xffff_ffff {
          entry.packedSize = try wide(value)
          value += 8
        }
        if entry.offset == 0xffff_ffff { entry.offset = try wide(value) }
      }
      place += 4 + length
    }
  }

  private func number<Integer: FixedWidthInteger>(
    _ offset: Int, _ type: Integer.Type
  ) throws -> Integer {
    guard offset >= 0, offset <= bytes.count - MemoryLayout<Integer>.size else { throw damaged }
    return Integer(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: Integer.self))
  }

  private func wide(_ offset: Int) throws -> Int {
    guard let value = Int(exactly: try number(offset, UInt64.self)), value < 1 << 48 else {
      throw damaged
    }
    return value
  }

  private func bad(_ reason: String) -> CladeError {
    .badFile(path: path, line: nil, column: nil, reason: reason)
  }

  private var damaged: CladeError { bad("the zip file is damaged; get it again") }
}

/// One entry of a zip file as a stream; at its end the checksum is compared.
final class ZipEntryStream: ByteStream {
  private let path: String
  private let entry: ZipArchive.Entry
  private let packed: MemoryStream
  private let inflater: Inflater?
  private var checksum = crc32(0, nil, 0)
  private var count = 0

  init(_ bytes: UnsafeRawBufferPointer, _ entry: ZipArchive.Entry, _ path: String) throws {
    self.path = path
    self.entry = entry
    packed = MemoryStream(bytes)
    inflater = entry.isPacked ? try Inflater(path: path, wrapping: .none) : nil
  }

  func read(into target: UnsafeMutableRawBufferPointer) throws -> Int {
    var filled = 0
    while filled < target.count {
      let rest = UnsafeMutableRawBufferPointer(rebasing: target[filled...])
      let got: Int
      if let inflater {
        got = try inflater.read(into: rest) { self.packed.read(into: $0) }
      } else {
        got = packed.read(into: rest)
      }
      if got == 0 { break }
      filled += got
    }
    checksum = crc32_z(
      checksum, target.baseAddress?.assumingMemoryBound(to: UInt8.self), filled)
    count += filled
    if count == entry.size, filled > 0, UInt32(truncatingIfNeeded: checksum) != entry.checksum {
      throw CladeError.badFile(
        path: path, line: nil, column: nil,
        reason: "the checksum of \(Excerpt.of(entry.name)) is wrong; the file is damaged")
    }
    return filled
  }
}
