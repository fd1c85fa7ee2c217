import CladeCore

/// The cuts of a k-d tree that makes the sum of squares within its cells small; see
/// ``CellCoreset``.
struct CellPlanes: Sendable {
  /// A cut, or a cell.
  private struct Node {
    var column: Int32 = 0
    /// Rows up to this go left.
    var cut = 0.0
    /// The node on the left, that on the right following it; −1 for a cell.
    var left: Int32 = -1
    var cell: Int32 = 0
  }

  private var nodes = [Node()]
  /// The mean of the rows in each cell (cells × d).
  let means: Matrix<Double>

  /// Cuts rows, in canonical order, into `count` cells; fewer when there are fewer distinct rows.
  ///
  /// - Complexity: O(m · (d + log m) · log count) for cells of similar sizes.
  init<Scalar: MatrixScalar>(_ rows: Matrix<Scalar>, masses: [Double], count: Int) throws {
    let values = rows.doubles
    var cells = [Cell(Array(masses.indices), values, masses, node: 0)]
    var queue = GainQueue()
    queue.insert(cells[0].gain, 0)
    while cells.count < count, let (gain, index) = queue.popFirst(), gain > 0 {
      if cells.count % 256 == 0 { try Cancellation.check() }
      let cell = cells[index]
      let (left, right) = cell.parts(values)
      let node = Int(cell.node)
      nodes[node].column = Int32(cell.column)
      nodes[node].cut = cell.cut
      nodes[node].left = Int32(nodes.count)
      nodes += [Node(), Node()]
      cells[index] = Cell(left, values, masses, node: nodes.count - 2)
      cells.append(Cell(right, values, masses, node: nodes.count - 1))
      queue.insert(cells[index].gain, index)
      queue.insert(cells[cells.count - 1].gain, cells.count - 1)
    }
    for (index, cell) in cells.enumerated() { nodes[cell.node].cell = Int32(index) }
    means = try Matrix(cells.map { $0.mean(values, masses) })
  }

  /// Writes the cell of each of `count` rows.
  func assign<Scalar: MatrixScalar>(
    _ rows: UnsafePointer<Scalar>, count: Int, columns: Int, into labels: inout [Int32]
  ) {
    nodes.withUnsafeBufferPointer { nodes in
      for row in 0..<count {
        let start = row &* columns
        var node = 0
        while nodes[node].left >= 0 {
          let value = Double(rows[start &+ Int(nodes[node].column)])
          node = Int(nodes[node].left) &+ (value <= nodes[node].cut ? 0 : 1)
        }
        labels[row] = nodes[node].cell
      }
    }
  }
}

/// Rows of the sample that are together so far, and the cut that lowers their sum of squares most.
private struct Cell {
  let members: [Int]
  let node: Int
  private(set) var column = 0
  private(set) var cut = 0.0
  /// By how much the cut lowers the sum of squares.
  private(set) var gain = 0.0

  init(_ members: [Int], _ rows: Matrix<Double>, _ masses: [Double], node: Int) {
    self.members = members
    self.node = node
    guard members.count > 1 else { return }
    let columns = rows.columnCount
    rows.withUnsafeBufferPointer { rows in
      var (mass, sums) = (0.0, [Double](repeating: 0, count: columns))
      for member in members {
        mass += masses[member]
        for j in 0..<columns { sums[j] += masses[member] * rows[member &* columns &+ j] }
      }
      let means = sums.map { $0 / mass }
      var squares = [Double](repeating: 0, count: columns)
      for member in members {
        for j in 0..<columns {
          let difference = rows[member &* columns &+ j] - means[j]
          squares[j] += masses[member] * difference * difference
        }
      }
      for j in 1..<max(1, columns) where squares[j] > squares[column] { column = j }
      let (axis, mean) = (column, means[column])
      // By value, then by place in the canonical order.
      var sorted: [(value: Double, member: Int)] = members.map { member in
        (value: rows[member &* columns &+ axis], member: member)
      }
      sorted.sort { a, b in a.value != b.value ? a.value < b.value : a.member < b.member }
      var (leftMass, leftSum) = (0.0, 0.0)
      for index in 0..<(sorted.count - 1) {
        let weight = masses[sorted[index].member]
        leftMass += weight
        leftSum += weight * (sorted[index].value - mean)
        let (low, high) = (sorted[index].value, sorted[index + 1].value)
        guard low < high else { continue }
        // Relative to the mean, the two parts' sums are opposite.
        let lowered = leftSum * leftSum * (1 / leftMass + 1 / (mass - leftMass))
        if lowered > gain {
          gain = lowered
          let middle = low + (high - low) / 2
          cut = middle < high ? middle : low
        }
      }
    }
  }

  /// The mean of the members; of a single one exactly its values.
  func mean(_ rows: Matrix<Double>, _ masses: [Double]) -> [Double] {
    let mass = members.reduce(0.0) { $0 + masses[$1] }
    return (0..<rows.columnCount).map { column in
      guard members.count > 1 else { return rows[members[0], column] }
      return members.reduce(0.0) { $0 + masses[$1] * rows[$1, column] } / mass
    }
  }

  func parts(_ rows: Matrix<Double>) -> (left: [Int], right: [Int]) {
    var (left, right) = ([Int](), [Int]())
    rows.withUnsafeBufferPointer { values in
      for member in members {
        if values[member &* rows.columnCount &+ column] <= cut {
          left.append(member)
        } else {
          right.append(member)
        }
      }
    }
    return (left, right)
  }
}

/// Cells by what their cut gains, the largest first, ties by number: a binary heap.
private struct GainQueue {
  private var items: [(gain: Double, index: Int)] = []

  private func precedes(_ a: Int, _ b: Int) -> Bool {
    items[a].gain != items[b].gain
      ? items[a].gain > items[b].gain : items[a].index < items[b].index
  }

  mutating func insert(_ gain: Double, _ index: Int) {
    items.append((gain, index))
    var child = items.count - 1
    while child > 0, precedes(child, (child - 1) / 2) {
      items.swapAt(child, (child - 1) / 2)
      child = (child - 1) / 2
    }
  }

  mutating func popFirst() -> (gain: Double, index: Int)? {
    guard let first = items.first else { return nil }
    let last = items.removeLast()
    guard !items.isEmpty else { return first }
    items[0] = last
    var parent = 0
    while case let child = 2 * parent + 1, child < items.count {
      let better = child + 1 < items.count && precedes(child + 1, child) ? child + 1 : child
      guard precedes(better, parent) else { break }
      items.swapAt(better, parent)
      parent = better
    }
    return first
  }
}
