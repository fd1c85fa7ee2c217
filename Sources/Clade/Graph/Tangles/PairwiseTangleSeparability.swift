import CladeCore

/// Which pairs of groups are far enough apart for ``Tangles`` to tell them apart, as far as the
/// Gaussians that the groups consist of show: ``TangleSeparability`` for each pair, for Gaussians
/// of any shape.
///
/// A plane between two Gaussians severs some of the similarities within them; the tangle of a
/// Gaussian lasts up to the cheapest plane that halves it, which lies across its longest axis.
/// Where the cheapest plane between them severs ``persistence`` times fewer than those that halve
/// either, the two are told apart. Where it doesn't, they may be separate all the same, such as two
/// long ones side by side.
///
/// It says what holds for a pair by itself and for many rows, from the parameters alone: no row is
/// looked at. That Gaussians that are far enough apart have a tangle each is shown in "Untangling
/// Gaussian Mixtures"; how far that has to be, for planes in a graph of nearest neighbours, is our
/// own derivation.
public struct PairwiseTangleSeparability: Sendable, Equatable {
  /// The number of groups, k.
  public let groupCount: Int
  /// How many times the order of the cut between them two tangles have to reach.
  public let persistence: Double
  /// The ratios of the pairs 0–1, 0–2, … 1–2, … (k · (k − 1) / 2), each 1 or more: up to which
  /// multiple of the order of the cut between them both tangles last.
  public let ratios: [Double]

  /// More Gaussians than this make too many pairs.
  static let componentLimit = 200
  /// In more columns than this decomposing full covariances takes longer than it is worth.
  static let columnLimit = 64
  /// Where both tangles last to so many times the order of a cut, no better one is looked for.
  private static let plenty = 10.0

  /// Looks at all pairs of groups.
  ///
  /// - Parameters:
  ///   - mixture: The Gaussians, in the coordinates in which rows are compared.
  ///   - groups: The group of each of them.
  ///   - persistence: How many times the order of the cut between them two tangles have to reach.
  ///   - threads: At most this many threads; `nil` for one per core.
  /// - Returns: `nil` in a single column, where all planes sever about the same, and for more than
  ///   200 Gaussians or, with full or tied covariances, 64 columns.
  /// - Complexity: O(c · d³ + c² · d²) time for c Gaussians with full covariances and, for each
  ///   pair of ratio below 10, O(d³); else O(c² · d).
  package init?(
    _ mixture: GaussianMixtureParameters, groups: [Int], persistence: Double, threads: Int?
  ) {
    let count = mixture.componentCount
    let isNarrow =
      mixture.covariances.type.isAxisAligned || mixture.columnCount <= Self.columnLimit
    guard mixture.columnCount > 1, isNarrow, count <= Self.componentLimit, groups.count == count
    else { return nil }
    let cuts = ParallelChunks.map(count: count, chunkSize: 1, threads: threads) { component, _ in
      GaussianCuts(mixture, component: component)
    }
    let k = (groups.max() ?? -1) + 1
    let rows = ParallelChunks.map(count: count, chunkSize: 1, threads: threads) {
      first, _ -> [(first: Int, second: Int, ratio: Double)] in
      ((first + 1)..<max(count, first + 1)).compactMap { second in
        guard groups[first] != groups[second] else { return nil }
        return (
          groups[first], groups[second],
          Self.ratio(cuts[first], cuts[second], enough: max(Self.plenty, persistence))
        )
      }
    }
    var ratios = [Double](repeating: .infinity, count: k * (k - 1) / 2)
    for pair in rows.joined() {
      let place = Self.place(pair.first, pair.second, of: k)
      ratios[place] = min(ratios[place], pair.ratio)
    }
    groupCount = k
    self.persistence = persistence
    self.ratios = ratios
  }

  /// How many times the order of the cheapest plane between two Gaussians both tangles reach, 1 or
  /// more.
  private static func ratio(_ a: GaussianCuts?, _ b: GaussianCuts?, enough: Double) -> Double {
    // One without extent has no tangle that the theory knows of.
    guard let a, let b else { return 1 }
    let reach = min(a.logReach, b.logReach)
    let order = GaussianCuts.logLeastOrder(
      between: a, b, enough: reach - Elementary.log(enough))
    return max(1, Elementary.exp(min(700, reach - order)))
  }

  /// The place of a pair in ``ratios``.
  private static func place(_ a: Int, _ b: Int, of k: Int) -> Int {
    let (first, second) = (min(a, b), max(a, b))
    return first * (2 * k - first - 1) / 2 + second - first - 1
  }

  /// The ratio of two groups, 1 or more.
  ///
  /// - Parameters:
  ///   - first: A group, 0 ..< ``groupCount``.
  ///   - second: Another one.
  public func ratio(_ first: Int, _ second: Int) -> Double {
    precondition(first != second && max(first, second) < groupCount && min(first, second) >= 0)
    return ratios[Self.place(first, second, of: groupCount)]
  }

  /// The number of pairs.
  public var pairCount: Int { ratios.count }

  /// The number of pairs that tangles tell apart.
  public var separablePairCount: Int { ratios.count { $0 >= persistence } }

  /// The pairs that aren't shown to be separable, those that are nearest to one another first, and
  /// the one of lower numbers of several alike.
  public var doubtfulPairs: [(first: Int, second: Int, ratio: Double)] {
    var pairs: [(first: Int, second: Int, ratio: Double)] = []
    for first in 0..<groupCount {
      for second in (first + 1)..<max(groupCount, first + 1)
      where !(ratio(first, second) >= persistence) {
        pairs.append((first, second, ratio(first, second)))
      }
    }
    return pairs.sorted { ($0.ratio, $0.first, $0.second) < ($1.ratio, $1.first, $1.second) }
  }

  /// The group that tells itself apart from one the least, and the ratio of the two; `nil` where
  /// there is no other.
  ///
  /// - Parameter group: A group, 0 ..< ``groupCount``.
  public func nearest(to group: Int) -> (group: Int, ratio: Double)? {
    (0..<groupCount).filter { $0 != group }.map { ($0, ratio(group, $0)) }
      .min { $0.1 < $1.1 }
  }
}
