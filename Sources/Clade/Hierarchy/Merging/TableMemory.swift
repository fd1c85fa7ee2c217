#if canImport(Glibc)
  import Glibc
#endif

/// The memory of a table of distances: in large pages where the system has them, since a table of
/// many rows is read across them.
final class TableMemory: @unchecked Sendable {
  // Unchecked: threads write numbers of their own.

  let start: UnsafeMutablePointer<Double>

  /// Memory for some numbers, which are anything at first.
  init(count: Int) {
    let (byteCount, page) = (max(64, count * MemoryLayout<Double>.stride), 1 << 21)
    let bytes = UnsafeMutableRawPointer.allocate(
      byteCount: byteCount, alignment: byteCount < page ? 64 : page)
    #if canImport(Glibc)
      if byteCount >= page { madvise(bytes, byteCount, MADV_HUGEPAGE) }
    #endif
    start = bytes.bindMemory(to: Double.self, capacity: max(8, count))
  }

  deinit { UnsafeMutableRawPointer(start).deallocate() }
}
