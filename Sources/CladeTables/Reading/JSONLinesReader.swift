import CladeCore

/// Reads JSON Lines: on every line one flat object, or one array.
///
/// Objects give columns by their keys, in the order in which the keys first come; a key that a line
/// does not have is missing there. Arrays give columns by place, and a first array of texts only that
/// do not come again holds the columns' names. Texts that spell numbers are numbers, as in CSV.
struct JSONLinesReader {
  private let source: ByteSource
  private let options: ReadOptions
  private let blockSize: Int
  private let pipeline: BlockPipeline

  init(source: ByteSource, options: ReadOptions, blockSize: Int, pipeline: BlockPipeline) {
    self.source = source
    self.options = options
    self.blockSize = blockSize
    self.pipeline = pipeline
  }

  func read() throws -> Table {
    var reader = BlockReader(
      source: source, maximumRowLength: options.maximumRowLength, blockSize: blockSize)
    let sample = TextBlock(capacity: BlockReader.blockSize)
    _ = try reader.peek(sample, until: JSONLayoutDetector.isEnough)
    try TextSignature.check(sample.rest(from: 0), path: source.path)
    let words = JSONWords(options)
    let start = try JSONLayoutDetector(path: source.path, options: options, words: words)
      .detect(sample)
    reader.skip(start.skippedBytes)
    let layout = SharedJSONLayout(start.layout)
    let assembly = try JSONAssembly(
      path: source.path, start: start, layout: layout, words: words, options: options,
      plainSize: source.plainSize)
    try pipeline.run(reader, JSONBlockParser(layout: layout, words: words), into: assembly)
    return try assembly.finish()
  }
}
