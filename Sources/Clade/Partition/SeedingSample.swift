import CladeCore

/// The rows from which the first centers are found: distinct, in canonical order, each with the mass
/// (number or weight) of the rows equal to it.
///
/// Where there are more distinct rows than ``limit(k:)``, a uniform sample of the rows stands for
/// them all: finding centers takes several passes, and a few hundred rows a cluster show them as well.
struct SeedingSample<Scalar: MatrixScalar> {
  let rows: Matrix<Scalar>
  let masses: [Double]

  /// The number of distinct rows that are used without drawing a sample.
  static func limit(k: Int) -> Int { max(32_768, 256 * k) }

  /// Collects the rows of `data`, whose canonical order is given.
  init(_ data: Matrix<Scalar>, weights: [Scalar]?, order: CanonicalOrder, k: Int, seed: UInt64) {
    let limit = Self.limit(k: k)
    if order.distinctRowCount > limit {
      let drawn = order.sample(count: limit, seed: seed, of: data)
      let sample = data.gatheringRows(drawn)
      let own = CanonicalOrder(sample)
      if own.distinctRowCount >= k {
        self.init(
          distinct: sample, weights: weights.map { weights in drawn.map { weights[Int($0)] } },
          order: own)
        return
      }
    }
    self.init(distinct: data, weights: weights, order: order)
  }

  private init(distinct data: Matrix<Scalar>, weights: [Scalar]?, order: CanonicalOrder) {
    let starts = order.distinctStarts
    rows = data.gatheringRows(starts.map { order.order[Int($0)] })
    let largest = weights.map { Double($0.max() ?? 0) } ?? 1
    masses = starts.indices.map { index in
      let end = index + 1 < starts.count ? Int(starts[index + 1]) : order.order.count
      let range = Int(starts[index])..<end
      guard let weights else { return Double(range.count) }
      if range.count == 1 { return Double(weights[Int(order.order[range.lowerBound])]) }
      var mass = ExactSum(bound: largest)
      for place in range { mass.add(Double(weights[Int(order.order[place])])) }
      return mass.value
    }
  }
}
