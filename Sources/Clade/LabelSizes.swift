extension Sequence<Int32> {
  /// The number of rows with each of `clusterCount` labels; noise (−1) isn't counted.
  ///
  /// - Complexity: O(n + k) for n labels and k clusters.
  package func sizes(clusterCount: Int) -> [Int] {
    var sizes = [Int](repeating: 0, count: clusterCount)
    for label in self where label >= 0 { sizes[Int(label)] += 1 }
    return sizes
  }
}
