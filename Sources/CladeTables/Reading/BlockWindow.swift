#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// A few blocks of a file in memory, in the order in which they come in the file, and those that
/// stay there.
final class BlockWindow: @unchecked Sendable {
  // Unchecked: what changes is read and written under the signal's lock only, but for the bytes of
  // blocks: the reading thread writes those of a slot that it took, and others read those of one
  // that they hold.

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
  private let kept: KeptBlocks
  private let memory: SpareMemory
  private let signal = ThreadSignal(conditions: 2)
  /// What threads wait for: those that take blocks, and those that read them.
  private static let (blockIsHere, slotIsFree) = (0, 1)
  /// Those of the window, and behind them one for each block that stays.
  private var slots: [Slot]
  private let window: Range<Int>
  /// The block that is read next.
  private var next = 0
  private var isReading = false
  /// How often bytes of the window are lent at the moment.
  private var lentCount = 0
  private var isClosed = false

  /// - Parameters:
  ///   - descriptor: An open file, which is closed in the end.
  ///   - size: Its bytes, at least 32 blocks.
  ///   - blockSize: The bytes of a block, whole pages.
  ///   - most: How many blocks may stay in memory.
  /// - Returns: `nil` where there is no memory for the window; where there is none for blocks that
  ///   stay, they don't.
  init?(descriptor: Int32, size: Int, blockSize: Int, keeping most: Int) {
    let blockCount = (size + blockSize - 1) / blockSize
    // At most half of the blocks that don't stay, so that of two it is known which comes before the
    // other.
    let window = 16
    var kept = KeptBlocks(of: blockCount, most: most, passing: 2 * window)
    var memory = SpareMemory(byteCount: (window + kept.count) * blockSize)
    if memory == nil {
      kept = KeptBlocks(of: blockCount, most: 0, passing: 2 * window)
      memory = SpareMemory(byteCount: window * blockSize)
    }
    guard let memory else { return nil }
    self.descriptor = descriptor
    self.blockSize = blockSize
    self.blockCount = blockCount
    self.kept = kept
    self.memory = memory
    self.window = 0..<window
    slots = Array(repeating: Slot(), count: window + kept.count)
  }

  deinit {
    #if canImport(Glibc)
      Glibc.close(descriptor)
    #elseif canImport(Musl)
      Musl.close(descriptor)
    #else
      Darwin.close(descriptor)
    #endif
  }

  /// Stops reading.
  func close() {
    signal.withLock {
      isClosed = true
      signal.announce(Self.blockIsHere)
      signal.announce(Self.slotIsFree)
    }
  }

  // MARK: Taking

  /// Copies what there is of one block; returns how many bytes, `nil` for a block that isn't here.
  func take(into target: UnsafeMutableRawBufferPointer, at offset: Int) -> Int? {
    let (block, start) = (offset / blockSize, offset % blockSize)
    guard let (index, length) = signal.withLock({ hold(block) }) else { return nil }
    let count = max(0, min(target.count, length - start))
    target.baseAddress?.copyMemory(
      from: memory.start + index * blockSize + start, byteCount: count)
    signal.withLock { release(index, taken: count) }
    return count > 0 ? count : nil
  }

  /// Lends bytes of one block, which stay where they are until they are given back; `nil` for those
  /// that aren't here, and where so much of the window is lent that little could be read.
  func lend(_ count: Int, at offset: Int) -> (slot: Int, bytes: UnsafeRawBufferPointer)? {
    let (block, start) = (offset / blockSize, offset % blockSize)
    guard start + count <= blockSize else { return nil }
    return signal.withLock {
      guard let (index, length) = hold(block) else { return nil }
      guard start + count <= length, !window.contains(index) || lentCount < window.count / 2 - 1
      else {
        release(index, taken: 0)
        return nil
      }
      if window.contains(index) { lentCount += 1 }
      return (
        index,
        UnsafeRawBufferPointer(start: memory.start + index * blockSize + start, count: count)
      )
    }
  }

  /// Takes back what was lent.
  func takeBack(_ slot: Int, _ bytes: UnsafeRawBufferPointer) {
    signal.withLock {
      if window.contains(slot) { lentCount -= 1 }
      release(slot, taken: bytes.count)
    }
  }

  /// Lets go of a slot, some bytes of which aren't needed any more.
  private func release(_ index: Int, taken count: Int) {
    guard window.contains(index) else { return }
    slots[index].holders -= 1
    slots[index].taken += count
    if slots[index].taken >= slots[index].length { slots[index].isLeft = true }
    freeWhatIsLeft()
  }

  /// Waits for a block and holds its slot.
  private func hold(_ block: Int) -> (slot: Int, length: Int)? {
    if block == 0, slot(of: 0) == nil {
      guard begin() else { return nil }
    }
    // What was passed by, in part or as a whole, and is so far behind that hardly a thread will come
    // to it.
    let passing = blockCount - kept.count
    leave(distances: window.count / 2..<(passing - window.count), before: block)
    while true {
      if let index = slot(of: block) {
        if window.contains(index) { slots[index].holders += 1 }
        while slots[index].state == .reading { signal.wait(for: Self.blockIsHere) }
        return (index, slots[index].length)
      }
      // Not read yet, but soon: perhaps there is no room, as blocks that are far behind were
      // passed by, or are left from the pass before.
      guard isReading, distance(from: next, to: block) < window.count / 2 else { return nil }
      leave(distances: window.count / 2..<passing, before: block)
      // Where no slot is free, nor will be by itself, it would never be read.
      guard window.contains(where: { slots[$0].state != .ready || slots[$0].isLeft }) else {
        return nil
      }
      signal.wait(for: Self.blockIsHere)
    }
  }

  /// The slot of a block that is here or being read.
  private func slot(of block: Int) -> Int? {
    if let number = kept.number(of: block) {
      let index = window.upperBound + number
      return slots[index].state == .free ? nil : index
    }
    return window.first {
      slots[$0].state != .free && slots[$0].block == block && !slots[$0].isLeft
    }
  }

  /// Gives up the blocks of the window that are so far before another.
  private func leave(distances: Range<Int>, before block: Int) {
    var isAny = false
    for index in window
    where slots[index].state == .ready && !slots[index].isLeft
      && distances.contains(distance(from: slots[index].block, to: block))
    {
      slots[index].isLeft = true
      isAny = true
    }
    if isAny { freeWhatIsLeft() }
  }

  /// How many blocks further on another is, without those that stay, where the first comes after
  /// the last.
  private func distance(from block: Int, to other: Int) -> Int {
    let blocks = other - kept.count(before: other) - block + kept.count(before: block)
    return blocks >= 0 ? blocks : blocks + blockCount - kept.count
  }

  private func freeWhatIsLeft() {
    var isAny = false
    for index in window
    where slots[index].isLeft && slots[index].state == .ready && slots[index].holders == 0 {
      slots[index] = Slot()
      isAny = true
    }
    if isAny { signal.announce(Self.slotIsFree) }
  }

  // MARK: Reading

  /// Begins at the first block, with three threads so that the disk has the next task when it is
  /// done with one, whatever else the processors do; `false` where no thread can be had.
  private func begin() -> Bool {
    for index in window where slots[index].state != .free { slots[index].isLeft = true }
    next = 0
    freeWhatIsLeft()
    // There may be room for the first one even if no slot was freed: it may be one that stays.
    signal.announce(Self.slotIsFree)
    guard !isReading else { return true }
    for _ in 0..<3 where Self.startThread({ [self] in readBlocks() }) { isReading = true }
    return isReading
  }

  private func readBlocks() {
    while let (index, block) = signal.withLock({ slotToFill() }) {
      let start = block * blockSize
      let into = memory.start + index * blockSize
      var length = pread(descriptor, into, blockSize, off_t(start))
      while length < 0, errno == EINTR {
        length = pread(descriptor, into, blockSize, off_t(start))
      }
      signal.withLock {
        slots[index].state = .ready
        slots[index].length = max(0, length)
        freeWhatIsLeft()
        signal.announce(Self.blockIsHere)
      }
    }
  }

  /// Waits for a slot that is free for the next block that isn't here; `nil` once this is closed.
  private func slotToFill() -> (slot: Int, block: Int)? {
    while !isClosed {
      let place = kept.number(of: next).map { window.upperBound + $0 }
      if slot(of: next) != nil {
        next = (next + 1) % blockCount
      } else if let index = place ?? window.first(where: { slots[$0].state == .free }) {
        slots[index] = Slot(state: .reading, block: next)
        next = (next + 1) % blockCount
        return (index, slots[index].block)
      } else {
        signal.wait(for: Self.slotIsFree)
      }
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
