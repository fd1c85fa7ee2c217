import CladeCore

extension Dendrogram {
  /// The tree as Newick text: `((0:1,2:1):3,1:4);`. A branch is as long as the heights at its ends
  /// differ; rows are at height 0.
  ///
  /// - Parameter names: What rows are called (n); `nil` for their numbers. A name with a character
  ///   that means something in Newick is quoted.
  /// - Returns: One line that ends with a semicolon and a line feed.
  /// - Throws: `CladeError.shapeMismatch` for another number of names, and `CladeError.emptyData`
  ///   for a tree of no rows.
  /// - Complexity: O(n), also in the depth of the tree.
  public func newick(names: [String]? = nil) throws -> String {
    guard rowCount > 0 else { throw CladeError.emptyData(reason: "a tree of no rows has no text") }
    if let names, names.count != rowCount {
      throw CladeError.shapeMismatch(expected: "\(rowCount) names", found: "\(names.count)")
    }
    var text = ""
    func close(_ node: Int32, under parent: Int32?) {
      guard let parent else { return }
      text += ":\(height(of: parent) - height(of: node))"
    }
    enum Step {
      case open(Int32, under: Int32?)
      case comma
      case close(Int32, under: Int32?)
    }
    // A list of its own, as a tree may be as deep as it has rows.
    var waiting: [Step] = [.open(Int32(rowCount + merges.count - 1), under: nil)]
    while let step = waiting.popLast() {
      switch step {
      case .open(let node, let parent) where Int(node) < rowCount:
        text += names.map { Self.quoted($0[Int(node)]) } ?? "\(node)"
        close(node, under: parent)
      case .open(let node, let parent):
        let merge = merges[Int(node) - rowCount]
        text += "("
        waiting.append(.close(node, under: parent))
        waiting.append(.open(merge.second, under: node))
        waiting.append(.comma)
        waiting.append(.open(merge.first, under: node))
      case .comma: text += ","
      case .close(let node, let parent):
        text += ")"
        close(node, under: parent)
      }
    }
    return text + ";\n"
  }

  private static func quoted(_ name: String) -> String {
    let isPlain =
      !name.isEmpty
      && name.unicodeScalars.allSatisfy {
        !"()[]{}/\\,;:=*'\"`+-<>_".unicodeScalars.contains($0) && !$0.properties.isWhitespace
          && $0.value >= 32
      }
    return isPlain ? name : "'" + name.replacing("'", with: "''") + "'"
  }
}
