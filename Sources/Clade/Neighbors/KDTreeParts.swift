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

  /// Begins a node, and returns its number.
  mutating func open(box: [Scalar]) -> Int {
    second.append(0)
    firstPanel.append(Int32(placeCount / Self.width))
    endPanel.append(0)
    boxes += box
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
