import CladeCore

/// How unlike each two of n items are, wherever that comes from: a matrix, a mapped file, a
/// function.
///
/// Medoids need no more than this: no coordinates, and no triangle inequality. Dissimilarities are
/// finite, not negative, 0 between an item and itself, and the same both ways.
public protocol Dissimilarities<Scalar>: Sendable {
  /// The type of the numbers.
  associatedtype Scalar: MatrixScalar

  /// The number of items, n.
  var count: Int { get }

  /// Writes the dissimilarities of one item from all.
  ///
  /// Called from several threads at once, with the same numbers each time.
  ///
  /// - Parameters:
  ///   - item: The item, 0..<n.
  ///   - row: Gets its dissimilarities (n), its own 0 included. The memory is initialised.
  func write(_ item: Int, into row: UnsafeMutableBufferPointer<Scalar>) throws
}
