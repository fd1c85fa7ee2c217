import Clade
import CladeTables

extension FitCommand {
  /// Matrix → model.
  func fit(_ input: PreparedInput) throws -> FittedModel {
    let data = input.table.matrix
    let progress = ProgressBar.observer
    switch method.method {
    case .ppp:
      return .ppp(try PPP().fit(data, threads: threads, progress: progress))
    case .kmeans:
      var algorithm = KMeans(k: method.k ?? 1)
      if let seeding = method.seeding { algorithm.seeding = seeding.seeding }
      if let restarts = method.restarts { algorithm.restarts = restarts }
      if let iterations = method.maxIterations { algorithm.maxIterations = iterations }
      if let tolerance = method.tolerance { algorithm.tolerance = tolerance }
      if let seed = method.seed { algorithm.seed = seed }
      return .kmeans(
        try algorithm.fit(
          data, weights: input.weights, initialCenters: try initialCenters(), threads: threads,
          progress: progress))
    case .gmm:
      var algorithm = GaussianMixture(componentCount: method.k)
      if let covariance = method.covariance { algorithm.covariance = covariance }
      if let criterion = method.criterion { algorithm.criterion = criterion }
      if let iterations = method.maxIterations { algorithm.maxIterations = iterations }
      if let tolerance = method.tolerance { algorithm.tolerance = tolerance }
      return .gmm(
        try algorithm.fit(data, weights: input.weights, threads: threads, progress: progress),
        algorithm)
    }
  }

  /// The centers to start from that `--init` names.
  private func initialCenters() throws -> Matrix<Double>? {
    guard let path = method.initialCenters else { return nil }
    let table = try TableReader.read(path, threads: threads)
    guard table.columns.allSatisfy({ $0.position != nil }) else {
      throw CladeError.badFile(
        path: path, line: nil, column: nil, reason: "centers must be numbers in every column")
    }
    return table.numbers
  }
}
