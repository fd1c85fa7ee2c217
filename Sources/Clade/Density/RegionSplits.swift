import CladeCore

/// The splits of a ``RegionTree``: each box in two by the median of its widest column.
struct RegionSplits<Scalar: MatrixScalar> {
  private(set) var nodes: [RegionTree<Scalar>.Node]
  /// The lower and the upper corner of each box.
  private(set) var boxes: [Scalar]

  private struct Item {
    var key: Scalar
    var row: Int32
  }

  private struct Split: Sendable {
    let box: [Scalar]
    let isSplit: Bool
  }

  init(
    _ data: Matrix<Scalar>, order: UnsafeMutableBufferPointer<Int32>, leafSize: Int,
    diagonal: Scalar, threads: Int?
  ) throws {
    let columns = data.columnCount
    nonisolated(unsafe) let order = order
    for row in 0..<data.rowCount { order.initializeElement(at: row, to: Int32(row)) }
    var nodes = [RegionTree<Scalar>.Node(first: 0, count: Int32(data.rowCount))]
    var boxes: [Scalar] = []
    nonisolated(unsafe) let items = UnsafeMutableBufferPointer<Item>.allocate(
      capacity: data.rowCount)
    defer { items.deallocate() }
    // Level after level, the boxes of one side by side.
    var level = 0..<1
    while !level.isEmpty {
      try Task.checkCancellation()
      let (first, current) = (level.lowerBound, nodes)
      let splits = ParallelChunks.map(
        count: level.count, chunkSize: max(1, level.count / 64), threads: threads
      ) { _, range in
        range.map { index in
          let node = current[first + index]
          return Self.split(
            data, order, items, node.range, leafSize: leafSize, diagonal: diagonal)
        }
      }
      let next = nodes.count
      for (index, split) in splits.joined().enumerated() {
        boxes += split.box
        guard split.isSplit else { continue }
        let node = nodes[first + index]
        let half = node.count / 2
        nodes[first + index].children = Int32(nodes.count)
        nodes.append(.init(first: node.first, count: half))
        nodes.append(.init(first: node.first + half, count: node.count - half))
      }
      level = next..<nodes.count
    }
    precondition(boxes.count == nodes.count * 2 * columns)
    self.nodes = nodes
    self.boxes = boxes
  }

  /// Finds the box around rows and, where it is to be split, moves the lower half of them to the
  /// front.
  private static func split(
    _ data: Matrix<Scalar>, _ order: UnsafeMutableBufferPointer<Int32>,
    _ items: UnsafeMutableBufferPointer<Item>, _ range: Range<Int>, leafSize: Int,
    diagonal: Scalar
  ) -> Split {
    let columns = data.columnCount
    return data.withUnsafeBufferPointer { rows in
      var box = [Scalar](repeating: .infinity, count: 2 * columns)
      box.withUnsafeMutableBufferPointer { box in
        for column in 0..<columns { box[columns + column] = -.infinity }
        for place in range {
          let row = Int(order[place]) &* columns
          for column in 0..<columns {
            let value = rows[row &+ column]
            if value < box[column] { box[column] = value }
            if value > box[columns &+ column] { box[columns &+ column] = value }
          }
        }
      }
      var square: Scalar = 0
      var widest = (column: 0, width: -Scalar.infinity)
      for column in 0..<columns {
        let width = box[columns + column] - box[column]
        square = square.addingProduct(width, width)
        if width > widest.width { widest = (column, width) }
      }
      guard range.count > leafSize, square > diagonal else {
        return Split(box: box, isSplit: false)
      }
      let own = UnsafeMutableBufferPointer(rebasing: items[range])
      for (place, index) in zip(range, 0...) {
        let row = order[place]
        own.initializeElement(
          at: index, to: Item(key: rows[Int(row) * columns + widest.column], row: row))
      }
      Selection.moveSmallest(range.count / 2, of: own, by: { $0.key })
      for (place, item) in zip(range, own) { order[place] = item.row }
      return Split(box: box, isSplit: true)
    }
  }
}
