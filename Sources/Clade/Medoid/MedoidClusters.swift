import CladeCore

/// The losses and medoid silhouettes of an assignment to medoids.
struct MedoidClusters {
  /// The summed dissimilarity of all items from their nearest medoids.
  let loss: Double
  /// The part of each slot (k).
  let losses: [Double]
  /// 1 − a / b of each item (n); empty where there is but one medoid.
  let silhouettes: [Double]
  /// The mean of these in each slot (k), 0 where no item is.
  let means: [Double]

  /// - Parameter unit: What a dissimilarity of 1 stands for.
  init<Scalar: MatrixScalar>(_ assignment: MedoidAssignment<Scalar>, unit: Double) {
    let k = assignment.slotCount
    let largest = assignment.nearest.reduce(0) { max($0, Double($1)) }
    var sums = [ExactSum](repeating: ExactSum(bound: largest), count: k)
    for (slot, distance) in zip(assignment.slots, assignment.nearest) {
      sums[Int(slot)].add(Double(distance))
    }
    var total = ExactSum(bound: largest)
    for sum in sums { total.add(sum) }
    loss = total.value * unit
    losses = sums.map { $0.value * unit }
    guard k > 1 else {
      (silhouettes, means) = ([], [])
      return
    }
    silhouettes = zip(assignment.nearest, assignment.second).map(MedoidSilhouette.value)
    var parts = [ExactSum](repeating: ExactSum(bound: 1), count: k)
    var counts = [Int](repeating: 0, count: k)
    for (slot, value) in zip(assignment.slots, silhouettes) {
      parts[Int(slot)].add(value)
      counts[Int(slot)] += 1
    }
    means = zip(parts, counts).map { $1 > 0 ? $0.value(dividedBy: $1) : 0 }
  }
}

/// How much nearer an item is to its medoid than to any other.
enum MedoidSilhouette {
  /// 1 − a / b for the dissimilarities from the nearest and the second nearest medoid, a ≤ b; 1
  /// where both are 0.
  static func value<Scalar: MatrixScalar>(_ nearest: Scalar, _ second: Scalar) -> Double {
    nearest == 0 ? 1 : 1 - Double(nearest) / Double(second)
  }
}
