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

  /// Lists of nothing.
  ///
  /// - Parameters:
  ///   - placeCount: The number of lists.
  ///   - length: The length of each.
  ///   - threads: At most this many threads fetch the memory; `nil` for one per core.
  init(placeCount: Int, length: Int, threads: Int?) {
    self.length = length
    squares = Self.filled(.infinity, count: placeCount * length, threads: threads)
    places = Self.filled(Int32(CLADE_KD_NOWHERE), count: placeCount * length, threads: threads)
    cores = Array(repeating: .infinity, count: placeCount)
  }

  private static func filled<Number: Sendable>(
    _ number: Number, count: Int, threads: Int?
  ) -> [Number] {
    Array(unsafeUninitializedCapacity: count) { numbers, initialized in
      nonisolated(unsafe) let numbers = numbers
      ParallelChunks.forEach(count: count, chunkSize: 1 << 16, threads: threads) { _, range in
        UnsafeMutableBufferPointer(rebasing: numbers[range]).initialize(repeating: number)
      }
      initialized = count
    }
  }
}
