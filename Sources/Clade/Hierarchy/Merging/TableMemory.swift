/// The memory of a table of distances, which copies of the table share.
final class TableMemory: @unchecked Sendable {
  // Unchecked: threads write numbers of their own.

  let start: UnsafeMutablePointer<Double>

  /// Memory for some numbers, which are anything at first.
  init(count: Int) {
    let bytes = UnsafeMutableRawPointer.allocate(
      byteCount: max(64, count * MemoryLayout<Double>.stride), alignment: 64)
    start = bytes.bindMemory(to: Double.self, capacity: max(8, count))
  }

  deinit { UnsafeMutableRawPointer(start).deallocate() }
}
