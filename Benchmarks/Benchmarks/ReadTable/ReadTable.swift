import CladeTables

/// Reads the table that it is given and prints the seconds it took: `ReadTable FILE [THREADS]`.
/// `peers/read_csv.py` runs it beside pandas.
@main
struct ReadTable {
  static func main() throws {
    let arguments = CommandLine.arguments
    guard arguments.count > 1 else {
      print("usage: ReadTable FILE [THREADS]")
      return
    }
    let clock = ContinuousClock()
    let start = clock.now
    let table = try TableReader.read(
      arguments[1], threads: arguments.count > 2 ? Int(arguments[2]) : nil)
    let seconds = (clock.now - start) / .seconds(1)
    print(seconds, table.rowCount, table.columns.count)
  }
}
