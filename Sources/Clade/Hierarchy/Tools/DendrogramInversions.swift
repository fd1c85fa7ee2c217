extension Dendrogram {
  /// The merges that are lower than a merge within them, ascending: none where heights are in
  /// order.
  ///
  /// Centroid and median linkage make them, and so does a tree that was built from the top. A cut
  /// at a height takes such a merge for as high as the highest within it.
  ///
  /// - Complexity: O(n).
  public var inversions: [Int] {
    merges.indices.filter { index in
      let merge = merges[index]
      return [merge.first, merge.second].contains {
        Int($0) >= rowCount && height(of: $0) > merge.height
      }
    }
  }
}
