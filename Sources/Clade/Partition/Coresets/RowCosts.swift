import CKernels
import CladeCore

/// The nearest of some centers and the cost of each row, chunk by chunk, in double precision.
struct RowCosts<Scalar: MatrixScalar>: Sendable {
  private let centers: Matrix<Scalar>
  private let nearest: NearestCenters<Scalar>
  private let objective: CoresetObjective
  /// At least the cost of any row.
  let bound: Double

  /// What a thread writes to.
  struct Chunk {
    var labels: [Int32] = []
    var costs: [Double] = []
    fileprivate var scratch: [Scalar] = []
  }

  /// - Parameter centers: k × d, in the units of `input.rows`.
  init(centers: Matrix<Scalar>, objective: CoresetObjective, input: CoresetInput<Scalar>) {
    self.centers = centers
    self.objective = objective
    nearest = NearestCenters(centers, threads: input.threads)
    let reach = zip(input.bounds, ExactColumnSums.bounds(of: centers)).reduce(0.0) {
      $0 + ($1.0 + $1.1) * ($1.0 + $1.1)
    }
    // A little more than that, for what rounding may add.
    bound = objective.cost(squaredDistance: reach * 1.001)
  }

  /// Writes the labels and costs of `count` rows.
  func evaluate(_ rows: UnsafePointer<Scalar>, count: Int, into chunk: inout Chunk) {
    if chunk.labels.count < count {
      chunk.labels = Array(repeating: 0, count: count)
      chunk.costs = Array(repeating: 0, count: count)
      chunk.scratch = Array(repeating: 0, count: count)
    }
    nearest.assign(rows, count: count, labels: &chunk.labels, distances: &chunk.scratch)
    Self.squaredDistances(rows, count: count, centers, chunk.labels, into: &chunk.costs)
    guard objective == .kMedian else { return }
    for index in 0..<count { chunk.costs[index] = chunk.costs[index].squareRoot() }
  }

  /// Writes the squared distance of each of `count` rows from the center that its label names.
  static func squaredDistances(
    _ rows: UnsafePointer<Scalar>, count: Int, _ centers: Matrix<Scalar>, _ labels: [Int32],
    into distances: inout [Double]
  ) {
    let from = UnsafeRawPointer(rows)
    centers.withUnsafeBufferPointer { values in
      let to = UnsafeRawPointer(values.baseAddress)
      if Scalar.self == Float.self {
        clade_distances_from_own_f32(
          from.assumingMemoryBound(to: Float.self), count, centers.columnCount,
          to?.assumingMemoryBound(to: Float.self), labels, &distances)
      } else {
        clade_distances_from_own_f64(
          from.assumingMemoryBound(to: Double.self), count, centers.columnCount,
          to?.assumingMemoryBound(to: Double.self), labels, &distances)
      }
    }
  }
}
