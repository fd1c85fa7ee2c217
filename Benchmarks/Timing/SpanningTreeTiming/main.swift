// Times minimum spanning trees, for peers/spanning_tree.py: one JSON object a line on standard output, as
// soon as a line comes in on standard input.
//
//   SpanningTreeTiming ROWS COLUMNS SAMPLES THREADS
//
// ROWS are raw little-endian doubles. SAMPLES is that of mutual reachability, 0 for plain distances.
import Clade
import Foundation

struct Outcome: Encodable {
  var seconds: Double
  var total: Double
}

let arguments = Array(CommandLine.arguments.dropFirst())
let numbers = arguments.dropFirst().compactMap { Int($0) }
guard arguments.count == 4, numbers.count == 3 else {
  FileHandle.standardError.write(Data("see the first lines of main.swift\n".utf8))
  exit(64)
}
let bytes = try Data(contentsOf: URL(fileURLWithPath: arguments[0]))
let values = bytes.withUnsafeBytes { Array($0.bindMemory(to: Double.self)) }
let rows = try Matrix(rows: values.count / numbers[0], columns: numbers[0], values: values)
while readLine() != nil {
  let begin = ContinuousClock.now
  let tree =
    try numbers[1] == 0
    ? MinimumSpanningTree.plain(of: rows, threads: numbers[2])
    : MinimumSpanningTree.mutualReachability(
      of: rows, minSamples: numbers[1], threads: numbers[2])
  let outcome = Outcome(
    seconds: (ContinuousClock.now - begin) / .seconds(1), total: tree.totalLength)
  FileHandle.standardOutput.write(try JSONEncoder().encode(outcome) + Data("\n".utf8))
}
