import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Files that are being written and have not got their names yet.
///
/// An interrupted process calls ``removeAll()`` of ``ofThisProcess`` before it ends, from a thread
/// or a dispatch source that handles the signal (not from inside the signal's own handler).
public final class PartialFiles: Sendable {
  /// All that this process is writing.
  public static let ofThisProcess = PartialFiles()

  private let paths = Mutex<Set<String>>([])

  package init() {}

  /// Removes all of them.
  public func removeAll() {
    paths.withLock { paths in
      for path in paths { unlink(path) }
      paths.removeAll()
    }
  }

  func add(_ path: String) {
    paths.withLock { _ = $0.insert(path) }
  }

  func remove(_ path: String) {
    paths.withLock {
      $0.remove(path)
      unlink(path)
    }
  }

  func forget(_ path: String) {
    paths.withLock { _ = $0.remove(path) }
  }
}
