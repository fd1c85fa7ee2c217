import CladeCore

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Memory that does good but isn't needed: there may be none, and pages are taken as they are
/// written to.
///
/// Pages are large where the system has such, so that a disk can write much to one place at a time:
/// direct reads of 2 MiB into pages of 4 KiB, which are cut into pieces where one page doesn't
/// follow the other in memory, may take three times as long.
final class SpareMemory: @unchecked Sendable {
  // Unchecked: who writes to which part at what time is up to the owner.

  /// Where it begins, at a large page.
  let start: UnsafeMutableRawPointer
  private let mapping: UnsafeMutableRawBufferPointer

  /// Creates memory; `nil` where the system has no room for so much, and in a limited address space,
  /// of which further threads may need more than they use.
  init?(byteCount: Int) {
    guard !MachineMemory.isAddressSpaceLimited else { return nil }
    #if canImport(Darwin)
      let flags = MAP_PRIVATE | MAP_ANON
    #else
      let flags = MAP_PRIVATE | MAP_ANONYMOUS
    #endif
    let size = byteCount + LargePages.size
    let memory = mmap(nil, size, PROT_READ | PROT_WRITE, flags, -1, 0)
    guard let memory, memory != MAP_FAILED else { return nil }
    start = memory.alignedUp(toMultipleOf: LargePages.size)
    mapping = UnsafeMutableRawBufferPointer(start: memory, count: size)
    LargePages.advise(start, byteCount: byteCount)
  }

  deinit { munmap(mapping.baseAddress, mapping.count) }
}
