// Times whole fits of k-means, for peers/kmeans.py: one JSON object on standard output.
//
//   KMeansTiming DATA ROWS COLUMNS K ITERATIONS THREADS REPEATS double|float|seed [CENTERS [STRATEGY]]
//
// DATA and CENTERS hold raw little-endian numbers of that type, row after row. With `seed`, doubles are
// read and the fit finds its own first centers. STRATEGY is how nearest centers are found: automatic, plain,
// shortlist, cells, neighbors or leads.
import CMachinePeak
@_spi(Benchmarks) import Clade
import Foundation

struct Outcome: Encodable {
  var seconds: [Double] = []
  var inertia = 0.0
  var iterations = 0
  /// By how much memory grew during the first fit at most; only on Linux.
  var extraBytes: Int?
  var fusedMultiplyAddsPerSecondAndThread = 0.0
  var bytesReadPerSecond = 0.0
}

func matrix<Scalar: MatrixScalar>(_ path: String, _ rows: Int, _ columns: Int) throws
  -> Matrix<Scalar>
{
  let bytes = try Data(contentsOf: URL(fileURLWithPath: path), options: .alwaysMapped)
  return Matrix(rows: rows, columns: columns) { buffer in
    _ = bytes.copyBytes(to: UnsafeMutableRawBufferPointer(buffer))
  }
}

/// The resident memory of this process.
enum Memory {
  static var current: Int? { field("VmRSS:") }
  static var peak: Int? { field("VmHWM:") }

  static func forgetPeak() {
    try? Data("5".utf8).write(to: URL(fileURLWithPath: "/proc/self/clear_refs"))
  }

  private static func field(_ name: String) -> Int? {
    guard let status = try? String(contentsOfFile: "/proc/self/status", encoding: .utf8) else {
      return nil
    }
    let line = status.split(separator: "\n").first { $0.hasPrefix(name) }
    return line?.split(separator: " ").compactMap { Int($0) }.first.map { $0 * 1024 }
  }
}

func time<Scalar: MatrixScalar>(_ arguments: [String], _: Scalar.Type) throws -> Outcome {
  let numbers = arguments[1...6].compactMap { Int($0) }
  let (rows, columns, k, iterations, threads, repeats) = (
    numbers[0], numbers[1], numbers[2], numbers[3], numbers[4], numbers[5]
  )
  let data: Matrix<Scalar> = try matrix(arguments[0], rows, columns)
  let centers: Matrix<Scalar>? =
    arguments[7] == "seed" ? nil : try matrix(arguments[8], k, columns)
  let strategy = arguments.count > 9 ? AssignmentStrategy(rawValue: arguments[9]) : .automatic
  guard let strategy else { throw CladeError.emptyData(reason: "no strategy \(arguments[9])") }
  var outcome = Outcome()
  let before = Memory.current
  Memory.forgetPeak()
  for _ in 0..<repeats {
    let start = ContinuousClock.now
    let model = try AssignmentStrategy.$forced.withValue(strategy) {
      try KMeans(k: k, maxIterations: iterations).fit(
        data, initialCenters: centers, threads: threads)
    }
    outcome.seconds.append((ContinuousClock.now - start) / .seconds(1))
    outcome.inertia = model.objective
    outcome.iterations = model.iterations
    if outcome.extraBytes == nil, let before, let peak = Memory.peak {
      outcome.extraBytes = peak - before
    }
  }
  outcome.fusedMultiplyAddsPerSecondAndThread = machine_peak_fused_multiply_adds()
  outcome.bytesReadPerSecond = machine_peak_bytes_read(1 << 28)
  return outcome
}

let arguments = Array(CommandLine.arguments.dropFirst())
guard arguments.count >= 8, arguments[1...6].allSatisfy({ Int($0) != nil }) else {
  FileHandle.standardError.write(Data("see the first lines of main.swift\n".utf8))
  exit(64)
}
let outcome =
  try arguments[7] == "float" ? time(arguments, Float.self) : time(arguments, Double.self)
FileHandle.standardOutput.write(try JSONEncoder().encode(outcome))
