import Clade
import CladeTables

/// What `fit` clusters: the prepared table, and the weights of its rows.
struct PreparedInput {
  /// The path of the table as it was given.
  let path: String
  let table: PreparedTable
  let weights: [Double]?
  /// What was done with each column of the table, the one with the weights included.
  let columns: [ColumnReport]
  /// What distances are measured of: the prepared rows, but for metrics that compare something
  /// else.
  let measured: MetricInput
  /// Where the rows are in their file.
  let places: RowPlaces
  /// The distances, where the table holds those.
  var distances: DistanceTable?

  /// What `body` gives; what it says of bad rows is in the words of their file.
  func describing<Result>(_ body: () throws -> Result) throws -> Result {
    guard let distances else { return try places.describing(body) }
    do {
      return try body()
    } catch let error as CladeError {
      throw distances.describing(error)
    }
  }
}

extension FitCommand {
  /// Table → matrix.
  func prepare(_ table: consuming Table) throws -> PreparedInput {
    let metric = method.metric ?? .euclidean
    let mayCompareMixedRows =
      method.metric == nil && method.method.implementation.comparesMixedRows
      && preparing.givenScale == nil && table.columns.contains { $0.text != nil }
    switch metric.input {
    case .distances where preparing.isSinglePrecision: return try prepareSingleDistances()
    case .distances: return try prepareDistances(consume table)
    case .texts(let dissimilarity):
      return try prepareTexts(consume table, dissimilarity, metric: metric.name)
    case .numbers, .mixed: break
    }
    var options = PreparationOptions()
    options.keepsMixedRows = metric.input == .mixed || mayCompareMixedRows
    options.scaling = preparing.scale(for: method)
    options.columns = preparing.columns.isEmpty ? nil : preparing.columns
    options.ignored = preparing.ignore
    options.labelColumn = preparing.labelColumn
    let weights = try weights(of: table)
    if let name = method.weights {
      options.ignored.append(name)
      options.columns?.removeAll { $0 == name }
    }
    let rows = table.rowCount
    guard rows > 1 else {
      throw CladeError.emptyData(
        reason: rows == 0
          ? "\(input) has no rows"
          : "\(input) has one row, and groups need at least two; with --no-header a first row of "
            + "names counts as data")
    }
    let raw = RowPlaces(of: table)
    let prepared: PreparedTable
    do {
      prepared =
        mayCompareMixedRows
        ? try mixedRowsIfAny(consume table, options)
        : try Preparation.fit(
          consume table, options: options, threads: threads, progress: ProgressBar.observer)
    } catch let error as CladeError {
      throw raw.describing(error)
    }
    let columns = prepared.preparation.columnReports.map { report in
      report.name == method.weights
        ? ColumnReport(
          name: report.name, kind: report.kind, treatment: .leftOut,
          missingCount: report.missingCount, reason: "holds the weights of the rows")
        : report
    }
    let measured =
      switch (metric.input, prepared.mixed) {
      case (_, let mixed?): MetricInput(rows: mixed.matrix, metric: mixed.metric)
      case (.numbers(let metric), nil): MetricInput(rows: prepared.matrix, metric: metric)
      case (.mixed, nil), (.distances, nil), (.texts, nil):
        MetricInput(rows: prepared.matrix, metric: .euclidean)
      }
    return PreparedInput(
      path: input, table: prepared, weights: weights, columns: columns, measured: measured,
      places: RowPlaces(source: raw.source, columns: prepared.measuredColumns))
  }

  /// Rows as Gower's metric compares them where some column holds categories, else as all methods
  /// do.
  private func mixedRowsIfAny(
    _ table: consuming Table, _ options: PreparationOptions
  ) throws -> PreparedTable {
    let mixed = try Preparation.fit(
      copy table, options: options, threads: threads, progress: ProgressBar.observer)
    guard mixed.mixed?.categories.isEmpty ?? true else { return mixed }
    var options = options
    options.keepsMixedRows = false
    return try Preparation.fit(
      consume table, options: options, threads: threads, progress: ProgressBar.observer)
  }

  /// Table → distances.
  private func prepareDistances(_ table: consuming Table) throws -> PreparedInput {
    let weights = try weights(of: table)
    let source = table.source
    let distances = try DistanceTable(
      consume table, labelColumn: preparing.labelColumn,
      ignored: preparing.ignore + [method.weights].compactMap(\.self))
    guard distances.rowCount > 1 else {
      throw CladeError.emptyData(
        reason: "\(input) holds the distance of one row, and groups need at least two")
    }
    return PreparedInput(
      path: input, table: PreparedTable(distances), weights: weights, columns: [],
      measured: MetricInput(rows: try symmetrized(distances), metric: .precomputed),
      places: RowPlaces(source: source, columns: []), distances: distances)
  }

  /// File → distances in single precision.
  private func prepareSingleDistances() throws -> PreparedInput {
    let given = [
      ("--label-column", preparing.labelColumn != nil), ("--ignore", !preparing.ignore.isEmpty),
    ]
    for (name, isGiven) in given where isGiven {
      throw CladeError.invalidParameter(
        name: name, value: "given", reason: "with --float32 the file holds nothing but distances")
    }
    let distances: PrecomputedDistances<Float> = try DistanceReader.read(
      input, symmetrizing: preparing.symmetrize, options: reading.readOptions(), threads: threads,
      progress: ProgressBar.observer)
    guard distances.count > 1 else {
      throw CladeError.emptyData(
        reason: "\(input) holds the distance of one row, and groups need at least two")
    }
    return PreparedInput(
      path: input, table: PreparedTable(rowCount: distances.count), weights: nil, columns: [],
      measured: MetricInput(
        rows: Matrix(rows: 0, columns: 0), metric: .precomputed, singles: distances.matrix),
      places: RowPlaces(numbers: input))
  }

  /// The distances, with the mean of both of each pair where that was asked for.
  private func symmetrized(_ distances: DistanceTable) throws -> Matrix<Double> {
    guard preparing.symmetrize else { return distances.distances }
    do {
      return try PrecomputedDistances(
        distances.distances, symmetrizing: true, threads: threads
      ).matrix
    } catch let error as CladeError {
      throw distances.describing(error)
    }
  }

  /// The weights that a column holds, where one was named.
  func weights(of table: borrowing Table) throws -> [Double]? {
    guard let name = method.weights else { return nil }
    if name == preparing.labelColumn {
      throw CladeError.invalidParameter(
        name: "--weights", value: "\"\(name)\"", reason: "it is the label column")
    }
    return try Self.weights(of: table, column: name)
  }

  /// The weights that a column holds.
  private static func weights(of table: borrowing Table, column name: String) throws -> [Double] {
    let index = try table.index(ofColumn: name)
    guard let position = table.columns[index].position else {
      throw CladeError.badFile(
        path: table.source.path, line: nil, column: name,
        reason: "weights must be numbers, and this column holds text")
    }
    return try checkedWeights(
      table.numbers.column(position), path: table.source.path, column: name)
  }

  /// Weights that all are 0 or more.
  static func checkedWeights(
    _ weights: [Double], path: String, column name: String?
  ) throws -> [Double] {
    if let row = weights.firstIndex(where: { !($0 >= 0 && $0.isFinite) }) {
      throw CladeError.badFile(
        path: path, line: nil, column: name,
        reason: "row \(row + 1) has the weight "
          + (weights[row].isNaN ? "missing" : "\(weights[row])")
          + "; weights must be 0 or more, in every row")
    }
    return weights
  }
}
