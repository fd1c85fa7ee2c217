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

  /// The bytes that this process may still map where that is limited (`ulimit -v`); `nil` where it
  /// isn't.
  package static var addressSpaceLeft: Int? {
    #if os(Linux)
      var limit = rlimit()
      #if canImport(Glibc)
        let resource = RLIMIT_AS.rawValue
        guard getrlimit(__rlimit_resource_t(resource), &limit) == 0 else { return nil }
      #else
        guard getrlimit(RLIMIT_AS, &limit) == 0 else { return nil }
      #endif
      guard limit.rlim_cur < UInt64(Int.max), let file = fopen("/proc/self/statm", "r") else {
        return nil
      }
      defer { fclose(file) }
      var line = [CChar](repeating: 0, count: 128)
      guard fgets(&line, Int32(line.count), file) != nil else { return nil }
      // The first number is the pages that are mapped.
      let pages = strtol(line, nil, 10)
      return max(0, Int(limit.rlim_cur) - pages * sysconf(Int32(_SC_PAGESIZE)))
    #else
      return nil
    #endif
  }
}
