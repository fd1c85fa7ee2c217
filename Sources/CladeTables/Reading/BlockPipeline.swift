import CladeCore
import Synchronization

/// Turns the text of blocks into what their rows hold; called by several threads at once.
protocol BlockParsing: Sendable {
  /// What the rows of a block hold; used again for one block after the other.
  associatedtype Parsed: AnyObject

  func makeParsed() -> Parsed

  /// Parses the rows of `block` from `offset` on into `parsed`, in place of what was there.
  ///
  /// - Returns: Where it stopped: the end of the block, also where a problem makes the rest
  ///   unreadable, or a row before which ``BlockAssembling/prepare(for:at:)`` has to be called.
  func parse(_ block: TextBlock, from offset: Int, into parsed: Parsed) -> Int
}

/// Puts parsed blocks together, one at a time and in their order.
protocol BlockAssembling: AnyObject {
  associatedtype Parsed: AnyObject

  /// The rows so far.
  var rowCount: Int { get }
  /// Whether the file can't be read any further.
  var hasFailed: Bool { get }

  /// Adds the rows of the next block, or of the next part of one.
  ///
  /// - Returns: What copies their numbers to their place, which several threads may do at the same
  ///   time.
  func append(_ parsed: Parsed) -> (() -> Void)?

  /// Gets ready for a row that the parser stopped before; all rows before it have been added.
  func prepare(for block: TextBlock, at offset: Int)

  /// Notes that the file can't be read any further.
  func fail(_ error: any Error)

  /// - Throws: What made the file unreadable, if anything.
  func throwFailure() throws
}

/// Reads a text in one pass: blocks of whole rows, that several threads parse, put together in order.
struct BlockPipeline {
  let threads: Int
  let progress: ProgressObserver?

  init(threads: Int?, progress: ProgressObserver?) {
    self.threads = max(1, threads ?? ParallelChunks.defaultThreadCount)
    self.progress = progress
  }

  /// Reads all blocks; every thread takes one, parses it, and waits to hand it over.
  func run<Parser: BlockParsing, Assembly: BlockAssembling>(
    _ reader: consuming BlockReader, _ parser: Parser, into assembly: Assembly
  ) throws where Parser.Parsed == Assembly.Parsed {
    let shared = Mutex(SharedReader(reader: reader))
    let turnstile = Turnstile()
    let progress = self.progress
    nonisolated(unsafe) let assembly = assembly
    ParallelChunks.forEach(count: threads, chunkSize: 1, threads: threads) { _, _ in
      let block = TextBlock(capacity: BlockReader.blockSize)
      let parsed = parser.makeParsed()
      var goesOn = true
      while goesOn {
        let step = shared.withLock { $0.next(block) }
        if case .none = step { break }
        var offset = 0
        repeat {
          if case .block = step { offset = parser.parse(block, from: offset, into: parsed) }
          if Task.isCancelled { turnstile.close() }
          let isDone = step.isFailure || offset >= block.count
          var copyNumbers: (() -> Void)?
          goesOn = turnstile.pass(step.number(block), isDone: isDone) {
            if case .failure(_, let error) = step {
              assembly.fail(error)
            } else {
              copyNumbers = assembly.append(parsed)
              if !isDone, !assembly.hasFailed { assembly.prepare(for: block, at: offset) }
            }
            if let progress, isDone {
              let fraction = shared.withLock { $0.reader.fraction }
              progress(
                ProgressUpdate(
                  stage: "reading", fraction: fraction, detail: "\(assembly.rowCount) rows"))
            }
            return !assembly.hasFailed
          }
          // Copied by several threads at once: memory that is new takes time to come.
          if goesOn { copyNumbers?() }
          if isDone { break }
        } while goesOn
      }
    }
    try Task.checkCancellation()
    try assembly.throwFailure()
    progress?(ProgressUpdate(stage: "reading", fraction: 1))
  }
}

/// The reader that the threads take turns with.
private struct SharedReader: @unchecked Sendable {
  // Unchecked: it is only used under a mutex.

  var reader: BlockReader
  private var failed = false
  private var blocks = 0

  init(reader: BlockReader) { self.reader = reader }

  enum Step {
    case block
    case failure(number: Int, any Error)
    case none

    var isFailure: Bool {
      if case .failure = self { true } else { false }
    }

    func number(_ block: TextBlock) -> Int {
      if case .failure(let number, _) = self { number } else { block.number }
    }
  }

  mutating func next(_ block: TextBlock) -> Step {
    guard !failed else { return .none }
    do {
      guard try reader.next(block) else { return .none }
      blocks += 1
      return .block
    } catch {
      failed = true
      return .failure(number: blocks, error)
    }
  }
}
