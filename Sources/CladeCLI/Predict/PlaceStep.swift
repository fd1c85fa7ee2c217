import Clade
import CladeTables

/// Rows with the groups that a model gave them.
struct PlacedRows {
  let labels: [Int32]
  /// How surely each row belongs there; empty where the method doesn't say.
  var probabilities: [Double] = []
  var identifiers: Identifiers?
  let columnCount: Int
  /// For each column of categories how many rows hold a text that wasn't known when fitting.
  var unknownCategories: [String: Int] = [:]
  /// The prepared rows; `nil` where they are sparse.
  var rows: Matrix<Double>?
}

extension PredictCommand {
  /// Table → matrix → groups.
  func placeTable(
    _ model: LoadedModel, _ threads: Int, _ clock: inout StageClock
  ) throws -> PlacedRows {
    let table = try clock.time("read") {
      try TableReader.read(
        input, options: reading.readOptions(), threads: threads, progress: ProgressBar.observer)
    }
    let raw = RowPlaces(of: table)
    guard let preparation = model.preparation else {
      let rows = try model.plainRows(of: table)
      let placed = try predict(model, rows, raw, threads, &clock)
      return PlacedRows(
        labels: placed.labels, probabilities: placed.probabilities, columnCount: rows.columnCount,
        rows: rows)
    }
    let prepared = try clock.time("prepare", giving: consume table) { (table: consuming Table) in
      try preparation.apply(
        to: consume table, ignored: ignore, threads: threads, progress: ProgressBar.observer)
    }
    let rows = prepared.mixed?.matrix ?? prepared.matrix
    let places = RowPlaces(source: raw.source, columns: prepared.measuredColumns)
    let placed = try predict(model, rows, places, threads, &clock)
    return PlacedRows(
      labels: placed.labels, probabilities: placed.probabilities,
      identifiers: prepared.identifiers, columnCount: prepared.matrix.columnCount,
      unknownCategories: prepared.unknownCategories, rows: rows)
  }

  private func predict(
    _ model: LoadedModel, _ rows: Matrix<Double>, _ places: RowPlaces, _ threads: Int,
    _ clock: inout StageClock
  ) throws -> (labels: [Int32], probabilities: [Double]) {
    try clock.time("predict") {
      try places.describing {
        try model.predict(rows, threads: threads, progress: ProgressBar.observer)
      }
    }
  }

  /// Sparse rows → groups.
  func placeSparse(
    _ format: SparseFileFormat, _ model: LoadedModel, _ threads: Int, _ clock: inout StageClock
  ) throws -> PlacedRows {
    let placing = try model.sparsePlacing()
    let rows = try clock.time("read") {
      ProgressBar.observer(ProgressUpdate(stage: "reading"))
      return try format.readDirections(input, columnCount: placing.columnCount)
    }
    let labels = try clock.time("predict") {
      ProgressBar.observer(ProgressUpdate(stage: "predicting"))
      return try placing.place(rows, threads)
    }
    return PlacedRows(labels: labels, columnCount: rows.columnCount)
  }
}
