import CKernels
import CladeCore

/// The nearest places of each place of a ``KDTree``, itself the first, and its core distance.
package struct PlaceLists<Scalar: MatrixScalar>: Sendable {
  /// The length of each list.
  package let length: Int
  /// Squared distances in ascending order, list after list, and which places these are; infinity
  /// and `CLADE_KD_NOWHERE` where there is none.
  package var squares: [Scalar]
  package var places: [Int32]
  /// The squared core distance of each place, infinite where no row is.
  package var cores: [Scalar]

  init(placeCount: Int, length: Int) {
    self.length = length
    squares = Array(repeating: .infinity, count: placeCount * length)
    places = Array(repeating: Int32(CLADE_KD_NOWHERE), count: placeCount * length)
    cores = Array(repeating: .infinity, count: placeCount)
  }
}
