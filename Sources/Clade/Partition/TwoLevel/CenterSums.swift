import CladeCore
import Synchronization

/// The sums of the rows of very many centers, exact, to which several threads add at once.
///
/// Centers are cut into blocks, each with sums and a lock of its own: two threads seldom meet, and
/// there is one set of sums rather than one a thread.
final class CenterSums<Scalar: MatrixScalar>: Sendable {
  private let blocks: [Block]
  private let columns: Int

  private static var blockSize: Int { 1024 }

  private final class Block: Sendable {
    let sums: Mutex<ExactColumnSums>

    init(_ sums: ExactColumnSums) { self.sums = Mutex(sums) }
  }

  /// Empty sums.
  ///
  /// - Parameters:
  ///   - bounds: The largest magnitude in each column.
  ///   - count: The number of centers, k.
  init(bounds: [Double], count: Int) {
    columns = bounds.count
    blocks = stride(from: 0, to: count, by: Self.blockSize).map {
      Block(ExactColumnSums(bounds: bounds, groups: min(Self.blockSize, count - $0)))
    }
  }

  /// What one thread works in.
  struct Workspace {
    fileprivate var rows: [Scalar] = []
    fileprivate var labels: [Int32] = []
  }

  /// Adds `count` rows to the centers that `labels` names.
  func add(
    _ rows: UnsafePointer<Scalar>, count: Int, labels: UnsafePointer<Int32>,
    _ workspace: inout Workspace
  ) {
    if workspace.labels.count < count {
      workspace.labels = Array(repeating: 0, count: count)
      workspace.rows = Array(repeating: 0, count: count * columns)
    }
    let size = Int32(Self.blockSize)
    var ends = [Int](repeating: 0, count: blocks.count)
    for row in 0..<count { ends[Int(labels[row] / size)] += 1 }
    var sum = 0
    for block in ends.indices { (ends[block], sum) = (sum, sum + ends[block]) }
    workspace.rows.withUnsafeMutableBufferPointer { sorted in
      workspace.labels.withUnsafeMutableBufferPointer { own in
        guard let sorted = sorted.baseAddress, let own = own.baseAddress else { return }
        for row in 0..<count {
          let block = Int(labels[row] / size)
          own[ends[block]] = labels[row] % size
          (sorted + ends[block] * columns).update(from: rows + row * columns, count: columns)
          ends[block] += 1
        }
        var first = 0
        for (block, end) in ends.enumerated() where end > first {
          let (start, labels) = (sorted + first * columns, own + first)
          nonisolated(unsafe) let (rows, after) = (start, labels)
          let count = end - first
          _ = blocks[block].sums.withLock { $0.add(rows, count: count, after: after) }
          first = end
        }
      }
    }
  }

  /// Moves each center that has rows to their mean.
  ///
  /// - Complexity: O(k · d).
  func moveToMeans(_ centers: inout Matrix<Scalar>, threads: Int?) {
    let columns = columns
    centers.withUnsafeMutableBufferPointer { centers in
      nonisolated(unsafe) let centers = centers
      ParallelChunks.forEach(count: blocks.count, chunkSize: 1, threads: threads) { block, _ in
        blocks[block].sums.withLock { sums in
          for group in 0..<sums.groupCount {
            let count = Int(sums.addendCount(group: group))
            guard count > 0 else { continue }
            let first = (block * Self.blockSize + group) * columns
            for column in 0..<columns {
              centers[first + column] = Scalar(
                sums.mean(group: group, column: column, count: count))
            }
          }
        }
      }
    }
  }
}
