import CKernels

/// Points as the mixture's kernels read them: in blocks, each transposed, so that vector lanes run
/// across points. The last block is filled up with copies of the last point that weigh nothing.
final class PointBlocks: @unchecked Sendable {
  // Unchecked: written while it is made, then only read; `hints` by the pass that has the block.

  /// The points of a block.
  static let blockSize = Int(CLADE_MIXTURE_BLOCK)

  let pointCount: Int
  let columnCount: Int
  let blockCount: Int
  /// blockCount × columnCount × blockSize.
  let points: UnsafeMutablePointer<Double>
  /// blockCount × blockSize.
  let weights: UnsafeMutablePointer<Double>
  /// The component that each block tries first; changes the speed only.
  let hints: UnsafeMutablePointer<Int32>

  /// Lays out the rows `order` names (or the range `rows`) with their weights.
  init(
    _ data: Matrix<Double>, rows range: Range<Int>? = nil, order: [Int32]? = nil,
    weights rowWeights: [Double]? = nil, threads: Int? = 1
  ) {
    let range = range ?? 0..<(order?.count ?? data.rowCount)
    let size = Self.blockSize
    let count = range.count
    let blocks = (count + size - 1) / size
    let columns = data.columnCount
    (pointCount, columnCount, blockCount) = (count, columns, blocks)
    points = Self.allocate(max(1, blocks * columns * size))
    weights = Self.allocate(max(1, blocks * size))
    hints = Self.allocate(max(1, blocks))
    hints.initialize(repeating: 0, count: max(1, blocks))
    nonisolated(unsafe) let (points, weights) = (points, weights)
    data.withUnsafeBufferPointer { values in
      nonisolated(unsafe) let values = values
      ParallelChunks.forEach(count: blocks, chunkSize: 64, threads: threads) { _, chunk in
        for block in chunk {
          let target = points + block * columns * size
          for lane in 0..<size {
            let place = block * size + lane
            let index = range.lowerBound + min(place, count - 1)
            let row = order.map { Int($0[index]) } ?? index
            weights[place] = place < count ? (rowWeights?[row] ?? 1) : 0
            for column in 0..<columns {
              target[column &* size &+ lane] = values[row &* columns &+ column]
            }
          }
        }
      }
    }
  }

  deinit {
    points.deallocate()
    weights.deallocate()
    hints.deallocate()
  }

  /// Memory aligned to 64 bytes.
  static func allocate<Element>(_ count: Int) -> UnsafeMutablePointer<Element> {
    UnsafeMutableRawPointer
      .allocate(byteCount: count * MemoryLayout<Element>.stride, alignment: 64)
      .bindMemory(to: Element.self, capacity: count)
  }
}
