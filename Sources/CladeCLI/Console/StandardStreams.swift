import CladeCore
import Foundation

/// Standard output: results, and nothing else.
enum StandardOutput {
  /// Whoever read the output has closed it.
  struct ReaderGone: Error {}

  /// Writes all of `text`.
  ///
  /// - Throws: ``ReaderGone`` for a closed pipe; `CladeError.cannotWrite` otherwise, as for a full
  ///   disk.
  static func write(_ text: String) throws {
    ProgressBar.clear()
    let code = writeAll(text, to: STDOUT_FILENO)
    guard code != 0 else { return }
    if code == EPIPE { throw ReaderGone() }
    throw CladeError.cannotWrite(path: "standard output", reason: String(cString: strerror(code)))
  }
}

/// Standard error: progress, warnings and errors.
enum StandardError {
  /// Writes `text`; nothing can be done when that fails.
  static func write(_ text: String) { _ = writeAll(text, to: STDERR_FILENO) }

  /// Writes one line that tells of something a person should know but that stops nothing.
  static func warn(_ message: String) {
    ProgressBar.clear()
    write("clade: warning: \(message)\n")
  }
}

/// Writes all of `text` to a descriptor; returns 0 or the system's error number.
private func writeAll(_ text: String, to descriptor: Int32) -> Int32 {
  var text = text
  return text.withUTF8 { bytes in
    var rest = UnsafeRawBufferPointer(bytes)
    while let start = rest.baseAddress, !rest.isEmpty {
      let written = Foundation.write(descriptor, start, rest.count)
      if written < 0 {
        if errno == EINTR { continue }
        return errno
      }
      rest = UnsafeRawBufferPointer(rebasing: rest[written...])
    }
    return 0
  }
}
