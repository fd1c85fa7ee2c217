/// Dissimilarities of n items that somebody computed, checked: for whatever takes
/// ``Metric/precomputed``.
///
/// They may be of anything, and needn't satisfy the triangle inequality. `Float` takes half the
/// memory of `Double`, and those above the diagonal half that of all.
///
/// ```swift
/// let distances = try PrecomputedDistances(matrix, symmetrizing: true)
/// let model = try HDBSCAN(metric: .precomputed).fit(distances.matrix)
/// ```
public struct PrecomputedDistances<Scalar: MatrixScalar>: Sendable {
  /// The distances: n × n, or n · (n − 1) / 2 above the diagonal, row after row, in one row.
  public let matrix: Matrix<Scalar>
  /// The number of items, n.
  public let count: Int

  /// Checks distances.
  ///
  /// Where the two distances of a pair differ by no more than a rounding (10⁻⁶ of the larger), both
  /// become their mean.
  ///
  /// - Parameters:
  ///   - matrix: n × n numbers, or n · (n − 1) / 2 in one row, as SciPy's `pdist` has them. Not
  ///     copied unless something changes that somebody else holds too.
  ///   - symmetrizing: Whether the two distances of a pair become their mean however much they
  ///     differ.
  ///   - threads: The threads to use; `nil` for one per core.
  /// - Throws: ``CladeError/shapeMismatch(expected:found:)`` for other shapes;
  ///   ``CladeError/nonFiniteValue(row:column:value:)`` and
  ///   ``CladeError/valueOutOfRange(row:column:value:expected:)`` with the place of what is NaN,
  ///   infinite or negative, on the diagonal and not 0, or not the same both ways;
  ///   `CancellationError`.
  /// - Complexity: O(n²) time, going through the matrix once and another time where something
  ///   changes.
  public init(
    _ matrix: consuming Matrix<Scalar>, symmetrizing: Bool = false, threads: Int? = nil
  ) throws {
    (self.matrix, count) = try GivenDistances.checked(
      matrix, symmetrizing: symmetrizing, threads: threads)
  }

  /// Distances that were checked.
  package init(checked matrix: Matrix<Scalar>, count: Int) {
    self.matrix = matrix
    self.count = count
  }

  /// Whether all are there, and not only those above the diagonal.
  public var isSquare: Bool { matrix.rowCount == count }

  /// The distance of two items.
  public subscript(i: Int, j: Int) -> Scalar {
    precondition(i >= 0 && i < count && j >= 0 && j < count, "There are items 0..<\(count)")
    if isSquare { return matrix[i, j] }
    return i == j ? 0 : matrix[0, GivenDistances.place(i, j, of: count)]
  }
}
