import CladeCore

/// The rows that ``KMedian`` works on: distinct, in canonical order, in double precision, each with
/// the mass of the rows equal to it. Sums that run over them in this order depend on no other.
struct KMedianProblem: Sendable {
  /// m × d.
  let rows: Matrix<Double>
  let masses: [Double]

  /// - Parameters:
  ///   - data: n × d, finite, of ordinary magnitude.
  ///   - weights: Weights (n), not negative; rows of weight 0 are left out.
  /// - Complexity: O(n · d).
  init<Scalar: MatrixScalar>(_ data: Matrix<Scalar>, weights: [Scalar]?, threads: Int?) {
    let order = CanonicalOrder(data, threads: threads)
    var places: [Int32] = []
    var masses: [Double] = []
    let heaviest = weights.map { $0.reduce(0) { max($0, Double($1)) } } ?? 1
    for (index, start) in order.distinctStarts.enumerated() {
      let end =
        index + 1 < order.distinctStarts.count
        ? Int(order.distinctStarts[index + 1]) : order.order.count
      var mass = Double(end - Int(start))
      if let weights {
        var sum = ExactSum(bound: heaviest)
        for place in Int(start)..<end { sum.add(Double(weights[Int(order.order[place])])) }
        mass = sum.value
      }
      guard mass > 0 else { continue }
      places.append(order.order[Int(start)])
      masses.append(mass)
    }
    var rows = data.gatheringRows(places).doubles
    rows.withUnsafeMutableBufferPointer { values in
      for index in values.indices { values[index] += 0 }  // −0 + 0 is 0
    }
    self.rows = rows
    self.masses = masses
  }
}
