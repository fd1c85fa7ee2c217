#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Reads the blocks of a file past the system's cache, by a thread of its own, before they are asked for.
///
/// A file that is larger than memory gains nothing from the cache: what is read first is gone when the next
/// pass needs it, and putting it there takes as long as copying it. Here the disk writes right into a few
/// blocks that are used again and again, while other threads work on rows of those before.
///
/// Whoever goes over the file from its first byte on, alone or with other threads, finds the bytes here; after
/// the last block comes the first, for the next pass. Bytes that are asked for in another order aren't found.
final class ReadAhead: Sendable {
  private let blocks: BlockWindow

  /// Opens the file once more.
  ///
  /// - Parameters:
  ///   - path: A regular file.
  ///   - size: Its bytes.
  /// - Returns: `nil` where its bytes can't be read past the cache, and for less than 4 MiB.
  init?(path: String, size: Int) {
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
    blocks = BlockWindow(descriptor: descriptor, size: size, blockSize: blockSize)
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

/// A few blocks of a file in memory, in the order in which they come in the file.
private final class BlockWindow: @unchecked Sendable {
  // Unchecked: what changes is read and written under the signal's lock only, but for the bytes of blocks: the
  // reading thread writes those of a slot that it took, and others read those of one that they hold.

  /// Where a block's bytes are.
  private struct Slot {
    enum State { case free, reading, ready }
    var state = State.free
    var block = 0
    /// How many bytes were read.
    var length = 0
    /// How many of them were copied, by all threads together.
    var taken = 0
    /// How many threads copy or wait for them.
    var holders = 0
    /// Whether it is to be given up as soon as it can be.
    var isLeft = false
  }

  private let descriptor: Int32
  private let blockSize: Int
  private let blockCount: Int
  private let memory: UnsafeMutableRawPointer
  private let signal = ThreadSignal()
  private var slots: [Slot]
  /// The block that is read next.
  private var next = 0
  private var isReading = false
  private var isClosed = false

  init(descriptor: Int32, size: Int, blockSize: Int) {
    self.descriptor = descriptor
    self.blockSize = blockSize
    blockCount = (size + blockSize - 1) / blockSize
    // At most half of the file, so that of two blocks it is known which comes before the other.
    slots = Array(repeating: Slot(), count: min(12, blockCount / 2))
    memory = .allocate(byteCount: slots.count * blockSize, alignment: 1 << 14)
  }

  deinit {
    #if canImport(Glibc)
      Glibc.close(descriptor)
    #elseif canImport(Musl)
      Musl.close(descriptor)
    #else
      Darwin.close(descriptor)
    #endif
    memory.deallocate()
  }

  /// Stops reading.
  func close() {
    signal.withLock {
      isClosed = true
      signal.announce()
    }
  }

  // MARK: Taking

  /// Copies what there is of one block; returns how many bytes, `nil` for a block that isn't here.
  func take(into target: UnsafeMutableRawBufferPointer, at offset: Int) -> Int? {
    let (block, start) = (offset / blockSize, offset % blockSize)
    guard let (index, length) = signal.withLock({ hold(block) }) else { return nil }
    let count = max(0, min(target.count, length - start))
    target.baseAddress?.copyMemory(
      from: memory + index * blockSize + start, byteCount: count)
    signal.withLock {
      slots[index].holders -= 1
      slots[index].taken += count
      if slots[index].taken >= length { slots[index].isLeft = true }
      freeWhatIsLeft()
    }
    return count > 0 ? count : nil
  }

  /// Waits for a block and holds its slot.
  private func hold(_ block: Int) -> (slot: Int, length: Int)? {
    if block == 0, !slots.contains(where: { $0.state != .free && $0.block == 0 && !$0.isLeft }) {
      guard begin() else { return nil }
    }
    // What was passed by, in part or as a whole, and is too far behind for any thread to come to
    // it.
    leave(distances: slots.count..<max(slots.count, blockCount - slots.count), before: block)
    while true {
      if let index = slots.firstIndex(where: {
        $0.state != .free && $0.block == block && !$0.isLeft
      }) {
        slots[index].holders += 1
        while slots[index].state == .reading { signal.wait() }
        return (index, slots[index].length)
      }
      // Not read yet, but soon: perhaps there is no room, as blocks that are far behind were
      // passed by.
      guard isReading, distance(from: next, to: block) < slots.count / 2 else { return nil }
      leave(distances: slots.count / 2..<2 * slots.count, before: block)
      signal.wait()
    }
  }

  /// Gives up blocks that are so far before another.
  private func leave(distances: Range<Int>, before block: Int) {
    var isAny = false
    for index in slots.indices
    where slots[index].state == .ready && !slots[index].isLeft
      && distances.contains(distance(from: slots[index].block, to: block))
    {
      slots[index].isLeft = true
      isAny = true
    }
    if isAny { freeWhatIsLeft() }
  }

  /// How many blocks further on another is, where the first comes after the last.
  private func distance(from block: Int, to other: Int) -> Int {
    other >= block ? other - block : other - block + blockCount
  }

  private func freeWhatIsLeft() {
    for index in slots.indices
    where slots[index].isLeft && slots[index].state == .ready && slots[index].holders == 0 {
      slots[index] = Slot()
    }
    signal.announce()
  }

  // MARK: Reading

  /// Begins at the first block, with two threads so that the disk has the next task when it is done with one;
  /// `false` where no thread can be had.
  private func begin() -> Bool {
    for index in slots.indices where slots[index].state != .free { slots[index].isLeft = true }
    next = 0
    freeWhatIsLeft()
    guard !isReading else { return true }
    for _ in 0..<2 where Self.startThread({ [self] in readBlocks() }) { isReading = true }
    return isReading
  }

  private func readBlocks() {
    while let (index, block) = signal.withLock({ slotToFill() }) {
      let start = block * blockSize
      let into = memory + index * blockSize
      var length = pread(descriptor, into, blockSize, off_t(start))
      while length < 0, errno == EINTR {
        length = pread(descriptor, into, blockSize, off_t(start))
      }
      signal.withLock {
        slots[index].state = .ready
        slots[index].length = max(0, length)
        freeWhatIsLeft()
      }
    }
  }

  /// Waits for a free slot and gives it the next block; `nil` once this is closed.
  private func slotToFill() -> (slot: Int, block: Int)? {
    while !isClosed {
      if let index = slots.firstIndex(where: { $0.state == .free }) {
        slots[index] = Slot(state: .reading, block: next)
        next = (next + 1) % blockCount
        // Whoever waits for this block has a slot to hold now.
        signal.announce()
        return (index, slots[index].block)
      }
      signal.wait()
    }
    return nil
  }

  /// Runs `body` on a thread of its own.
  private static func startThread(_ body: @escaping @Sendable () -> Void) -> Bool {
    final class Work {
      let body: @Sendable () -> Void
      init(_ body: @escaping @Sendable () -> Void) { self.body = body }
    }
    let work = Unmanaged.passRetained(Work(body)).toOpaque()
    #if canImport(Darwin)
      var thread: pthread_t?
      let failure = pthread_create(
        &thread, nil,
        { work in
          Unmanaged<Work>.fromOpaque(work).takeRetainedValue().body()
          return nil
        }, work)
      if failure == 0, let thread { pthread_detach(thread) }
    #else
      var thread = pthread_t()
      let failure = pthread_create(
        &thread, nil,
        { work in
          if let work { Unmanaged<Work>.fromOpaque(work).takeRetainedValue().body() }
          return nil
        }, work)
      if failure == 0 { pthread_detach(thread) }
    #endif
    if failure != 0 { Unmanaged<Work>.fromOpaque(work).release() }
    return failure == 0
  }
}
