import CladeCore

/// Makes a coreset of one column for k-median: the numbers are cut into intervals, and the mean of
/// each stands for its numbers, with an error that is certified.
///
/// The *cumulative error* of an interval is the sum of its numbers' distances from their mean.
/// Centers outside of an interval cost the same on the mean as on its numbers, and no center can
/// cost more than the cumulative error less; so of k centers only the k intervals that hold one,
/// and the k − 1 that hold the border between two, are wrong by at most that much.
///
/// - For k = 1, each interval may err by a part ε of the least cost that a center in it has. Far
///   from the median intervals grow, and about ε^(−1/2) of them are enough.
/// - For k > 1, each may err by the same amount; k / ε intervals are enough, and can be needed.
///
/// Intervals are as long as they may be from the least number on, and ε is the least for which
/// there are no more than asked for: no cut into so many intervals has a smaller one.
///
/// Intervals of bounded cumulative error are from "Smaller Coresets for k-Median and k-Means
/// Clustering" (Har-Peled and Kushal, 2007); that ε^(−1/2) intervals do for k = 1 and that k / ε
/// can't be improved for k > 1 is from "On Coresets for Clustering in Small Dimensional Euclidean
/// Spaces". The search for the least ε, and the certificate, are ours.
public struct BucketCoreset: Sendable, Codable, Equatable {
  /// The number of intervals.
  public var size: Int
  /// The number of centers.
  public var k: Int

  /// Creates the method.
  ///
  /// - Parameters:
  ///   - size: The most intervals, at least 1.
  ///   - k: The number of centers that the error is certified for, at least 1.
  public init(size: Int, k: Int) {
    self.size = size
    self.k = k
  }

  /// A coreset with the error that was proved for it.
  public struct Result<Scalar: MatrixScalar>: Sendable, Equatable {
    /// The means of the intervals and their masses.
    public let coreset: Coreset<Scalar>
    /// The largest cumulative error of an interval.
    public let largestError: Double
    /// No k centers cost more than this part less or more on the coreset than on all rows, but for
    /// rounding; infinite where nothing could be proved because there are too few intervals.
    public let certifiedError: Double
  }

  /// Makes a coreset of the rows of a matrix of one column.
  ///
  /// - Parameters:
  ///   - data: n × 1, finite.
  ///   - weights: What each row counts (n), not negative; 1 each if `nil`.
  ///   - threads: At most this many threads; `nil` for one per core. The coreset doesn't depend on
  ///     it.
  /// - Throws: `CladeError` for more than one column, a size or k below 1, empty or non-finite
  ///   data, and weights that are missing or negative.
  /// - Complexity: O(n) to sort by digits, O(size · log² n) for each of 64 trials of ε, and
  ///   O(k · size · log² size) for the certificate.
  @_specialize(where Scalar == Double)
  @_specialize(where Scalar == Float)
  public func coreset<Scalar: MatrixScalar>(
    of data: Matrix<Scalar>, weights: [Scalar]? = nil, threads: Int? = nil
  ) throws -> Result<Scalar> {
    for (name, value) in [("size", size), ("k", k)] where value < 1 {
      throw CladeError.invalidParameter(
        name: name, value: "\(value)", reason: "use at least 1")
    }
    guard data.columnCount == 1 || data.rowCount == 0 else {
      throw CladeError.shapeMismatch(
        expected: "one column; CellCoreset takes several", found: "\(data.columnCount)")
    }
    let input = try CoresetInput(data, weights: weights, threads: threads)
    let problem = KMedianProblem(input.scaling.scaled(data), weights: weights, threads: threads)
    let line = WeightedLine(problem.rows.column(0), masses: problem.masses)
    let starts = k == 1 ? leastStarts(line, line.allowance) : leastStarts(line) { _ in 1 }
    var (means, masses, largest, part) = ([Double](), [Double](), 0.0, 0.0)
    for (index, start) in starts.enumerated() {
      let range = start..<(index + 1 < starts.count ? starts[index + 1] : line.count)
      let summary = line.summary(range)
      means.append(summary.mean)
      masses.append(summary.mass)
      largest = max(largest, summary.error)
      if summary.error > 0 { part = max(part, summary.error / line.allowance(range)) }
    }
    var certified = part
    if k > 1 {
      let best = WeightedLine(means, masses: masses).leastCost(centers: k)
      // The best centers for all rows cost at most the errors of the k − 1 borders more on the
      // coreset.
      let floor = best - Double(k - 1) * largest
      certified = largest == 0 ? 0 : floor > 0 ? Double(2 * k - 1) * largest / floor : .infinity
    }
    let rows = Matrix<Scalar>(rows: means.count, columns: 1) { buffer in
      for index in buffer.indices {
        buffer.initializeElement(at: index, to: Scalar(means[index]))
      }
    }
    return Result(
      coreset: Coreset(
        rows: input.scaling.unscaled(rows), weights: masses.map { Scalar($0) }, indices: [],
        objective: .kMedian, offset: 0, sourceRowCount: data.rowCount),
      largestError: CoresetObjective.kMedian.unscaled(largest, input.scaling),
      certifiedError: certified)
  }

  /// The number of intervals that is known to be enough for an error, up to logarithms and
  /// constants: ε^(−1/2) for k = 1 and k / ε for more, which is also how many can be needed ("On
  /// Coresets for Clustering in Small Dimensional Euclidean Spaces").
  public static func sizeBound(k: Int, error: Double) -> Double {
    k == 1 ? 1 / error.squareRoot() : Double(k) / error
  }

  // MARK: Steps

  /// The first places of the fewest intervals whose cumulative errors are at most ε times what is
  /// allowed of each, for the least ε with which there are no more than ``size``.
  private func leastStarts(
    _ line: WeightedLine, _ allowance: (Range<Int>) -> Double
  ) -> [Int] {
    if let exact = starts(line, 0, allowance) { return exact }
    let all = 0..<line.count
    var high = line.cumulativeError(all) / allowance(all)
    var low = high * 0x1p-80
    var best = [0]
    for _ in 0..<64 {
      let middle = (low * high).squareRoot()
      if let found = starts(line, middle, allowance) {
        (best, high) = (found, middle)
      } else {
        low = middle
      }
    }
    return best
  }

  /// The first places of intervals, each as long as its error allows; `nil` if there are more than
  /// ``size``.
  private func starts(
    _ line: WeightedLine, _ part: Double, _ allowance: (Range<Int>) -> Double
  ) -> [Int]? {
    var starts: [Int] = []
    var start = 0
    while start < line.count {
      guard starts.count < size else { return nil }
      starts.append(start)
      func fits(_ end: Int) -> Bool {
        end == start + 1
          || line.cumulativeError(start..<end) <= part * allowance(start..<end)
      }
      // Doubled until it is too long, then halved in.
      var (fitting, step) = (start + 1, 1)
      while fitting + step <= line.count, fits(fitting + step) {
        fitting += step
        step *= 2
      }
      while step > 0 {
        if fitting + step <= line.count, fits(fitting + step) { fitting += step }
        step /= 2
      }
      start = fitting
    }
    return starts
  }
}
