import CladeCore

/// Writes matrices as comma-separated values with a line of names.
public enum CSVWriter {
  /// Writes a matrix.
  ///
  /// Numbers are spelled with as few digits as read back to the same number.
  ///
  /// - Parameters:
  ///   - matrix: The rows (n × d).
  ///   - names: The columns' names (d).
  ///   - identifiers: A first column with what the rows are called (n), or `nil` for none.
  ///   - labels: A last column called `label` (n), or `nil` for none.
  ///   - file: Where to write; the caller commits it.
  ///   - threads: At most this many threads; `nil` for one per core. Changes nothing in the file.
  ///   - progress: Told how far it has come.
  /// - Throws: `CladeError.shapeMismatch` where the lengths differ,
  ///   `CladeError.cannotWrite`, `CancellationError` when the task was cancelled.
  public static func write(
    _ matrix: Matrix<Double>, names: [String], identifiers: Identifiers? = nil,
    labels: [Int32]? = nil, to file: AtomicFile, threads: Int? = nil,
    progress: ProgressObserver? = nil
  ) throws {
    let (rows, columns) = (matrix.rowCount, matrix.columnCount)
    guard names.count == columns else {
      throw CladeError.shapeMismatch(expected: "\(columns) names", found: "\(names.count)")
    }
    guard labels.map({ $0.count == rows }) ?? true else {
      throw CladeError.shapeMismatch(expected: "\(rows) labels", found: "\(labels?.count ?? 0)")
    }
    guard identifiers.map({ $0.count == rows }) ?? true else {
      throw CladeError.shapeMismatch(
        expected: "\(rows) identifiers", found: "\(identifiers?.count ?? 0)")
    }
    let head =
      ([identifiers?.name].compactMap(\.self) + names).map(CSVSpelling.quoted)
      + (labels == nil ? [] : ["label"])
    try file.write(head.joined(separator: ",") + "\n")

    let block = max(1, (1 << 20) / max(1, columns))
    for start in stride(from: 0, to: rows, by: block) {
      try Task.checkCancellation()
      progress?(ProgressUpdate(stage: "writing", fraction: Double(start) / Double(rows)))
      let pieces = ParallelChunks.map(
        count: min(block, rows - start), chunkSize: max(1, block / 32), threads: threads
      ) { _, range in
        matrix.withUnsafeBufferPointer { values in
          var text: [UInt8] = []
          for row in range.lowerBound + start..<range.upperBound + start {
            if let identifiers { text += CSVSpelling.quoted(identifiers[row] ?? "").utf8 }
            for column in 0..<columns {
              if column > 0 || identifiers != nil { text.append(UInt8(ascii: ",")) }
              text += NumberSpelling.shortest(values[row * columns + column]).utf8
            }
            if let labels {
              if columns > 0 || identifiers != nil { text.append(UInt8(ascii: ",")) }
              text += String(labels[row]).utf8
            }
            text.append(UInt8(ascii: "\n"))
          }
          return text
        }
      }
      for piece in pieces { try file.write(piece) }
    }
    progress?(ProgressUpdate(stage: "writing", fraction: 1))
  }
}
