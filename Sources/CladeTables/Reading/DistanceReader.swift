import CladeCore

/// Reads and checks distances, in the precision that is asked for: n × n of them, or those above the
/// diagonal.
///
/// ```swift
/// let distances: PrecomputedDistances<Float> = try DistanceReader.read("distances.npy")
/// let model = try HDBSCAN(metric: .precomputed).fit(distances.matrix)
/// ```
public enum DistanceReader {
  /// Reads distances from NPY, or any text that ``TableReader`` reads.
  ///
  /// - Parameters:
  ///   - path: The file; "-" for standard input. NPY of the wanted type is mapped and takes no memory of its own; of another type
  ///     it is converted as it is read. Text is read in double precision first; see ``DistanceTable`` for
  ///     what else it may hold.
  ///   - type: `Float` for half the memory of `Double`.
  ///   - symmetrizing: Whether the two distances of a pair become their mean however much they differ.
  ///   - options: How to read text.
  ///   - threads: At most this many threads; `nil` for one per core.
  ///   - progress: Is told how much of the file has been read.
  /// - Throws: `CladeError.cannotRead`; `CladeError.badFile` with the place of what is no number, NaN,
  ///   infinite, negative, not 0 on the diagonal, or not the same both ways, and for other shapes;
  ///   `CladeError.notEnoughMemory` before anything is read.
  /// - Complexity: O(n²) time; n² numbers of memory unless the file is mapped.
  public static func read<Scalar: MatrixScalar>(
    _ path: String, as type: Scalar.Type = Scalar.self, symmetrizing: Bool = false,
    options: ReadOptions = ReadOptions(), threads: Int? = nil, progress: ProgressObserver? = nil
  ) throws -> PrecomputedDistances<Scalar> {
    // Standard input comes only once, so it isn't looked at before it is read.
    if path != "-", try isArray(path, options) {
      return try array(path, symmetrizing, threads: threads, progress: progress)
    }
    let table = try DistanceTable(
      TableReader.read(path, options: options, threads: threads, progress: progress))
    let values = Matrix<Scalar>(
      rows: table.distances.rowCount, columns: table.distances.columnCount
    ) { target in
      table.distances.withUnsafeBufferPointer { source in
        for index in source.indices {
          target.initializeElement(at: index, to: Scalar(source[index]))
        }
      }
    }
    return try checked(
      consume values, path: path, rowCount: table.rowCount, names: table.names, symmetrizing,
      threads: threads)
  }

  /// Whether a file is an array in NPY, by its first bytes unless the format is told.
  private static func isArray(_ path: String, _ options: ReadOptions) throws -> Bool {
    if let format = options.format { return format == .npy }
    return try ByteSource(path: path).peek(NPYHeader.magic.count).elementsEqual(NPYHeader.magic)
  }

  /// The distances of an array in NPY.
  private static func array<Scalar: MatrixScalar>(
    _ path: String, _ symmetrizing: Bool, threads: Int?, progress: ProgressObserver?
  ) throws -> PrecomputedDistances<Scalar> {
    let header = try NPYHeader(try ByteSource(path: path), path: path)
    let (rows, columns) = (header.rows, header.columns)
    let isSquare = rows == columns && rows > 0
    let isLine = min(rows, columns) == 1
    guard
      let count = isSquare
        ? rows : isLine ? GivenDistances.rowCount(pairs: max(rows, columns)) : nil
    else {
      throw CladeError.badFile(
        path: path, line: nil, column: nil,
        reason: "it holds \(rows) × \(columns) numbers, and distances are n × n, or the "
          + "n · (n − 1) / 2 above the diagonal in one line")
    }
    if header.element.kind != .float || header.element.size != MemoryLayout<Scalar>.size {
      try DistanceMemory.check(
        rows: rows, columns: columns, scalar: Scalar.self,
        remedy: "save the array as floats of \(8 * MemoryLayout<Scalar>.size) bits, which is mapped"
      )
    }
    var values: Matrix<Scalar> = try NPYReader.read(
      try ByteSource(path: path), threads: threads, progress: progress)
    if !isSquare { values = values.asLine }
    return try checked(
      consume values, path: path, rowCount: count, names: nil, symmetrizing, threads: threads)
  }

  private static func checked<Scalar: MatrixScalar>(
    _ values: consuming Matrix<Scalar>, path: String, rowCount: Int, names: [String]?,
    _ symmetrizing: Bool, threads: Int?
  ) throws -> PrecomputedDistances<Scalar> {
    let differ: Bool
    do {
      differ = try GivenDistances.differ(values, symmetrizing: symmetrizing, threads: threads)
    } catch let error as CladeError {
      throw DistanceWording(
        path: path, distances: copy values, rowCount: rowCount, names: names
      ).describing(error)
    }
    let distances = differ ? GivenDistances.averaged(consume values, threads: threads) : values
    return PrecomputedDistances(checked: distances, count: rowCount)
  }
}
