import CladeCore

/// What ``Tangles`` found: the tree of tangles, and the leaf that each row most probably belongs
/// to.
public struct TanglesModel: ClusteringModel, Equatable {
  /// The parameters that the model was made with.
  public let parameters: Tangles
  /// The cluster of each training row (n); empty after decoding.
  public let labels: [Int32]
  /// The probability of that cluster (n); empty after decoding.
  public let probabilities: [Double]
  /// The number of training rows in each cluster (k).
  public let sizes: [Int]
  /// Where tangles part, and the clusters at the ends; the root first.
  public let tree: [Branch]
  /// The number of bipartitions that were oriented.
  public let bipartitionCount: Int

  /// A place of the tree of tangles.
  public struct Branch: Sendable, Codable, Equatable {
    /// The number of edges that the cut severs at which the tangles part; of a leaf the number up
    /// to which its tangle lasts.
    public let order: Int
    /// The places that follow: two, or none for a leaf.
    public let children: [Int]
    /// The cluster of a leaf, −1 where no row belongs there most probably.
    public let label: Int32
  }

  /// A plane, and the weight of its vote.
  struct Vote: Sendable, Codable, Equatable {
    let direction: [Double]
    let threshold: Double
    let isUpper: Bool
    let weight: Double
  }

  /// The way to a leaf: the votes at each splitting, and the leaf's cluster.
  struct Leaf: Sendable, Codable, Equatable {
    let splittings: [[Vote]]
    let label: Int32
  }

  private let leaves: [Leaf]
  private let columnCount: Int
  /// Rows were scaled by 2^−exponent.
  private let exponent: Int

  private enum CodingKeys: String, CodingKey {
    case parameters, sizes, tree, bipartitionCount, leaves, columnCount, exponent
  }

  /// The number of clusters, k.
  public var clusterCount: Int { sizes.count }
  /// The largest order of a cut at which tangles part, in severed edges; 0 where there is one
  /// tangle.
  public var objective: Double {
    Double(tree.lazy.filter { !$0.children.isEmpty }.map(\.order).max() ?? 0)
  }
  /// 1: nothing is iterated.
  public var iterations: Int { 1 }
  /// Always true.
  public var converged: Bool { true }

  init(
    _ search: TangleSearch, _ planes: CutPlanes, of rows: Matrix<Double>, exponent: Int,
    parameters: Tangles, threads: Int?
  ) {
    var leaves = search.leaves.enumerated().map { number, leaf in
      Leaf(
        splittings: leaf.path.map { sides in
          sides.map { side in
            let cut = search.cut(side.cut)
            return Vote(
              direction: planes.directions[cut.direction], threshold: cut.threshold,
              isUpper: side.isUpper, weight: 1 / Double(1 + cut.order))
          }
        }, label: Int32(number))
    }
    let places = Self.places(of: rows, leaves, threads: threads)
    let numbers = ClusterNumbers(places.labels, precedes: rows.precedes)
    var labelOfLeaf = [Int32](repeating: -1, count: leaves.count)
    for (leaf, label) in zip(places.labels, numbers.labels) { labelOfLeaf[Int(leaf)] = label }
    leaves = leaves.enumerated().map { Leaf(splittings: $1.splittings, label: labelOfLeaf[$0]) }
    self.leaves = leaves
    self.parameters = parameters
    self.exponent = exponent
    columnCount = rows.columnCount
    labels = numbers.labels
    probabilities = places.probabilities
    sizes = numbers.sizes
    tree = search.branches.map { branch in
      Branch(
        order: branch.order, children: branch.children,
        label: branch.leaf.map { labelOfLeaf[$0] } ?? -1)
    }
    bipartitionCount = planes.cuts.count
  }

  /// The cluster that each row most probably belongs to.
  ///
  /// - Parameters:
  ///   - data: m × d, finite.
  ///   - threads: At most this many threads; `nil` for one per core.
  /// - Returns: For each row its label, and the probability of that; for the training rows
  ///   ``labels`` and ``probabilities``.
  /// - Throws: `CladeError.shapeMismatch`, `CladeError.nonFiniteValue`.
  /// - Complexity: O(m · d) time for each of the planes that part tangles.
  public func places<Scalar: MatrixScalar>(
    of data: Matrix<Scalar>, threads: Int? = nil
  ) throws -> (labels: [Int32], probabilities: [Double]) {
    guard data.columnCount == columnCount else {
      throw CladeError.shapeMismatch(
        expected: "rows of \(columnCount) columns", found: "\(data.columnCount)")
    }
    _ = try FiniteBounds.check(data, threads: threads)
    let doubles = data.doubles
    let rows =
      exponent == 0
      ? doubles
      : Matrix<Double>(rows: doubles.rowCount, columns: columnCount) { target in
        for index in target.indices {
          target.initializeElement(
            at: index,
            to: Double(
              sign: .plus, exponent: -exponent,
              significand: doubles[index / columnCount, index % columnCount]))
        }
      }
    return Self.places(of: rows, leaves, threads: threads)
  }

  /// The cluster that each row (m × d) most probably belongs to; see ``places(of:threads:)``.
  ///
  /// - Parameters:
  ///   - data: m × d, finite.
  ///   - threads: At most this many threads; `nil` for one per core.
  /// - Throws: `CladeError.shapeMismatch`, `CladeError.nonFiniteValue`.
  public func predict<Scalar: MatrixScalar>(
    _ data: Matrix<Scalar>, threads: Int? = nil
  ) throws -> [Int32] {
    try places(of: data, threads: threads).labels
  }

  /// At each splitting a row goes either way with the share of the votes for it, each plane's the
  /// weight 1 / (1 + its order); a leaf's probability is the product along the way to it.
  private static func places(
    of rows: Matrix<Double>, _ leaves: [Leaf], threads: Int?
  ) -> (labels: [Int32], probabilities: [Double]) {
    let parts = ParallelChunks.map(count: rows.rowCount, chunkSize: 1024, threads: threads) {
      _, range in
      range.map { row -> (Int32, Double) in
        let values = rows.row(row)
        var best: (label: Int32, probability: Double) = (-1, -1)
        for leaf in leaves {
          var probability = 1.0
          for votes in leaf.splittings {
            var (share, total) = (0.0, 0.0)
            for vote in votes {
              var height = 0.0
              for column in values.indices {
                height = height.addingProduct(values[column], vote.direction[column])
              }
              if (height >= vote.threshold) == vote.isUpper { share += vote.weight }
              total += vote.weight
            }
            probability *= total > 0 ? share / total : 0.5
          }
          if leaf.label >= 0, probability > best.probability { best = (leaf.label, probability) }
        }
        return (best.label, max(0, best.probability))
      }
    }
    let all = parts.joined()
    return (all.map(\.0), all.map(\.1))
  }
}

extension TanglesModel {
  /// Reads a model; ``labels`` and ``probabilities`` are empty.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    parameters = try container.decode(Tangles.self, forKey: .parameters)
    sizes = try container.decode([Int].self, forKey: .sizes)
    tree = try container.decode([Branch].self, forKey: .tree)
    bipartitionCount = try container.decode(Int.self, forKey: .bipartitionCount)
    leaves = try container.decode([Leaf].self, forKey: .leaves)
    columnCount = try container.decode(Int.self, forKey: .columnCount)
    exponent = try container.decode(Int.self, forKey: .exponent)
    labels = []
    probabilities = []
    try parameters.check()
    let (columns, known) = (columnCount, -1..<Int32(clamping: sizes.count))
    let votesFit = leaves.allSatisfy { leaf in
      known.contains(leaf.label)
        && leaf.splittings.allSatisfy {
          $0.allSatisfy { $0.direction.count == columns && $0.weight >= 0 && $0.weight <= 1 }
        }
    }
    let places = tree.indices
    guard votesFit, columns > 0, !leaves.isEmpty, !sizes.isEmpty, sizes.allSatisfy({ $0 > 0 }),
      (-2000...2000).contains(exponent),
      tree.allSatisfy({ known.contains($0.label) && $0.children.allSatisfy(places.contains) })
    else {
      throw DecodingError.dataCorrupted(
        .init(
          codingPath: container.codingPath,
          debugDescription: "the parts of a model of tangles don't fit together"))
    }
  }
}
