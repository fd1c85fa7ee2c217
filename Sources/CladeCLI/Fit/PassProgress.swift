import Clade
import Synchronization

/// Tells an observer which part of a pass over the rows of a file is done.
///
/// A method says what it does; the rows that it reads for that say how far it has come.
final class PassProgress: Sendable {
  private struct State {
    var update = ProgressUpdate(stage: "")
    /// The passes that the stage makes, where it makes several under one name.
    var passes = 1
    var rows = 0
    var told = 0.0
  }

  private let rowCount: Int
  private let observer: ProgressObserver
  private let state = Mutex(State())

  init(rowCount: Int, observer: @escaping ProgressObserver) {
    self.rowCount = max(1, rowCount)
    self.observer = observer
  }

  /// A stage begins, or an iteration of it.
  func begin(_ update: ProgressUpdate, passes: Int = 1) {
    state.withLock { $0 = State(update: update, passes: passes) }
    observer(update)
  }

  /// Rows were read.
  func add(_ rows: Int) {
    let update = state.withLock { state -> ProgressUpdate? in
      state.rows += rows
      let fraction = min(1, Double(state.rows) / Double(rowCount * state.passes))
      guard state.update.fraction == nil, fraction - state.told >= 0.01 else { return nil }
      state.told = fraction
      return ProgressUpdate(
        stage: state.update.stage, fraction: fraction, detail: state.update.detail)
    }
    if let update { observer(update) }
  }
}

/// The rows of a source, counted as they are read.
struct CountedRows<Scalar: MatrixScalar>: RowSource {
  let base: any RowSource<Scalar>
  let progress: PassProgress

  var rowCount: Int { base.rowCount }
  var columnCount: Int { base.columnCount }
  var preferredChunkSize: Int { base.preferredChunkSize }

  func withRows<Result>(
    _ range: Range<Int>, _ body: (UnsafeBufferPointer<Scalar>) throws -> Result
  ) throws -> Result {
    defer { progress.add(range.count) }
    return try base.withRows(range, body)
  }
}
