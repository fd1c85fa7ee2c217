/// Reads the rows of a file ahead of those who go over them from the first one on, so that the disk works
/// while they do.
///
/// A few blocks of 1 MiB are read on another thread, beginning when somebody asks for the first rows of the
/// file. Rows of a block that isn't among them are left to the caller to read, so that rows which are
/// asked for here and there cost nothing more. The memory of the blocks is taken once.
final class RowReadAhead: Sendable {
  private let file: InputFile
  private let layout: RowFileLayout
  /// The rows of a block.
  private let blockRows: Int
  /// The fewest rows that are taken for a part of a pass over all of them.
  private let leastRows: Int
  private let window: Monitor<Window>

  private static let blockSize = 1 << 20
  private static let blockCount = 5

  /// - Parameter chunkSize: The rows that are asked for at a time.
  /// - Returns: `nil` for a file that isn't worth it.
  init?(_ file: InputFile, _ layout: RowFileLayout, chunkSize: Int) {
    let chunks = Self.blockSize / (layout.stride * chunkSize)
    guard chunks > 0, layout.rowCount > Self.blockCount * chunks * chunkSize else { return nil }
    self.file = file
    self.layout = layout
    blockRows = chunks * chunkSize
    leastRows = max(1, chunkSize / 2)
    window = Monitor(Window(end: (layout.rowCount + blockRows - 1) / blockRows))
  }

  /// Calls `body` with the bytes of some rows if they are, or soon will be, in a block that was read ahead.
  ///
  /// - Returns: `nil` where they have to be read by themselves.
  func withBytes<Result>(
    _ range: Range<Int>, _ body: (UnsafeRawBufferPointer) throws -> Result
  ) rethrows -> Result? {
    let number = range.lowerBound / blockRows
    guard range.count >= leastRows || range.upperBound == layout.rowCount,
      (range.upperBound - 1) / blockRows == number,
      let block = take(number, isFirst: range.lowerBound == 0)
    else { return nil }
    defer { window.withLock { $0.release(block) } }
    guard isReady(block) else { return nil }
    let start = (range.lowerBound - number * blockRows) * layout.stride
    return try body(
      UnsafeRawBufferPointer(
        rebasing: block.bytes[start..<(start + range.count * layout.stride)]))
  }

  // MARK: Steps

  /// The block with that number, if it is one of those that are read ahead; others come after it.
  ///
  /// - Parameter isFirst: Whether the file's first rows are asked for, and so, in time, all of them.
  private func take(_ number: Int, isFirst: Bool) -> Block? {
    let (block, starts) = window.withLock { window -> (Block?, Bool) in
      if isFirst { window.begin(Self.blockCount, byteCount: blockRows * layout.stride) }
      window.advance(to: number)
      guard let block = window.block(number) else { return (nil, false) }
      block.users += 1
      let starts = !window.isReading && window.blocks.count { $0.state == .waiting } > 1
      if starts { window.isReading = true }
      return (block, starts)
    }
    if starts, !DetachedThread.start({ self.readWaitingBlocks() }) {
      window.withLock { $0.isReading = false }
    }
    return block
  }

  /// Waits until a block was read, or reads it where nobody has begun to.
  private func isReady(_ block: Block) -> Bool {
    let isMine = window.withLock { _ in
      defer { if block.state == .waiting { block.state = .beingRead } }
      return block.state == .waiting
    }
    if isMine { read(block) }
    return window.withLock(waitingUntil: { _ in block.state == .ready || block.state == .failed }) {
      _ in block.state == .ready
    }
  }

  /// What the thread that reads ahead does until there is nothing more to read.
  private func readWaitingBlocks() {
    while true {
      let next = window.withLock { window -> Block? in
        guard let block = window.blocks.first(where: { $0.state == .waiting }) else {
          window.isReading = false
          return nil
        }
        block.state = .beingRead
        block.users += 1
        return block
      }
      guard let next else { return }
      read(next)
      window.withLock { $0.release(next) }
    }
  }

  /// Reads a block. One that can't be read is left to those who ask for its rows, who say why.
  private func read(_ block: Block) {
    let first = block.number * blockRows
    let size = min(blockRows, layout.rowCount - first) * layout.stride
    let bytes = UnsafeMutableRawBufferPointer(rebasing: block.bytes[..<size])
    let read = try? file.read(into: bytes, at: layout.start + first * layout.stride)
    window.withLock { _ in block.state = read == size ? .ready : .failed }
  }

  /// Rows that follow each other; used under the monitor's lock, but for bytes that are ready.
  private final class Block: @unchecked Sendable {
    enum State { case waiting, beingRead, ready, failed }

    var number = 0
    var state = State.waiting
    /// Those who read into it or from it.
    var users = 0
    /// Whether it is one of those that are read ahead.
    var isKept = false
    let bytes: UnsafeMutableRawBufferPointer

    init(byteCount: Int) { bytes = .allocate(byteCount: byteCount, alignment: 64) }

    deinit { bytes.deallocate() }
  }

  /// The blocks that are read ahead, which follow each other.
  private struct Window {
    /// The number of blocks in the file.
    let end: Int
    private(set) var blocks: [Block] = []
    /// The number of the first of them.
    private var first = 0
    /// Blocks whose memory nobody uses.
    private var free: [Block] = []
    private var hasMemory = false
    /// Whether a thread reads ahead.
    var isReading = false

    init(end: Int) { self.end = end }

    /// Goes back to the front of the file.
    mutating func begin(_ count: Int, byteCount: Int) {
      if !hasMemory {
        free = (0..<count).map { _ in Block(byteCount: byteCount) }
        hasMemory = true
      }
      if first == 0, !blocks.isEmpty { return }
      for block in blocks { drop(block) }
      (blocks, first) = ([], 0)
      fill()
    }

    func block(_ number: Int) -> Block? {
      number >= first && number - first < blocks.count ? blocks[number - first] : nil
    }

    /// Gives up blocks before `number`, one of these, and takes as many behind the last one.
    mutating func advance(to number: Int) {
      guard block(number) != nil else { return }
      while first < number {
        drop(blocks.removeFirst())
        first += 1
      }
      fill()
    }

    private mutating func fill() {
      while first + blocks.count < end, let block = free.popLast() {
        (block.number, block.state, block.isKept) = (first + blocks.count, .waiting, true)
        blocks.append(block)
      }
    }

    /// Somebody is done with a block.
    mutating func release(_ block: Block) {
      block.users -= 1
      if block.users == 0, !block.isKept { free.append(block) }
    }

    private mutating func drop(_ block: Block) {
      block.isKept = false
      if block.users == 0 { free.append(block) }
    }
  }
}
