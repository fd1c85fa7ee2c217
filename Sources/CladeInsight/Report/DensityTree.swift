import Clade

/// The tree of dense regions that groups were chosen from, for a ``Report``.
public struct DensityTree: Sendable, Equatable {
  /// The tree.
  public let tree: CondensedTree
  /// The cluster of the tree that each group is (k).
  public let selected: [Int]

  /// Creates it.
  ///
  /// - Parameters:
  ///   - tree: The tree.
  ///   - selected: The cluster of the tree that each group is (k).
  public init(_ tree: CondensedTree, selected: [Int]) {
    self.tree = tree
    self.selected = selected
  }
}
