import CladeCore

/// The formats of files that hold sparse rows.
///
/// ```swift
/// if let format = try SparseFileFormat.recognise("documents.libsvm") {
///   let rows: SparseMatrix<Double> = try format.read("documents.libsvm")
/// }
/// ```
public enum SparseFileFormat: String, CaseIterable, Sendable {
  /// Text in the format of LIBSVM and SVMlight; see ``LibSVMReader``.
  case libsvm
  /// Compressed rows as SciPy's `save_npz` writes them; see ``SparseNPZ``.
  case csr

  /// The number that a file of this format gives to its first column.
  public var firstColumn: Int { self == .libsvm ? 1 : 0 }

  /// Text of so many bytes is looked at, and so many rows of it.
  private static let (lookAhead, lookedAtRows) = (1 << 16, 16)
  private static let names = ["libsvm", "svmlight", "svm"]

  /// The format of a file of sparse rows, `nil` for other files.
  ///
  /// NPZ files are recognised by the names of their arrays. Text is recognised by its first rows,
  /// each a number and then `column:value` with ascending columns, at least two in one of them and not
  /// all of them times of the day such as 7:30; and by a name that ends in `.libsvm`, `.svmlight` or `.svm`, whatever is in it. What isn't a regular
  /// file (standard input, a pipe) can't be looked at twice and isn't recognised.
  ///
  /// - Throws: `CladeError.cannotRead`, `CladeError.badFile` for a damaged archive.
  public static func recognise(_ path: String) throws -> SparseFileFormat? {
    guard path != "-", FileKind(path: path) == .regular else { return nil }
    let name = path.lowercased()
    if names.contains(where: { name.hasSuffix("." + $0) || name.hasSuffix(".\($0).gz") }) {
      return .libsvm
    }
    let source = try ByteSource(path: path)
    let first = try source.peek(4)
    if first == [0x50, 0x4b, 0x03, 0x04] { return try SparseNPZ.recognises(path) ? .csr : nil }
    guard let byte = first.first, byte == UInt8(ascii: "#") || beginsNumber(byte) else {
      return nil
    }
    return isLibSVM(try source.peek(lookAhead)) ? .libsvm : nil
  }

  /// Reads a file of this format.
  ///
  /// - Parameters:
  ///   - path: The file; "-" for standard input.
  ///   - columnCount: The number of columns that the rows have to have; text may name fewer. `nil`
  ///     takes what the file has.
  ///   - type: The type of the numbers.
  /// - Throws: What ``LibSVMReader`` and ``SparseNPZ`` throw; `CladeError.badFile` for another
  ///   number of columns and for values that aren't finite.
  public func read<Scalar: MatrixScalar>(
    _ path: String, columnCount: Int? = nil, as type: Scalar.Type = Scalar.self
  ) throws -> SparseMatrix<Scalar> {
    switch self {
    case .libsvm: return try LibSVMReader.read(path, columnCount: columnCount, as: type).rows
    case .csr:
      let rows = try SparseNPZ.read(path, as: type)
      if let place = rows.values.firstIndex(where: { !$0.isFinite }) {
        let row = (rows.rowStarts.firstIndex { $0 > place } ?? 1) - 1
        throw CladeError.badFile(
          path: path, line: nil, column: nil,
          reason: "row \(row + 1) holds \(rows.values[place]) in column \(rows.columns[place]) "
            + "(columns counted from 0); only finite numbers can be clustered, so remove or impute it"
        )
      }
      if let columnCount, rows.columnCount != columnCount {
        throw CladeError.badFile(
          path: path, line: nil, column: nil,
          reason: "its rows have \(rows.columnCount) columns where \(columnCount) are expected")
      }
      return rows
    }
  }

  private static func beginsNumber(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || "+-. \t".utf8.contains(byte)
  }

  /// Whether the first rows of a text are a number and pairs of column and value.
  private static func isLibSVM(_ text: [UInt8]) -> Bool {
    var lines = text.split(
      separator: UInt8(ascii: "\n"), maxSplits: 4 * lookedAtRows, omittingEmptySubsequences: false)
    // The last one may be cut off.
    if text.count == lookAhead { lines.removeLast() }
    var most = 0
    var rows = 0
    var areTimes = true
    for line in lines where rows < lookedAtRows {
      let fields = line.prefix { $0 != UInt8(ascii: "#") }.split { $0 <= UInt8(ascii: " ") }
      guard let target = fields.first else { continue }
      guard Double(String(decoding: target, as: UTF8.self)) != nil,
        let pairs = pairCount(fields.dropFirst())
      else { return false }
      areTimes = areTimes && fields.dropFirst().allSatisfy(isTime)
      most = max(most, pairs)
      rows += 1
    }
    return most >= 2 && !areTimes
  }

  /// Whether a field may be hours and minutes: a table of such looks like sparse rows.
  private static func isTime(_ field: ArraySlice<UInt8>) -> Bool {
    let parts = field.split(separator: UInt8(ascii: ":")).map {
      String(decoding: $0, as: UTF8.self)
    }
    guard parts.count == 2, parts[1].utf8.count == 2, let hours = Int(parts[0]),
      let minutes = Int(parts[1])
    else { return false }
    return hours <= 24 && minutes < 60
  }

  /// How many pairs of column and value there are; `nil` where something else is.
  private static func pairCount(_ fields: ArraySlice<ArraySlice<UInt8>>) -> Int? {
    var (count, before) = (0, 0)
    for field in fields {
      let parts = field.split(
        separator: UInt8(ascii: ":"), maxSplits: 1, omittingEmptySubsequences: false)
      guard parts.count == 2, Double(String(decoding: parts[1], as: UTF8.self)) != nil else {
        return nil
      }
      if parts[0].elementsEqual("qid".utf8) { continue }
      guard let column = Int(String(decoding: parts[0], as: UTF8.self)), column > before else {
        return nil
      }
      (count, before) = (count + 1, column)
    }
    return count
  }
}
