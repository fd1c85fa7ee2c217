import CladeCore

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Ends a ``RowStream`` from another thread, also while it waits for rows.
public final class RowStreamEnd: Sendable {
  private let reading: Int32
  private let writing: Int32

  /// - Throws: `CladeError.cannotRead` where the process has too many files open.
  public init() throws {
    var ends: [Int32] = [0, 0]
    guard pipe(&ends) == 0 else {
      throw CladeError.cannotRead(path: "a pipe", reason: SystemMessage.current())
    }
    (reading, writing) = (ends[0], ends[1])
  }

  deinit {
    close(reading)
    close(writing)
  }

  /// Lets the stream end behind the lines that have come whole. May be called at any time.
  public func request() {
    var byte: UInt8 = 0
    while write(writing, &byte, 1) < 0, errno == EINTR {}
  }

  /// Waits until there is something to read, or nothing more will come.
  ///
  /// - Returns: `false` where the end was requested before.
  func waits(for file: InputFile) -> Bool {
    var files = [
      pollfd(fd: reading, events: Int16(POLLIN), revents: 0),
      pollfd(fd: file.descriptor, events: Int16(POLLIN), revents: 0),
    ]
    // What can't be waited for is read at once.
    while poll(&files, 2, -1) < 0, errno == EINTR {}
    return files[0].revents == 0
  }
}
