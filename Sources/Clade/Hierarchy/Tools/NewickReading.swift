import CladeCore

extension Dendrogram {
  /// Reads a tree from Newick text.
  ///
  /// Branches have lengths, and all rows are equally far from the root, to within a millionth of
  /// that: their heights are 0. More than two branches that join at once become merges of one
  /// height. Names may be quoted; text in brackets is a comment, and names of inner nodes are left
  /// out.
  ///
  /// - Parameter text: One tree.
  /// - Returns: The tree, and what its rows are called (n). Where the names are the numbers 0..<n,
  ///   as ``newick(names:)`` writes them, these are the rows' numbers, else rows are numbered from
  ///   left to right.
  /// - Throws: `CladeError.invalidParameter` that says what is wrong at which character, counted
  ///   from 1.
  /// - Complexity: O(n log n), whatever the depth of the tree.
  public static func reading(newick text: String) throws -> (
    dendrogram: Dendrogram, names: [String]
  ) {
    var parser = NewickParser(text)
    return try parser.tree()
  }
}

/// Reads Newick text from left to right.
private struct NewickParser {
  private let bytes: [UInt8]
  private var place = 0
  private var names: [String] = []
  /// The joins so far: the nodes that each joins, and its height. Row i is node i, join j is −1 −
  /// j.
  private var joins: [(parts: [Int], height: Double)] = []

  /// A node that is read up to its name, and how long the branch above it is.
  private struct Branch {
    let node: Int
    let height: Double
    var length: Double?
  }

  init(_ text: String) { bytes = Array(text.utf8) }

  mutating func tree() throws -> (dendrogram: Dendrogram, names: [String]) {
    var open: [[Branch]] = []
    var root: Branch?
    while root == nil {
      skip()
      guard let byte = peek else { throw refuse("the text ends within a tree") }
      if byte == UInt8(ascii: "(") {
        place += 1
        open.append([])
        continue
      }
      names.append(try name())
      guard !open.isEmpty || names != [""] else { throw refuse("there is no tree") }
      var branch = try branch(node: names.count - 1, height: 0)
      // Ends as many nodes as end here.
      while root == nil {
        guard !open.isEmpty else {
          root = branch
          break
        }
        open[open.count - 1].append(branch)
        skip()
        guard let byte = peek else { throw refuse("a parenthesis isn't closed") }
        place += 1
        if byte == UInt8(ascii: ",") { break }
        guard byte == UInt8(ascii: ")") else {
          place -= 1
          throw refuse("a comma or a parenthesis is expected")
        }
        let height = try height(joining: open[open.count - 1])
        joins.append((open.removeLast().map(\.node), height))
        _ = try name()
        branch = try self.branch(node: -joins.count, height: height)
      }
    }
    skip()
    guard peek == UInt8(ascii: ";") else { throw refuse("a semicolon is expected at the end") }
    place += 1
    skip()
    guard peek == nil else { throw refuse("there is more than one tree") }
    return try dendrogram()
  }

  private var peek: UInt8? { place < bytes.count ? bytes[place] : nil }

  private func refuse(_ reason: String) -> CladeError {
    .invalidParameter(name: "newick", value: "what is at character \(place + 1)", reason: reason)
  }

  /// Skips blanks and comments.
  private mutating func skip() {
    while let byte = peek {
      if byte <= 32 {
        place += 1
      } else if byte == UInt8(ascii: "[") {
        while let next = peek, next != UInt8(ascii: "]") { place += 1 }
        if peek != nil { place += 1 }
      } else {
        return
      }
    }
  }

  private mutating func name() throws -> String {
    skip()
    var text: [UInt8] = []
    if peek == UInt8(ascii: "'") {
      place += 1
      while true {
        guard let byte = peek else { throw refuse("a quoted name doesn't end") }
        place += 1
        if byte == UInt8(ascii: "'") {
          guard peek == byte else { break }
          place += 1
        }
        text.append(byte)
      }
    } else {
      while let byte = peek, byte > 32, !"(),:;[]'".utf8.contains(byte) {
        // Blanks are written so outside of quotes.
        text.append(byte == UInt8(ascii: "_") ? UInt8(ascii: " ") : byte)
        place += 1
      }
    }
    return String(decoding: text, as: UTF8.self)
  }

  /// A node with the length of its branch.
  private mutating func branch(node: Int, height: Double) throws -> Branch {
    skip()
    guard peek == UInt8(ascii: ":") else { return Branch(node: node, height: height) }
    place += 1
    skip()
    let start = place
    while let byte = peek, byte > 32, !"(),:;[]'".utf8.contains(byte) { place += 1 }
    let text = String(decoding: bytes[start..<place], as: UTF8.self)
    guard let length = Double(text), length.isFinite else {
      place = start
      throw refuse("the length of a branch is a number, and not \"\(text)\"")
    }
    return Branch(node: node, height: height, length: length)
  }

  /// The height at which branches join.
  private func height(joining branches: [Branch]) throws -> Double {
    guard branches.count > 1 else { throw refuse("a node has a single branch") }
    let ends = try branches.map { branch in
      guard let length = branch.length else { throw refuse("a branch before has no length") }
      return branch.height + length
    }
    let (least, most) = (ends.min() ?? 0, ends.max() ?? 0)
    guard least.isFinite, most.isFinite else {
      throw refuse("the branches below this node add up to more than a number can be")
    }
    let scale = zip(branches, ends).map { max($0.height.magnitude, $1.magnitude) }.max() ?? 0
    guard most - least <= 1e-6 * scale else {
      throw refuse(
        "rows are \(least) and \(most) below this node; in a dendrogram all are equally far")
    }
    return most
  }

  private func dendrogram() throws -> (dendrogram: Dendrogram, names: [String]) {
    let n = names.count
    // Their own numbers, if names are those.
    var rows = names.indices.map { Int32($0) }
    let numbers = names.compactMap { Int($0) }.filter { $0 >= 0 && $0 < n }
    let isNumbered = numbers.count == n && Set(numbers).count == n
    if isNumbered { rows = numbers.map { Int32($0) } }
    var nodes = [Int32](repeating: 0, count: joins.count)
    let isMonotone = joins.allSatisfy { join in
      join.parts.allSatisfy { $0 >= 0 || joins[-1 - $0].height <= join.height }
    }
    var merges = MergeList(rowCount: n, isMonotone: isMonotone)
    for (index, join) in joins.enumerated() {
      let parts = join.parts.map { $0 >= 0 ? rows[$0] : nodes[-1 - $0] }
      nodes[index] = parts.dropFirst().reduce(parts[0]) {
        merges.join($0, $1, height: join.height)
      }
    }
    let ordered = isNumbered ? (0..<n).map { "\($0)" } : names
    return (merges.dendrogram(), ordered)
  }
}
