/// Where the clusters of a ``GaussianBlobs`` lie and what they look like.
struct BlobLayout: Sendable {
  /// The clusters; which of them was placed first is random.
  let clusters: [Blob]
  /// The separation of the nearest pair, measured; infinite for one cluster.
  let separation: Double

  init(
    clusterCount: Int, dimensionCount: Int, shape: GaussianBlobs.Shape, elongation: Double,
    separation: Double, seed: UInt64
  ) throws {
    var random = CounterRandom(seed: seed, stream: GaussianBlobs.Stream.layout)
    var placed: [Blob] = []
    placed.reserveCapacity(clusterCount)
    for _ in 0..<clusterCount {
      try Cancellation.check()
      var blob = Blob(
        dimensionCount: dimensionCount, shape: shape, elongation: elongation, using: &random)
      if !placed.isEmpty {
        Self.place(&blob, beside: placed, separation: separation, using: &random)
      }
      // Into a random slot, so that the first placed is not always the largest.
      placed.append(blob)
      placed.swapAt(random.index(below: placed.count), placed.count - 1)
    }
    clusters = placed
    self.separation = try Self.smallestSeparation(placed)
  }

  /// Moves `blob` to `separation` from a random one of `placed`, and that far from all others.
  private static func place(
    _ blob: inout Blob, beside placed: [Blob], separation: Double,
    using random: inout CounterRandom
  ) {
    var attempt = 0
    while true {
      let anchor = placed[random.index(below: placed.count)]
      let direction = random.direction(dimensionCount: blob.center.count)
      // A hair more than asked, so that rounding never leaves less.
      let touching =
        separation * (1 + 0x1p-40) / 2
        * (anchor.deviation(along: direction) + blob.deviation(along: direction))
      let distance = touching * (1 + Double(max(0, attempt - 64)) / 64)
      for axis in blob.center.indices {
        blob.center[axis] = anchor.center[axis] + distance * direction[axis]
      }
      if placed.allSatisfy({ blob.separation(from: $0, ifBelow: separation) >= separation }) {
        return
      }
      attempt += 1
    }
  }

  private static func smallestSeparation(_ clusters: [Blob]) throws -> Double {
    var smallest = Double.infinity
    for first in clusters.indices {
      try Cancellation.check()
      for second in first + 1..<clusters.count {
        smallest = min(
          smallest, clusters[first].separation(from: clusters[second], ifBelow: smallest))
      }
    }
    return smallest
  }

  /// The bounds in each coordinate that hold all clusters to so many standard deviations.
  func enclosingBox(standardDeviations: Double) -> [(low: Double, high: Double)] {
    clusters[0].center.indices.map { axis in
      var low = Double.infinity
      var high = -Double.infinity
      for cluster in clusters {
        let reach = standardDeviations * cluster.deviation(ofCoordinate: axis)
        low = min(low, cluster.center[axis] - reach)
        high = max(high, cluster.center[axis] + reach)
      }
      return (low, high)
    }
  }
}

/// One Gaussian: a center, the standard deviations along its axes, and the axes.
struct Blob: Sendable {
  /// The mean (d).
  var center: [Double]
  /// The standard deviation along each axis (d).
  let deviations: [Double]
  /// The axes, orthonormal, one after the other (d × d); `nil` for the coordinate axes.
  let axes: [Double]?
  /// The largest of `deviations`.
  private let widest: Double

  /// Draws a form; the center is the origin.
  init(
    dimensionCount: Int, shape: GaussianBlobs.Shape, elongation: Double,
    using random: inout CounterRandom
  ) {
    center = Array(repeating: 0, count: dimensionCount)
    var lengths = [Double](repeating: 1, count: dimensionCount)
    if shape != .spherical && dimensionCount > 1 {
      let aspect = 1 + (elongation - 1) * random.uniform()
      for axis in lengths.indices { lengths[axis] = 1 + (aspect - 1) * random.uniform() }
      let longest = random.index(below: dimensionCount)
      let shortest = (longest + 1 + random.index(below: dimensionCount - 1)) % dimensionCount
      lengths[longest] = aspect
      lengths[shortest] = 1
    }
    let meanSquare = lengths.reduce(0) { $0 + $1 * $1 } / Double(dimensionCount)
    deviations = lengths.map { $0 / meanSquare.squareRoot() }
    widest = deviations.max() ?? 1
    axes = shape == .rotated ? random.rotation(dimensionCount: dimensionCount) : nil
  }

  /// The standard deviation along a unit vector.
  func deviation(along direction: [Double]) -> Double {
    var variance = 0.0
    if let axes {
      for axis in deviations.indices {
        var cosine = 0.0
        for column in direction.indices {
          cosine += axes[axis * direction.count + column] * direction[column]
        }
        variance += (deviations[axis] * cosine) * (deviations[axis] * cosine)
      }
    } else {
      for axis in deviations.indices {
        variance += (deviations[axis] * direction[axis]) * (deviations[axis] * direction[axis])
      }
    }
    return variance.squareRoot()
  }

  /// The standard deviation of one coordinate.
  func deviation(ofCoordinate coordinate: Int) -> Double {
    guard let axes else { return deviations[coordinate] }
    var variance = 0.0
    for axis in deviations.indices {
      let part = deviations[axis] * axes[axis * center.count + coordinate]
      variance += part * part
    }
    return variance.squareRoot()
  }

  /// The distance of two centers in mean standard deviations along the line between them; or, where
  /// that is surely not below `bound`, some value that isn't either.
  func separation(from other: Blob, ifBelow bound: Double) -> Double {
    var square = 0.0
    for axis in center.indices {
      let difference = center[axis] - other.center[axis]
      square += difference * difference
    }
    let distance = square.squareRoot()
    guard distance > 0 else { return 0 }
    let least = 2 * distance / (widest + other.widest) * (1 - 0x1p-40)
    guard least < bound else { return least }
    let direction = center.indices.map { (center[$0] - other.center[$0]) / distance }
    return 2 * distance / (deviation(along: direction) + other.deviation(along: direction))
  }

  /// Draws a point.
  func draw(_ point: inout [Double], using random: inout CounterRandom) {
    for column in point.indices { point[column] = center[column] }
    guard let axes else {
      for axis in deviations.indices { point[axis] += deviations[axis] * random.normal() }
      return
    }
    for axis in deviations.indices {
      let length = deviations[axis] * random.normal()
      for column in point.indices { point[column] += length * axes[axis * point.count + column] }
    }
  }
}

extension CounterRandom {
  /// A unit vector in a random direction.
  fileprivate mutating func direction(dimensionCount: Int) -> [Double] {
    while true {
      var vector = (0..<dimensionCount).map { _ in normal() }
      if vector.normalize() { return vector }
    }
  }

  /// A random orthonormal basis (d × d), even over all rotations: Gram–Schmidt, each vector twice,
  /// of random directions.
  fileprivate mutating func rotation(dimensionCount: Int) -> [Double] {
    var basis: [Double] = []
    basis.reserveCapacity(dimensionCount * dimensionCount)
    while basis.count < dimensionCount * dimensionCount {
      var vector = direction(dimensionCount: dimensionCount)
      for _ in 0..<2 {
        for start in stride(from: 0, to: basis.count, by: dimensionCount) {
          var product = 0.0
          for column in vector.indices { product += vector[column] * basis[start + column] }
          for column in vector.indices { vector[column] -= product * basis[start + column] }
        }
      }
      if vector.normalize() { basis += vector }
    }
    return basis
  }
}

extension [Double] {
  /// Scales to length 1; whether that was possible.
  fileprivate mutating func normalize() -> Bool {
    let length = reduce(0) { $0 + $1 * $1 }.squareRoot()
    guard length > 1e-9 else { return false }
    for index in indices { self[index] /= length }
    return true
  }
}
