// Times matrices of dissimilarities, for peers/dissimilarities.py: one JSON object a line on standard
// output, as soon as a line comes in on standard input.
//
//   DissimilarityTiming KIND FILE COLUMNS THREADS
//
// KIND is edit, normalized-edit, jaro, jaro-winkler or jaccard-sets of the lines of FILE (COLUMNS is 0), or
// a metric of rows of so many columns, raw little-endian doubles. `sum` is that of all n × n numbers.
import Clade
import Foundation

struct Outcome: Encodable {
  var seconds: Double
  var sum: Double
}

let texts: [String: TextDissimilarity] = [
  "edit": .edit, "normalized-edit": .normalizedEdit, "jaro": .jaro, "jaro-winkler": .jaroWinkler,
  "jaccard-sets": .jaccardSets(),
]
let arguments = Array(CommandLine.arguments.dropFirst())
guard arguments.count == 4, let columns = Int(arguments[2]), let threads = Int(arguments[3]) else {
  FileHandle.standardError.write(Data("see the first lines of main.swift\n".utf8))
  exit(64)
}
let bytes = try Data(contentsOf: URL(fileURLWithPath: arguments[1]))

/// Runs once for each line that comes in.
func measure<Scalar: MatrixScalar>(_ distances: () throws -> Matrix<Scalar>) throws {
  while readLine() != nil {
    let begin = ContinuousClock.now
    let matrix = try distances()
    let seconds = (ContinuousClock.now - begin) / .seconds(1)
    let sum = matrix.withUnsafeBufferPointer { $0.reduce(0) { $0 + Double($1) } }
    let outcome = Outcome(seconds: seconds, sum: sum)
    FileHandle.standardOutput.write(try JSONEncoder().encode(outcome) + Data("\n".utf8))
  }
}

if let kind = texts[arguments[0]] {
  let lines = String(decoding: bytes, as: UTF8.self)
    .split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
  try measure { try kind.distances(of: lines, threads: threads) as Matrix<Float> }
} else {
  let metric = try Metric(named: arguments[0])
  let values = bytes.withUnsafeBytes { Array($0.bindMemory(to: Double.self)) }
  let rows = try Matrix(rows: values.count / columns, columns: columns, values: values)
  try measure { try metric.distances(of: rows, threads: threads) }
}
