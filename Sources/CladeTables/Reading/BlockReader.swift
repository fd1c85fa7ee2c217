import CladeCore

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Cuts a text file into blocks of whole rows; line ends inside quotes end no row.
struct BlockReader {
  /// The bytes that a block has where rows are short.
  static let blockSize = 1 << 20

  private let source: ByteSource
  private let maximumRowLength: Int
  private let blockSize: Int
  /// What begins the rows of the next block.
  private var carried: [UInt8] = []
  private var isAtEnd = false
  private var nextNumber = 0
  /// A quote opens a quoted field only behind this; `nil` where quotes mean nothing.
  var quoting: FieldQuoting?
  /// Whether lines end with a carriage return alone, as on very old systems.
  private var hasOldLineEnds = false

  init(source: ByteSource, maximumRowLength: Int, blockSize: Int = Self.blockSize) {
    self.source = source
    self.maximumRowLength = max(1, maximumRowLength)
    self.blockSize = blockSize
  }

  /// Fills `block` with the first bytes of the file, which come again in the first ``next(_:)``:
  /// as many as a block has, or more where that is not enough, by default three lines.
  ///
  /// - Returns: Whether these are all bytes of the file.
  mutating func peek(
    _ block: TextBlock, until isEnough: (UnsafeRawBufferPointer) -> Bool = Self.hasThreeLines
  ) throws -> Bool {
    block.count = 0
    var wanted = blockSize
    while true {
      block.grow(to: wanted)
      let room = UnsafeMutableRawBufferPointer(
        start: block.bytes + block.count, count: wanted - block.count)
      let count = try source.read(into: room)
      if count < room.count { isAtEnd = true }
      block.count += count
      let bytes = block.rest(from: 0)
      if isAtEnd || wanted > maximumRowLength || isEnough(bytes) { break }
      wanted *= 2
    }
    let bytes = block.rest(from: 0)
    if Self.find(UInt8(ascii: "\n"), in: bytes) == nil,
      Self.find(UInt8(ascii: "\r"), in: bytes) != nil
    {
      hasOldLineEnds = true
      replaceOldLineEnds(in: block, from: 0)
    }
    block.terminate()
    carried = Array(UnsafeBufferPointer(start: block.bytes, count: block.count))
    return isAtEnd
  }

  private static func hasThreeLines(_ bytes: UnsafeRawBufferPointer) -> Bool {
    [UInt8(ascii: "\n"), UInt8(ascii: "\r")].contains { lineEnd in
      var rest = bytes
      for _ in 0..<3 {
        guard let end = find(lineEnd, in: rest) else { return false }
        rest = UnsafeRawBufferPointer(rebasing: rest[(end + 1)...])
      }
      return true
    }
  }

  private func replaceOldLineEnds(in block: TextBlock, from offset: Int) {
    for index in offset..<block.count where block.bytes[index] == UInt8(ascii: "\r") {
      block.bytes[index] = UInt8(ascii: "\n")
    }
  }

  /// Forgets the first `count` bytes of what was peeked at.
  mutating func skip(_ count: Int) { carried.removeFirst(count) }

  /// The part of the file that has been read, 0...1, if that is known.
  var fraction: Double? { source.fraction }

  /// Fills `block` with the next rows; `false` at the end.
  ///
  /// - Throws: `RowTooLong` for a row beyond the limit.
  mutating func next(_ block: TextBlock) throws -> Bool {
    guard !isAtEnd || !carried.isEmpty else { return false }
    block.number = nextNumber
    block.count = 0
    block.grow(to: max(blockSize, carried.count + 1))
    carried.withUnsafeBufferPointer { block.bytes.update(from: $0.baseAddress!, count: $0.count) }
    block.count = carried.count
    var wanted = max(blockSize, carried.count)
    while true {
      if !isAtEnd, block.count < wanted {
        block.grow(to: wanted + 1)
        let room = UnsafeMutableRawBufferPointer(
          start: block.bytes + block.count, count: wanted - block.count)
        let count = try source.read(into: room)
        if count < room.count { isAtEnd = true }
        block.count += count
        if hasOldLineEnds { replaceOldLineEnds(in: block, from: block.count - count) }
      }
      let end = isAtEnd ? block.count : lastRowEnd(in: block)
      if end > 0 || isAtEnd {
        carried = Array(UnsafeBufferPointer(start: block.bytes + end, count: block.count - end))
        block.count = end
        break
      }
      guard block.count <= maximumRowLength else { throw RowTooLong(limit: maximumRowLength) }
      wanted = min(block.count * 2, maximumRowLength + 1)
    }
    guard block.count > 0 else { return false }
    if block.bytes[block.count - 1] != UInt8(ascii: "\n") {
      block.grow(to: block.count + 1)
      block.bytes[block.count] = UInt8(ascii: "\n")
      block.count += 1
    }
    block.terminate()
    nextNumber += 1
    return true
  }

  /// Where the last whole row of the block ends, 0 if none does.
  private func lastRowEnd(in block: TextBlock) -> Int {
    guard let quoting else { return Self.lastLineEnd(block.rest(from: 0)) }
    var position = 0
    var rowEnd = 0
    while true {
      guard let quote = Self.find(UInt8(ascii: "\""), in: block.rest(from: position)) else {
        let last = Self.lastLineEnd(block.rest(from: position))
        return last > 0 ? position + last : rowEnd
      }
      let opening = position + quote
      let before = Self.lastLineEnd(
        UnsafeRawBufferPointer(start: block.bytes + position, count: quote))
      if before > 0 { rowEnd = position + before }
      guard quoting.opens(at: opening, in: block.bytes) else {
        position = opening + 1
        continue
      }
      var closing = opening + 1
      while true {
        guard let next = Self.find(UInt8(ascii: "\""), in: block.rest(from: closing)) else {
          return rowEnd
        }
        closing += next + 1
        if closing == block.count { return rowEnd }
        if block.bytes[closing] != UInt8(ascii: "\"") { break }
        closing += 1
      }
      position = closing
    }
  }

  static func find(_ byte: UInt8, in bytes: UnsafeRawBufferPointer) -> Int? {
    guard let start = bytes.baseAddress, bytes.count > 0,
      let found = memchr(start, Int32(byte), bytes.count)
    else { return nil }
    return UnsafeRawPointer(found) - start
  }

  /// The number of bytes up to and with the last line end, 0 if there is none.
  private static func lastLineEnd(_ bytes: UnsafeRawBufferPointer) -> Int {
    var end = bytes.count
    while end > 0, bytes[end - 1] != UInt8(ascii: "\n") { end -= 1 }
    return end
  }
}

/// A row is longer than is read.
struct RowTooLong: Error {
  let limit: Int
}

/// When a quotation mark opens a quoted field: at the start of a field, behind blanks at most.
struct FieldQuoting: Sendable {
  let delimiter: UInt8

  /// Whether runs of blanks and tabs delimit.
  var isWhitespace: Bool { delimiter == UInt8(ascii: " ") }

  /// Whether the quotation mark at `offset` opens a field; `bytes` begin with a row.
  func opens(at offset: Int, in bytes: UnsafePointer<UInt8>) -> Bool {
    var before = offset - 1
    while before >= 0 {
      let byte = bytes[before]
      if byte == delimiter || byte == UInt8(ascii: "\n") { return true }
      guard isBlank(byte) else { return false }
      if isWhitespace { return true }
      before -= 1
    }
    return true
  }

  /// Whether the byte is filling around a field: a blank, or a tab that delimits nothing.
  @inline(__always)
  func isBlank(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: " ") || (byte == UInt8(ascii: "\t") && delimiter != byte)
  }
}
