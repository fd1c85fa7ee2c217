import CKernels
import CladeCore

/// A deterministic partition: the data is split in two, and the parts again, until there are k.
///
/// A part is cut at its mean across its principal direction, as in "In Search of Deterministic
/// Methods for Initializing K-Means and Gaussian Mixture Clustering" (Su and Dy, 2007), and a few
/// rounds of k-means with two centers then improve the cut, as in bisecting k-means ("A Comparison
/// of Document Clustering Techniques", Steinbach, Karypis and Kumar, 2000). The part is split next
/// whose split lowers the sum of squares most.
///
/// Rows come in canonical order and every sum runs in that order, so nothing depends on the order
/// of the data's rows. Parts are independent of each other, so several are split at a time.
package struct PrincipalSplitting {
  private let columns: Int
  private let rows: [Double]
  private let masses: [Double]
  private let threads: Int?
  /// Where sums start, and the origin that leaves values as they are.
  private let zeros: [Double]

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
    precondition(rows.rowCount <= Int32.max)
    self.threads = threads
    columns = rows.columnCount
    zeros = Array(repeating: 0, count: columns)
    self.rows = rows.withUnsafeBufferPointer { $0.map { Double($0) } }
    self.masses = masses
  }

  /// The means of k parts of all rows; fewer when no part can be split any more.
  ///
  /// - Complexity: O(m · d · log k) for m rows and parts of similar sizes.
  func centers<Scalar: MatrixScalar>(_ k: Int, _: Scalar.Type) throws -> Matrix<Scalar> {
    let all = masses.indices.map { Int32(truncatingIfNeeded: $0) }
    let means = try split(all, into: k, leastRows: 2).map(\.side.mean)
    return Matrix(rows: means.count, columns: columns) { buffer in
      for (index, value) in means.joined().enumerated() { buffer[index] = Scalar(value) }
    }
  }

  /// Cuts `members` (ascending) into `count` parts; fewer when no part can be split any more.
  ///
  /// - Parameter leastRows: Parts of fewer rows are not split.
  /// - Complexity: O(m · d · log count) for m members and parts of similar sizes.
  package func parts(of members: [Int32], count: Int, leastRows: Int) throws -> [[Int32]] {
    try split(members, into: count, leastRows: leastRows).map(\.side.members)
  }

  private func split(_ members: [Int32], into count: Int, leastRows: Int) throws -> [Part] {
    var parts = [part(side(members), leastRows: leastRows)]
    // The two parts of parts that were or will soon be split, worked out ahead on several threads:
    // of the widest, a quarter of as many as are yet to be split, nearly all of which will be.
    var halves: [[Part]] = [[]]
    let ahead = max(1, threads ?? ParallelChunks.defaultThreadCount)
    while parts.count < count {
      try Cancellation.check()
      var widest = 0
      for index in parts.indices where parts[index].gain > parts[widest].gain { widest = index }
      guard parts[widest].gain > 0 else { break }
      if halves[widest].isEmpty {
        let next = parts.indices
          .filter { halves[$0].isEmpty && parts[$0].gain > 0 }
          .sorted { (parts[$0].gain, $1) > (parts[$1].gain, $0) }
          .prefix(min(max(ahead, (count - parts.count) / 4), count - parts.count))
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

  /// Rows on one side of a plane, their mass, and the sum of mass times values.
  private struct Side {
    var members: [Int32] = []
    var mass = 0.0
    var sums: [Double]

    var mean: [Double] { sums.map { $0 / mass } }
  }

  /// Rows that belong together, and how they would be split.
  private struct Part {
    let side: Side
    var left: Side
    var right: Side
    /// By how much the split lowers the sum of squares.
    var gain = 0.0
  }

  private func part(_ side: Side, leastRows: Int) -> Part {
    let none = Side(sums: [])
    var part = Part(side: side, left: none, right: none)
    guard side.members.count >= leastRows else { return part }
    var middle = side.mean
    var normal = principalDirection(side.members, middle)
    for round in 0...Self.refinements {
      // The plane through the middle of both means parts their rows, the first plane those of the
      // principal direction.
      let (left, right) = cut(side.members, normal: normal, through: middle)
      if left.members.isEmpty || right.members.isEmpty { break }
      let stays = round > 0 && left.members == part.left.members
      (part.left, part.right) = (left, right)
      if stays { break }
      let (leftMean, rightMean) = (left.mean, right.mean)
      var square = 0.0
      for column in 0..<columns {
        normal[column] = rightMean[column] - leftMean[column]
        middle[column] = 0.5 * (rightMean[column] + leftMean[column])
        square += normal[column] * normal[column]
      }
      part.gain = left.mass * right.mass / side.mass * square
    }
    return part
  }

  /// The direction of largest variance, by a few rounds of power iteration from the column that
  /// varies most: near enough for a cut that is improved anyway.
  private func principalDirection(_ members: [Int32], _ mean: [Double]) -> [Double] {
    let step = (members.count + Self.directionRows - 1) / Self.directionRows
    let looked = stride(from: 0, to: members.count, by: step).map { members[$0] }
    var variances = zeros
    rows.withUnsafeBufferPointer { rows in
      variances.withUnsafeMutableBufferPointer { variances in
        for member in looked {
          let (start, weight) = (Int(member) &* columns, masses[Int(member)])
          for column in 0..<columns {
            let difference = rows[start &+ column] - mean[column]
            variances[column] += weight * difference * difference
          }
        }
      }
    }
    var widest = 0
    for column in 0..<columns where variances[column] > variances[widest] { widest = column }
    var direction = zeros
    direction[widest] = 1
    guard columns > 1, variances[widest] > 0 else { return direction }
    for _ in 0..<Self.powerIterations {
      var image = zeros
      forEachBlock(of: looked) { block in
        var factors = project(block, on: direction, from: mean)
        for (index, member) in block.enumerated() { factors[index] *= masses[Int(member)] }
        add(block, scaledBy: factors, above: mean, to: &image)
      }
      var square = 0.0
      for value in image { square += value * value }
      guard square > 0, square.isFinite else { return direction }
      let length = square.squareRoot()
      for column in 0..<columns { direction[column] = image[column] / length }
    }
    return direction
  }

  /// Parts rows by the plane that stands on `normal` and goes through `middle`.
  private func cut(
    _ members: [Int32], normal: [Double], through middle: [Double]
  ) -> (left: Side, right: Side) {
    var (left, right) = (side([]), side([]))
    forEachBlock(of: members) { block in
      let coordinates = project(block, on: normal, from: middle)
      let (lefts, rights) = (left.members.count, right.members.count)
      for (index, member) in block.enumerated() {
        if coordinates[index] <= 0 {
          left.members.append(member)
        } else {
          right.members.append(member)
        }
      }
      add(membersFrom: lefts, of: &left)
      add(membersFrom: rights, of: &right)
    }
    return (left, right)
  }

  /// Rows with the sums over them.
  private func side(_ members: [Int32]) -> Side {
    var side = Side(members: members, sums: zeros)
    add(membersFrom: 0, of: &side)
    return side
  }

  /// Adds to the sums of a side its members from place `first` on.
  private func add(membersFrom first: Int, of side: inout Side) {
    let factors = side.members[first...].map { masses[Int($0)] }
    for mass in factors { side.mass += mass }
    add(side.members[first...], scaledBy: factors, above: zeros, to: &side.sums)
  }

  // MARK: Kernels

  /// Calls `body` with blocks of members whose values stay in the cache while it works on them.
  private func forEachBlock(of members: [Int32], _ body: (ArraySlice<Int32>) -> Void) {
    let size = max(8, 4096 / columns / 8 * 8)
    for first in stride(from: 0, to: members.count, by: size) {
      body(members[first..<min(members.count, first + size)])
    }
  }

  /// The coordinate of each member along `direction`, measured from `origin`.
  private func project(
    _ members: ArraySlice<Int32>, on direction: [Double], from origin: [Double]
  ) -> [Double] {
    Array(unsafeUninitializedCapacity: members.count) { coordinates, initialized in
      withMembers(members) { clade_project($0, origin, direction, coordinates.baseAddress) }
      initialized = members.count
    }
  }

  /// Adds each member's values above `origin`, times its factor, to the sums of the columns.
  private func add(
    _ members: ArraySlice<Int32>, scaledBy factors: [Double], above origin: [Double],
    to sums: inout [Double]
  ) {
    withMembers(members) { clade_add_scaled($0, factors, origin, &sums) }
  }

  private func withMembers(
    _ members: ArraySlice<Int32>, _ body: (UnsafePointer<clade_members>) -> Void
  ) {
    rows.withUnsafeBufferPointer { rows in
      members.withUnsafeBufferPointer { places in
        var members = clade_members(
          rows: rows.baseAddress, columns: columns, places: places.baseAddress,
          count: places.count)
        body(&members)
      }
    }
  }
}
