/// Rows made ready for a metric, so that kernels and trees need to know but a few kinds of
/// distance.
///
/// Many a metric is a squared Euclidean distance of other coordinates: directions for
/// ``Metric/cosine``, what is left of them without their mean for ``Metric/correlation``, whitened
/// rows for ``Metric/mahalanobis(inverseCovariance:)``, points of the unit sphere for
/// ``Metric/haversine``. What is compared is the *raw* distance (`form`), which is in the order of
/// the distances, and ``distance(raw:)`` makes the distance of it.
package struct PreparedRows<Scalar: MatrixScalar>: Sendable {
  package let metric: Metric
  /// The number of rows, n.
  package let rowCount: Int
  /// What is summed up for a raw distance.
  package let form: DistanceForm
  /// What turns a raw distance into the distance; see also ``distance(raw:)``.
  package let finish: DistanceFinish
  /// The rows as kernels and trees take them; with given distances these, with
  /// ``DistanceForm/custom`` nothing.
  package let coordinates: Matrix<Scalar>
  /// How other rows are made comparable to these.
  let preparation: RowPreparation
  /// The power of two, if any, that coordinates were scaled by.
  let scaling: MagnitudeScaling
  /// The rows that one's own metric gets.
  package let vectors: [[Double]]

  /// The distance that a raw distance stands for.
  @_specialize(where Scalar == Double)
  @_specialize(where Scalar == Float)
  package func distance(raw: Scalar) -> Double { scale(Double(raw)) }

  /// What makes distances of raw ones.
  package var scale: DistanceScale {
    DistanceScale(
      finish: finish,
      exponent: scaling.exponent * (finish == .none && form == .squares ? 2 : 1))
  }

  /// A raw distance such that all rows within a distance have at most this one, and few others do:
  /// check with ``distance(raw:)``.
  package func rawLimit(distance: Double) -> Scalar {
    guard distance < .infinity else { return .infinity }
    let raw = finish.inverse(distance * scale.unit)
    // Wider by more than all roundings on the way there and back.
    let slack = Scalar.self == Float.self ? 0x1p-20 : 0x1p-44
    return Scalar(raw + raw * slack).nextUp
  }

  /// Whether coordinates are the rows as they were given, but for a power of two.
  package var comparesValues: Bool {
    if case .asGiven = preparation.step { true } else { false }
  }

  /// Whether there is a distance for which the triangle inequality holds and that is in the order
  /// of the raw distances.
  package var hasTreeDistance: Bool {
    form == .squares || metric.satisfiesTriangleInequality
  }

  /// What makes of raw distances those that a tree of balls compares, whose triangle inequality
  /// holds but for roundings; see ``hasTreeDistance``.
  package var treeScale: DistanceScale {
    DistanceScale(finish: form == .squares ? .squareRoot : finish, exponent: 0)
  }

  /// Other rows, made comparable to these: queries for an index of these rows.
  ///
  /// - Parameters:
  ///   - other: m × d rows of the same kind; where distances are given, m × n distances from these.
  ///   - threads: The threads to use; `nil` for one per core.
  /// - Throws: ``CladeError`` for rows of another length, and values that the metric can't take.
  @_specialize(where Scalar == Double)
  @_specialize(where Scalar == Float)
  package func preparing(_ other: Matrix<Scalar>, threads: Int? = nil) throws -> PreparedRows {
    try preparation.check(other, metric: metric)
    return PreparedRows(
      metric: metric, rowCount: other.rowCount, form: form.isGiven ? .lookedUp : form,
      finish: finish,
      coordinates: scaling.scaled(try preparation.coordinates(of: other, threads: threads)),
      preparation: preparation, scaling: scaling,
      vectors: form == .custom ? other.vectors : [])
  }

  /// Some of the rows, in an order of their own; not for given distances.
  @_specialize(where Scalar == Double)
  @_specialize(where Scalar == Float)
  package func gathering(_ order: [Int32]) -> PreparedRows {
    precondition(!form.isGiven, "Distances that were given are of rows in their order")
    return PreparedRows(
      metric: metric, rowCount: order.count, form: form, finish: finish,
      coordinates: form == .custom ? coordinates : coordinates.gatheringRows(order),
      preparation: preparation, scaling: scaling,
      vectors: form == .custom ? order.map { vectors[Int($0)] } : [])
  }
}

extension Metric {
  /// Makes the rows of a matrix ready for this metric.
  ///
  /// - Parameters:
  ///   - data: n × d rows; for ``precomputed`` n × n distances, or a single row of those above the
  ///     diagonal.
  ///   - learned: What the metric learned of other rows; `nil` to learn it from these.
  ///   - threads: The threads to use; `nil` for one per core.
  /// - Throws: ``CladeError`` for values that the metric can't take, saying in which row, and for
  ///   parameters that don't fit the columns.
  /// - Complexity: O(n · d), Mahalanobis O(n · d² + d³); the memory of the data again where
  ///   coordinates are others.
  @_specialize(where Scalar == Double)
  @_specialize(where Scalar == Float)
  package func prepared<Scalar: MatrixScalar>(
    for data: Matrix<Scalar>, learned: LearnedColumns? = nil, threads: Int? = nil
  ) throws -> PreparedRows<Scalar> {
    let (form, finish) = try self.form(columns: data.columnCount)
    if form.isGiven {
      let (distances, rows) = try GivenDistances.checked(data, threads: threads)
      return PreparedRows(
        metric: self, rowCount: rows,
        form: distances.rowCount == rows ? .lookedUp : .condensed, finish: finish,
        coordinates: distances,
        preparation: RowPreparation(columns: rows, step: .distances),
        scaling: MagnitudeScaling(largest: 0, Scalar.self), vectors: [])
    }
    let preparation = try RowPreparation(
      of: data, for: self, learned: learned, threads: threads)
    let coordinates = try preparation.coordinates(of: data, threads: threads)
    var scaling = MagnitudeScaling(largest: 0, Scalar.self)
    switch form {
    case .squares, .powers, .warping(_, .squared):
      let largest = ExactColumnSums.bounds(of: coordinates, threads: threads).max() ?? 0
      scaling = MagnitudeScaling(largest: largest, Scalar.self)
    default: break
    }
    return PreparedRows(
      metric: self, rowCount: data.rowCount, form: form, finish: finish,
      coordinates: scaling.scaled(coordinates), preparation: preparation, scaling: scaling,
      vectors: form == .custom ? data.vectors : [])
  }

  /// What is summed up, and what is made of it.
  private func form(columns: Int) throws -> (DistanceForm, DistanceFinish) {
    switch self {
    case .euclidean, .mahalanobis: (.squares, .squareRoot)
    case .squaredEuclidean: (.squares, .none)
    case .manhattan: (.absolutes, .none)
    case .chebyshev: (.largest, .none)
    case .minkowski(let p):
      switch p {
      case 1: (.absolutes, .none)
      case 2: (.squares, .squareRoot)
      case .infinity: (.largest, .none)
      case 1...: (.powers(p), .root(p))
      default:
        throw CladeError.invalidParameter(
          name: "p", value: "\(p)", reason: "Minkowski's power is a number of at least 1")
      }
    case .cosine, .correlation: (.squares, .half)
    case .canberra: (.canberra, .none)
    case .brayCurtis: (.brayCurtis, .none)
    case .haversine: (.squares, .arc)
    case .hamming: (.differing, .share(of: max(1, columns)))
    case .jaccard: (.jaccard, .none)
    case .dice: (.dice, .none)
    case .gower: (.gower, .none)
    case .dtw(let window, let cost):
      if let window, window < 0 {
        throw CladeError.invalidParameter(
          name: "window", value: "\(window)",
          reason: "numbers can't be paired less than 0 columns apart")
      } else {
        (
          .warping(window: min(window ?? columns, columns), cost),
          cost == .squared ? .squareRoot : .none
        )
      }
    case .precomputed: (.lookedUp, .none)
    case .custom: (.custom, .none)
    }
  }
}

extension Matrix {
  /// The rows as arrays.
  fileprivate var vectors: [[Double]] {
    (0..<rowCount).map { row(Int($0)).map { Double($0) } }
  }
}
