import Clade
import CladeTables

/// A model that was read from a file, ready to place new rows.
struct LoadedModel {
  /// How a method's model gives rows to its groups.
  struct Placing {
    /// The number of groups.
    let clusterCount: Int
    /// The group of each prepared row, and how surely it belongs there (empty where the method
    /// doesn't say), on that many threads.
    let place: (Matrix<Double>, Int) throws -> (labels: [Int32], probabilities: [Double])
    /// What else the model says of each prepared row.
    var rowNumbers: (Matrix<Double>, _ threads: Int) -> RowNumbers = { _, _ in RowNumbers() }
    /// The same for sparse rows, where the method takes them.
    var sparse: Sparse?

    /// How sparse rows are given to groups.
    struct Sparse {
      /// The number of columns that rows have.
      let columnCount: Int
      /// The group of each row, on that many threads.
      let place: (SparseMatrix<Double>, Int) throws -> [Int32]
    }
    /// Writes the nearest centers of each prepared row, where the method has centers.
    var writeNearest:
      ((Matrix<Double>, NearestOptions, inout OutputFiles, _ threads: Int) throws -> Void)?
  }

  let path: String
  let method: Method
  /// How the columns of tables are prepared; `nil` where the model was made from sparse rows.
  let preparation: Preparation?
  private let placing: Placing

  /// Reads a file that `clade fit --model` wrote.
  ///
  /// - Throws: `CladeError.cannotRead`, `CladeError.badModel`.
  init(path: String) throws {
    let file = try ModelFile(path: path)
    guard let method = Method(rawValue: file.method) else {
      throw CladeError.badModel(
        path: path, reason: "Clade \(cladeVersion) has no method \"\(file.method)\"")
    }
    do {
      placing = try method.implementation.load(file)
    } catch let error as CladeError {
      throw Self.misfit(error, path)
    }
    guard file.preparation != nil || placing.sparse != nil else {
      throw CladeError.badModel(
        path: path, reason: "it doesn't say how columns are prepared; fit it with clade fit --model"
      )
    }
    self.path = path
    self.method = method
    preparation = file.preparation
  }

  /// The number of groups.
  var clusterCount: Int { placing.clusterCount }

  /// A parameter that a model can't have is the fault of its file, not of the command.
  private static func misfit(_ error: CladeError, _ path: String) -> CladeError {
    guard case .invalidParameter(let name, let value, let reason) = error else { return error }
    return .badModel(path: path, reason: "its \(name) is \(value): \(reason)")
  }

  /// How sparse rows are placed.
  ///
  /// - Throws: `CladeError` where the model can't place any.
  func sparsePlacing() throws -> Placing.Sparse {
    guard let sparse = placing.sparse else {
      throw CladeError.badModel(
        path: path, reason: "\(method.rawValue) takes no sparse rows; give them as a table")
    }
    guard preparation?.leavesNumbersAlone ?? true else {
      throw CladeError.badModel(
        path: path,
        reason:
          "it was fitted on a table whose columns were chosen or scaled, so that sparse rows "
          + "don't say which column is which; give rows as a table")
    }
    return sparse
  }

  /// The rows of a table as a model of sparse rows takes them: all columns, in order.
  func plainRows(of table: Table) throws -> Matrix<Double> {
    if let column = table.columns.first(where: { $0.position == nil }) {
      throw CladeError.badFile(
        path: table.source.path, line: nil, column: column.name,
        reason: "the model was made from sparse rows, so every column has to hold numbers")
    }
    return table.numbers
  }

  /// Writes the nearest centers of each prepared row, where that was asked for.
  ///
  /// - Throws: `CladeError.invalidParameter` where the method has no centers.
  func writeNearest(
    of rows: Matrix<Double>?, _ options: NearestOptions, into files: inout OutputFiles, threads: Int
  ) throws {
    guard let count = options.nearest else { return }
    guard let write = placing.writeNearest, let rows else {
      throw CladeError.invalidParameter(
        name: "--nearest", value: "\(count)",
        reason: "a model of \(method.rawValue) has no centers to be near to; leave it out")
    }
    try write(rows, options, &files, threads)
  }

  /// Refuses outputs that the model doesn't have.
  ///
  /// - Throws: `CladeError.invalidParameter`.
  func check(_ options: RowOutputOptions) throws {
    let numbers = placing.rowNumbers(Matrix(rows: 0, columns: 0), 1)
    for (output, path) in options.given where !numbers.has(output) {
      throw CladeError.invalidParameter(
        name: output.rawValue, value: path,
        reason: "a model of \(method.rawValue) doesn't say that of new rows; leave it out")
    }
  }

  /// Writes what else the model says of each prepared row, where that was asked for.
  func writeRowNumbers(
    of rows: Matrix<Double>?, _ options: RowOutputOptions, identifiers: Identifiers?,
    into files: inout OutputFiles, threads: Int
  ) throws {
    guard let rows else { return }
    try options.write(
      placing.rowNumbers(rows, threads), identifiers: identifiers, threads: threads, into: &files)
  }

  /// The group of each prepared row, and how surely it belongs there (empty where the method
  /// doesn't say).
  func predict(
    _ rows: Matrix<Double>, threads: Int, progress: ProgressObserver? = nil
  ) throws -> (labels: [Int32], probabilities: [Double]) {
    let count = ProgressCount(stage: "predicting", total: rows.rowCount, observer: progress)
    let chunkSize = max(1 << 16, rows.rowCount / 64)
    var labels: [Int32] = []
    var probabilities: [Double] = []
    labels.reserveCapacity(rows.rowCount)
    for first in stride(from: 0, to: rows.rowCount, by: chunkSize) {
      let range = first..<min(rows.rowCount, first + chunkSize)
      let chunk: (labels: [Int32], probabilities: [Double])
      do {
        chunk = try placing.place(rows.sharingRows(range), threads)
      } catch let error as CladeError {
        throw Self.misfit(error.movingRows(by: first), path)
      }
      labels += chunk.labels
      probabilities += chunk.probabilities
      count.add(range.count)
    }
    return (labels, probabilities)
  }
}

extension LoadedModel.Placing {
  /// Rows go where the nearest of a model's own rows is.
  init(clusterCount: Int, nearest: NearestRowPlacement<Double>) {
    self.init(clusterCount: clusterCount) { rows, threads in
      (try nearest.labels(of: rows, threads: threads), [])
    }
  }
}

extension CladeError {
  /// The same of rows that so many others come before.
  fileprivate func movingRows(by count: Int) -> CladeError {
    switch self {
    case .nonFiniteValue(let row, let column, let value):
      .nonFiniteValue(row: row + count, column: column, value: value)
    case .valueOutOfRange(let row, let column, let value, let expected):
      .valueOutOfRange(row: row + count, column: column, value: value, expected: expected)
    case .rowOfZeros(let row): .rowOfZeros(row: row + count)
    case .rowWithoutVariation(let row): .rowWithoutVariation(row: row + count)
    default: self
    }
  }
}
