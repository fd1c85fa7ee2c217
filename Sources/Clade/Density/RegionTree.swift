import CKernels
import CladeCore

/// Rows in boxes that are split until they are small, so that the rows near a place are found by
/// looking into few of them.
///
/// The least and the largest squared distance between boxes are computed by the operations that a
/// distance between rows is computed by, in the same order. Rounding keeps order, so they bound the
/// computed distances exactly, and leaving out a box never changes a result.
///
/// A leaf's rows stand together, column after column, as the kernels of `region.h` read them.
final class RegionTree<Scalar: MatrixScalar>: @unchecked Sendable {
  // Unchecked: written by one thread while it is made; later each leaf by one thread.

  /// A box with the rows `first..<first + count` of ``order``.
  struct Node {
    var first: Int32
    var count: Int32
    /// The first of the two boxes within; 0 for a leaf.
    var children: Int32 = 0
    /// The place of a leaf in ``leaves``.
    var leafNumber: Int32 = 0
    var isLeaf: Bool { children == 0 }
    var range: Range<Int> { Int(first)..<Int(first) + Int(count) }
  }

  let rowCount: Int
  let columnCount: Int
  /// All boxes, those within after those around them.
  private(set) var nodes: [Node] = []
  /// The boxes that aren't split, in the order of their rows.
  private(set) var leaves: [Int32] = []
  /// The largest number of rows in a leaf.
  private(set) var largestLeaf = 0
  /// The row in each place (n).
  let order: UnsafeMutableBufferPointer<Int32>
  /// The lower and the upper corner of each box.
  private let boxes: UnsafeMutableBufferPointer<Scalar>
  private let values: UnsafeMutableBufferPointer<Scalar>

  /// Cuts rows into boxes.
  ///
  /// - Parameters:
  ///   - data: n × d, finite, n at least 1.
  ///   - diagonal: A box whose squared diagonal is at most this isn't split, nor is one of few rows.
  /// - Complexity: O(n · (d + log n) · log n) time, O(n · d) memory.
  init(_ data: Matrix<Scalar>, diagonal: Scalar, threads: Int?) throws {
    rowCount = data.rowCount
    columnCount = data.columnCount
    order = .allocate(capacity: data.rowCount)
    values = .allocate(capacity: data.rowCount * data.columnCount + Int(CLADE_REGION_PADDING))
    values.initialize(repeating: 0)
    let plan = try RegionSplits(
      data, order: order, leafSize: data.columnCount <= 8 ? 16 : 64, diagonal: diagonal,
      threads: threads)
    nodes = plan.nodes
    boxes = .allocate(capacity: plan.boxes.count)
    _ = boxes.initialize(from: plan.boxes)
    leaves = nodes.indices.lazy.filter { self.nodes[$0].isLeaf }.map { Int32($0) }
      .sorted { self.nodes[Int($0)].first < self.nodes[Int($1)].first }
    for (number, leaf) in leaves.enumerated() { nodes[Int(leaf)].leafNumber = Int32(number) }
    largestLeaf = leaves.lazy.map { Int(self.nodes[Int($0)].count) }.max() ?? 0
    ParallelChunks.forEach(count: leaves.count, chunkSize: 256, threads: threads) { _, range in
      for leaf in range { fill(leaf: Int(self.leaves[leaf]), from: data) }
    }
  }

  deinit {
    order.deallocate()
    boxes.deallocate()
    values.deallocate()
  }

  /// Copies the rows of a leaf, in the order in which they stand in ``order``.
  func fill(leaf: Int, from data: Matrix<Scalar>) {
    let node = nodes[leaf]
    let (count, columns) = (Int(node.count), columnCount)
    data.withUnsafeBufferPointer { rows in
      let block = values.baseAddress! + Int(node.first) * columns
      for place in 0..<count {
        let row = Int(order[Int(node.first) + place]) * columns
        for column in 0..<columns { block[column * count + place] = rows[row + column] }
      }
    }
  }

  /// Makes the box of a leaf as small as its first `count` rows allow; they have to be where
  /// ``fill(leaf:from:)`` put them.
  func shrink(leaf: Int, toFirst count: Int) {
    let (node, box) = (nodes[leaf], box(leaf))
    let block = values.baseAddress! + Int(node.first) * columnCount
    for column in 0..<columnCount {
      let own = UnsafeBufferPointer(start: block + column * Int(node.count), count: count)
      box[column] = own.min() ?? .infinity
      box[columnCount + column] = own.max() ?? -.infinity
    }
  }

  /// Makes a box as small as the two within allow.
  func shrink(node: Int) {
    let children = Int(nodes[node].children)
    let (own, a, b) = (box(node), box(children), box(children + 1))
    for column in 0..<columnCount {
      own[column] = min(a[column], b[column])
      own[columnCount + column] = max(a[columnCount + column], b[columnCount + column])
    }
  }

  // MARK: Distances

  /// The lower corner of a box, and after it the upper one.
  @inline(__always)
  func box(_ node: Int) -> UnsafeMutablePointer<Scalar> {
    boxes.baseAddress! + node * 2 * columnCount
  }

  /// The least squared distance of a row in one box from a row in another.
  @inline(__always)
  func leastSquare(_ a: UnsafePointer<Scalar>, _ b: UnsafePointer<Scalar>) -> Scalar {
    var sum: Scalar = 0
    for column in 0..<columnCount {
      let gap = max(
        0, max(a[column] - b[columnCount + column], b[column] - a[columnCount + column]))
      sum = sum.addingProduct(gap, gap)
    }
    return sum
  }

  /// The largest squared distance that a row in one box can have from a row in another.
  @inline(__always)
  func largestSquare(_ a: UnsafePointer<Scalar>, _ b: UnsafePointer<Scalar>) -> Scalar {
    var sum: Scalar = 0
    for column in 0..<columnCount {
      let width = max(a[columnCount + column] - b[column], b[columnCount + column] - a[column])
      sum = sum.addingProduct(width, width)
    }
    return sum
  }

  /// The least squared distance of a row in a box from a point.
  @inline(__always)
  func leastSquare(_ box: UnsafePointer<Scalar>, point: UnsafePointer<Scalar>) -> Scalar {
    var sum: Scalar = 0
    for column in 0..<columnCount {
      let gap = max(0, max(box[column] - point[column], point[column] - box[columnCount + column]))
      sum = sum.addingProduct(gap, gap)
    }
    return sum
  }

  /// The largest squared distance that a row in a box can have from a point.
  @inline(__always)
  func largestSquare(_ box: UnsafePointer<Scalar>, point: UnsafePointer<Scalar>) -> Scalar {
    var sum: Scalar = 0
    for column in 0..<columnCount {
      let width = max(box[columnCount + column] - point[column], point[column] - box[column])
      sum = sum.addingProduct(width, width)
    }
    return sum
  }

  /// How many of the first `count` rows of a leaf have at most a squared distance from a point.
  @inline(__always)
  func count(_ leaf: Int, first count: Int, within limit: Scalar, of point: UnsafePointer<Scalar>)
    -> Int
  {
    let node = nodes[leaf]
    let block = UnsafeRawPointer(values.baseAddress! + Int(node.first) * columnCount)
    if Scalar.self == Float.self {
      return clade_count_within_f32(
        clade_block_f32(
          columns: block.assumingMemoryBound(to: Float.self), stride: Int(node.count),
          count: count, dimensions: columnCount),
        UnsafeRawPointer(point).assumingMemoryBound(to: Float.self), Float(limit))
    }
    return clade_count_within_f64(
      clade_block_f64(
        columns: block.assumingMemoryBound(to: Double.self), stride: Int(node.count),
        count: count, dimensions: columnCount),
      UnsafeRawPointer(point).assumingMemoryBound(to: Double.self), Double(limit))
  }

  /// Writes the squared distances of the first `count` rows of a leaf from a point.
  @inline(__always)
  func squares(
    _ leaf: Int, first count: Int, from point: UnsafePointer<Scalar>,
    into squares: UnsafeMutablePointer<Scalar>
  ) {
    let node = nodes[leaf]
    let block = UnsafeRawPointer(values.baseAddress! + Int(node.first) * columnCount)
    if Scalar.self == Float.self {
      clade_block_distances_f32(
        clade_block_f32(
          columns: block.assumingMemoryBound(to: Float.self), stride: Int(node.count),
          count: count, dimensions: columnCount),
        UnsafeRawPointer(point).assumingMemoryBound(to: Float.self),
        UnsafeMutableRawPointer(squares).assumingMemoryBound(to: Float.self))
    } else {
      clade_block_distances_f64(
        clade_block_f64(
          columns: block.assumingMemoryBound(to: Double.self), stride: Int(node.count),
          count: count, dimensions: columnCount),
        UnsafeRawPointer(point).assumingMemoryBound(to: Double.self),
        UnsafeMutableRawPointer(squares).assumingMemoryBound(to: Double.self))
    }
  }
}
