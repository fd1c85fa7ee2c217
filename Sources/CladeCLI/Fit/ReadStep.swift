import Clade
import CladeTables

extension FitCommand {
  /// Bytes → table.
  func read() throws -> Table {
    // Distances in single precision are read as they are prepared.
    if preparing.isSinglePrecision {
      return Table(Matrix<Double>(rows: 0, columns: 0), source: TableSource(path: input))
    }
    return try TableReader.read(
      input, options: reading.readOptions(), threads: threads, progress: ProgressBar.observer)
  }
}
