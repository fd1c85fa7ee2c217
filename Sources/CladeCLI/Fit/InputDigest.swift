import CladeTables
import Foundation
import Synchronization

/// The SHA-256 of an input file, found on a thread of its own while the file is read and clustered.
final class InputDigest: Sendable {
  private let result = Mutex<String?>(nil)
  private let done = DispatchSemaphore(value: 0)

  /// Starts; standard input and whatever can't be opened as a plain file have no digest.
  init(path: String) {
    let thread = Thread { [self] in
      let digest = path == "-" ? nil : Self.digest(of: path)
      result.withLock { $0 = digest }
      done.signal()
    }
    thread.start()
  }

  /// Waits for the digest. Called once.
  func wait() -> String? {
    done.wait()
    return result.withLock { $0 }
  }

  private static func digest(of path: String) -> String? {
    var status = stat()
    guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG,
      let file = fopen(path, "rb")
    else { return nil }
    defer { fclose(file) }
    var digest = SHA256()
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 64)
    defer { buffer.deallocate() }
    while true {
      let count = fread(buffer.baseAddress, 1, buffer.count, file)
      guard count > 0 else { return ferror(file) == 0 ? digest.finish() : nil }
      digest.update(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
    }
  }
}
