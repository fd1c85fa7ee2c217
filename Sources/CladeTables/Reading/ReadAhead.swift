#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Reads the blocks of a file past the system's cache, by threads of its own, before they
/// are asked for.
///
/// A file that is larger than memory gains nothing from the cache: what is read first is gone when
/// the next pass needs it, and putting it there takes as long as copying it. Here the disk writes
/// right into a few blocks that are used again and again, while other threads work on rows of those
/// before.
///
/// Whoever goes over the file from its first byte on, alone or with other threads, finds the bytes
/// here; after the last block comes the first, for the next pass. Bytes that are asked for in
/// another order aren't found, but for those of ``KeptBlocks``.
final class ReadAhead: Sendable {
  private let blocks: BlockWindow

  /// Opens the file once more.
  ///
  /// - Parameters:
  ///   - path: A regular file.
  ///   - size: Its bytes.
  ///   - kept: How many of them may stay in memory for the next pass.
  /// - Returns: `nil` where its bytes can't be read past the cache, and for less than 4 MiB.
  init?(path: String, size: Int, keeping kept: Int) {
    // Whole pages; blocks as large as cost the disk nothing, and many to a file.
    let blockSize = min(1 << 21, size / 64 / 4096 * 4096)
    guard blockSize >= 1 << 16 else { return nil }
    #if canImport(Darwin)
      let descriptor = open(path, O_RDONLY | O_CLOEXEC)
      guard descriptor >= 0 else { return nil }
      guard fcntl(descriptor, F_NOCACHE, 1) == 0 else {
        close(descriptor)
        return nil
      }
    #else
      let descriptor = open(path, O_RDONLY | O_CLOEXEC | Self.pastCache)
      guard descriptor >= 0 else { return nil }
    #endif
    guard
      let blocks = BlockWindow(
        descriptor: descriptor, size: size, blockSize: blockSize, keeping: kept / blockSize)
    else {
      close(descriptor)
      return nil
    }
    self.blocks = blocks
  }

  deinit { blocks.close() }

  #if !canImport(Darwin)
    /// O_DIRECT, which Glibc's headers have with an extension only.
    #if arch(arm64) || arch(arm)
      private static let pastCache: Int32 = 0o200000
    #elseif arch(powerpc64) || arch(powerpc64le)
      private static let pastCache: Int32 = 0o400000
    #else
      private static let pastCache: Int32 = 0o40000
    #endif
  #endif

  /// Calls `body` with bytes from `offset` on, where they are, if they were read ahead into one
  /// block.
  ///
  /// - Returns: What `body` returns; `nil` where it wasn't called.
  func withBytes<Result>(
    _ count: Int, at offset: Int, _ body: (UnsafeRawBufferPointer) throws -> Result
  ) rethrows -> Result? {
    guard let (slot, bytes) = blocks.lend(count, at: offset) else { return nil }
    defer { blocks.takeBack(slot, bytes) }
    return try body(bytes)
  }

  /// Copies bytes from `offset` on if they have been read ahead or are about to be.
  ///
  /// - Returns: Whether they were; where not, `target` may have been written to.
  func read(into target: UnsafeMutableRawBufferPointer, at offset: Int) -> Bool {
    var filled = 0
    while filled < target.count {
      let rest = UnsafeMutableRawBufferPointer(rebasing: target[filled...])
      guard let count = blocks.take(into: rest, at: offset + filled) else { return false }
      filled += count
    }
    return true
  }
}
