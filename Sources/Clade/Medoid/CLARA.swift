import CladeCore

/// How far medoids that were found on samples are to be trusted.
public struct MedoidSampling: Sendable, Equatable, Codable {
  /// The rows of each sample.
  public let sampleSize: Int
  /// The loss over all rows of the medoids that each sample has, in the order in which samples were
  /// drawn: the smallest is the model's.
  public let losses: [Double]

  /// The sampling error: by what part of their mean the losses of single samples scatter (their
  /// standard deviation). Samples are drawn independently of each other, so that another draw would
  /// end about as far away.
  public var relativeError: Double {
    let mean = losses.reduce(0, +) / Double(max(1, losses.count))
    guard losses.count > 1, mean > 0 else { return 0 }
    let squares = losses.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    return (squares / Double(losses.count - 1)).squareRoot() / mean
  }
}

extension KMedoids {
  /// The rows of a sample, as FastCLARA has it.
  static func sampleSize(k: Int) -> Int { 80 + 4 * k }

  /// CLARA: medoids of samples by FasterPAM, of which those are kept that are best for all items.
  ///
  /// Sources: "Clustering Large Data Sets" (Kaufman and Rousseeuw, 1986); "Fast and Eager k-Medoids
  /// Clustering" (Schubert and Rousseeuw), FastCLARA, whose samples are twice as large. Best
  /// medoids aren't carried over into later samples here, so that these are independent of each
  /// other.
  ///
  /// - Complexity: O(n · k) a sample, and what FasterPAM takes for it.
  func clara<Scalar: MatrixScalar>(
    _ items: MedoidItems<Scalar>, threads: Int?, progress: ProgressObserver?
  ) throws -> MedoidSolution {
    var method = self
    method.algorithm = .fasterPAM
    var size = min(items.count, Self.sampleSize(k: k))
    var solution = MedoidSolution(medoids: [], iterations: 0, swaps: 0, converged: false)
    var losses: [Double] = []
    while losses.count < Self.sampleCount {
      try Cancellation.check()
      progress?(
        ProgressUpdate(
          stage: "medoids of samples", fraction: Double(losses.count) / Double(Self.sampleCount)))
      let sample = Self.sample(
        of: items.order, size: size, seed: seed, stream: 1 << 32 + UInt64(losses.count))
      let some = try MedoidItems(items, only: sample)
      var found: MedoidSolution
      do {
        found = try method.solve(some, threads: threads, progress: nil)
      } catch CladeError.tooManyClusters where size < items.count {
        // A sample with too few distinct items: all start again with larger ones.
        (size, losses) = (min(items.count, 2 * size), [])
        continue
      }
      found.medoids = found.medoids.map { sample[Int($0)] }
      let loss = MedoidClusters(
        try MedoidAssignment(found.medoids, of: items.rows), unit: items.rows.unit
      ).loss
      if losses.allSatisfy({ loss < $0 }) { solution = found }
      losses.append(loss)
    }
    solution.sampling = MedoidSampling(sampleSize: size, losses: losses)
    return solution
  }

  private static let sampleCount = 5

  /// Some of the items in their order, each as likely as any other.
  private static func sample(
    of order: [Int32], size: Int, seed: UInt64, stream: UInt64
  ) -> [Int32] {
    guard size < order.count else { return order }
    let places = (0..<Int32(order.count)).map { $0 }.shuffled(seed: seed, stream: stream)
    return places.prefix(size).sorted().map { order[Int($0)] }
  }
}

extension MedoidItems {
  /// Some of other items, in the order in which they are named.
  init(_ items: MedoidItems, only some: [Int32]) throws {
    let count = some.count
    var matrix = Matrix<Scalar>(rows: count, columns: count)
    try matrix.withUnsafeMutableBufferPointer { target in
      try items.rows.forEachPair(of: some, and: some) { item, other, dissimilarity in
        target[other * count + item] = dissimilarity
      }
    }
    rows = DissimilarityRows(square: matrix)
    order = (0..<Int32(count)).map { $0 }
    learned = nil
  }
}
