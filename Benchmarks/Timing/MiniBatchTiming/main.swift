// Times mini-batch k-means, for peers/minibatch.py: one JSON object on standard output.
//
//   MiniBatchTiming DATA ROWS COLUMNS K BATCH BATCHES THREADS REPEATS double|float
//
// DATA holds raw little-endian numbers of that type, row after row. With 0 batches it stops by itself.
// Then Lloyd's iteration from the same kind of start is run to its end, for its inertia.
import Clade
import Foundation

struct Outcome: Encodable {
  var seconds: [Double] = []
  var inertia = 0.0
  var batches = 0
  var exactSeconds = 0.0
  var exactInertia = 0.0
}

func seconds(_ body: () throws -> Void) rethrows -> Double {
  let start = ContinuousClock.now
  try body()
  return (ContinuousClock.now - start) / .seconds(1)
}

func time<Scalar: MatrixScalar>(
  _ path: String, _ numbers: [Int], _: Scalar.Type
) throws -> Outcome {
  let (rows, columns, k, batch, batches, threads, repeats) = (
    numbers[0], numbers[1], numbers[2], numbers[3], numbers[4], numbers[5], numbers[6]
  )
  let bytes = try Data(contentsOf: URL(fileURLWithPath: path))
  let data = Matrix<Scalar>(rows: rows, columns: columns) { buffer in
    _ = bytes.copyBytes(to: UnsafeMutableRawBufferPointer(buffer))
  }
  var outcome = Outcome()
  var method = MiniBatchKMeans(k: k, batchSize: batch)
  if batches > 0 {
    method.maxIterations = batches
    method.maxNoImprovement = nil
  }
  for _ in 0..<repeats {
    outcome.seconds.append(
      try seconds {
        let model = try method.fit(data, threads: threads)
        outcome.inertia = model.objective
        outcome.batches = model.iterations
      })
  }
  outcome.exactSeconds = try seconds {
    outcome.exactInertia = try KMeans(k: k, maxIterations: 30).fit(data, threads: threads).objective
  }
  return outcome
}

let arguments = Array(CommandLine.arguments.dropFirst())
let numbers = arguments.dropFirst().prefix(7).compactMap { Int($0) }
guard arguments.count == 9, numbers.count == 7 else {
  FileHandle.standardError.write(Data("see the first lines of main.swift\n".utf8))
  exit(64)
}
let outcome =
  try arguments[8] == "float"
  ? time(arguments[0], numbers, Float.self) : time(arguments[0], numbers, Double.self)
FileHandle.standardOutput.write(try JSONEncoder().encode(outcome))
