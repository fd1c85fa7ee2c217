import CladeCore

extension GenieForest {
  /// The leaves that were left out and are no farther from the node that they hang on than the core
  /// distance of that one: they are among its nearest rows.
  ///
  /// - Parameter rows: The rows by their places in the tree.
  func borderLeaves<Scalar: MatrixScalar>(of rows: PreparedRows<Scalar>) throws -> [Int] {
    let leaves = anchors.indices.filter { anchors[$0] >= 0 }
    let panels = DistancePanels(
      rows, order: leaves.map { tree.starts[Int(anchors[$0])] })
    let width = DistancePanels<Scalar>.panelWidth
    var raw = [Scalar](repeating: 0, count: width)
    return try leaves.enumerated().filter { index, leaf in
      let (place, panel) = (Int(tree.starts[leaf]), index / width)
      try panels.rawDistances(
        of: rows, place..<place + 1, panels: panel..<panel + 1, into: &raw, stride: width)
      return rows.distance(raw: raw[index % width]) <= tree.coreDistances[Int(anchors[leaf])]
    }.map(\.element)
  }
}
