import CKernels
import CladeCore

/// Builds a ``KDTree``: large nodes side by side, level after level, then each small one with all
/// that is below it.
///
/// Rows move to and fro between two buffers, so that each node's rows are next to each other.
struct KDTreeBuilder<Scalar: MatrixScalar>: @unchecked Sendable {
  // Unchecked: threads read and write ranges of their own.

  /// The panels of a leaf: more where there are more columns, as boxes tell less then and cost
  /// more.
  private var leafPanels: Int { columns < 4 ? 2 : columns < 20 ? 4 : 8 }
  private static var width: Int { KDTree<Scalar>.panelWidth }
  /// The levels of boxes: fewer than searches have room for by what halves add on the last one.
  private static var mostLevels: Int { Int(CLADE_KD_DEPTH) - 40 }

  private let columns: Int
  private let data: UnsafePointer<Scalar>
  /// The rows of nodes on odd levels and on even ones but the root, and the rows' numbers.
  private let rows: (odd: UnsafeMutablePointer<Scalar>, even: UnsafeMutablePointer<Scalar>)
  private let numbers: (odd: UnsafeMutablePointer<Int32>, even: UnsafeMutablePointer<Int32>)

  /// The tree over the rows of `data`.
  static func parts(of data: Matrix<Scalar>, threads: Int?) throws -> KDTreeParts<Scalar> {
    let (count, columns) = (data.rowCount, data.columnCount)
    let rows = (0..<2).map { _ in
      UnsafeMutablePointer<Scalar>.allocate(capacity: count * columns)
    }
    let numbers = (0..<2).map { _ in UnsafeMutablePointer<Int32>.allocate(capacity: count) }
    defer {
      rows.forEach { $0.deallocate() }
      numbers.forEach { $0.deallocate() }
    }
    for row in 0..<count { numbers[1][row] = Int32(row) }
    return try data.withUnsafeBufferPointer { values in
      guard let start = values.baseAddress, count > 0 else {
        return KDTreeParts(columnCount: columns)
      }
      let builder = KDTreeBuilder(
        columns: columns, data: start, rows: (rows[0], rows[1]), numbers: (numbers[0], numbers[1]))
      return try builder.build(count: count, threads: threads)
    }
  }

  /// A node whose rows are in `range` of the buffers of its level.
  private struct Node {
    let range: Range<Int>
    let level: Int
    var box: [Scalar] = []
    /// The places of its children among the large nodes.
    var children: (first: Int, second: Int)?
    /// What it is with all that is below it, where it is small.
    var parts: KDTreeParts<Scalar>?
  }

  private func build(count: Int, threads: Int?) throws -> KDTreeParts<Scalar> {
    // Nodes up to this size are built whole by one thread.
    let small = max(2048, count / 128)
    var nodes = [Node(range: 0..<count, level: 0)]
    var level = 0..<1
    while !level.isEmpty {
      let current = nodes[level]
      let grown = try current.withUnsafeBufferPointer { current in
        nonisolated(unsafe) let current = current
        return try ParallelChunks.map(count: current.count, chunkSize: 1, threads: threads) {
          index, _ -> (Node, Int?) in
          try Cancellation.check()
          var node = current[index]
          if node.range.count <= small {
            node.parts = subtree(node.range, level: node.level)
            return (node, nil)
          }
          node.box = box(node.range, level: node.level)
          guard let left = split(node.range, level: node.level, box: node.box) else {
            node.parts = subtree(node.range, level: node.level)
            return (node, nil)
          }
          return (node, left)
        }
      }
      let first = nodes.count
      for (index, (node, left)) in zip(level, grown) {
        nodes[index] = node
        guard let left else { continue }
        nodes[index].children = (nodes.count, nodes.count + 1)
        let middle = node.range.lowerBound + left
        nodes.append(Node(range: node.range.lowerBound..<middle, level: node.level + 1))
        nodes.append(Node(range: middle..<node.range.upperBound, level: node.level + 1))
      }
      level = first..<nodes.count
    }
    var whole = KDTreeParts<Scalar>(columnCount: columns)
    let parts = nodes.compactMap(\.parts)
    whole.reserve(
      rows: count, leaves: parts.reduce(nodes.count) { $0 + $1.second.count },
      panels: parts.reduce(0) { $0 + $1.panels.count })
    join(nodes, from: 0, into: &whole)
    return whole
  }

  /// Appends the large node `index` and all that is below it.
  private func join(_ nodes: [Node], from index: Int, into whole: inout KDTreeParts<Scalar>) {
    let node = nodes[index]
    if let parts = node.parts { return whole.append(parts) }
    guard let children = node.children else { return }
    let own = whole.open(box: node.box)
    join(nodes, from: children.first, into: &whole)
    whole.beginSecond(of: own)
    join(nodes, from: children.second, into: &whole)
    whole.close(own)
  }

  /// The node whose rows are in `range`, and all that is below it.
  private func subtree(_ range: Range<Int>, level: Int) -> KDTreeParts<Scalar> {
    var parts = KDTreeParts<Scalar>(columnCount: columns)
    // A leaf that isn't full is more than half full, unless rows are equal.
    parts.reserve(rows: range.count, leaves: 2 * range.count / (leafPanels * Self.width) + 1)
    addSubtree(range, level: level, to: &parts)
    return parts
  }

  /// Appends the node whose rows are in `range`, and all that is below it.
  private func addSubtree(_ range: Range<Int>, level: Int, to parts: inout KDTreeParts<Scalar>) {
    let own = parts.open { fillBox(range, level: level, $0) }
    defer { parts.close(own) }
    guard range.count > leafPanels * Self.width, level < Self.mostLevels,
      let left = parts.withBox(of: own, { split(range, level: level, box: $0) })
    else { return addLeaf(range, level: level, of: own, to: &parts) }
    let middle = range.lowerBound + left
    addSubtree(range.lowerBound..<middle, level: level + 1, to: &parts)
    parts.beginSecond(of: own)
    addSubtree(middle..<range.upperBound, level: level + 1, to: &parts)
  }

  private func source(_ level: Int) -> (
    rows: UnsafePointer<Scalar>, numbers: UnsafeMutablePointer<Int32>
  ) {
    if level == 0 { return (data, numbers.even) }
    return level % 2 == 1
      ? (UnsafePointer(rows.odd), numbers.odd) : (UnsafePointer(rows.even), numbers.even)
  }

  private func box(_ range: Range<Int>, level: Int) -> [Scalar] {
    Array(unsafeUninitializedCapacity: 2 * columns) { buffer, initialized in
      if let target = buffer.baseAddress { fillBox(range, level: level, target) }
      initialized = 2 * columns
    }
  }

  private func fillBox(_ range: Range<Int>, level: Int, _ target: UnsafeMutablePointer<Scalar>) {
    KDTreeKernels.box(
      source(level).rows + range.lowerBound * columns, count: range.count, columns: columns,
      into: target)
  }

  /// Moves the rows of a node to the next level, those below about the median of the widest column
  /// first, and returns how many these are; `nil` where all rows are equal.
  private func split(
    _ range: Range<Int>, level: Int, box: UnsafePointer<Scalar>
  ) -> Int? {
    var widest: (column: Int, width: Scalar)?
    for column in 0..<columns where box[column] < box[columns + column] {
      // Halves, since the difference of two large numbers may be infinite.
      let width = box[columns + column] / 2 - box[column] / 2
      if width > widest?.width ?? -1 { widest = (column, width) }
    }
    guard let column = widest?.column else { return nil }
    let panels = (range.count + Self.width - 1) / Self.width
    // Whole panels on the lower side, so that few are left half empty.
    let rank = panels > 1 ? (panels / 2) * Self.width : range.count / 2
    let from = source(level)
    let target = level % 2 == 0 ? (rows.odd, numbers.odd) : (rows.even, numbers.even)
    return KDTreeKernels.split(
      from.rows + range.lowerBound * columns, numbers: from.numbers + range.lowerBound,
      count: range.count, columns: columns, column: column,
      bounds: (box[column], box[columns + column]), rank: rank,
      to: target.0 + range.lowerBound * columns, numbers: target.1 + range.lowerBound)
  }

  /// Appends the rows of the node `own` in the order of their values, equal ones at one place.
  private func addLeaf(
    _ range: Range<Int>, level: Int, of own: Int, to parts: inout KDTreeParts<Scalar>
  ) {
    let values = source(level).rows
    if isAscending(values + range.lowerBound * columns, count: range.count) {
      return parts.addPlaces(
        values + range.lowerBound * columns,
        members: UnsafeBufferPointer(
          start: source(level).numbers + range.lowerBound, count: range.count))
    }
    func precedes(_ a: Int, _ b: Int) -> Bool {
      for column in 0..<columns {
        let (x, y) = (values[a * columns + column], values[b * columns + column])
        if x != y { return x < y }
      }
      // Rows keep the order of their numbers while they are dealt out.
      return a < b
    }
    // A box without extent holds equal rows, which are in order.
    let order = parts.isPoint(own) ? Array(range) : range.sorted(by: precedes)
    var equal: [Range<Int>] = []
    var start = 0
    while start < order.count {
      let row = values + order[start] * columns
      var end = start + 1
      while end < order.count,
        (0..<columns).allSatisfy({ row[$0] == values[order[end] * columns + $0] })
      { end += 1 }
      equal.append(start..<end)
      start = end
    }
    addPlaces(equal[...], of: order, level: level, node: own, to: &parts)
  }

  /// Whether no row comes before the one above it or is equal to that, as where all came in their
  /// order: rows keep it while they are dealt out.
  private func isAscending(_ rows: UnsafePointer<Scalar>, count: Int) -> Bool {
    var row = rows
    for _ in 1..<max(1, count) {
      var column = 0
      while column < columns, row[column] == row[columns + column] { column += 1 }
      guard column < columns, row[column] < row[columns + column] else { return false }
      row += columns
    }
    return true
  }

  /// Appends a place for each range of equal rows; in halves, should they be too many for a leaf,
  /// as they can be on the last level.
  private func addPlaces(
    _ equal: ArraySlice<Range<Int>>, of order: [Int], level: Int, node own: Int,
    to parts: inout KDTreeParts<Scalar>
  ) {
    let (values, numbers) = source(level)
    guard equal.count > leafPanels * Self.width else {
      for range in equal {
        parts.addPlace(
          values + order[range.lowerBound] * columns,
          members: order[range].lazy.map { numbers[$0] })
      }
      return parts.fillPanel()
    }
    let middle = equal.startIndex + equal.count / 2
    for (half, isSecond) in [(equal[..<middle], false), (equal[middle...], true)] {
      if isSecond { parts.beginSecond(of: own) }
      var box = [Scalar](repeating: .infinity, count: columns)
      box += [Scalar](repeating: -.infinity, count: columns)
      for range in half {
        for column in 0..<columns {
          let x = values[order[range.lowerBound] * columns + column]
          box[column] = min(box[column], x)
          box[columns + column] = max(box[columns + column], x)
        }
      }
      let node = parts.open(box: box)
      addPlaces(half, of: order, level: level, node: node, to: &parts)
      parts.close(node)
    }
  }
}
