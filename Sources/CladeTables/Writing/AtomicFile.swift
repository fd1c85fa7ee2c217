import CladeCore

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// A file that appears whole or not at all.
///
/// What is written goes to a hidden file in the same folder; ``commit()`` makes sure that it is on
/// the disk and renames it. Until then a file of that name that was there before stays as it was.
/// Without a commit nothing is left behind, also when the process is interrupted, if the handler of
/// the signal calls ``PartialFiles/removeAll()`` of those of this process.
///
/// A path that is a pipe or a device, such as `/dev/stdout`, is written to directly, and so is
/// standard output under the name "-".
public final class AtomicFile {
  /// The path that was asked for.
  public let path: String
  private let target: String
  private let partial: String?
  private var descriptor: Int32
  private var buffer: [UInt8] = []
  private var isDone = false
  private var isFinished = false
  private let partialFiles: PartialFiles
  private static let bufferSize = 1 << 18

  /// Opens a file to write.
  ///
  /// - Throws: `CladeError.cannotWrite`, also where the folder isn't there.
  public convenience init(path: String) throws {
    try self.init(path: path, partialFiles: .ofThisProcess)
  }

  /// Opens a file that is listed among `partialFiles` until it has its name.
  package init(path: String, partialFiles: PartialFiles) throws {
    self.path = path
    self.partialFiles = partialFiles
    guard !path.isEmpty else {
      throw CladeError.cannotWrite(path: "\"\"", reason: "the name is empty")
    }
    buffer.reserveCapacity(Self.bufferSize)
    if path == "-" {
      (target, partial) = (path, nil)
      descriptor = dup(1)
      guard descriptor >= 0 else {
        throw CladeError.cannotWrite(path: "standard output", reason: SystemMessage.current())
      }
      return
    }
    switch FileKind(path: path) {
    case .folder:
      throw CladeError.cannotWrite(path: path, reason: "it is a folder; give a file's name")
    case .special:
      (target, partial) = (path, nil)
      descriptor = open(path, O_WRONLY | O_CLOEXEC)
    case .regular, .absent:
      target = Self.resolvingLinks(path)
      let (folder, name) = Self.split(target)
      guard FileKind(path: folder.isEmpty ? "." : folder) == .folder else {
        throw CladeError.cannotWrite(
          path: path, reason: "there is no folder \(folder); make it first")
      }
      let unique = "\(getpid())-\(UInt32.random(in: 0 ... .max))"
      let hidden = folder + ".\(name.prefix(180)).\(unique).partial"
      partial = hidden
      partialFiles.add(hidden)
      descriptor = open(hidden, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
      if descriptor < 0 {
        let reason = SystemMessage.current()
        partialFiles.remove(hidden)
        throw CladeError.cannotWrite(path: path, reason: reason)
      }
    }
    guard descriptor >= 0 else {
      throw CladeError.cannotWrite(path: path, reason: SystemMessage.current())
    }
  }

  deinit { discard() }

  /// Writes the whole content of a file at once.
  public static func write(_ text: String, to path: String) throws {
    let file = try AtomicFile(path: path)
    try file.write(text)
    try file.commit()
  }

  /// Writes text, as UTF-8.
  public func write(_ text: String) throws {
    var text = text
    try text.withUTF8 { try write(UnsafeRawBufferPointer($0)) }
  }

  /// Writes bytes.
  public func write(_ bytes: some Collection<UInt8>) throws {
    if try bytes.withContiguousStorageIfAvailable({
      try write(UnsafeRawBufferPointer($0))
    }) == nil {
      try Array(bytes).withUnsafeBytes { try write($0) }
    }
  }

  /// Writes bytes.
  public func write(_ bytes: UnsafeRawBufferPointer) throws {
    if buffer.count + bytes.count > Self.bufferSize { try flush() }
    if bytes.count >= Self.bufferSize {
      try writeThrough(bytes)
    } else {
      buffer.append(contentsOf: bytes)
    }
  }

  /// Checks that a file could be written, and leaves nothing behind.
  ///
  /// For a command to call before it starts a long computation. A pipe or a device is not opened.
  ///
  /// - Throws: `CladeError.cannotWrite`.
  public static func check(path: String) throws {
    guard path != "-", FileKind(path: path) != .special else { return }
    try AtomicFile(path: path).discard()
  }

  /// Makes sure that all that was written is on the disk, but not yet under its name.
  ///
  /// With several files that belong together, finish all before the first is committed: what can
  /// fail, such as a full disk, fails here. Calling it is optional; nothing can be written after
  /// it.
  public func finish() throws {
    guard !isFinished, !isDone else { return }
    do {
      try flush()
      guard partial != nil else {
        isFinished = true
        return
      }
      guard fsync(descriptor) == 0 || errno == EINVAL || errno == EROFS else { throw failure() }
      let closed = close(descriptor)
      descriptor = -1
      guard closed == 0 else { throw failure() }
      isFinished = true
    } catch {
      discard()
      throw error
    }
  }

  /// Makes the file appear under its name.
  public func commit() throws {
    precondition(!isDone, "A file is committed once")
    try finish()
    if let partial {
      guard rename(partial, target) == 0 else {
        let error = failure()
        discard()
        throw error
      }
      partialFiles.forget(partial)
    } else {
      close(descriptor)
    }
    isDone = true
  }

  /// Gives up: what was written so far is removed.
  public func discard() {
    guard !isDone else { return }
    isDone = true
    if descriptor >= 0 { close(descriptor) }
    if let partial { partialFiles.remove(partial) }
  }

  private func flush() throws {
    guard !buffer.isEmpty else { return }
    try buffer.withUnsafeBytes { try writeThrough($0) }
    buffer.removeAll(keepingCapacity: true)
  }

  private func writeThrough(_ bytes: UnsafeRawBufferPointer) throws {
    guard !isDone, !isFinished else {
      throw CladeError.cannotWrite(path: path, reason: "it was already given up or finished")
    }
    var rest = bytes[...]
    while !rest.isEmpty {
      let part = UnsafeRawBufferPointer(rebasing: rest)
      #if canImport(Darwin)
        let written = Darwin.write(descriptor, part.baseAddress, part.count)
      #elseif canImport(Musl)
        let written = Musl.write(descriptor, part.baseAddress, part.count)
      #else
        let written = Glibc.write(descriptor, part.baseAddress, part.count)
      #endif
      if written < 0 {
        if errno == EINTR { continue }
        throw failure()
      }
      rest = rest.dropFirst(written)
    }
  }

  private func failure() -> CladeError {
    CladeError.cannotWrite(path: path, reason: SystemMessage.current())
  }

  /// Where a symbolic link leads, so that the link stays a link.
  private static func resolvingLinks(_ path: String) -> String {
    guard let resolved = realpath(path, nil) else { return path }
    defer { free(resolved) }
    return String(cString: resolved)
  }

  /// The folder, with its last slash, and the name in it.
  private static func split(_ path: String) -> (folder: String, name: String) {
    guard let slash = path.lastIndex(of: "/") else { return ("", path) }
    let after = path.index(after: slash)
    return (String(path[..<after]), String(path[after...]))
  }
}
