import CladeCore

/// Where the rows of an open file are, and what they are made of.
struct RowFileLayout: Sendable {
  let path: String
  let format: RowFileFormat
  let element: NPYElement
  let rowCount: Int
  let columnCount: Int
  /// Where the first row begins.
  let start: Int
  /// The bytes before the numbers of a row that say how many there are: 4 or 0.
  let prefix: Int

  /// The bytes of the numbers of a row.
  var width: Int { columnCount * element.size }
  /// The bytes from one row to the next.
  var stride: Int { prefix + width }

  /// Finds out what an open file holds.
  ///
  /// - Throws: `CladeError.badFile` where the file isn't of that format or is cut off.
  init(_ file: InputFile, format: RowFileFormat) throws {
    path = file.path
    self.format = format
    guard let size = file.size else {
      throw CladeError.cannotRead(
        path: file.path,
        reason:
          "rows are read from it several times, which a pipe or device can't do; save it as a "
          + "file")
    }
    guard size > 0 else {
      throw CladeError.emptyData(reason: "\(file.path) is empty")
    }
    switch format {
    case .npy:
      let header = try NPYHeader(FileStart(file), path: file.path)
      guard !header.isFortranOrder || header.rows <= 1 || header.columns <= 1 else {
        throw Self.bad(
          file.path,
          "it is stored column by column (Fortran order), so that rows can't be read one after the "
            + "other; save it with numpy.ascontiguousarray")
      }
      (element, prefix, start) = (header.element, 0, header.dataOffset)
      (rowCount, columnCount) = (header.rows, header.columns)
      guard size - start >= header.dataSize else {
        let whole = columnCount == 0 ? 0 : (size - start) / (columnCount * element.size)
        throw Self.bad(
          file.path,
          "its header claims \(rowCount) × \(columnCount) numbers, but it ends in row \(whole); it "
            + "is cut off or damaged")
      }
    case .fvecs, .bvecs:
      element =
        format == .fvecs
        ? NPYElement(kind: .float, size: 4, isBigEndian: false)
        : NPYElement(kind: .unsigned, size: 1, isBigEndian: false)
      (prefix, start) = (4, 0)
      columnCount = try Self.dimension(file, at: 0, row: 0)
      let stride = 4 + columnCount * element.size
      rowCount = size / stride
      guard size % stride == 0 else {
        try Self.findOtherDimension(file, columns: columnCount, stride: stride, rows: rowCount)
        throw Self.bad(
          file.path,
          "it ends in row \(rowCount): \(size % stride) of the row's \(stride) bytes are there; it "
            + "is cut off")
      }
    case .raw(let numbers, let columns):
      element = NPYElement(kind: .float, size: numbers == .float32 ? 4 : 8, isBigEndian: false)
      guard columns >= 1, columns <= RowFileFormat.mostColumns else {
        throw CladeError.invalidParameter(
          name: "columns", value: "\(columns)",
          reason: "use 1 to \(RowFileFormat.mostColumns)")
      }
      (prefix, start, columnCount) = (0, 0, columns)
      let stride = columns * element.size
      rowCount = size / stride
      guard size % stride == 0 else {
        throw Self.bad(
          file.path,
          "its \(size) bytes aren't a whole number of rows of \(columns) \(numbers.rawValue) numbers "
            + "(\(stride) bytes): row \(rowCount) has \(size % stride); it is cut off, or has another "
            + "number of columns")
      }
    }
    guard rowCount > 0, columnCount > 0 else {
      throw CladeError.emptyData(
        reason: "\(file.path) has \(rowCount) rows and \(columnCount) columns")
    }
    guard rowCount <= Int(Int32.max) else {
      throw Self.bad(file.path, "it has \(rowCount) rows, more than the \(Int32.max) that can be")
    }
  }

  /// Checks the number before the numbers of each of the rows from `first` on.
  func checkDimensions(_ bytes: UnsafeRawBufferPointer, first: Int, count: Int) throws {
    guard prefix > 0 else { return }
    for index in 0..<count {
      let found = Self.number(bytes, at: index * stride)
      if found != columnCount {
        throw Self.otherDimension(path, row: first + index, found: found, expected: columnCount)
      }
    }
  }

  /// What is said of a file that is shorter than it was when it was opened.
  func endsEarly(row: Int) -> CladeError {
    Self.bad(
      path, "it ends in row \(row) although it was longer when it was opened; it was changed")
  }

  // MARK: Rows that say their own length

  private static func dimension(_ file: InputFile, at offset: Int, row: Int) throws -> Int {
    let found = try withUnsafeTemporaryAllocation(byteCount: 4, alignment: 4) { bytes in
      guard try file.read(into: bytes, at: offset) == 4 else {
        throw bad(file.path, "it ends in the first row; it is cut off")
      }
      return number(UnsafeRawBufferPointer(bytes), at: 0)
    }
    guard found >= 1, found <= RowFileFormat.mostColumns else {
      throw bad(
        file.path,
        "row \(row) claims to have \(found) columns; it is damaged, or of another format")
    }
    return found
  }

  /// Looks for the first row that claims another number of columns than the first does.
  private static func findOtherDimension(
    _ file: InputFile, columns: Int, stride: Int, rows: Int
  ) throws {
    let perBlock = max(1, (1 << 20) / stride)
    let block = UnsafeMutableRawBufferPointer.allocate(
      byteCount: perBlock * stride, alignment: 16)
    defer { block.deallocate() }
    for first in Swift.stride(from: 0, to: rows, by: perBlock) {
      let count = min(perBlock, rows - first)
      let part = UnsafeMutableRawBufferPointer(rebasing: block[..<(count * stride)])
      guard try file.read(into: part, at: first * stride) == part.count else { return }
      for index in 0..<count {
        let found = number(UnsafeRawBufferPointer(part), at: index * stride)
        if found != columns {
          throw otherDimension(file.path, row: first + index, found: found, expected: columns)
        }
      }
    }
  }

  private static func number(_ bytes: UnsafeRawBufferPointer, at offset: Int) -> Int {
    Int(Int32(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: Int32.self)))
  }

  private static func otherDimension(
    _ path: String, row: Int, found: Int, expected: Int
  ) -> CladeError {
    bad(
      path,
      "row \(row) claims to have \(found) columns where row 0 has \(expected); it is damaged, or of "
        + "another format")
  }

  private static func bad(_ path: String, _ reason: String) -> CladeError {
    .badFile(path: path, line: nil, column: nil, reason: reason)
  }
}

/// The front of a regular file as a stream.
private final class FileStart: ByteStream {
  private let file: InputFile
  private var position = 0

  init(_ file: InputFile) { self.file = file }

  func read(into target: UnsafeMutableRawBufferPointer) throws -> Int {
    let count = try file.read(into: target, at: position)
    position += count
    return count
  }
}
