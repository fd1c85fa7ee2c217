import CladeCore

/// The alternation behind ``KMedian``: every row to its nearest center, every center towards the
/// median of its rows.
struct KMedianSolution {
  private let problem: KMedianProblem
  private let threads: Int?
  private(set) var centers: Matrix<Double>
  private var labels: [Int32] = []
  /// The distance of each row from its center.
  private var distances: [Double] = []
  /// The rows of each cluster, ascending.
  private var members: [[Int]] = []
  private(set) var cost = Double.infinity
  /// The cost of the first centers, after those without rows got some.
  private(set) var seedingCost = Double.infinity
  private(set) var iterations = 0
  private(set) var converged = false

  /// Steps of a median in an iteration; the next one goes on from where they led.
  private static let stepsPerIteration = 8

  init(_ problem: KMedianProblem, centers: Matrix<Double>, threads: Int?) {
    self.problem = problem
    self.centers = centers
    self.threads = threads
  }

  /// The mass of each cluster (k).
  var clusterMasses: [Double] {
    members.map { $0.reduce(0) { $0 + problem.masses[$1] } }
  }

  /// Iterates until nothing gains, or `maxIterations` are done.
  mutating func run(
    maxIterations: Int, tolerance: Double, progress: ProgressObserver?
  ) throws {
    try assign()
    seedingCost = cost
    while iterations < maxIterations {
      try Cancellation.check()
      progress?(
        ProgressUpdate(
          stage: "k-median",
          detail: "iteration \(iterations + 1) of at most \(maxIterations)"))
      let (before, oldLabels, oldCenters) = (cost, labels, centers)
      moveToMedians()
      try assign()
      iterations += 1
      if labels == oldLabels, centers == oldCenters || cost >= before * (1 - tolerance) {
        // A step can lose by rounding alone; the better of the two is kept.
        if cost > before {
          centers = oldCenters
          try assign()
        }
        converged = true
        return
      }
    }
  }

  // MARK: Steps

  /// Gives each row its nearest center, and each center without rows the row that is farthest from
  /// all centers, one after the other; the first in canonical order of several.
  private mutating func assign() throws {
    let k = centers.rowCount
    for _ in 0...k {
      labels = NearestCenters.assign(problem.rows, centers, threads: threads).labels
      let squares = try SquaredDistances.fromOwn(
        problem.rows, centers, labels, threads: threads)
      distances = squares.map { $0.squareRoot() }
      members = Array(repeating: [], count: k)
      for (row, label) in labels.enumerated() { members[Int(label)].append(row) }
      let empty = members.indices.filter { members[$0].isEmpty }
      guard !empty.isEmpty else { break }
      var farthest = try FarthestFirst(
        problem.rows, distances: squares, threads: threads)
      for cluster in empty {
        guard let values = try farthest.next() else {
          throw CladeError.tooManyClusters(k: k, distinctRows: k - empty.count)
        }
        for (column, value) in values.enumerated() { centers[cluster, column] = value }
      }
    }
    cost = ExactSum.of(zip(distances, problem.masses).map { $0 * $1 })
  }

  private mutating func moveToMedians() {
    let (problem, members, current) = (problem, members, centers)
    let medians = ParallelChunks.map(count: members.count, chunkSize: 1, threads: threads) {
      cluster, _ in
      GeometricMedian.step(
        problem.rows, masses: problem.masses, members: members[cluster],
        from: current.row(cluster), steps: Self.stepsPerIteration)
    }
    for (cluster, median) in medians.enumerated() {
      for (column, value) in median.enumerated() { centers[cluster, column] = value }
    }
  }
}
