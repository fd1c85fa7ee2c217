import CladeCore

/// The bytes of a file in order, unpacked where the file is packed by gzip.
final class ByteSource: ByteStream {
  let path: String
  let file: InputFile
  /// Whether the bytes come as they are in the file.
  var isPlain: Bool { inflater == nil }
  /// The size of the file if that is known and its bytes come as they are.
  var plainSize: Int? { isPlain ? file.size : nil }
  private let inflater: Inflater?
  /// Packed bytes that were looked at before the reading began.
  private var pendingPacked: ArraySlice<UInt8>
  /// Bytes that were peeked at and not read yet.
  private var pending: ArraySlice<UInt8> = []
  /// The bytes taken from the file so far.
  private var consumed = 0

  /// Opens a file and looks at its first bytes.
  init(path: String) throws {
    file = try InputFile(path: path)
    self.path = file.path
    var first: [UInt8] = []
    while first.count < 2 {
      let more = try Self.readOnce(file, 1 << 12)
      if more.isEmpty { break }
      first += more
    }
    pendingPacked = first[...]
    inflater =
      Inflater.recognises(first) ? try Inflater(path: file.path, wrapping: .gzip) : nil
  }

  private static func readOnce(_ file: InputFile, _ count: Int) throws -> [UInt8] {
    try [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
      initialized = try file.read(into: UnsafeMutableRawBufferPointer(buffer))
    }
  }

  /// The part of the file that has been read, 0...1, if its size is known.
  var fraction: Double? {
    guard let size = file.size, size > 0 else { return nil }
    return min(1, Double(consumed) / Double(size))
  }

  /// The next `count` bytes, or fewer at the end; they will come again.
  func peek(_ count: Int) throws -> [UInt8] {
    if pending.count < count {
      let more = try takeOn(count - pending.count)
      pending = (Array(pending) + more)[...]
    }
    return Array(pending.prefix(count))
  }

  /// Reads until `target` is full or the end is reached; returns how many bytes came.
  func read(into target: UnsafeMutableRawBufferPointer) throws -> Int {
    var filled = 0
    if !pending.isEmpty {
      filled = min(pending.count, target.count)
      target.copyBytes(from: pending.prefix(filled))
      pending = pending.dropFirst(filled)
    }
    return filled + (try readOn(into: UnsafeMutableRawBufferPointer(rebasing: target[filled...])))
  }

  /// All that is left.
  ///
  /// - Parameters:
  ///   - largest: The most bytes, unpacked.
  ///   - question: What a person with a larger file is asked.
  /// - Throws: `CladeError.cannotRead`, and `CladeError.badFile` for more bytes.
  func rest(atMost largest: Int, asking question: String) throws -> [UInt8] {
    var bytes: [UInt8] = []
    while true {
      let more = try take(1 << 20)
      if more.isEmpty { return bytes }
      bytes += more
      guard bytes.count <= largest else {
        throw CladeError.badFile(
          path: path, line: nil, column: nil,
          reason: "it has more than \(largest >> 20) MiB; \(question)")
      }
    }
  }

  private func takeOn(_ count: Int) throws -> [UInt8] {
    try [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
      initialized = try readOn(into: UnsafeMutableRawBufferPointer(buffer))
    }
  }

  /// Reads behind what was peeked at.
  private func readOn(into target: UnsafeMutableRawBufferPointer) throws -> Int {
    var filled = 0
    while filled < target.count {
      let rest = UnsafeMutableRawBufferPointer(rebasing: target[filled...])
      let count: Int
      if let inflater {
        count = try inflater.read(into: rest) { try self.readPacked(into: $0) }
      } else {
        count = try readPacked(into: rest)
      }
      if count == 0 { break }
      filled += count
    }
    return filled
  }

  private func readPacked(into target: UnsafeMutableRawBufferPointer) throws -> Int {
    var count: Int
    if pendingPacked.isEmpty {
      count = try file.read(into: target)
    } else {
      count = min(pendingPacked.count, target.count)
      target.copyBytes(from: pendingPacked.prefix(count))
      pendingPacked = pendingPacked.dropFirst(count)
    }
    consumed += count
    return count
  }
}
