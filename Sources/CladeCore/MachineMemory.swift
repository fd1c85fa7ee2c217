#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// How much memory this machine has.
package enum MachineMemory {
  /// The bytes of physical memory.
  package static var size: Int {
    let pages = sysconf(Int32(_SC_PHYS_PAGES))
    let page = sysconf(Int32(_SC_PAGESIZE))
    return pages > 0 && page > 0 ? Int(pages) * Int(page) : 8 << 30
  }

  /// Whether the system limits what this process may map (`ulimit -v`), whether it uses it or not.
  package static var isAddressSpaceLimited: Bool {
    var limit = rlimit()
    #if canImport(Glibc)
      guard getrlimit(__rlimit_resource_t(RLIMIT_AS.rawValue), &limit) == 0 else { return false }
    #else
      guard getrlimit(RLIMIT_AS, &limit) == 0 else { return false }
    #endif
    return limit.rlim_cur < UInt64(Int.max)
  }
}
