import Clade
import Testing

/// Trees beside those of `fastcluster.linkage` 1.3.0 and `scipy.cluster.hierarchy.linkage` 1.17.1,
/// which agree on these.
@Suite struct LinkageReferenceTests {
  /// What a tree of the wine data is: a sum over its ids, the sum of its heights, the last three
  /// merges.
  struct Tree: Sendable {
    let linkage: Linkage
    let ids: Int
    let heights: Double
    let last: [[Double]]
  }

  static let wine = [
    Tree(
      linkage: .single, ids: 81_526_043, heights: 2558.455629869369,
      last: [
        [53, 351, 60.852208669858484, 172], [344, 352, 75.09062657882141, 177],
        [18, 353, 133.2221558150145, 178],
      ]),
    Tree(
      linkage: .complete, ids: 95_026_650, heights: 8818.275837072635,
      last: [
        [348, 350, 665.1497466736344, 43], [349, 351, 712.2340848344735, 135],
        [352, 353, 1402.1918650812377, 178],
      ]),
    Tree(
      linkage: .average, ids: 90_716_697, heights: 5429.556470012462,
      last: [
        [348, 349, 271.1084811225886, 130], [350, 351, 389.5377666327421, 48],
        [352, 353, 606.9690304813007, 178],
      ]),
    Tree(
      linkage: .weighted, ids: 91_807_480, heights: 5912.594500804834,
      last: [
        [345, 350, 294.65109475758544, 116], [348, 352, 515.2322352783392, 158],
        [351, 353, 792.6745633631593, 178],
      ]),
    Tree(
      linkage: .ward, ids: 95_634_403, heights: 17366.934759539585,
      last: [
        [347, 349, 1416.6833276042692, 48], [350, 351, 2141.829867290135, 130],
        [352, 353, 5078.32710056466, 178],
      ]),
    Tree(
      linkage: .centroid, ids: 90_178_028, heights: 5267.652258401836,
      last: [
        [348, 349, 270.1308845882878, 130], [350, 351, 389.22226833348924, 48],
        [352, 353, 606.4896296819513, 178],
      ]),
    Tree(
      linkage: .median, ids: 88_988_066, heights: 5789.566719651795,
      last: [
        [347, 348, 280.7902883773339, 70], [350, 352, 495.15106454380873, 158],
        [351, 353, 851.4338914578095, 178],
      ]),
  ]

  @Test(arguments: wine)
  func ofRows(_ expected: Tree) throws {
    try check(
      AgglomerativeClustering(linkage: expected.linkage).fit(Wine.points).dendrogram, expected)
  }

  @Test(arguments: wine)
  func ofDistances(_ expected: Tree) throws {
    let square = try Metric.euclidean.distances(of: Wine.points)
    let method = AgglomerativeClustering(linkage: expected.linkage, metric: .precomputed)
    try check(method.fit(square).dendrogram, expected)
    let count = square.rowCount
    let above = (0..<count).flatMap { i in (i + 1..<count).map { square[i, $0] } }
    let condensed = try Matrix(rows: 1, columns: above.count, values: above)
    try check(method.fit(condensed).dendrogram, expected)
  }

  private func check(_ tree: Dendrogram, _ expected: Tree) throws {
    let merges = tree.merges
    let ids = merges.enumerated().reduce(0) {
      $0 + (Int($1.element.first) * 31 + Int($1.element.second)) * ($1.offset + 1)
    }
    #expect(ids == expected.ids)
    let heights = merges.reduce(0) { $0 + $1.height }
    #expect((heights - expected.heights).magnitude < 1e-9 * expected.heights)
    for (merge, row) in zip(merges.suffix(3), expected.last) {
      #expect([Double(merge.first), Double(merge.second)] == [row[0], row[1]])
      #expect((merge.height - row[2]).magnitude < 1e-9 * row[2])
      #expect(Double(merge.size) == row[3])
    }
  }
}
