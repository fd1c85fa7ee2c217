import Dispatch

/// Reads the rows of a file ahead of those who go over them from the first one on, so that the disk works
/// while they do.
///
/// A few blocks of 2 MiB are read on other threads, beginning when somebody asks for the first rows of
/// the file. Rows of a block that isn't among them are left to the caller to read, so that rows which
/// are asked for here and there cost nothing more.
final class RowReadAhead: Sendable {
  private let file: InputFile
  private let layout: RowFileLayout
  /// The rows of a block.
  private let blockRows: Int
  /// The fewest rows that are taken for a part of a pass over all of them.
  private let leastRows: Int
  private let window: Monitor<Window>

  private static let blockSize = 2 << 20
  /// The blocks that are read ahead of the one that is asked for.
  private static let depth = 4
  /// The threads that read at the same time.
  private static let readers = 2

  /// - Parameter chunkSize: The rows that are asked for at a time.
  /// - Returns: `nil` for a file that isn't worth it.
  init?(_ file: InputFile, _ layout: RowFileLayout, chunkSize: Int) {
    let chunks = Self.blockSize / (layout.stride * chunkSize)
    guard chunks > 0, layout.rowCount > 2 * chunks * chunkSize else { return nil }
    self.file = file
    self.layout = layout
    blockRows = chunks * chunkSize
    leastRows = max(1, chunkSize / 2)
    window = Monitor(Window())
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
    let (block, isShort) = window.withLock { window -> (Block?, Bool) in
      if isFirst, window.first > 0 { window.begin() }
      guard isFirst || window.contains(number) else { return (nil, false) }
      window.advance(
        to: number, ahead: Self.depth, blockCount: (layout.rowCount + blockRows - 1) / blockRows,
        byteCount: blockRows * layout.stride)
      guard let block = window.blocks.first(where: { $0.number == number }) else {
        return (nil, false)
      }
      block.users += 1
      let isShort =
        window.readers < Self.readers && window.blocks.contains { $0.state == .waiting }
      if isShort { window.readers += 1 }
      return (block, isShort)
    }
    if isShort { DispatchQueue.global().async { self.readWaitingBlocks() } }
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

  /// What a thread that reads ahead does until there is nothing more to read.
  private func readWaitingBlocks() {
    while true {
      let next = window.withLock { window -> Block? in
        guard let block = window.blocks.first(where: { $0.state == .waiting }) else {
          window.readers -= 1
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

    var number: Int
    var state = State.waiting
    /// Those who read into it or from it.
    var users = 0
    /// Whether it is still one of those that are read ahead.
    var isKept = true
    let bytes: UnsafeMutableRawBufferPointer

    init(number: Int, byteCount: Int) {
      self.number = number
      bytes = .allocate(byteCount: byteCount, alignment: 64)
    }

    deinit { bytes.deallocate() }
  }

  /// The blocks that are read ahead, which follow each other.
  private struct Window {
    private(set) var blocks: [Block] = []
    /// The number of the first of them.
    private(set) var first = 0
    /// The threads that read.
    var readers = 0
    /// A block whose memory is used for the next one.
    private var spare: Block?

    /// Goes back to the front of the file.
    mutating func begin() {
      for block in blocks { drop(block) }
      blocks = []
      first = 0
    }

    /// Whether a block is one of these, or comes next.
    func contains(_ number: Int) -> Bool {
      !blocks.isEmpty && number >= first && number <= first + blocks.count
    }

    /// Gives up blocks more than one before `number` and has those up to `ahead` behind it read.
    mutating func advance(to number: Int, ahead: Int, blockCount: Int, byteCount: Int) {
      while first < number - 1, !blocks.isEmpty {
        drop(blocks.removeFirst())
        first += 1
      }
      let end = min(blockCount, number + ahead + 1)
      while first + blocks.count < end {
        let next = first + blocks.count
        let block = spare ?? Block(number: next, byteCount: byteCount)
        spare = nil
        (block.number, block.state, block.isKept) = (next, .waiting, true)
        blocks.append(block)
      }
    }

    /// Somebody is done with a block.
    mutating func release(_ block: Block) {
      block.users -= 1
      if !block.isKept { reuse(block) }
    }

    private mutating func drop(_ block: Block) {
      block.isKept = false
      reuse(block)
    }

    private mutating func reuse(_ block: Block) {
      if block.users == 0 { spare = block }
    }
  }
}
