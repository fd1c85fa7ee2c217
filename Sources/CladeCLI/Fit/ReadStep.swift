import CladeTables

extension FitCommand {
  /// Bytes → table.
  func read() throws -> Table {
    try TableReader.read(
      input, options: reading.readOptions(), threads: threads, progress: ProgressBar.observer)
  }
}
