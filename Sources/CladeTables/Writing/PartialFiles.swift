import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// The files that are being written and have not got their names yet.
///
/// An interrupted process calls ``removeAll()`` before it ends, from a thread or a dispatch source
/// that handles the signal (not from inside the signal's own handler).
public enum PartialFiles {
  private static let paths = Mutex<Set<String>>([])

  /// Removes all of them.
  public static func removeAll() {
    paths.withLock { paths in
      for path in paths { unlink(path) }
      paths.removeAll()
    }
  }

  static func add(_ path: String) {
    paths.withLock { _ = $0.insert(path) }
  }

  static func remove(_ path: String) {
    paths.withLock {
      $0.remove(path)
      unlink(path)
    }
  }

  static func forget(_ path: String) {
    paths.withLock { _ = $0.remove(path) }
  }
}
