import CladeCore

/// Which components of a mixture have no valley between them, and so are one group together.
package struct ComponentBridges: Sendable {
  /// The group of each component, numbered in the order of their first components.
  package let groups: [Int]
  let groupCount: Int
  /// The valleys between components that are near each other.
  let valleys: [Pair]

  /// Two components and the valley between them.
  struct Pair: Sendable {
    let first: Int
    let second: Int
    let valley: DensityValley
    /// The distance of the means, in mean standard deviations of the two along the discriminant.
    let distance: Double

    /// Whether the two are one group: near each other, with no valley to speak of between them.
    var isBridge: Bool { distance < bridgeReach && valley.isShallow }
  }

  /// Components whose means are further apart than this, in standard deviations, are not looked at.
  private static let reach = 12.0
  /// Components whose means are further apart than this are two groups: Gaussians at that distance
  /// leave less than a tenth of their density between them, so what lies there is something else.
  private static let bridgeReach = 5.0
  /// A component with fewer rows can't tell much about the density around it: it may join the one
  /// that it has the shallowest valley with, but doesn't link others to each other.
  private static let leastWitnesses = 20
  /// A component whose density at its mean is lower than another's by more than this factor's
  /// logarithm (20) doesn't link the other to anything: it is a halo, or noise between groups.
  private static let densityGap = Elementary.log(20)
  /// With fewer rows than this many times the columns, a row doesn't count for its own direction.
  private static let rowsPerColumn = 40

  /// Measures the valleys between the components of `parameters` (full covariances), to which the
  /// rows of `points` belong as `labels` say.
  ///
  /// - Throws: `CancellationError` when the task was cancelled.
  /// - Complexity: O(components² · d³ + pairs · rows of a pair · d).
  package init(
    _ parameters: GaussianMixtureParameters, points: Matrix<Double>, labels: [Int32], threads: Int?,
    progress: ProgressObserver? = nil
  ) throws {
    let k = parameters.componentCount
    let count = ProgressCount(
      stage: "measuring valleys", total: k * (k - 1) / 2, observer: progress)
    let members = Members(points, labels: labels, componentCount: k)
    let rows = try ParallelChunks.map(count: k, chunkSize: 1, threads: threads) { first, _ in
      defer { count.add(k - first - 1) }
      return try ((first + 1)..<max(k, first + 1)).compactMap { second -> Pair? in
        try Cancellation.check()
        return Self.pair(first, second, parameters, points, members)
      }
    }
    valleys = rows.flatMap { $0 }

    var leader = Array(0..<k)
    func find(_ component: Int) -> Int {
      var component = component
      while leader[component] != component { component = leader[component] }
      return component
    }
    func join(_ pair: Pair) {
      let (a, b) = (find(pair.first), find(pair.second))
      leader[max(a, b)] = min(a, b)
    }
    let isWitness = members.rows.map { $0.count >= Self.leastWitnesses }
    let densities = Self.peakDensities(parameters)
    // What each component that can't link others leans on.
    var leaning = [[Pair]](repeating: [], count: k)
    for pair in valleys where pair.isBridge {
      let isSparser = densities[pair.first] < densities[pair.second]
      let sparser = isSparser ? pair.first : pair.second
      let gap = (densities[pair.first] - densities[pair.second]).magnitude
      if isWitness[pair.first], isWitness[pair.second] {
        if gap < Self.densityGap { join(pair) } else { leaning[sparser].append(pair) }
      } else {
        for component in [pair.first, pair.second] where !isWitness[component] {
          leaning[component].append(pair)
        }
      }
    }
    let linked = (0..<k).map(find)
    for (component, pairs) in leaning.enumerated() {
      let others = Set(pairs.map { linked[$0.first == component ? $0.second : $0.first] })
      // A sparse component that leans on several groups lies around them and is none of them.
      if isWitness[component], others.count > 1 { continue }
      if let best = pairs.max(by: {
        ($0.valley.ratio, -$0.distance) < ($1.valley.ratio, -$1.distance)
      }) {
        join(best)
      }
    }
    var numbers = [Int](repeating: -1, count: k)
    var groups: [Int] = []
    var groupCount = 0
    for component in 0..<k {
      let root = find(component)
      if numbers[root] < 0 {
        numbers[root] = groupCount
        groupCount += 1
      }
      groups.append(numbers[root])
    }
    self.groups = groups
    self.groupCount = groupCount
  }

  /// The log-density of each component at its own mean, up to a constant.
  private static func peakDensities(_ parameters: GaussianMixtureParameters) -> [Double] {
    let d = parameters.columnCount
    return (0..<parameters.componentCount).map { component in
      let covariance = Array(
        parameters.covariances.values[(component * d * d)..<((component + 1) * d * d)])
      guard let lower = SmallLinearAlgebra.cholesky(covariance, size: d) else { return 0 }
      return Elementary.log(parameters.weights[component])
        - 0.5 * SmallLinearAlgebra.logDeterminant(cholesky: lower, size: d)
    }
  }

  /// For each group how deep the shallowest valley around it is: 1 minus the largest ratio.
  package var isolation: [Double] {
    var largest = [Double](repeating: 0, count: groupCount)
    for pair in valleys where groups[pair.first] != groups[pair.second] {
      for group in [groups[pair.first], groups[pair.second]] {
        largest[group] = max(largest[group], pair.valley.ratio)
      }
    }
    return largest.map { 1 - $0 }
  }

  /// The rows of each component, and their means.
  private struct Members: Sendable {
    let rows: [[Int32]]
    let means: [[Double]]

    init(_ points: Matrix<Double>, labels: [Int32], componentCount: Int) {
      var rows = [[Int32]](repeating: [], count: componentCount)
      for (row, label) in labels.enumerated() { rows[Int(label)].append(Int32(row)) }
      self.rows = rows
      means = rows.map { rows in
        var mean = [Double](repeating: 0, count: points.columnCount)
        for row in rows {
          for column in mean.indices { mean[column] += points[Int(row), column] }
        }
        return mean.map { $0 / Double(max(1, rows.count)) }
      }
    }
  }

  /// The valley between two components; `nil` when they are far apart.
  private static func pair(
    _ a: Int, _ b: Int, _ parameters: GaussianMixtureParameters, _ points: Matrix<Double>,
    _ members: Members
  ) -> Pair? {
    func pair(_ projections: some Sequence<Double>, distance: Double) -> Pair {
      Pair(first: a, second: b, valley: DensityValley(projections: projections), distance: distance)
    }
    let d = points.columnCount
    let (countA, countB) = (members.rows[a].count, members.rows[b].count)
    guard countA > 0, countB > 0 else { return nil }
    let covariances = parameters.covariances.values
    let (startA, startB) = (a * d * d, b * d * d)
    let total = parameters.weights[a] + parameters.weights[b]
    let (shareA, shareB) = (parameters.weights[a] / total, parameters.weights[b] / total)
    let pooled = (0..<(d * d)).map {
      covariances[startA + $0] * shareA + covariances[startB + $0] * shareB
    }
    guard let lower = SmallLinearAlgebra.cholesky(pooled, size: d) else {
      return pair([], distance: 0)
    }
    let (meanA, meanB) = (members.means[a], members.means[b])
    let difference = zip(meanA, meanB).map { $1 - $0 }
    let direction = SmallLinearAlgebra.solve(cholesky: lower, size: d, difference)
    let length = dot(direction, difference)
    guard length > 0 else { return pair([], distance: 0) }
    let spread =
      deviation(covariances, startA, direction) + deviation(covariances, startB, direction)
    let distance = length > 0 && spread > 0 ? 2 * length / spread : .infinity
    guard distance <= reach else { return nil }

    if countA > 1, countB > 1, countA + countB < rowsPerColumn * d {
      let one = members.rows[a].map {
        projectionWithoutItself(
          points.row(Int($0)), own: meanA, count: countA, other: meanB, lower: lower)
      }
      let two = members.rows[b].map {
        1
          - projectionWithoutItself(
            points.row(Int($0)), own: meanB, count: countB, other: meanA, lower: lower)
      }
      return pair(one + two, distance: distance)
    }
    let offset = dot(direction, meanA)
    let projections = points.withUnsafeBufferPointer { values in
      [members.rows[a], members.rows[b]].joined().map { row in
        var sum = -offset
        for column in 0..<d { sum += direction[column] * values[Int(row) * d + column] }
        return sum / length
      }
    }
    return pair(projections, distance: distance)
  }

  /// Where a row lies between the mean of the others of its component (0) and the other component's
  /// mean (1).
  private static func projectionWithoutItself(
    _ row: [Double], own: [Double], count: Int, other: [Double], lower: [Double]
  ) -> Double {
    let d = row.count
    let weight = 1 / Double(count - 1)
    let rest = (0..<d).map { own[$0] - (row[$0] - own[$0]) * weight }
    let difference = (0..<d).map { other[$0] - rest[$0] }
    let direction = SmallLinearAlgebra.solve(cholesky: lower, size: d, difference)
    let length = dot(direction, difference)
    guard length > 0 else { return 0 }
    return dot(direction, (0..<d).map { row[$0] - rest[$0] }) / length
  }

  /// The standard deviation of a component along a direction.
  private static func deviation(_ covariances: [Double], _ start: Int, _ direction: [Double])
    -> Double
  {
    let d = direction.count
    var sum = 0.0
    for i in 0..<d {
      var product = 0.0
      for j in 0..<d { product += covariances[start + i * d + j] * direction[j] }
      sum += product * direction[i]
    }
    return sum > 0 ? sum.squareRoot() : 0
  }

  private static func dot(_ a: [Double], _ b: [Double]) -> Double {
    var sum = 0.0
    for index in a.indices { sum += a[index] * b[index] }
    return sum
  }
}
