import CKernels
import CladeCore
import Synchronization

/// Each center's list of all centers, the nearest first: a row is compared only with those that are no
/// farther from its last center than twice as far as the row is; for few columns and many centers.
///
/// This is the ball of "Fast k-means with accurate bounds" (Newling and Fleuret, 2016), without bounds
/// that would take memory for each row; `assign_neighbors.h` has how rows are brought together and why the
/// labels are those of comparing all, to the last bit. The more columns, the more centers are within twice a
/// distance, so ``pays`` follows how many were compared so far.
package final class CenterNeighbors<Scalar: MatrixScalar>: @unchecked Sendable {
  // Unchecked: the memory is written only in `init`.

  private let centers: Matrix<Scalar>
  private let ids: [Int32]
  private let places: [Int32]
  private let lists: UnsafeMutablePointer<UInt16>
  private let least: UnsafeMutablePointer<Scalar>
  private let radii: UnsafeMutablePointer<Scalar>
  private let always: Bool
  /// How many distances take as long as a row does otherwise.
  private let otherwise: Int
  private let rowsSeen = Atomic<Int>(0)
  private let compared = Atomic<Int>(0)

  /// Whether lists can be made.
  static func isPossible(centers: Int, columns: Int) -> Bool {
    columns >= 1 && columns <= CLADE_NEIGHBOR_MOST_COLUMNS && centers >= 2
      && centers <= CLADE_NEIGHBOR_MOST_CENTERS
  }

  /// Whether they may be worth making. The choice changes speed only.
  package static func isUseful(centers: Int, columns: Int, rows: Int) -> Bool {
    // A list takes as long as comparing its center with all others about four times. Up to 8 columns lists
    // are hardly ever made in vain.
    isPossible(centers: centers, columns: columns) && columns >= 5
      && centers * MemoryLayout<Scalar>.stride >= 1024
      && rows >= (columns <= 8 ? 32 : 128) * centers
  }

  /// How many distances take as long as what is done for a row besides, as measured.
  private static func rowCost(centers: Int) -> Int {
    (100 + centers / 6) * MemoryLayout<Float>.stride / MemoryLayout<Scalar>.stride
  }

  /// Rows that are best worked on at a time, so that several of each center come together and several threads
  /// have something to do.
  static func chunkSize(centers: Int, rows: Int) -> Int {
    min(1 << 17, max(4096, min(64 * centers, max(16 * centers, rows / 16))))
  }

  /// Makes lists.
  ///
  /// - Parameters:
  ///   - centers: k × d.
  ///   - always: Whether they are used even where they don't pay; for tests.
  ///   - threads: At most this many threads.
  /// - Complexity: O(k² · d) time; 2 to 3 bytes times k².
  package init(_ centers: Matrix<Scalar>, always: Bool, threads: Int?) {
    let (count, columns) = (centers.rowCount, centers.columnCount)
    let order = CanonicalOrder(centers).order
    let sorted = centers.gatheringRows(order.map { Int($0) })
    var places = [Int32](repeating: 0, count: count)
    for (place, cluster) in order.enumerated() { places[Int(cluster)] = Int32(place) }
    (self.centers, self.ids, self.places, self.always) = (sorted, order, places, always)
    otherwise = Int(
      Double(count) * CenterShortlist<Scalar>.leastCost(centers: count, columns: columns))
    let block = CLADE_NEIGHBOR_BLOCK
    let (blocks, radiiCount) = ((count + block - 1) / block, CLADE_NEIGHBOR_RADII)
    let stride = blocks * block
    lists = .allocate(capacity: count * stride)
    least = .allocate(capacity: count * blocks)
    radii = .allocate(capacity: count * radiiCount)
    nonisolated(unsafe) let (lists, least, radii) = (lists, least, radii)
    let transposed = Matrix<Scalar>(rows: columns, columns: count) { target in
      for place in 0..<count {
        for column in 0..<columns { target[column &* count &+ place] = sorted[place, column] }
      }
    }
    ParallelChunks.forEach(count: count, chunkSize: 64, threads: threads) { _, range in
      withUnsafeTemporaryAllocation(of: Scalar.self, capacity: count) { squares in
        withUnsafeTemporaryAllocation(of: UInt16.self, capacity: count) { buckets in
          transposed.withUnsafeBufferPointer { values in
            for place in range {
              let (from, work) = (
                UnsafeRawPointer(values.baseAddress), UnsafeMutableRawPointer(squares.baseAddress)
              )
              let list = lists + place * stride
              let parts = (
                UnsafeMutableRawPointer(least + place * blocks),
                UnsafeMutableRawPointer(radii + place * radiiCount)
              )
              if Scalar.self == Float.self {
                clade_list_neighbors_f32(
                  from?.assumingMemoryBound(to: Float.self), count, columns, place,
                  work?.assumingMemoryBound(to: Float.self), buckets.baseAddress, list,
                  parts.0.assumingMemoryBound(to: Float.self),
                  parts.1.assumingMemoryBound(to: Float.self))
              } else {
                clade_list_neighbors_f64(
                  from?.assumingMemoryBound(to: Double.self), count, columns, place,
                  work?.assumingMemoryBound(to: Double.self), buckets.baseAddress, list,
                  parts.0.assumingMemoryBound(to: Double.self),
                  parts.1.assumingMemoryBound(to: Double.self))
              }
            }
          }
        }
      }
    }
  }

  deinit {
    lists.deallocate()
    least.deallocate()
    radii.deallocate()
  }

  /// Whether so far rows were compared with few enough centers.
  package var pays: Bool {
    let rows = rowsSeen.load(ordering: .relaxed)
    let compared = compared.load(ordering: .relaxed)
    return always || rows < 1024
      || compared + Self.rowCost(centers: centers.rowCount) * rows < rows * otherwise
  }

  /// Writes the labels of `count` rows.
  ///
  /// - Parameters:
  ///   - rows: count × d.
  ///   - before: The centers that they were nearest to, or any others (count).
  ///   - after: Gets the nearest (count).
  package func assign(
    _ rows: UnsafePointer<Scalar>, count: Int, before: UnsafePointer<Int32>,
    after: UnsafeMutablePointer<Int32>
  ) {
    let (k, block) = (centers.rowCount, CLADE_NEIGHBOR_BLOCK)
    let computed = centers.withUnsafeBufferPointer { values in
      var neighbors = clade_neighbors(
        count: k, stride: (k + block - 1) / block * block, columns: centers.columnCount,
        centers: values.baseAddress, lists: lists, least: least, radii: radii)
      return withUnsafeTemporaryAllocation(
        byteCount: clade_neighbors_workspace(count, k), alignment: 64
      ) { workspace in
        let from = UnsafeRawPointer(rows)
        if Scalar.self == Float.self {
          return clade_assign_neighbors_f32(
            from.assumingMemoryBound(to: Float.self), count, &neighbors, ids, places, before,
            workspace.baseAddress, after)
        }
        return clade_assign_neighbors_f64(
          from.assumingMemoryBound(to: Double.self), count, &neighbors, ids, places, before,
          workspace.baseAddress, after)
      }
    }
    rowsSeen.add(count, ordering: .relaxed)
    compared.add(computed, ordering: .relaxed)
  }
}
