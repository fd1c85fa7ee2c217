/// What expectation–maximisation ended with.
package struct GaussianMixtureFit: Sendable {
  /// The mixture, its components in canonical order: the largest first.
  package let parameters: GaussianMixtureParameters
  /// The most probable component of each row of the data (n).
  package let labels: [Int32]
  /// The posterior of that component (n).
  package let posteriors: [Double]
  /// The number of rows that belong to each component (k).
  package let sizes: [Int]
  /// The mean posterior that the points of each component give back to it (k), by weight.
  package let separability: [Double]
  /// Σ weight · log-density over all rows.
  package let logLikelihood: Double
  /// Σ weight · log posterior of the component that each row belongs to; 0 when all are sure.
  package let logPosterior: Double
  /// The sum of all weights; the number of rows where none were given.
  package let totalWeight: Double
  /// The number of numbers that the mixture was free to choose, over the features that vary.
  package let freeParameterCount: Int
  /// The number of maximisation steps.
  package let iterations: Int
  /// Whether the likelihood stood still before the limit of iterations.
  package let converged: Bool
  /// The mean log-likelihood before each step; it grows, except where a component was removed.
  package let trace: [Double]

  init(
    parameters: GaussianMixtureParameters, assigned: AssignedMixture,
    sample: GaussianMixtureSample, iterations: Int, converged: Bool, trace: [Double]
  ) {
    self.parameters = parameters
    self.iterations = iterations
    self.converged = converged
    self.trace = trace
    let k = parameters.componentCount
    labels = sample.spread(assigned.labels)
    posteriors = sample.spread(assigned.posteriors)
    totalWeight = sample.totalWeight
    var sizes = [Int](repeating: 0, count: k)
    for label in labels { sizes[Int(label)] += 1 }
    self.sizes = sizes

    // Sums over distinct rows in ascending order: the same whatever order they came in.
    var (logLikelihood, logPosterior) = (0.0, 0.0)
    var returned = [Double](repeating: 0, count: k)
    for row in assigned.labels.indices {
      let weight = sample.weights[row]
      logLikelihood += weight * assigned.logDensities[row]
      if assigned.posteriors[row] < 1 {
        logPosterior += weight * Elementary.log(assigned.posteriors[row])
      }
      returned[Int(assigned.labels[row])] += weight * assigned.posteriors[row]
    }
    self.logLikelihood = logLikelihood
    self.logPosterior = logPosterior
    separability = (0..<k).map { component in
      let weight = assigned.memberWeights[component]
      return weight > 0 ? min(1, returned[component] / weight) : 0
    }
    let varying = max(1, sample.varyingColumnCount)
    freeParameterCount =
      k - 1 + k * varying
      + parameters.covariances.type.freeParameterCount(components: k, columns: varying)
  }

  /// The mean log-likelihood of a row, by weight.
  package var meanLogLikelihood: Double { logLikelihood / totalWeight }

  /// The value of a criterion; the smaller, the better.
  package func value(of criterion: InformationCriterion) -> Double {
    criterion.value(
      logLikelihood: logLikelihood, logPosterior: logPosterior,
      freeParameterCount: freeParameterCount, totalWeight: totalWeight)
  }
}

/// The distinct rows of a sample and the components that they belong to.
struct AssignedMixture {
  var labels: [Int32]
  var posteriors: [Double]
  var logDensities: [Double]
  /// The total weight and the number of the distinct rows of each component.
  var memberWeights: [Double]
  var memberCounts: [Int]

  init(
    _ assignment: MixtureAssignment, order: [Int32], weights: [Double], componentCount: Int
  ) {
    labels = [Int32](repeating: 0, count: order.count)
    posteriors = [Double](repeating: 0, count: order.count)
    logDensities = [Double](repeating: 0, count: order.count)
    for (place, row) in order.enumerated() {
      labels[Int(row)] = assignment.labels[place]
      posteriors[Int(row)] = assignment.posteriors[place]
      logDensities[Int(row)] = assignment.logDensities[place]
    }
    memberWeights = [Double](repeating: 0, count: componentCount)
    memberCounts = [Int](repeating: 0, count: componentCount)
    for (row, label) in labels.enumerated() {
      memberWeights[Int(label)] += weights[row]
      memberCounts[Int(label)] += 1
    }
  }
}
