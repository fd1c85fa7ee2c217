/// How well a clustering agrees with the truth: the indices that need two labellings and no data.
///
/// Each lies in 0...1 (the adjusted ones fall below 0 for agreement worse than chance) and doesn't
/// depend on what the labels are called: other names or another order of the rows give the same
/// bits. Except for ``homogeneity``, ``completeness`` and ``purity`` they are symmetric. What
/// doesn't follow from the formulas (no rows, one cluster, only singletons) is as scikit-learn has
/// it.
///
/// A result's noise (−1) counts as a cluster like any other.
public struct ExternalIndices: Sendable, Equatable, Codable {
  /// The share of pairs of rows that both labellings treat alike, adjusted for chance: 0 is what
  /// random labels of the same sizes get on average, 1 is agreement.
  ///
  /// Hubert and Arabie, "Comparing Partitions".
  public let adjustedRandIndex: Double
  /// The mutual information, adjusted for chance, over the mean of the two entropies.
  ///
  /// Vinh, Epps and Bailey, "Information Theoretic Measures for Clusterings Comparison".
  public let adjustedMutualInformation: Double
  /// The mutual information over the mean of the two entropies.
  public let normalizedMutualInformation: Double
  /// What one labelling tells about the other, in nats.
  public let mutualInformation: Double
  /// 1 when every cluster holds rows of one class only.
  ///
  /// Rosenberg and Hirschberg, "V-Measure: A Conditional Entropy-Based External Cluster Evaluation
  /// Measure", as are the next two.
  public let homogeneity: Double
  /// 1 when all rows of a class are in the same cluster.
  public let completeness: Double
  /// The harmonic mean of homogeneity and completeness.
  public let vMeasure: Double
  /// The geometric mean of the precision and the recall over pairs of rows.
  ///
  /// Fowlkes and Mallows, "A Method for Comparing Two Hierarchical Clusterings".
  public let fowlkesMallows: Double
  /// The share of rows whose class is the most frequent one of their cluster.
  public let purity: Double

  /// Compares two labellings of the same rows.
  ///
  /// - Parameters:
  ///   - truth: The class of each row (n).
  ///   - labels: The cluster of each row (n).
  ///   - leavingOut: Rows of these classes don't count: those whose truth is "noise", which some
  ///     data sets mark with 0 and others with −1.
  ///   - threads: At most this many threads; `nil` for one per core.
  /// - Throws: `CladeError.shapeMismatch` unless both have the same length;
  ///   `CancellationError` when the task was cancelled.
  /// - Complexity: That of ``ContingencyTable`` and of ``init(_:threads:)``.
  public init(
    truth: [Int32], labels: [Int32], leavingOut: [Int32] = [], threads: Int? = nil
  ) throws {
    try self.init(
      ContingencyTable(truth: truth, labels: labels, leavingOut: leavingOut), threads: threads)
  }

  /// Computes the indices from a contingency table.
  ///
  /// - Throws: `CancellationError` when the task was cancelled.
  /// - Complexity: O(c log c) for c cells, and for the adjusted mutual information about
  ///   Σ √(a·b / n) over the distinct sizes a of classes and b of clusters.
  public init(_ table: ContingencyTable, threads: Int? = nil) throws {
    let pairs = PairCounts(table)
    adjustedRandIndex = pairs.adjustedRandIndex
    fowlkesMallows = pairs.fowlkesMallows

    let information = MutualInformation(table)
    mutualInformation = information.value
    homogeneity = information.homogeneity
    completeness = information.completeness
    vMeasure = information.vMeasure
    normalizedMutualInformation = information.normalized
    adjustedMutualInformation = try information.adjusted(table, threads: threads)

    var largest = [Int](repeating: 0, count: table.clusters.count)
    for cell in table.cells {
      largest[cell.clusterIndex] = max(largest[cell.clusterIndex], cell.count)
    }
    purity = table.rowCount == 0 ? 1 : Double(largest.reduce(0, +)) / Double(table.rowCount)
  }
}

/// Pairs of rows, by whether they share a class and whether they share a cluster; exact.
private struct PairCounts {
  /// Ordered pairs that share both.
  let both: Int
  /// Ordered pairs that share the class only.
  let classOnly: Int
  /// Ordered pairs that share the cluster only.
  let clusterOnly: Int
  /// Ordered pairs that share neither.
  let neither: Int

  init(_ table: ContingencyTable) {
    let n = table.rowCount
    let cells = table.cells.reduce(0) { $0 + $1.count * $1.count }
    let classes = table.classSizes.reduce(0) { $0 + $1 * $1 }
    let clusters = table.clusterSizes.reduce(0) { $0 + $1 * $1 }
    both = cells - n
    classOnly = classes - cells
    clusterOnly = clusters - cells
    neither = n * n - classes - clusters + cells
  }

  var adjustedRandIndex: Double {
    guard classOnly > 0 || clusterOnly > 0 else { return 1 }
    let (a, b, c, d) = (Int128(both), Int128(classOnly), Int128(clusterOnly), Int128(neither))
    return Double(2 * (a * d - b * c)) / Double((a + b) * (b + d) + (a + c) * (c + d))
  }

  var fowlkesMallows: Double {
    guard both > 0 else { return 0 }
    let precision = Double(both) / Double(both + clusterOnly)
    let recall = Double(both) / Double(both + classOnly)
    return precision.squareRoot() * recall.squareRoot()
  }
}
