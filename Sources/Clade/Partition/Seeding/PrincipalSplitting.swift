import CladeCore

/// A deterministic partition: the data is split in two, and the parts again, until there are k.
///
/// A part is cut at its mean across its principal direction, as in "In Search of Deterministic Methods
/// for Initializing K-Means and Gaussian Mixture Clustering" (Su and Dy, 2007), and a few rounds of
/// k-means with two centers then improve the cut, as in bisecting k-means ("A Comparison of Document
/// Clustering Techniques", Steinbach, Karypis and Kumar, 2000). The part is split next whose split
/// lowers the sum of squares most.
///
/// Rows come in canonical order and every sum runs in that order, so nothing depends on the order of
/// the data's rows.
package struct PrincipalSplitting {
  private let columns: Int
  private let rows: [Double]
  private let masses: [Double]
  private let threads: Int?

  private static let powerIterations = 8
  private static let refinements = 10
  /// The direction of a larger part is found from this many of its rows.
  private static let directionRows = 4096

  /// Prepares to split rows in canonical order, each of which counts as often as its mass says.
  ///
  /// At most `threads` threads are used, `nil` for one per core; the parts don't depend on it.
  package init<Scalar: MatrixScalar>(
    _ rows: Matrix<Scalar>, masses: [Double], threads: Int? = nil
  ) {
    self.threads = threads
    columns = rows.columnCount
    self.rows = rows.withUnsafeBufferPointer { $0.map { Double($0) } }
    self.masses = masses
  }

  /// The means of k parts of all rows; fewer when no part can be split any more.
  ///
  /// - Complexity: O(m · d · log k) for m rows and parts of similar sizes.
  func centers<Scalar: MatrixScalar>(_ k: Int, _: Scalar.Type) throws -> Matrix<Scalar> {
    let means = try split(Array(masses.indices), into: k, leastRows: 2).map(\.mean)
    return Matrix(rows: means.count, columns: columns) { buffer in
      for (index, value) in means.joined().enumerated() { buffer[index] = Scalar(value) }
    }
  }

  /// Cuts `members` (ascending) into `count` parts; fewer when no part can be split any more.
  ///
  /// - Parameter leastRows: Parts of fewer rows are not split.
  /// - Complexity: O(m · d · log count) for m members and parts of similar sizes.
  package func parts(of members: [Int], count: Int, leastRows: Int) throws -> [[Int]] {
    try split(members, into: count, leastRows: leastRows).map(\.members)
  }

  private func split(_ members: [Int], into count: Int, leastRows: Int) throws -> [Part] {
    var parts = [part(members, leastRows: leastRows)]
    // The two parts of parts that were or will soon be split, worked out ahead on several threads.
    var halves: [[Part]] = [[]]
    let ahead = max(1, threads ?? ParallelChunks.defaultThreadCount)
    while parts.count < count {
      try Task.checkCancellation()
      var widest = 0
      for index in parts.indices where parts[index].gain > parts[widest].gain { widest = index }
      guard parts[widest].gain > 0 else { break }
      if halves[widest].isEmpty {
        let next = parts.indices
          .filter { halves[$0].isEmpty && parts[$0].gain > 0 }
          .sorted { (parts[$0].gain, $1) > (parts[$1].gain, $0) }
          .prefix(min(ahead, count - parts.count))
        let sides = next.flatMap { [parts[$0].left, parts[$0].right] }
        let found = ParallelChunks.map(count: sides.count, chunkSize: 1, threads: threads) {
          side, _ in part(sides[side], leastRows: leastRows)
        }
        for (position, index) in next.enumerated() {
          halves[index] = [found[2 * position], found[2 * position + 1]]
        }
      }
      let pair = halves[widest]
      parts[widest] = pair[0]
      parts.append(pair[1])
      halves[widest] = []
      halves.append([])
    }
    return parts
  }

  // MARK: Steps

  /// Rows that belong together, and how they would be split.
  private struct Part {
    let members: [Int]
    let mean: [Double]
    var left: [Int] = []
    var right: [Int] = []
    /// By how much the split lowers the sum of squares.
    var gain = 0.0
  }

  private func part(_ members: [Int], leastRows: Int) -> Part {
    let (mean, mass) = mean(members)
    var part = Part(members: members, mean: mean)
    guard members.count >= leastRows else { return part }
    var normal = principalDirection(members, mean)
    var middle = mean
    for round in 0...Self.refinements {
      // The plane through the middle of both means parts their rows, the first plane those of the
      // principal direction.
      let (left, right) = cut(members, normal: normal, through: middle)
      if left.isEmpty || right.isEmpty { break }
      let stays = left == part.left
      (part.left, part.right) = (left, right)
      if stays && round > 0 { break }
      let (leftMean, leftMass) = self.mean(left)
      let (rightMean, rightMass) = self.mean(right)
      var square = 0.0
      for column in 0..<columns {
        normal[column] = rightMean[column] - leftMean[column]
        middle[column] = 0.5 * (rightMean[column] + leftMean[column])
        square += normal[column] * normal[column]
      }
      part.gain = leftMass * rightMass / mass * square
    }
    return part
  }

  private func mean(_ members: [Int]) -> (mean: [Double], mass: Double) {
    var sums = [Double](repeating: 0, count: columns)
    var mass = 0.0
    rows.withUnsafeBufferPointer { rows in
      sums.withUnsafeMutableBufferPointer { sums in
        for member in members {
          let weight = masses[member]
          mass += weight
          for column in 0..<columns { sums[column] += weight * rows[member &* columns &+ column] }
        }
        for column in 0..<columns { sums[column] /= mass }
      }
    }
    return (sums, mass)
  }

  /// The direction of largest variance, by a few rounds of power iteration from the column that varies
  /// most: near enough for a cut that is improved anyway.
  private func principalDirection(_ members: [Int], _ mean: [Double]) -> [Double] {
    let step = (members.count + Self.directionRows - 1) / Self.directionRows
    var variances = [Double](repeating: 0, count: columns)
    rows.withUnsafeBufferPointer { rows in
      variances.withUnsafeMutableBufferPointer { variances in
        for index in stride(from: 0, to: members.count, by: step) {
          let (start, weight) = (members[index] &* columns, masses[members[index]])
          for column in 0..<columns {
            let difference = rows[start &+ column] - mean[column]
            variances[column] += weight * difference * difference
          }
        }
      }
    }
    var widest = 0
    for column in 0..<columns where variances[column] > variances[widest] { widest = column }
    var direction = [Double](repeating: 0, count: columns)
    direction[widest] = 1
    guard columns > 1, variances[widest] > 0 else { return direction }
    var image = direction
    let looked = stride(from: 0, to: members.count, by: step).map { members[$0] }
    for _ in 0..<Self.powerIterations {
      for column in 0..<columns { image[column] = 0 }
      image.withUnsafeMutableBufferPointer { image in
        forEachProjection(of: looked, on: direction, from: mean) { member, projection in
          let (start, part) = (member &* columns, projection * masses[member])
          rows.withUnsafeBufferPointer { rows in
            mean.withUnsafeBufferPointer { mean in
              for column in 0..<columns {
                image[column] += part * (rows[start &+ column] - mean[column])
              }
            }
          }
        }
      }
      var square = 0.0
      for value in image { square += value * value }
      guard square > 0, square.isFinite else { return direction }
      let length = square.squareRoot()
      for column in 0..<columns { direction[column] = image[column] / length }
    }
    return direction
  }

  private func cut(
    _ members: [Int], normal: [Double], through middle: [Double]
  ) -> (left: [Int], right: [Int]) {
    var left: [Int] = []
    var right: [Int] = []
    forEachProjection(of: members, on: normal, from: middle) { member, side in
      if side <= 0 { left.append(member) } else { right.append(member) }
    }
    return (left, right)
  }

  /// Calls `body` with each member and its coordinate along `direction`.
  ///
  /// Four rows at once, since the sum of one is a chain in which each term waits for the last.
  private func forEachProjection(
    of members: [Int], on direction: [Double], from origin: [Double],
    _ body: (_ member: Int, _ projection: Double) -> Void
  ) {
    let columns = columns
    rows.withUnsafeBufferPointer { rows in
      direction.withUnsafeBufferPointer { direction in
        origin.withUnsafeBufferPointer { origin in
          var index = 0
          while index + 4 <= members.count {
            let four = (
              members[index], members[index + 1], members[index + 2], members[index + 3]
            )
            index += 4
            let (a, b, c, d) = (
              four.0 &* columns, four.1 &* columns, four.2 &* columns, four.3 &* columns
            )
            var sums = (0.0, 0.0, 0.0, 0.0)
            for column in 0..<columns {
              let (center, factor) = (origin[column], direction[column])
              sums.0 += (rows[a &+ column] - center) * factor
              sums.1 += (rows[b &+ column] - center) * factor
              sums.2 += (rows[c &+ column] - center) * factor
              sums.3 += (rows[d &+ column] - center) * factor
            }
            body(four.0, sums.0)
            body(four.1, sums.1)
            body(four.2, sums.2)
            body(four.3, sums.3)
          }
          for member in members[index...] {
            var sum = 0.0
            for column in 0..<columns {
              sum += (rows[member &* columns &+ column] - origin[column]) * direction[column]
            }
            body(member, sum)
          }
        }
      }
    }
  }
}
