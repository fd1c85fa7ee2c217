#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// The processors that this process may use.
enum ProcessorCount {
  /// The number of cores online, at least 1.
  static let available = max(1, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN))))
}
