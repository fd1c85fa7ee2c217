// Times a whole fit of spherical k-means, for peers/spherical_kmeans.py: one JSON object on standard
// output.
//
//   SphericalTiming FOLDER COLUMNS K ITERATIONS THREADS
//
// FOLDER holds raw little-endian arrays: `indptr` (Int64), `indices` (Int32) and `data` (Double) of the
// rows, and `start` (Int64), the rows to start from. It gets `labels` (Int32) and `centers` (Double).
import Clade
import Foundation

struct Outcome: Encodable {
  var seconds = 0.0
  var objective = 0.0
  var iterations = 0
  var converged = false
}

func array<Element>(_ path: String, of type: Element.Type) throws -> [Element] {
  try Data(contentsOf: URL(fileURLWithPath: path)).withUnsafeBytes {
    Array($0.bindMemory(to: Element.self))
  }
}

let arguments = Array(CommandLine.arguments.dropFirst())
let numbers = arguments.dropFirst().compactMap { Int($0) }
guard arguments.count == 5, numbers.count == 4 else {
  FileHandle.standardError.write(Data("see the first lines of main.swift\n".utf8))
  exit(64)
}
let folder = arguments[0] + "/"
let starts = try array(folder + "indptr", of: Int64.self).map { Int($0) }
let rows = try SparseMatrix<Double>(
  rowCount: starts.count - 1, columnCount: numbers[0], rowStarts: starts,
  columns: array(folder + "indices", of: Int32.self),
  values: array(folder + "data", of: Double.self))
let first = rows.gatheringRows(try array(folder + "start", of: Int64.self).map { Int($0) }).dense()
let begin = ContinuousClock.now
let model = try SphericalKMeans(k: numbers[1], maxIterations: numbers[2]).fit(
  rows, initialCenters: first, threads: numbers[3])
let outcome = Outcome(
  seconds: (ContinuousClock.now - begin) / .seconds(1), objective: model.objective,
  iterations: model.iterations, converged: model.converged)
try model.labels.withUnsafeBytes { Data($0) }.write(to: URL(fileURLWithPath: folder + "labels"))
try model.centers.withUnsafeBufferPointer { Data(buffer: $0) }
  .write(to: URL(fileURLWithPath: folder + "centers"))
FileHandle.standardOutput.write(try JSONEncoder().encode(outcome))
