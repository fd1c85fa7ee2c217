import CladeCore

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// An open file, pipe or standard input ("-").
final class InputFile {
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
