/// Mutual information and entropies of two labellings, in nats.
///
/// Equal terms come from equal counts, and all terms are added in rising order, so that the names
/// of the labels change no bit.
struct MutualInformation: Sendable {
  /// The mutual information.
  let value: Double
  /// The entropy of the classes.
  let classEntropy: Double
  /// The entropy of the clusters.
  let clusterEntropy: Double
  private let classCount: Int
  private let clusterCount: Int

  init(_ table: ContingencyTable) {
    let n = Double(table.rowCount)
    let logN = Elementary.log(max(1, n))
    classCount = table.classes.count
    clusterCount = table.clusters.count
    classEntropy = Self.entropy(table.classSizes, n: n, logN: logN)
    clusterEntropy = Self.entropy(table.clusterSizes, n: n, logN: logN)
    guard classCount > 1, clusterCount > 1 else {
      value = 0
      return
    }
    let logClasses = table.classSizes.map { Elementary.log(Double($0)) }
    let logClusters = table.clusterSizes.map { Elementary.log(Double($0)) }
    let terms = table.cells.map { cell in
      // Symmetric; and where class and cluster are the same rows, equal to their term of the
      // entropy, so that agreement gives exactly 1.
      let logA = logClasses[cell.classIndex]
      let logB = logClusters[cell.clusterIndex]
      let logCommon = Elementary.log(Double(cell.count))
      let term = Double(cell.count) / n * ((logN - max(logA, logB)) + (logCommon - min(logA, logB)))
      return abs(term) < .ulpOfOne ? 0 : term
    }
    value = max(0, terms.sorted().reduce(0, +))
  }

  private static func entropy(_ sizes: [Int], n: Double, logN: Double) -> Double {
    // One class has no entropy, to the bit.
    guard sizes.count > 1 else { return 0 }
    return sizes.map { Double($0) / n * (logN - Elementary.log(Double($0))) }.sorted().reduce(0, +)
  }

  var homogeneity: Double { classEntropy == 0 ? 1 : value / classEntropy }

  var completeness: Double { clusterEntropy == 0 ? 1 : value / clusterEntropy }

  var vMeasure: Double {
    let sum = homogeneity + completeness
    return sum == 0 ? 0 : 2 * homogeneity * completeness / sum
  }

  /// Whether nothing is split at all: no rows, or one class in one cluster.
  private var isTrivial: Bool { classCount <= 1 && clusterCount <= 1 }

  private var meanEntropy: Double { (classEntropy + clusterEntropy) / 2 }

  var normalized: Double {
    if isTrivial { return 1 }
    return value == 0 ? 0 : value / meanEntropy
  }

  func adjusted(_ table: ContingencyTable, threads: Int?) throws -> Double {
    if isTrivial { return 1 }
    if classCount == 1 || clusterCount == 1 { return 0 }
    let expected = try ExpectedMutualInformation.value(
      classSizes: table.classSizes, clusterSizes: table.clusterSizes, threads: threads)
    // Where the expectation equals the maximum both differences are rounding: keep them off 0.
    return Self.awayFromZero(value - expected) / Self.awayFromZero(meanEntropy - expected)
  }

  private static func awayFromZero(_ difference: Double) -> Double {
    difference < 0 ? min(difference, -.ulpOfOne) : max(difference, .ulpOfOne)
  }
}
