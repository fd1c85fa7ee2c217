import CladeCore

/// Reads tables: delimited text, JSON Lines, and NumPy arrays, also packed by gzip.
public enum TableReader {
  /// Reads a table.
  ///
  /// The result does not depend on the number of threads.
  ///
  /// - Parameters:
  ///   - path: The file; "-" for standard input.
  ///   - options: How to read it; by default all is found out from the data.
  ///   - threads: At most this many threads; `nil` for one per core.
  ///   - progress: Is told how much of the file has been read.
  /// - Throws: `CladeError` with what is wrong, where, and what to do.
  /// - Complexity: O(bytes) time. Memory: the table, and about 16 MiB.
  public static func read(
    _ path: String, options: ReadOptions = ReadOptions(), threads: Int? = nil,
    progress: ProgressObserver? = nil
  ) throws -> Table {
    try read(
      path, options: options, threads: threads, blockSize: BlockReader.blockSize,
      progress: progress)
  }

  /// Reads a table; JSON Lines are cut into blocks of about `blockSize` bytes, on which the result
  /// does not depend.
  package static func read(
    _ path: String, options: ReadOptions, threads: Int?, blockSize: Int,
    progress: ProgressObserver? = nil
  ) throws -> Table {
    let source = try ByteSource(path: path)
    let pipeline = BlockPipeline(threads: threads, progress: progress)
    switch try options.format ?? format(of: source) {
    case .delimited:
      return try DelimitedReader(source: source, options: options, pipeline: pipeline).read()
    case .jsonLines:
      return try JSONLinesReader(
        source: source, options: options, blockSize: blockSize, pipeline: pipeline
      ).read()
    case .npy:
      return try table(
        try NPYReader.read(source, threads: threads, progress: progress), source, .npy)
    case .npz:
      return try table(try NPZReader.read(source, array: options.array), source, .npz)
    }
  }

  /// What the file is, by its first bytes and its name.
  private static func format(of source: ByteSource) throws -> TableFormat {
    let first = try source.peek(512)
    if first.starts(with: NPYHeader.magic) { return .npy }
    if first.starts(with: [0x50, 0x4b, 0x03, 0x04]) { return .npz }
    let name = source.path.lowercased()
    let extensions = [".jsonl", ".ndjson", ".jsonl.gz", ".ndjson.gz"]
    if extensions.contains(where: { name.hasSuffix($0) }) { return .jsonLines }
    let text = first.starts(with: [0xef, 0xbb, 0xbf]) ? first.dropFirst(3) : first[...]
    let start = text.first { $0 > UInt8(ascii: " ") }
    return start == UInt8(ascii: "{") || start == UInt8(ascii: "[") ? .jsonLines : .delimited
  }

  private static func table(
    _ numbers: Matrix<Double>, _ source: ByteSource, _ format: TableFormat
  ) throws -> Table {
    guard numbers.rowCount > 0, numbers.columnCount > 0 else {
      throw CladeError.emptyData(
        reason: "\(source.path) has \(numbers.rowCount) rows and \(numbers.columnCount) columns")
    }
    return Table(
      numbers, source: TableSource(path: source.path, format: format, hasNames: false))
  }
}
