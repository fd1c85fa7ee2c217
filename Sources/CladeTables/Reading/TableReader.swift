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
  /// - Throws: ``CladeError`` with what is wrong, where, and what to do.
  /// - Complexity: O(bytes) time. Memory: the table, and about 16 MiB.
  public static func read(
    _ path: String, options: ReadOptions = ReadOptions(), threads: Int? = nil,
    progress: ProgressObserver? = nil
  ) throws -> Table {
    let source = try ByteSource(path: path)
    return try DelimitedReader(
      source: source, options: options, threads: threads, progress: progress
    ).read()
  }
}
