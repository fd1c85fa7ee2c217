import CladeCore

/// Online k-means as its paper has it: multiplicative weights over every set of k points of a grid.
///
/// In expectation its loss exceeds that of the best k centers in hindsight by no more than
/// ``regretBound``, whatever the rows are. There are (gᵈ choose k) sets for a grid of g points a
/// column, so it is for few columns, few clusters and coarse grids: to check others against, such
/// as ``OnlineKMeans``.
///
/// Source: "Online k-means Clustering" (Cohen-Addad, Guedj, Kanade and Rom, 2021), section 3.
public struct GridOnlineKMeans: Sendable {
  /// The number of clusters.
  public let k: Int
  /// The number of rows that it is made for, T.
  public let horizon: Int
  /// The points of the grid (gᵈ × d).
  public let grid: Matrix<Double>
  /// The sum of the squared distances of the rows from the nearest center that was held when they
  /// came.
  public private(set) var loss = 0.0
  /// By how much the expected loss may exceed that of the best centers in hindsight after
  /// ``horizon`` rows: R² √(T ln N / 2) for N sets and squared distances of at most R², and T d δ²
  /// / 4 since a mean lies up to δ / 2 from the grid in each column (δ being the widest distance of
  /// neighbours).
  public let regretBound: Double

  private let packed: PackedRows<Double>
  /// The points of each set, k after k.
  private let sets: [Int32]
  private var weights: ExponentialWeights
  private let bounds: [ClosedRange<Double>]

  /// The most sets of centers.
  public static let setLimit = 1_000_000

  /// Creates an instance that has seen no rows.
  ///
  /// - Parameters:
  ///   - k: The number of clusters.
  ///   - bounds: The least and the largest value of each column (d).
  ///   - pointsPerColumn: The points of the grid a column, g, at least 2.
  ///   - horizon: The number of rows that will come, T; it sets the learning rate √(8 ln N / T) /
  ///     R².
  ///   - seed: Chooses the draws.
  /// - Throws: `CladeError.invalidParameter`, also where there are more than ``setLimit`` sets.
  /// - Complexity: O(N · k) memory, N being the number of sets.
  public init(
    k: Int, bounds: [ClosedRange<Double>], pointsPerColumn: Int, horizon: Int, seed: UInt64 = 0
  ) throws {
    try require(k >= 1, "k", k, "there is at least 1 cluster")
    try require(horizon >= 1, "horizon", horizon, "there is at least 1 row")
    try require(
      !bounds.isEmpty
        && bounds.allSatisfy { $0.lowerBound.isFinite && $0.upperBound.magnitude < 0x1p400 },
      "bounds", bounds, "give a finite range for each column")
    try require(pointsPerColumn >= 2, "pointsPerColumn", pointsPerColumn, "use 2 or more")
    let columns = bounds.count
    var points = 1
    for _ in bounds {
      points *= pointsPerColumn
      try require(
        points <= Self.setLimit, "pointsPerColumn", pointsPerColumn,
        "the grid would have more than \(Self.setLimit) points; use fewer")
    }
    try require(k <= points, "k", k, "the grid has only \(points) points")
    let sets = try Self.subsets(of: points, size: k)
    let count = sets.count / k
    grid = Matrix(rows: points, columns: columns) { target in
      for index in target.indices {
        var (place, column) = (index / columns, index % columns)
        while column > 0 {
          place /= pointsPerColumn
          column -= 1
        }
        let range = bounds[index % columns]
        let part = Double(place % pointsPerColumn) / Double(pointsPerColumn - 1)
        target[index] = range.lowerBound + part * (range.upperBound - range.lowerBound)
      }
    }
    packed = PackedRows(grid)
    self.sets = sets
    self.k = k
    self.horizon = horizon
    self.bounds = bounds
    let widths = bounds.map { $0.upperBound - $0.lowerBound }
    let largest = widths.reduce(0) { $0 + $1 * $1 }
    let step = (widths.max() ?? 0) / Double(pointsPerColumn - 1)
    let logarithm = Elementary.log(Double(count))
    let rounds = Double(horizon)
    regretBound =
      largest * (rounds * logarithm / 2).squareRoot() + rounds * Double(columns) * step * step / 4
    weights = ExponentialWeights(
      count: count, rate: largest > 0 ? (8 * logarithm / rounds).squareRoot() / largest : 0,
      seed: seed)
  }

  /// The expected loss over all draws, which ``regretBound`` is about; ``loss`` is that of one.
  public var expectedLoss: Double { weights.expectedLoss }

  /// The centers that are held (k × d).
  public var centers: Matrix<Double> {
    grid.gatheringRows(sets[(weights.followed * k)..<((weights.followed + 1) * k)])
  }

  /// Takes in a row.
  ///
  /// - Parameter row: d numbers within the bounds.
  /// - Returns: Its label: which of ``centers`` is nearest.
  /// - Throws: `CladeError` for a row of another length or outside of the bounds.
  /// - Complexity: O(N · k) for N sets.
  public mutating func observe(_ row: [Double]) throws -> Int32 {
    guard row.count == bounds.count else {
      throw CladeError.shapeMismatch(
        expected: "a row of \(bounds.count) columns", found: "\(row.count)")
    }
    for (column, value) in row.enumerated() where !bounds[column].contains(value) {
      throw CladeError.invalidParameter(
        name: "column \(column)", value: "\(value)",
        reason: "rows lie within \(bounds[column]) there")
    }
    var distances = [Double](repeating: 0, count: packed.paddedCount)
    row.withUnsafeBufferPointer { values in
      if let start = values.baseAddress {
        packed.squaredDistances(
          from: start, count: 1, into: &distances, stride: packed.paddedCount)
      }
    }
    let losses = (0..<(sets.count / k)).map { set in
      var least = Double.infinity
      for place in (set * k)..<((set + 1) * k) { least = min(least, distances[Int(sets[place])]) }
      return least
    }
    let followed = weights.followed
    loss += losses[followed]
    let label = (0..<k).first { distances[Int(sets[followed * k + $0])] == losses[followed] } ?? 0
    weights.add(losses)
    return Int32(label)
  }

  /// All sets of `size` of `count` things, one after the other.
  private static func subsets(of count: Int, size: Int) throws -> [Int32] {
    var sets: [Int32] = []
    var set = Array(0..<size)
    while true {
      guard sets.count < setLimit * size else {
        throw CladeError.invalidParameter(
          name: "pointsPerColumn", value: "\(count) points in all",
          reason: "there are more than \(setLimit) sets of \(size) of them; use fewer")
      }
      sets += set.map { Int32($0) }
      guard let place = (0..<size).last(where: { set[$0] < count - size + $0 }) else {
        return sets
      }
      set[place] += 1
      for next in (place + 1)..<max(place + 1, size) { set[next] = set[next - 1] + 1 }
    }
  }
}
