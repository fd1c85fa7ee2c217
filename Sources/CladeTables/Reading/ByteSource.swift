import CladeCore

/// The bytes of a file in order, unpacked where the file is packed by gzip.
final class ByteSource {
  let path: String
  /// The size of the file if that is known and its bytes come as they are.
  let plainSize: Int?
  private let file: InputFile
  private var inflater: GzipInflater?
  /// Bytes that were looked at before the reading began.
  private var pending: [UInt8]
  /// The bytes taken from the file so far, for progress.
  private(set) var consumed = 0
  private let fileSize: Int?

  /// Opens a file and looks at its first bytes.
  init(path: String) throws {
    file = try InputFile(path: path)
    self.path = file.path
    fileSize = file.size
    pending = []
    while pending.count < 2 {
      let got = try Self.readSome(file, 1 << 12)
      if got.isEmpty { break }
      pending += got
    }
    if GzipInflater.recognises(pending) {
      let inflater = try GzipInflater(path: self.path)
      self.inflater = inflater
      plainSize = nil
    } else {
      plainSize = file.size
    }
  }

  private static func readSome(_ file: InputFile, _ count: Int) throws -> [UInt8] {
    try [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
      initialized = try file.read(into: UnsafeMutableRawBufferPointer(buffer))
    }
  }

  /// The part of the file that has been read, 0...1, if its size is known.
  var fraction: Double? {
    guard let fileSize, fileSize > 0 else { return nil }
    return min(1, Double(consumed) / Double(fileSize))
  }

  /// Reads until `target` is full or the end is reached; returns how many bytes came.
  func read(into target: UnsafeMutableRawBufferPointer) throws -> Int {
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
    if pending.isEmpty {
      count = try file.read(into: target)
    } else {
      count = min(pending.count, target.count)
      target.copyBytes(from: pending[..<count])
      pending.removeFirst(count)
    }
    consumed += count
    return count
  }
}
