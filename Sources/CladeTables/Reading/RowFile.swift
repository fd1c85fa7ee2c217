import CladeCore

/// The rows of a file that needn't fit in memory: NPY, fvecs, bvecs or raw numbers.
///
/// ```swift
/// let rows = try RowFile<Float>(path: "sift.fvecs")
/// let model = try KMeans(k: 100).fit(source: rows)
/// ```
///
/// Rows are read when they are asked for, into memory that is given back right after. Reading again what the system still has in its cache costs little; a
/// file that doesn't fit there is read ahead past it, see ``RowFileReading``. Nothing of the file is
/// held but what is read ahead, and what ``keeping(_:)`` asks for.
///
/// Numbers of another type than `Scalar` are converted. ``RowFileNumbers`` says which type holds a
/// file's numbers exactly.
public struct RowFile<Scalar: MatrixScalar>: RowSource {
  private let file: InputFile
  private let layout: RowFileLayout
  private var ahead: ReadAhead?

  /// The path of the file.
  public var path: String { file.path }
  /// The format of the file.
  public var format: RowFileFormat { layout.format }
  /// The number of rows, n.
  public var rowCount: Int { layout.rowCount }
  /// The number of columns, d.
  public var columnCount: Int { layout.columnCount }
  /// As many rows as take about 128 KiB, or 512 KiB where the file is read past the system's cache.
  public var preferredChunkSize: Int {
    let bytes = ahead == nil ? 1 << 17 : 1 << 19
    return min(bytes / 32, max(64, bytes / (max(1, columnCount) * MemoryLayout<Scalar>.stride)))
  }

  /// Opens a file and checks its size; rows are not read yet.
  ///
  /// - Parameters:
  ///   - path: A regular file that isn't packed.
  ///   - format: The file's format; `nil` goes by its name.
  ///   - reading: Whether its bytes go through the system's cache.
  /// - Throws: `CladeError.cannotRead` where there is no such file, or it is a pipe;
  ///   `CladeError.badFile` where it isn't of that format, or is cut off; `CladeError.emptyData`;
  ///   `CladeError.invalidParameter` where the name stands for no format.
  /// - Complexity: O(1).
  public init(
    path: String, format: RowFileFormat? = nil, reading: RowFileReading = .automatic
  ) throws {
    file = try InputFile(path: path)
    guard let format = format ?? RowFileFormat(path: path) else {
      throw CladeError.invalidParameter(
        name: "format", value: "found from the name \(path)",
        reason: "the name ends in none of .npy, .fvecs and .bvecs; say what the file holds")
    }
    layout = try RowFileLayout(file, format: format)
    let size = layout.start + layout.rowCount * layout.stride
    ahead = reading.passesCache(size: size) ? ReadAhead(path: path, size: size, keeping: 0) : nil
    file.adviseSequentialReading()
  }

  /// Whether its bytes don't go through the system's cache.
  package var passesCache: Bool { ahead != nil }

  /// The same rows, of which up to so many bytes stay in memory once they were read past the cache.
  ///
  /// Whoever goes over all rows several times reads these from the file once. They lie evenly all
  /// over the file, so that the others are read while these are worked on. Their memory is given
  /// back with the last copy of this `RowFile`, which reads ahead by itself. Does nothing where the file goes through the
  /// system's cache.
  ///
  /// - Parameter bytes: How many at most, beside those that are read ahead. The file's own: numbers
  ///   that are converted are kept as they are there.
  /// - Complexity: O(1).
  public func keeping(_ bytes: Int) -> RowFile {
    guard bytes > 0 else { return self }
    var rows = self
    let size = layout.start + rowCount * layout.stride
    if ahead != nil {
      rows.ahead = ReadAhead(path: path, size: size, keeping: bytes) ?? ahead
    }
    return rows
  }

  /// Calls `body` with the rows of `range`, read from the file.
  ///
  /// - Throws: What `body` throws; `CladeError.cannotRead`; `CladeError.badFile` for a row of fvecs
  ///   or bvecs that claims another number of columns, and for a file that has become shorter.
  /// - Complexity: O(m · d) time and memory for m rows.
  public func withRows<Result>(
    _ range: Range<Int>, _ body: (UnsafeBufferPointer<Scalar>) throws -> Result
  ) throws -> Result {
    precondition(range.lowerBound >= 0 && range.upperBound <= rowCount)
    guard !range.isEmpty else { return try body(UnsafeBufferPointer(start: nil, count: 0)) }
    let (place, size) = (
      layout.start + range.lowerBound * layout.stride, range.count * layout.stride
    )
    let lent = try ahead?.withBytes(size, at: place) { bytes in
      try withNumbers(of: bytes, range, body)
    }
    if let lent { return lent }
    let bytes = UnsafeMutableRawBufferPointer.allocate(byteCount: size, alignment: 64)
    defer { bytes.deallocate() }
    try fill(bytes, from: place)
    return try withNumbers(of: UnsafeRawBufferPointer(bytes), range, body)
  }

  /// Calls `body` with the numbers that the bytes of rows stand for: where they are, if they
  /// needn't be converted.
  private func withNumbers<Result>(
    of bytes: UnsafeRawBufferPointer, _ range: Range<Int>,
    _ body: (UnsafeBufferPointer<Scalar>) throws -> Result
  ) throws -> Result {
    let isAligned =
      Int(bitPattern: bytes.baseAddress) % MemoryLayout<Scalar>.alignment == 0
    if isDirect, isAligned { return try body(bytes.bindMemory(to: Scalar.self)) }
    let numbers = UnsafeMutableBufferPointer<Scalar>.allocate(
      capacity: range.count * columnCount)
    defer { numbers.deallocate() }
    try convert(bytes, first: range.lowerBound, into: numbers)
    return try body(UnsafeBufferPointer(numbers))
  }

  /// Whether a row's bytes are those of its numbers in memory.
  private var isDirect: Bool {
    layout.prefix == 0
      && layout.element
        == NPYElement(
          kind: .float, size: MemoryLayout<Scalar>.size, isBigEndian: Int(1).bigEndian == 1)
  }

  private func fill(_ bytes: UnsafeMutableRawBufferPointer, from start: Int) throws {
    if let ahead, ahead.read(into: bytes, at: start) { return }
    let read = try file.read(into: bytes, at: start)
    guard read == bytes.count else {
      // Rows before these that were kept aren't missed.
      let end = (file.currentSize ?? start + read) - layout.start
      throw layout.endsEarly(row: max(0, min(end, start + read - layout.start)) / layout.stride)
    }
  }

  private func convert(
    _ bytes: UnsafeRawBufferPointer, first: Int, into rows: UnsafeMutableBufferPointer<Scalar>
  ) throws {
    let (columns, stride) = (columnCount, layout.stride)
    let count = rows.count / columns
    try layout.checkDimensions(bytes, first: first, count: count)
    guard layout.prefix > 0 else {
      return NPYConversion.convert(bytes, layout.element, into: rows)
    }
    for row in 0..<count {
      let start = row * stride + layout.prefix
      NPYConversion.convert(
        UnsafeRawBufferPointer(rebasing: bytes[start..<(start + layout.width)]), layout.element,
        into: UnsafeMutableBufferPointer(rebasing: rows[(row * columns)..<((row + 1) * columns)]))
    }
  }
}

/// Whether the bytes of a file go through the system's cache on their way to memory.
public enum RowFileReading: String, Sendable, CaseIterable {
  /// Past it if the file has more bytes than half of this machine's memory.
  case automatic
  /// Through it, which is faster where the file was read before or will be read again, and fits.
  case cached
  /// Past it: three threads more read up to 32 MiB ahead of those that go over the rows from the
  /// first on, at the disk's speed. What the cache holds for others stays there, and what shall
  /// stay of the file is up to ``RowFile/keeping(_:)``. Where the file system can't do that,
  /// where the address space is limited (`ulimit -v`), and for files of less than 4 MiB, as
  /// ``cached``.
  case direct

  fileprivate func passesCache(size: Int) -> Bool {
    switch self {
    case .automatic: size > MachineMemory.size / 2
    case .cached: false
    case .direct: true
    }
  }
}

/// Which type of numbers in memory holds those of a file exactly.
public enum RowFileNumbers: Sendable, Equatable {
  /// `Float`: the file has floats of 32 or 16 bits, whole numbers of 16 bits at most, or truth
  /// values.
  case single
  /// `Double`: the file has other numbers. Whole ones of 64 bits are rounded to 53.
  case double
}

extension RowFile {
  /// Which type of numbers holds those of the file exactly; it needn't be `Scalar`.
  public var numbers: RowFileNumbers {
    let element = layout.element
    return switch element.kind {
    case .float: element.size <= 4 ? .single : .double
    case .signed, .unsigned: element.size <= 2 ? .single : .double
    case .bool: .single
    }
  }
}
