// Times looking for the nearest rows of all rows, for peers/neighbors.py: one JSON object on standard
// output.
//
//   NeighborTiming DATA ROWS COLUMNS NEIGHBOURS THREADS REPEATS double|float METRIC STRUCTURE [LISTS]
//
// DATA holds raw little-endian numbers of that type, row after row. STRUCTURE is automatic, kdTree,
// ballTree, bruteForce or approximate:CANDIDATES. The numbers of the rows are written to LISTS as int32,
// list after list; a row is in its own list. Each time is of making the index and looking up all rows.
import CMachinePeak
import Clade
import Foundation

struct Outcome: Encodable {
  var seconds: [Double] = []
  var structure = ""
  var fusedMultiplyAddsPerSecondAndThread = 0.0
}

func matrix<Scalar: MatrixScalar>(_ path: String, _ rows: Int, _ columns: Int) throws
  -> Matrix<Scalar>
{
  let bytes = try Data(contentsOf: URL(fileURLWithPath: path), options: .alwaysMapped)
  return Matrix(rows: rows, columns: columns) { buffer in
    _ = bytes.copyBytes(to: UnsafeMutableRawBufferPointer(buffer))
  }
}

func structure(_ name: String) -> NeighborStructure? {
  switch name.split(separator: ":").first {
  case "automatic": .automatic
  case "kdTree": .kdTree
  case "ballTree": .ballTree
  case "bruteForce": .bruteForce
  case "approximate":
    .approximate(
      NearestNeighborDescent(candidates: name.split(separator: ":").last.flatMap { Int($0) } ?? 40))
  default: nil
  }
}

func time<Scalar: MatrixScalar>(_ arguments: [String], _: Scalar.Type) throws -> Outcome {
  let numbers = arguments[1...5].compactMap { Int($0) }
  let (rows, columns, count, threads, repeats) = (
    numbers[0], numbers[1], numbers[2], numbers[3], numbers[4]
  )
  let data: Matrix<Scalar> = try matrix(arguments[0], rows, columns)
  let metric = try Metric(named: arguments[7])
  guard let wanted = structure(arguments[8]) else { throw CocoaError(.featureUnsupported) }
  var outcome = Outcome()
  var found: NearestRows<Scalar>?
  for _ in 0..<repeats {
    let start = ContinuousClock.now
    let index = try NeighborIndex(data, metric: metric, structure: wanted, threads: threads)
    found = try index.neighbors(count: count, includingItself: true, threads: threads)
    outcome.seconds.append((ContinuousClock.now - start) / .seconds(1))
    outcome.structure = "\(index.structure)"
  }
  if let found, arguments.count > 9 {
    try found.rows.withUnsafeBytes { try Data($0).write(to: URL(fileURLWithPath: arguments[9])) }
  }
  outcome.fusedMultiplyAddsPerSecondAndThread = machine_peak_fused_multiply_adds()
  return outcome
}

let arguments = Array(CommandLine.arguments.dropFirst())
guard arguments.count >= 9, arguments[1...5].allSatisfy({ Int($0) != nil }) else {
  FileHandle.standardError.write(Data("see the first lines of main.swift\n".utf8))
  exit(64)
}
let outcome =
  try arguments[6] == "float" ? time(arguments, Float.self) : time(arguments, Double.self)
FileHandle.standardOutput.write(try JSONEncoder().encode(outcome))
