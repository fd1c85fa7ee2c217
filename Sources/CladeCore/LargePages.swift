#if canImport(Glibc)
  import Glibc
#endif

/// Memory in large pages, where the system has such: they are taken and given back in a fraction of
/// the time, and a disk can write much to one place at a time.
package enum LargePages {
  /// The bytes of a large page.
  package static let size = 1 << 21

  /// Asks for large pages for memory that nothing was written to yet.
  package static func advise(_ start: UnsafeMutableRawPointer, byteCount: Int) {
    #if canImport(Glibc)
      let first = start.alignedUp(toMultipleOf: size)
      let count = (start + byteCount - first) / size * size
      if count > 0 { madvise(first, count, MADV_HUGEPAGE) }
    #endif
  }
}

extension Array where Element: BitwiseCopyable {
  /// An array in large pages, if it is that large.
  ///
  /// - Parameter initialize: Initialises all `count` elements.
  package init(
    inLargePages count: Int,
    initializingWith initialize: (UnsafeMutableBufferPointer<Element>) throws -> Void
  ) rethrows {
    try self.init(unsafeUninitializedCapacity: count) { buffer, initialized in
      if let start = buffer.baseAddress {
        LargePages.advise(start, byteCount: count * MemoryLayout<Element>.stride)
      }
      try initialize(UnsafeMutableBufferPointer(rebasing: buffer[..<count]))
      initialized = count
    }
  }
}
