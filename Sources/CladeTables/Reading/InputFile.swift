import CladeCore

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// An open file, pipe or standard input ("-").
final class InputFile: Sendable {
  let path: String
  let descriptor: Int32
  /// The size in bytes of a regular file, else `nil`.
  let size: Int?
  private let closes: Bool

  /// Opens a file to read.
  ///
  /// - Throws: `CladeError.cannotRead`.
  init(path: String) throws {
    self.path = path == "-" ? "standard input" : path
    if path == "-" {
      descriptor = 0
      closes = false
    } else {
      guard !path.isEmpty, !path.utf8.contains(0) else {
        throw CladeError.cannotRead(path: "\"\(path)\"", reason: "that is no file's name")
      }
      descriptor = open(path, O_RDONLY | O_CLOEXEC)
      guard descriptor >= 0 else {
        throw CladeError.cannotRead(path: path, reason: SystemMessage.current())
      }
      closes = true
    }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else {
      let reason = SystemMessage.current()
      if closes { close(descriptor) }
      throw CladeError.cannotRead(path: self.path, reason: reason)
    }
    switch FileKind(status) {
    case .folder:
      if closes { close(descriptor) }
      throw CladeError.cannotRead(
        path: self.path, reason: "it is a folder; give the name of a file in it")
    case .regular: size = Int(status.st_size)
    case .special, .absent: size = nil
    }
  }

  deinit {
    if closes { close(descriptor) }
  }

  /// Reads up to `target.count` bytes; returns how many, 0 at the end.
  func read(into target: UnsafeMutableRawBufferPointer) throws -> Int {
    guard target.count > 0 else { return 0 }
    while true {
      #if canImport(Darwin)
        let count = Darwin.read(descriptor, target.baseAddress, min(target.count, 1 << 30))
      #elseif canImport(Musl)
        let count = Musl.read(descriptor, target.baseAddress, min(target.count, 1 << 30))
      #else
        let count = Glibc.read(descriptor, target.baseAddress, min(target.count, 1 << 30))
      #endif
      if count >= 0 { return count }
      guard errno == EINTR else {
        throw CladeError.cannotRead(path: path, reason: SystemMessage.current())
      }
    }
  }

  /// Reads until `target` is full or the file ends, from a place of a regular file; returns how many
  /// bytes came.
  ///
  /// Leaves the place where ``read(into:)`` reads as it is, so several threads may read at once.
  func read(into target: UnsafeMutableRawBufferPointer, at offset: Int) throws -> Int {
    var filled = 0
    while filled < target.count {
      let rest = UnsafeMutableRawBufferPointer(rebasing: target[filled...])
      let count = pread(
        descriptor, rest.baseAddress, min(rest.count, 1 << 30), off_t(offset + filled))
      if count == 0 { break }
      if count > 0 {
        filled += count
      } else if errno != EINTR {
        throw CladeError.cannotRead(path: path, reason: SystemMessage.current())
      }
    }
    return filled
  }

  /// The size in bytes that a regular file has by now.
  var currentSize: Int? {
    var status = stat()
    guard size != nil, fstat(descriptor, &status) == 0 else { return nil }
    return Int(status.st_size)
  }

  /// Tells the system that the file will be read from front to back, so that it reads ahead.
  func adviseSequentialReading() {
    #if !canImport(Darwin)
      _ = posix_fadvise(descriptor, 0, 0, POSIX_FADV_SEQUENTIAL)
    #endif
  }

  /// Reads all that is left.
  ///
  /// - Throws: `CladeError.badFile` beyond `limit` bytes.
  func readAll(atMost limit: Int) throws -> [UInt8] {
    var result: [UInt8] = []
    let chunk = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 16, alignment: 16)
    defer { chunk.deallocate() }
    while true {
      let count = try read(into: chunk)
      if count == 0 { return result }
      guard result.count + count <= limit else {
        throw CladeError.badFile(
          path: path, line: nil, column: nil, reason: "it has more than \(limit >> 20) MiB")
      }
      result.append(contentsOf: UnsafeRawBufferPointer(rebasing: chunk[..<count]))
    }
  }
}
