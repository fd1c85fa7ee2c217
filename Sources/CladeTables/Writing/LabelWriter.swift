import CladeCore

/// Writes which cluster each row belongs to: a line a row, in the order of the rows.
public enum LabelWriter {
  /// How labels can be written.
  public enum Format: String, CaseIterable, Sendable {
    /// `label,probability` with a header; the identifier first if there is one.
    case csv
    /// A NumPy array of the labels alone (int32).
    case npy
    /// A JSON object a line, with the keys `label`, `probability` and the identifier's own name.
    case jsonLines

    /// The format that a file's name stands for: `.npy`, `.jsonl` or `.ndjson`, else CSV.
    public init(path: String) {
      let name = path.lowercased()
      if name.hasSuffix(".npy") {
        self = .npy
      } else if name.hasSuffix(".jsonl") || name.hasSuffix(".ndjson") {
        self = .jsonLines
      } else {
        self = .csv
      }
    }
  }

  /// Writes labels to a file that appears whole or not at all.
  ///
  /// - Parameters:
  ///   - labels: The cluster of each row (n), −1 for noise.
  ///   - probabilities: How surely each row belongs there (n), or empty to leave them out.
  ///   - identifiers: What each row is called (n), or `nil` to leave it out.
  ///   - path: The file; "-" for standard output.
  ///   - format: How to write; `nil` goes by the file's name.
  ///   - progress: Is told of the part of the rows that is written.
  /// - Throws: `CladeError.cannotWrite`,
  ///   `CladeError.shapeMismatch` where the lengths differ.
  public static func write(
    labels: [Int32], probabilities: [Double] = [], identifiers: Identifiers? = nil,
    to path: String, format: Format? = nil, progress: ProgressObserver? = nil
  ) throws {
    let file = try AtomicFile(path: path)
    try write(
      labels: labels, probabilities: probabilities, identifiers: identifiers, to: file,
      format: format, progress: progress)
    try file.commit()
  }

  /// Writes labels to an open file and leaves it to the caller to commit it.
  ///
  /// The parameters and errors are those of
  /// ``write(labels:probabilities:identifiers:to:format:progress:)-(_,_,_,String,_,_)``.
  public static func write(
    labels: [Int32], probabilities: [Double] = [], identifiers: Identifiers? = nil,
    to file: AtomicFile, format: Format? = nil, progress: ProgressObserver? = nil
  ) throws {
    guard probabilities.isEmpty || probabilities.count == labels.count else {
      throw CladeError.shapeMismatch(
        expected: "\(labels.count) probabilities", found: "\(probabilities.count)")
    }
    guard identifiers.map({ $0.count == labels.count }) ?? true else {
      throw CladeError.shapeMismatch(
        expected: "\(labels.count) identifiers", found: "\(identifiers?.count ?? 0)")
    }
    let count = ProgressCount(stage: "writing", total: labels.count, observer: progress)
    switch format ?? Format(path: file.path) {
    case .npy: try NPYWriter.write(labels, to: file)
    case .csv: try writeCSV(labels, probabilities, identifiers, to: file, count)
    case .jsonLines: try writeJSONLines(labels, probabilities, identifiers, to: file, count)
    }
  }

  private static func writeCSV(
    _ labels: [Int32], _ probabilities: [Double], _ identifiers: Identifiers?,
    to file: AtomicFile, _ count: ProgressCount
  ) throws {
    let names = [identifiers.map { CSVSpelling.quoted($0.name) }, "label"].compactMap(\.self)
    try file.write(
      (names + (probabilities.isEmpty ? [] : ["probability"])).joined(separator: ",") + "\n")
    try writeLines(labels.count, to: file, count) { row in
      var line = identifiers.map { CSVSpelling.quoted($0[row] ?? "") + "," } ?? ""
      line += "\(labels[row])"
      if !probabilities.isEmpty { line += "," + NumberSpelling.shortest(probabilities[row]) }
      return line
    }
  }

  private static func writeJSONLines(
    _ labels: [Int32], _ probabilities: [Double], _ identifiers: Identifiers?,
    to file: AtomicFile, _ count: ProgressCount
  ) throws {
    // A table may call its identifier what a key here is called: such a one gets another name.
    let key = identifiers.map { identifiers in
      let taken = ["label", "probability"].contains(identifiers.name)
      return JSONSpelling.quoted(taken ? "\(identifiers.name) (row)" : identifiers.name)
    }
    try writeLines(labels.count, to: file, count) { row in
      var line = "{"
      if let identifiers, let key {
        line += key + ":" + identifiers.json(row) + ","
      }
      line += "\"label\":\(labels[row])"
      if !probabilities.isEmpty {
        line += ",\"probability\":" + NumberSpelling.shortest(probabilities[row])
      }
      return line + "}"
    }
  }

  /// Writes a line for each row; a few chunks of lines at a time are made by several threads.
  private static func writeLines(
    _ rowCount: Int, to file: AtomicFile, _ count: ProgressCount,
    _ line: @Sendable (_ row: Int) -> String
  ) throws {
    let chunkSize = 1 << 13
    let step = chunkSize * 2 * ParallelChunks.defaultThreadCount
    for first in stride(from: 0, to: rowCount, by: step) {
      let size = min(step, rowCount - first)
      let chunks = ParallelChunks.map(count: size, chunkSize: chunkSize) { _, rows in
        var bytes: [UInt8] = []
        bytes.reserveCapacity(rows.count * 24)
        for row in rows {
          bytes.append(contentsOf: line(first + row).utf8)
          bytes.append(UInt8(ascii: "\n"))
        }
        return bytes
      }
      for chunk in chunks { try chunk.withUnsafeBytes { try file.write($0) } }
      count.add(size)
    }
  }
}
