// Times Genie, for peers/genie.py: one JSON object a line on standard output, as soon as a line comes in on
// standard input.
//
//   GenieTiming ROWS COLUMNS CLUSTERS SAMPLES THREADS LABELS
//
// ROWS are raw little-endian doubles. SAMPLES is that of mutual reachability, 0 for plain distances. The
// labels are written to LABELS as raw 32-bit integers.
import Clade
import Foundation

let arguments = Array(CommandLine.arguments.dropFirst())
let numbers = arguments.dropFirst().prefix(4).compactMap { Int($0) }
guard arguments.count == 6, numbers.count == 4 else {
  FileHandle.standardError.write(Data("see the first lines of main.swift\n".utf8))
  exit(64)
}
let bytes = try Data(contentsOf: URL(fileURLWithPath: arguments[0]))
let values = bytes.withUnsafeBytes { Array($0.bindMemory(to: Double.self)) }
let rows = try Matrix(rows: values.count / numbers[0], columns: numbers[0], values: values)
let method = Genie(k: numbers[1], minSamples: numbers[2] == 0 ? nil : numbers[2])
while readLine() != nil {
  let begin = ContinuousClock.now
  let model = try method.fit(rows, threads: numbers[3])
  let seconds = (ContinuousClock.now - begin) / .seconds(1)
  try model.labels.withUnsafeBytes { Data($0) }.write(to: URL(fileURLWithPath: arguments[5]))
  FileHandle.standardOutput.write(try JSONEncoder().encode(["seconds": seconds]) + Data("\n".utf8))
}
