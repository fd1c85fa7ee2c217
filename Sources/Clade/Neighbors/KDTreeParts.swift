import CladeCore

/// What a ``KDTree`` is made of, node after node in preorder.
struct KDTreeParts<Scalar: MatrixScalar>: Sendable {
  let columnCount: Int
  /// See `kd_tree.h`.
  private(set) var second: [Int32] = []
  private(set) var firstPanel: [Int32] = []
  private(set) var endPanel: [Int32] = []
  private(set) var boxes: [Scalar] = []
  private(set) var panels: [Scalar] = []
  /// Where the members of each place begin, and where the last ones end.
  private(set) var memberStarts: [Int32] = [0]
  private(set) var members: [Int32] = []
  private(set) var distinctRowCount = 0

  private static var width: Int { KDTree<Scalar>.panelWidth }
  private var placeCount: Int { memberStarts.count - 1 }

  init(columnCount: Int) {
    self.columnCount = columnCount
  }

  /// Makes room for some rows in some leaves, in so many numbers of panels.
  mutating func reserve(rows: Int, leaves: Int, panels size: Int? = nil) {
    second.reserveCapacity(2 * leaves)
    firstPanel.reserveCapacity(2 * leaves)
    endPanel.reserveCapacity(2 * leaves)
    boxes.reserveCapacity(2 * leaves * 2 * columnCount)
    let size = size ?? (rows / Self.width + leaves) * Self.width * columnCount
    panels.reserveCapacity(size)
    memberStarts.reserveCapacity(size / max(1, columnCount) + 1)
    members.reserveCapacity(rows)
  }

  /// Begins a node whose box `fill` writes, and returns its number.
  mutating func open(fill: (UnsafeMutablePointer<Scalar>) -> Void) -> Int {
    let box = boxes.count
    boxes.append(contentsOf: repeatElement(0, count: 2 * columnCount))
    boxes.withUnsafeMutableBufferPointer { boxes in
      if let first = boxes.baseAddress { fill(first + box) }
    }
    return open()
  }

  /// Calls `body` with the box of a node.
  func withBox<Result>(
    of node: Int, _ body: (UnsafePointer<Scalar>) -> Result?
  ) -> Result? {
    boxes.withUnsafeBufferPointer { boxes in
      boxes.baseAddress.flatMap { body($0 + node * 2 * columnCount) }
    }
  }

  /// Begins a node, and returns its number.
  mutating func open(box: [Scalar]) -> Int {
    boxes += box
    return open()
  }

  private mutating func open() -> Int {
    second.append(0)
    firstPanel.append(Int32(placeCount / Self.width))
    endPanel.append(0)
    return second.count - 1
  }

  /// Whether the box of `node` has no extent.
  func isPoint(_ node: Int) -> Bool {
    let lower = node * 2 * columnCount
    return (lower..<lower + columnCount).allSatisfy { boxes[$0] == boxes[$0 + columnCount] }
  }

  /// Lets the second child of `node` begin.
  mutating func beginSecond(of node: Int) { second[node] = Int32(second.count) }

  /// Ends `node`.
  mutating func close(_ node: Int) { endPanel[node] = Int32(placeCount / Self.width) }

  /// Appends a row and the numbers of the rows that are equal to it.
  mutating func addPlace(_ row: UnsafePointer<Scalar>, members rows: some Sequence<Int32>) {
    let lane = placeCount % Self.width
    if lane == 0 {
      panels.append(contentsOf: repeatElement(.infinity, count: Self.width * columnCount))
    }
    let panel = panels.count - Self.width * columnCount
    for column in 0..<columnCount { panels[panel + column * Self.width + lane] = row[column] }
    members.append(contentsOf: rows)
    memberStarts.append(Int32(members.count))
    distinctRowCount += 1
  }

  /// Appends rows that differ from each other, and their numbers, from a new panel on; the rest of
  /// the last panel is left empty.
  mutating func addPlaces(_ rows: UnsafePointer<Scalar>, members own: UnsafeBufferPointer<Int32>) {
    let (width, columns) = (Self.width, columnCount)
    let panelCount = (own.count + width - 1) / width
    let first = panels.count
    panels.append(contentsOf: repeatElement(.infinity, count: panelCount * width * columns))
    panels.withUnsafeMutableBufferPointer { panels in
      var row = rows
      for place in own.indices {
        var value = first + place / width * width * columns + place % width
        for column in 0..<columns {
          panels[value] = row[column]
          value += width
        }
        row += columns
      }
    }
    let start = Int32(members.count)
    members.append(contentsOf: own)
    memberStarts.append(
      contentsOf: (1...max(1, panelCount * width)).lazy.map { start + Int32(min($0, own.count)) })
    distinctRowCount += own.count
  }

  /// Leaves the rest of the panel empty.
  mutating func fillPanel() {
    while placeCount % Self.width != 0 { memberStarts.append(Int32(members.count)) }
  }

  /// Appends all nodes of another tree.
  mutating func append(_ other: KDTreeParts) {
    let nodes = Int32(second.count)
    let panel = Int32(placeCount / Self.width)
    let member = Int32(members.count)
    second.append(contentsOf: other.second.lazy.map { $0 == 0 ? 0 : $0 + nodes })
    firstPanel.append(contentsOf: other.firstPanel.lazy.map { $0 + panel })
    endPanel.append(contentsOf: other.endPanel.lazy.map { $0 + panel })
    boxes += other.boxes
    panels += other.panels
    memberStarts.append(contentsOf: other.memberStarts.dropFirst().lazy.map { $0 + member })
    members += other.members
    distinctRowCount += other.distinctRowCount
  }
}
