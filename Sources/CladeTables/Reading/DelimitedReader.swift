import CladeCore

/// Reads delimited text: one pass over the bytes, cut into blocks of whole rows that several threads
/// parse, and put together in order.
struct DelimitedReader {
  private let source: ByteSource
  private let options: ReadOptions
  private let pipeline: BlockPipeline

  init(source: ByteSource, options: ReadOptions, pipeline: BlockPipeline) {
    self.source = source
    self.options = options
    self.pipeline = pipeline
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
    try pipeline.run(reader, BlockParser(layout: layout, options: options), into: assembly)
    return try assembly.finish()
  }

  private func checkNames(_ layout: DelimitedLayout) throws {
    let names = layout.names(options.encoding)
    for name in options.textColumns where !names.contains(name) {
      throw CladeError.unknownColumn(
        name: name, nearest: NearestName.of(name, among: names))
    }
  }
}
