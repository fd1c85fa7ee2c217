import CladeCore
import Synchronization

/// Reads delimited text: one pass over the bytes, cut into blocks of whole rows that several threads
/// parse, and put together in order.
struct DelimitedReader {
  private let source: ByteSource
  private let options: ReadOptions
  private let threads: Int
  private let progress: ProgressObserver?

  init(source: ByteSource, options: ReadOptions, threads: Int?, progress: ProgressObserver?) {
    self.source = source
    self.options = options
    self.threads = max(1, threads ?? ParallelChunks.defaultThreadCount)
    self.progress = progress
  }

  func read() throws -> Table {
    var reader = BlockReader(source: source, maximumRowLength: options.maximumRowLength)
    let sample = TextBlock(capacity: BlockReader.blockSize)
    let isWhole = try reader.peek(sample)
    try TextSignature.check(sample.rest(from: 0), path: source.path)
    let layout = try LayoutDetector(
      path: source.path, options: options, block: sample, isWhole: isWhole
    ).detect()
    try checkNames(layout)
    reader.skip(layout.skippedBytes)
    reader.quoting = FieldQuoting(delimiter: layout.delimiter.byte)
    let assembly = try TableAssembly(
      path: source.path, layout: layout, options: options, plainSize: source.plainSize)
    try parseBlocks(of: reader, into: assembly, layout)
    progress?(ProgressUpdate(stage: "reading", fraction: 1))
    return try assembly.finish()
  }

  private func checkNames(_ layout: DelimitedLayout) throws {
    let names = layout.names(options.encoding)
    for name in options.textColumns where !names.contains(name) {
      throw CladeError.unknownColumn(
        name: name, nearest: NearestName.of(name, among: names))
    }
  }

  /// Reads and parses all blocks; every thread reads one, parses it, and waits to hand it over.
  private func parseBlocks(
    of reader: consuming BlockReader, into assembly: TableAssembly, _ layout: DelimitedLayout
  ) throws {
    let parser = BlockParser(layout: layout, options: options)
    let shared = Mutex(SharedReader(reader: reader))
    let turnstile = Turnstile()
    let progress = self.progress
    nonisolated(unsafe) let assembly = assembly
    ParallelChunks.forEach(count: threads, chunkSize: 1, threads: threads) { _, _ in
      let block = TextBlock(capacity: BlockReader.blockSize)
      let parsed = ParsedBlock()
      while true {
        let step = shared.withLock { $0.next(block) }
        if case .none = step { break }
        if case .block = step { parser.parse(block, into: parsed) }
        if Task.isCancelled { turnstile.close() }
        var target: UnsafeMutablePointer<Double>?
        let goesOn = turnstile.pass(step.number(block)) {
          if case .failure(_, let error) = step {
            assembly.fail(error)
          } else {
            target = assembly.append(parsed)
          }
          if let progress {
            let fraction = shared.withLock { $0.reader.fraction }
            progress(
              ProgressUpdate(
                stage: "reading", fraction: fraction, detail: "\(assembly.rowCount) rows"))
          }
          return !assembly.hasFailed
        }
        guard goesOn else { break }
        // Copied by several threads at once: memory that is new takes time to come.
        if let target { parsed.copyNumbers(columns: layout.numericColumnCount, to: target) }
      }
    }
    try Task.checkCancellation()
    try assembly.throwFailure()
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
