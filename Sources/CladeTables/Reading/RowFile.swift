import CladeCore

/// The rows of a file that needn't fit in memory: NPY, fvecs, bvecs or raw numbers.
///
/// ```swift
/// let rows = try RowFile<Float>(path: "sift.fvecs")
/// let model = try KMeans(k: 100).fit(source: rows)
/// ```
///
/// Rows are read when they are asked for, into memory that is given back right after; nothing of the
/// file is held or mapped. Reading again what the system still has in its cache costs little; a file that
/// doesn't fit there is read ahead past it, see ``RowFileReading``.
///
/// Numbers of another type than `Scalar` are converted. ``RowFileNumbers`` says which type holds a
/// file's numbers exactly.
public struct RowFile<Scalar: MatrixScalar>: RowSource {
  private let file: InputFile
  private let layout: RowFileLayout
  private let ahead: ReadAhead?

  /// The path of the file.
  public var path: String { file.path }
  /// The format of the file.
  public var format: RowFileFormat { layout.format }
  /// The number of rows, n.
  public var rowCount: Int { layout.rowCount }
  /// The number of columns, d.
  public var columnCount: Int { layout.columnCount }
  /// As many rows as take about 128 KiB, or 1 MiB where the file is read past the system's cache.
  public var preferredChunkSize: Int {
    let bytes = ahead == nil ? 1 << 17 : 1 << 20
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
    ahead = reading.passesCache(size: size) ? ReadAhead(path: path, size: size) : nil
    file.adviseSequentialReading()
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
    let count = range.count * columnCount
    let memory = UnsafeMutableRawBufferPointer.allocate(
      byteCount: max(1, count) * MemoryLayout<Scalar>.stride, alignment: 64)
    defer { memory.deallocate() }
    let rows = UnsafeMutableBufferPointer(
      start: memory.baseAddress?.bindMemory(to: Scalar.self, capacity: count), count: count)
    if isDirect {
      let bytes = UnsafeMutableRawBufferPointer(rebasing: memory[..<(range.count * layout.stride)])
      try fill(bytes, with: range)
    } else {
      try withUnsafeTemporaryAllocation(byteCount: range.count * layout.stride, alignment: 16) {
        bytes in
        try fill(bytes, with: range)
        try convert(UnsafeRawBufferPointer(bytes), first: range.lowerBound, into: rows)
      }
    }
    return try body(UnsafeBufferPointer(rows))
  }

  /// Whether a row's bytes are those of its numbers in memory.
  private var isDirect: Bool {
    layout.prefix == 0
      && layout.element
        == NPYElement(
          kind: .float, size: MemoryLayout<Scalar>.size, isBigEndian: Int(1).bigEndian == 1)
  }

  private func fill(_ bytes: UnsafeMutableRawBufferPointer, with range: Range<Int>) throws {
    let start = layout.start + range.lowerBound * layout.stride
    if let ahead, ahead.read(into: bytes, at: start) { return }
    let read = try file.read(into: bytes, at: start)
    guard read == bytes.count else {
      throw layout.endsEarly(row: range.lowerBound + read / layout.stride)
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
  /// Past it: two threads more read up to 24 MiB ahead of those that go over the rows from the first on, at
  /// the disk's speed. What the cache holds for others stays there. Where the file system can't do that, and
  /// for files of less than 4 MiB, as ``cached``.
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
  /// `Float`: the file has floats of 32 or 16 bits, whole numbers of 16 bits at most, or truth values.
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
