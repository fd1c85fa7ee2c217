// Times k-medoids, for peers/medoids.py: one JSON object on standard output.
//
//   MedoidTiming DATA ROWS COLUMNS K ALGORITHM THREADS REPEATS [MEDOIDS]
//
// DATA holds raw little-endian floats, row after row: distances where ROWS and COLUMNS are the same, which
// are taken as they are, and otherwise rows, whose distances are computed as they are needed. MEDOIDS are
// the first medoids, separated by commas, from which candidates are looked at in the order of the rows;
// without them the fit finds its own.
import Clade
import Foundation
import Synchronization

struct Outcome: Encodable {
  /// The whole fit, checks of the data included.
  var seconds: [Double] = []
  /// From the first pass over the candidates on.
  var swapSeconds: [Double] = []
  var loss = 0.0
  var iterations = 0
  var swaps = 0
}

let arguments = CommandLine.arguments.dropFirst().map(\.self)
guard arguments.count >= 7, let algorithm = KMedoids.Algorithm(rawValue: arguments[4]) else {
  throw CladeError.emptyData(
    reason: "MedoidTiming DATA ROWS COLUMNS K ALGORITHM THREADS REPEATS [MEDOIDS]")
}
let numbers = arguments.map { Int($0) ?? 0 }
let (rows, columns) = (numbers[1], numbers[2])
let bytes = try Data(contentsOf: URL(fileURLWithPath: arguments[0]), options: .alwaysMapped)
let data = Matrix<Float>(rows: rows, columns: columns) { buffer in
  _ = bytes.copyBytes(to: UnsafeMutableRawBufferPointer(buffer))
}
var method = KMedoids(k: numbers[3], algorithm: algorithm, distanceMemory: 0)
if rows == columns { method.metric = .precomputed }
if arguments.count > 7 {
  method.start = .items(arguments[7].split(separator: ",").compactMap { Int($0) })
  method.visitingOrder = .rows
}
var outcome = Outcome()
for _ in 0..<numbers[6] {
  let start = ContinuousClock.now
  let began = Mutex<ContinuousClock.Instant?>(nil)
  let model = try method.fit(data, threads: numbers[5]) { update in
    guard update.stage.hasPrefix("swapping medoids") else { return }
    began.withLock { if $0 == nil { $0 = .now } }
  }
  outcome.seconds.append((ContinuousClock.now - start) / .seconds(1))
  if let began = began.withLock(\.self) {
    outcome.swapSeconds.append((ContinuousClock.now - began) / .seconds(1))
  }
  outcome.loss = model.objective
  outcome.iterations = model.iterations
  outcome.swaps = model.swaps
}
let encoder = JSONEncoder()
encoder.keyEncodingStrategy = .convertToSnakeCase
print(String(decoding: try encoder.encode(outcome), as: UTF8.self))
