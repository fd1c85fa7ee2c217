/// Expectation–maximisation for Gaussian mixtures ("Maximum Likelihood from Incomplete Data via the
/// EM Algorithm", Dempster, Laird and Rubin, 1977), from a given start.
///
/// Each iteration computes how probable it is that each component made each point (expectation),
/// and gives each component the weight, mean and covariance of the points so shared out
/// (maximisation). The mean log-likelihood never falls. Components whose log-density lies more than
/// 40 below the best one at a point take no part in it (exp(−40) is beyond the precision of a
/// double), which spares most of the work where groups are apart.
///
/// - Covariances never fall below a floor relative to the data's spread: see `CovarianceFloor`.
/// - A component that loses all its weight is removed, and so is one to which, at the end, no point
///   belongs most probably; the others are then fitted on.
/// - Components are numbered by the weight of their points, the largest first; ties by their means.
package struct GaussianMixtureEM: Sendable {
  /// Which shapes the components may take.
  package var covariance: CovarianceType
  /// The floor of the covariances, relative to the variance of each feature over all data.
  package var regularization: Double
  /// At most this many iterations.
  package var maxIterations: Int
  /// Stops when the mean log-likelihood grows by no more than this.
  package var tolerance: Double
  /// At most this many threads; `nil` for one per core.
  package var threads: Int?
  /// Rows of known covariance that each component is given besides its own, with full covariances.
  package var prior: CovariancePrior?

  package init(
    covariance: CovarianceType = .full, regularization: Double = 1e-6, maxIterations: Int = 200,
    tolerance: Double = 1e-5, threads: Int? = nil, prior: CovariancePrior? = nil
  ) {
    self.covariance = covariance
    self.regularization = regularization
    self.maxIterations = maxIterations
    self.tolerance = tolerance
    self.threads = threads
    self.prior = prior
  }

  /// Fits a mixture that starts from a partition.
  ///
  /// - Parameters:
  ///   - sample: The points.
  ///   - labels: The component of each row of the data (n), 0 or more, −1 for rows that start
  ///     nowhere. Equal rows should have equal labels; the smallest counts. Labels that no row has
  ///     make no component.
  ///   - progress: Told after each iteration.
  /// - Complexity: O(n · k · d²) time an iteration at most; O(n · d) memory.
  package func fit(
    _ sample: GaussianMixtureSample, labels: [Int32], progress: ProgressObserver? = nil
  ) throws -> GaussianMixtureFit {
    guard labels.count == sample.rowCount else {
      throw CladeError.shapeMismatch(
        expected: "\(sample.rowCount) labels, one per row", found: "\(labels.count)")
    }
    return try fit(sample, distinctLabels: sample.joined(labels: labels), progress: progress)
  }

  /// Fits a mixture that starts from a label for each distinct row of the sample.
  func fit(
    _ sample: GaussianMixtureSample, distinctLabels: [Int32], progress: ProgressObserver? = nil
  ) throws -> GaussianMixtureFit {
    let (labels, count) = Self.numbered(distinctLabels, weights: sample.weights)
    guard count > 0 else {
      throw CladeError.invalidParameter(
        name: "labels", value: "-1 for every row", reason: "a mixture needs a row to start from")
    }
    let order = Self.order(by: labels, count: count)
    let blocks = PointBlocks(
      sample.rows, order: order, weights: sample.weights, threads: threads)
    let pass = MixturePass(blocks, type: covariance, threads: threads)
    let ordered = order.map { labels[Int($0)] }
    // The means first, from any member; then the covariances about the means.
    var firsts = [Int32](repeating: 0, count: count)
    for (row, label) in labels.enumerated().reversed() where label >= 0 {
      firsts[Int(label)] = Int32(row)
    }
    let maximisation = MixtureMaximisation(
      sample: sample, type: covariance, regularization: regularization, threads: threads,
      prior: prior)
    var references = sample.rows.gatheringRows(firsts)
    references = maximisation.means(
      try pass.statistics(labels: ordered, references: references), references: references)
    guard
      let start = maximisation.maximise(
        try pass.statistics(labels: ordered, references: references), references: references)
    else {
      throw CladeError.invalidParameter(
        name: "weights", value: "0 for every row that has a label",
        reason: "a mixture needs a row to start from")
    }
    return try run(
      start.parameters, sample: sample, pass: pass, order: order, maximisation, progress)
  }

  /// Fits a mixture that starts from another one, which must have this covariance type.
  package func fit(
    _ sample: GaussianMixtureSample, from parameters: GaussianMixtureParameters,
    progress: ProgressObserver? = nil
  ) throws -> GaussianMixtureFit {
    guard parameters.columnCount == sample.columnCount, parameters.covariances.type == covariance
    else {
      throw CladeError.shapeMismatch(
        expected: "a mixture with \(covariance.rawValue) covariances "
          + "in \(sample.columnCount) columns",
        found: "\(parameters.covariances.type.rawValue) ones in \(parameters.columnCount)")
    }
    let densities = try GaussianDensities(parameters)
    let unordered = PointBlocks(sample.rows, weights: sample.weights, threads: threads)
    let assignment = MixturePass(unordered, type: covariance, threads: threads)
      .assignment(under: densities)
    let labels = (0..<sample.distinctRowCount).map { assignment.labels[$0] }
    let order = Self.order(by: labels, count: parameters.componentCount)
    let blocks = PointBlocks(sample.rows, order: order, weights: sample.weights, threads: threads)
    return try run(
      parameters, sample: sample, pass: MixturePass(blocks, type: covariance, threads: threads),
      order: order,
      MixtureMaximisation(
        sample: sample, type: covariance, regularization: regularization, threads: threads,
        prior: prior),
      progress)
  }

  /// Iterates until the likelihood stands still and every component has points of its own.
  private func run(
    _ start: GaussianMixtureParameters, sample: GaussianMixtureSample, pass: MixturePass,
    order: [Int32], _ maximisation: MixtureMaximisation, _ progress: ProgressObserver?
  ) throws -> GaussianMixtureFit {
    var parameters = start.reordered(start.canonicalOrder(sizes: start.weights))
    var trace: [Double] = []
    var iterations = 0
    while true {
      // Expectation and maximisation in turn.
      var densities = try GaussianDensities(parameters)
      var previous = -Double.infinity
      var converged = false
      while iterations < maxIterations {
        try Cancellation.check()
        let statistics = try pass.statistics(under: densities)
        let mean = statistics.logLikelihood / sample.totalWeight
        trace.append(mean)
        if mean - previous <= tolerance {
          converged = true
          break
        }
        guard
          let next = maximisation.maximise(statistics, references: parameters.means)
        else { break }
        previous = next.parameters.componentCount < parameters.componentCount ? -.infinity : mean
        (parameters, densities) = (next.parameters, next.densities)
        iterations += 1
        progress?(
          ProgressUpdate(
            stage: "fitting the mixture",
            // Where it stops as soon as little is gained, nobody knows when that will be.
            fraction: tolerance == -.infinity ? Double(iterations) / Double(maxIterations) : nil,
            detail: "iteration \(iterations) of at most \(maxIterations)"))
      }

      // Number the components by their points; ties between components go to the first of them, so
      // look again until the numbers stay.
      var assigned: AssignedMixture
      var rounds = 0
      repeat {
        assigned = AssignedMixture(
          pass.assignment(under: densities), order: order, weights: sample.weights,
          componentCount: parameters.componentCount)
        let numbers = parameters.canonicalOrder(sizes: assigned.memberWeights)
        if numbers.elementsEqual(parameters.weights.indices) { break }
        parameters = parameters.reordered(numbers)
        densities = try GaussianDensities(parameters)
        rounds += 1
      } while rounds < 4
      if rounds == 4 {
        assigned = AssignedMixture(
          pass.assignment(under: densities), order: order, weights: sample.weights,
          componentCount: parameters.componentCount)
      }

      let alive = parameters.weights.indices.filter { assigned.memberCounts[$0] > 0 }
      if alive.count == parameters.componentCount {
        return GaussianMixtureFit(
          parameters: parameters, assigned: assigned, sample: sample, iterations: iterations,
          converged: converged, trace: trace)
      }
      parameters = parameters.reordered(alive)
    }
  }

  /// The labels numbered by what has them and not by their names: the heaviest first, ties by the
  /// first of their rows. Noise stays −1.
  private static func numbered(
    _ labels: [Int32], weights: [Double]
  ) -> (labels: [Int32], count: Int) {
    var groups: [Int32: (weight: Double, first: Int)] = [:]
    for (row, label) in labels.enumerated() where label >= 0 {
      groups[label, default: (0, row)].weight += weights[row]
    }
    let sorted = groups.sorted { a, b in
      a.value.weight != b.value.weight
        ? a.value.weight > b.value.weight : a.value.first < b.value.first
    }
    var numbers: [Int32: Int32] = [:]
    for (number, group) in sorted.enumerated() { numbers[group.key] = Int32(number) }
    return (labels.map { numbers[$0] ?? -1 }, sorted.count)
  }

  /// The rows sorted by label, noise last; in their own order within a label.
  private static func order(by labels: [Int32], count: Int) -> [Int32] {
    var starts = [Int](repeating: 0, count: count + 2)
    for label in labels { starts[label < 0 ? count + 1 : Int(label) + 1] += 1 }
    // The starts of the labels, and of noise behind them.
    let noise = starts[count + 1]
    for label in 0..<count { starts[label + 1] += starts[label] }
    starts[count] = labels.count - noise
    var order = [Int32](repeating: 0, count: labels.count)
    for (row, label) in labels.enumerated() {
      let label = label < 0 ? count : Int(label)
      order[starts[label]] = Int32(row)
      starts[label] += 1
    }
    return order
  }
}
