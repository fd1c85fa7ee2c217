import CladeCore

/// Reads and recognises sparse matrices as SciPy's `save_npz` writes them: an NPZ file of the arrays
/// `indptr`, `indices`, `data`, `shape` and `format`.
///
/// Only compressed rows (`csr`) can be read.
public enum SparseNPZ {
  /// Whether a file holds a sparse matrix of SciPy's, judged by the names of its arrays.
  public static func recognises(_ path: String) throws -> Bool {
    let source = try ByteSource(path: path)
    guard try source.peek(4) == [0x50, 0x4b, 0x03, 0x04] else { return false }
    return try NPZReader.withBytes(of: source) { bytes in
      let names = try ZipArchive(bytes, path: source.path).entries.map(\.name)
      return ["indptr.npy", "indices.npy", "data.npy", "shape.npy"].allSatisfy(names.contains)
    }
  }

  /// Reads a matrix in compressed rows; columns that don't ascend within a row are sorted.
  ///
  /// - Throws: `CladeError.cannotRead`; `CladeError.badFile` for another file, another format, arrays
  ///   that don't fit each other, and indices out of range or twice in a row.
  /// - Complexity: O(n + the number of values).
  public static func read<Scalar: MatrixScalar>(
    _ path: String, as type: Scalar.Type = Scalar.self
  ) throws -> SparseMatrix<Scalar> {
    let source = try ByteSource(path: path)
    return try NPZReader.withBytes(of: source) { bytes in
      let archive = Arrays(archive: try ZipArchive(bytes, path: source.path), path: source.path)
      if let format = try archive.text("format"), format != "csr" {
        throw archive.bad(
          "it holds a sparse matrix as \"\(format)\"; save matrix.tocsr() instead")
      }
      let shape = try archive.integers("shape")
      guard shape.count == 2 else {
        throw archive.bad("its shape has \(shape.count) numbers instead of 2")
      }
      let starts = try archive.integers("indptr")
      let indices = try archive.integers("indices")
      let values: Matrix<Scalar> = try archive.array("data")
      guard let narrow = narrowed(indices) else {
        throw archive.bad("it names columns outside of 0 ... 2147483647")
      }
      var columns = narrow
      var entries = values.withUnsafeBufferPointer { Array($0) }
      sort(&columns, &entries, starts)
      do {
        return try SparseMatrix(
          rowCount: shape[0], columnCount: shape[1], rowStarts: starts, columns: columns,
          values: entries)
      } catch let error as CladeError {
        throw archive.bad("its arrays don't fit each other: \(error)")
      }
    }
  }

  private static func narrowed(_ indices: [Int]) -> [Int32]? {
    var columns: [Int32] = []
    columns.reserveCapacity(indices.count)
    for index in indices {
      guard index >= 0, let column = Int32(exactly: index) else { return nil }
      columns.append(column)
    }
    return columns
  }

  /// Sorts rows by their columns, where they aren't and where that can be done; the matrix says what
  /// is wrong with the others.
  private static func sort<Scalar>(
    _ columns: inout [Int32], _ values: inout [Scalar], _ starts: [Int]
  ) {
    guard columns.count == values.count else { return }
    for (start, end) in zip(starts, starts.dropFirst())
    where start >= 0 && start < end && end <= columns.count {
      let range = start..<end
      guard zip(range, range.dropFirst()).contains(where: { columns[$0] > columns[$1] }) else {
        continue
      }
      let order = range.sorted { columns[$0] < columns[$1] }
      let (oldColumns, oldValues) = (order.map { columns[$0] }, order.map { values[$0] })
      for (offset, place) in range.enumerated() {
        columns[place] = oldColumns[offset]
        values[place] = oldValues[offset]
      }
    }
  }
}

/// The arrays of an archive, by name.
private struct Arrays {
  let archive: ZipArchive
  let path: String

  func bad(_ reason: String) -> CladeError {
    .badFile(path: path, line: nil, column: nil, reason: reason)
  }

  private func stream(_ name: String) throws -> ZipEntryStream? {
    guard let entry = archive.entries.first(where: { $0.name == name + ".npy" }) else {
      return nil
    }
    return try archive.stream(entry)
  }

  func array<Scalar: MatrixScalar>(_ name: String) throws -> Matrix<Scalar> {
    guard let stream = try stream(name) else {
      throw bad("it has no array \"\(name)\", so it is no sparse matrix of SciPy's")
    }
    return try NPYReader.read(stream, NPYHeader(stream, path: path), path: path)
  }

  /// An array of whole numbers; all of those that can be places or columns are exact in a double.
  func integers(_ name: String) throws -> [Int] {
    let numbers: Matrix<Double> = try array(name)
    return try numbers.withUnsafeBufferPointer { numbers in
      try numbers.map { number in
        guard let whole = Int(exactly: number) else {
          throw bad("its array \"\(name)\" holds \(number), which is no whole number")
        }
        return whole
      }
    }
  }

  /// A short text that NumPy stored as an array without dimensions: bytes, or four bytes a letter.
  func text(_ name: String) throws -> String? {
    guard let stream = try stream(name) else { return nil }
    let bytes = try stream.take(1 << 12)
    guard bytes.count > 10 else { return nil }
    let header = 10 + Int(bytes[8]) + Int(bytes[9]) << 8
    guard header <= bytes.count else { return nil }
    return String(decoding: bytes[header...].filter { $0 != 0 }, as: UTF8.self)
  }
}
