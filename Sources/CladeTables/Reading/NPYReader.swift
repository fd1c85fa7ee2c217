import CladeCore

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Reads NumPy arrays of numbers: one or two dimensions, C or Fortran order, either byte order.
///
/// An array of the wanted type in C order, in a file of its own that is not packed, is mapped rather
/// than read.
public enum NPYReader {
  /// Reads an array as a matrix (n × d); one with a single dimension as n × 1.
  ///
  /// Whole numbers of more than 53 bits (24 for `Float`) are rounded.
  ///
  /// - Throws: `CladeError.cannotRead`,
  ///   `CladeError.badFile`.
  /// - Complexity: O(n · d); O(1) where the file is mapped.
  public static func read<Scalar: MatrixScalar>(
    _ path: String, as type: Scalar.Type = Scalar.self
  ) throws -> Matrix<Scalar> {
    try read(try ByteSource(path: path))
  }

  static func read<Scalar: MatrixScalar>(
    _ source: ByteSource, threads: Int? = nil, progress: ProgressObserver? = nil
  ) throws -> Matrix<Scalar> {
    let header = try NPYHeader(source, path: source.path)
    if let size = source.plainSize {
      guard size - header.dataOffset >= header.dataSize else {
        throw tooShort(source.path, header)
      }
      if let mapped: Matrix<Scalar> = map(source.file, header) { return mapped }
      return try readInPlace(
        source.file, header, threads: threads,
        ProgressCount(stage: "reading", total: header.rows * header.columns, observer: progress))
    }
    return try read(source, header, path: source.path)
  }

  /// Reads the numbers of a file that is not packed, several threads at once.
  private static func readInPlace<Scalar: MatrixScalar>(
    _ file: InputFile, _ header: NPYHeader, threads: Int?, _ progress: ProgressCount
  ) throws -> Matrix<Scalar> {
    let count = header.rows * header.columns
    let size = header.element.size
    let store = try self.store(for: header, path: file.path) as PageStore<Scalar>
    guard let start = store.extend(by: count) else {
      throw CladeError.cannotRead(path: file.path, reason: "there is no memory left")
    }
    nonisolated(unsafe) let target = start
    try ParallelChunks.forEach(count: count, chunkSize: 1 << 17, threads: threads) { _, range in
      try withUnsafeTemporaryAllocation(byteCount: range.count * size, alignment: 16) { bytes in
        let offset = header.dataOffset + range.lowerBound * size
        guard try file.read(into: bytes, at: offset) == bytes.count else {
          throw tooShort(file.path, header)
        }
        NPYConversion.convert(
          UnsafeRawBufferPointer(bytes), header.element,
          into: UnsafeMutableBufferPointer(
            start: target + range.lowerBound, count: range.count))
      }
      progress.add(range.count)
    }
    return inRowOrder(store, header, threads: threads)
  }

  /// Room for the numbers that a header tells of.
  private static func store<Scalar: MatrixScalar>(
    for header: NPYHeader, path: String
  ) throws -> PageStore<Scalar> {
    let count = header.rows * header.columns
    guard count <= MachineMemory.size / MemoryLayout<Scalar>.size,
      let store = PageStore<Scalar>(limit: count * MemoryLayout<Scalar>.size)
    else {
      throw CladeError.cannotRead(
        path: path,
        reason: "its header claims \(header.rows) × \(header.columns) numbers, "
          + "more than this machine's memory can hold")
    }
    return store
  }

  private static func inRowOrder<Scalar: MatrixScalar>(
    _ store: PageStore<Scalar>, _ header: NPYHeader, threads: Int?
  ) -> Matrix<Scalar> {
    guard header.isFortranOrder, header.rows > 1, header.columns > 1 else {
      return store.takeMatrix(rows: header.rows, columns: header.columns)
    }
    let columnMajor = store.takeMatrix(rows: header.columns, columns: header.rows)
    return transpose(columnMajor, threads: threads)
  }

  /// Reads the numbers that follow a header.
  static func read<Scalar: MatrixScalar>(
    _ stream: some ByteStream, _ header: NPYHeader, path: String
  ) throws -> Matrix<Scalar> {
    let count = header.rows * header.columns
    let size = header.element.size
    let store = try self.store(for: header, path: path) as PageStore<Scalar>
    let perBlock = 1 << 16
    let block = UnsafeMutableRawBufferPointer.allocate(
      byteCount: perBlock * size, alignment: 16)
    defer { block.deallocate() }
    let numbers = UnsafeMutableBufferPointer<Scalar>.allocate(capacity: perBlock)
    defer { numbers.deallocate() }
    while store.count < count {
      let wanted = min(perBlock, count - store.count)
      let part = UnsafeMutableRawBufferPointer(rebasing: block[..<(wanted * size)])
      guard try stream.read(into: part) == part.count else { throw tooShort(path, header) }
      let target = UnsafeMutableBufferPointer(rebasing: numbers[..<wanted])
      NPYConversion.convert(UnsafeRawBufferPointer(part), header.element, into: target)
      guard store.append(UnsafeBufferPointer(target)) else {
        throw CladeError.cannotRead(path: path, reason: "there is no memory left")
      }
    }
    return inRowOrder(store, header, threads: nil)
  }

  private static func transpose<Scalar: MatrixScalar>(
    _ matrix: Matrix<Scalar>, threads: Int?
  ) -> Matrix<Scalar> {
    let (rows, columns) = (matrix.columnCount, matrix.rowCount)
    return Matrix(rows: rows, columns: columns) { target in
      matrix.withUnsafeBufferPointer { source in
        nonisolated(unsafe) let (source, target) = (source, target)
        // Tiles, so that both sides stay in the cache.
        ParallelChunks.forEach(count: rows, chunkSize: 64, threads: threads) { _, tile in
          for column in 0..<columns {
            for row in tile {
              target[row &* columns &+ column] = source[column &* rows &+ row]
            }
          }
        }
      }
    }
  }

  private static func map<Scalar: MatrixScalar>(
    _ file: InputFile, _ header: NPYHeader
  ) -> Matrix<Scalar>? {
    let size = MemoryLayout<Scalar>.size
    guard
      header.element == NPYElement(kind: .float, size: size, isBigEndian: Int(1).bigEndian == 1),
      !header.isFortranOrder || header.rows <= 1 || header.columns <= 1,
      header.dataOffset % size == 0, header.dataSize > 0
    else { return nil }
    let length = header.dataOffset + header.dataSize
    // Private: what is written there stays in this process and never reaches the file.
    let memory = mmap(nil, length, PROT_READ | PROT_WRITE, MAP_PRIVATE, file.descriptor, 0)
    guard let memory, memory != MAP_FAILED else { return nil }
    let first = (memory + header.dataOffset).bindMemory(
      to: Scalar.self, capacity: header.rows * header.columns)
    nonisolated(unsafe) let mapping = memory
    return Matrix(
      rows: header.rows, columns: header.columns,
      adopting: UnsafeMutableBufferPointer(start: first, count: header.rows * header.columns),
      writable: true
    ) { munmap(mapping, length) }
  }

  private static func tooShort(_ path: String, _ header: NPYHeader) -> CladeError {
    .badFile(
      path: path, line: nil, column: nil,
      reason: "its header claims \(header.rows) × \(header.columns) numbers, but the file is too "
        + "short for them; it is cut off or damaged")
  }
}

/// Turns the bytes of NumPy numbers into ours.
enum NPYConversion {
  static func convert<Scalar: MatrixScalar>(
    _ bytes: UnsafeRawBufferPointer, _ element: NPYElement,
    into target: UnsafeMutableBufferPointer<Scalar>
  ) {
    let big = element.isBigEndian
    switch (element.kind, element.size) {
    case (.float, 8):
      integers(bytes, UInt64.self, big, target) { Scalar(Double(bitPattern: $0)) }
    case (.float, 4):
      integers(bytes, UInt32.self, big, target) { Scalar(Float(bitPattern: $0)) }
    case (.float, _): integers(bytes, UInt16.self, big, target) { Scalar(half($0)) }
    case (.signed, 1): integers(bytes, Int8.self, big, target) { Scalar($0) }
    case (.signed, 2): integers(bytes, Int16.self, big, target) { Scalar($0) }
    case (.signed, 4): integers(bytes, Int32.self, big, target) { Scalar($0) }
    case (.signed, _): integers(bytes, Int64.self, big, target) { Scalar($0) }
    case (.unsigned, 1): integers(bytes, UInt8.self, big, target) { Scalar($0) }
    case (.unsigned, 2): integers(bytes, UInt16.self, big, target) { Scalar($0) }
    case (.unsigned, 4): integers(bytes, UInt32.self, big, target) { Scalar($0) }
    case (.unsigned, _): integers(bytes, UInt64.self, big, target) { Scalar($0) }
    case (.bool, _): integers(bytes, UInt8.self, big, target) { $0 == 0 ? 0 : 1 }
    }
  }

  @inline(__always)
  private static func integers<Integer: FixedWidthInteger, Scalar: MatrixScalar>(
    _ bytes: UnsafeRawBufferPointer, _ type: Integer.Type, _ isBigEndian: Bool,
    _ target: UnsafeMutableBufferPointer<Scalar>, _ number: (Integer) -> Scalar
  ) {
    for index in 0..<target.count {
      let raw = bytes.loadUnaligned(
        fromByteOffset: index &* MemoryLayout<Integer>.size, as: Integer.self)
      target[index] = number(isBigEndian ? Integer(bigEndian: raw) : Integer(littleEndian: raw))
    }
  }

  /// A half-precision number: 1 bit of sign, 5 of exponent, 10 of fraction.
  private static func half(_ bits: UInt16) -> Float {
    let sign: Float = bits >> 15 == 0 ? 1 : -1
    let exponent = Int(bits >> 10 & 0x1f)
    let fraction = Float(bits & 0x3ff)
    switch exponent {
    case 0: return sign * fraction * 0x1p-24
    case 31: return fraction == 0 ? sign * .infinity : .nan
    default:
      return sign * Float(sign: .plus, exponent: exponent - 15, significand: 1 + fraction / 1024)
    }
  }
}
