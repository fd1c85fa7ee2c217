import Clade
import Foundation
import Testing

@Suite struct DendrogramTests {
  /// Rows 0 and 2 at 1, 1 and 3 at 2, all at 5; row 4 at 7.
  private let tree: Dendrogram

  init() throws {
    tree = try Dendrogram(
      rowCount: 5,
      merges: [
        .init(first: 0, second: 2, height: 1, size: 2),
        .init(first: 1, second: 3, height: 2, size: 2),
        .init(first: 5, second: 6, height: 5, size: 4),
        .init(first: 4, second: 7, height: 7, size: 5),
      ])
  }

  @Test func cuts() throws {
    #expect(try tree.labels(.count(1)) == [0, 0, 0, 0, 0])
    #expect(try tree.labels(.count(2)) == [0, 0, 0, 0, 1])
    #expect(try tree.labels(.count(3)) == [0, 1, 0, 1, 2])
    #expect(try tree.labels(.count(5)) == [0, 1, 2, 3, 4])
    #expect(try tree.labels(.height(0.5)) == [0, 1, 2, 3, 4])
    #expect(try tree.labels(.height(1)) == [0, 1, 0, 2, 3])
    #expect(try tree.labels(.height(5)) == [0, 0, 0, 0, 1])
    #expect(try tree.labels(.height(.infinity)) == [0, 0, 0, 0, 0])
    #expect(tree.largestGap() == (3, 2.5))
    #expect(try tree.labels(.largestGap) == [0, 1, 0, 1, 2])
    #expect(throws: CladeError.tooManyClusters(k: 6, distinctRows: 5)) {
      try tree.labels(.count(6))
    }
    for cut in [.count(0), .height(-1), .height(.nan), .inconsistency(.nan)] as [DendrogramCut] {
      #expect(throws: CladeError.self) { try tree.labels(cut) }
    }
  }

  @Test func numbersOfNoUseAreRefused() {
    func message(_ merges: [Dendrogram.Merge], rows: Int = 3) -> String {
      do {
        _ = try Dendrogram(rowCount: rows, merges: merges)
        return ""
      } catch {
        return "\(error)"
      }
    }
    let good = Dendrogram.Merge(first: 0, second: 1, height: 1, size: 2)
    #expect(message([good]).contains("1 merges of 3 rows"))
    #expect(message([good, .init(first: 2, second: 4, height: 1, size: 3)]).contains("merge 1"))
    #expect(
      message([good, .init(first: 1, second: 3, height: 1, size: 3)]).contains("1 was joined"))
    #expect(
      message([good, .init(first: 3, second: 2, height: 1, size: 3)]).contains("lower number"))
    #expect(
      message([good, .init(first: 2, second: 3, height: 1, size: 2)]).contains("1 and 2 rows"))
    #expect(message([good, .init(first: 2, second: 3, height: .nan, size: 3)]).contains("number"))
    #expect(message([], rows: -1).contains("-1 rows"))
    #expect(message([], rows: 1).isEmpty && message([], rows: 0).isEmpty)
  }

  @Test func inconsistencies() throws {
    // SciPy 1.17.1: inconsistent(linkage(wine, "average"), 2) and 3, fcluster(…, 1.1,
    // "inconsistent").
    let tree = try AgglomerativeClustering(linkage: .average).fit(Wine.points).dendrogram
    let found = tree.inconsistencies()
    #expect((found.reduce(0) { $0 + $1.coefficient } - 101.22982337121265).magnitude < 1e-9)
    let last = try #require(found.last)
    #expect((last.mean - 422.5384260788771).magnitude < 1e-9)
    #expect((last.deviation - 170.3448261521137).magnitude < 1e-9)
    #expect(last.count == 3)
    let deeper = try #require(tree.inconsistencies(depth: 3).last)
    #expect(deeper.count == 7 && (deeper.coefficient - 1.971721053207536).magnitude < 1e-9)
    let labels = try tree.labels(.inconsistency(1.1))
    #expect(Set(labels).count == 53)
    #expect((0..<3).map { label in labels.count { $0 == label } } == [15, 11, 9])
    #expect(try Set(tree.labels(.inconsistency(1))).count == 66)
    #expect(try Set(tree.labels(.height(150))).count == 8)
  }

  @Test func copheneticDistances() throws {
    // Above the diagonal: 0–1, 0–2, 0–3, 0–4, 1–2, …
    let heights = try tree.copheneticDistances()
    #expect(heights.row(0) == [5, 1, 5, 7, 5, 2, 7, 5, 7, 7])
    // SciPy 1.17.1: cophenet(linkage(wine, method), pdist(wine))[0].
    let expected: [(Linkage, Double)] = [
      (.average, 0.8022638349313509), (.ward, 0.7963984310620073),
      (.centroid, 0.8023423815484367), (.single, 0.776524646165632),
    ]
    for (linkage, value) in expected {
      let tree = try AgglomerativeClustering(linkage: linkage).fit(Wine.points).dendrogram
      let found = try tree.copheneticCorrelation(Wine.points)
      #expect((found - value).magnitude < 1e-12)
      #expect(try tree.copheneticCorrelation(Wine.points, threads: 1) == found)
    }
    #expect(throws: CladeError.self) { try tree.copheneticCorrelation(Wine.points) }
  }

  @Test func inversions() throws {
    // An equilateral triangle, but for a little: the middle of two is nearer to the third.
    let data = try Matrix([[0, 0], [1, 0], [0.5, 0.9]])
    let tree = try AgglomerativeClustering(linkage: .centroid).fit(data).dendrogram
    #expect(tree.inversions == [1])
    #expect(tree.merges.map(\.height) == [1, 0.9])
    // Cut as if the second were as high as the first.
    #expect(try tree.labels(.height(0.95)) == [0, 1, 2])
    #expect(try tree.labels(.count(2)) == [0, 0, 1])
    #expect(self.tree.inversions.isEmpty)
    for linkage in Linkage.allCases where linkage.isMonotone {
      let tree = try AgglomerativeClustering(linkage: linkage)
        .fit(DensityData.rows(300, columns: 2, step: 0.5, seed: 3)).dendrogram
      #expect(tree.inversions.isEmpty)
    }
  }

  @Test func optimalLeafOrder() throws {
    func length(_ order: [Int32], _ distances: Matrix<Double>) -> Double {
      zip(order, order.dropFirst()).reduce(0) { $0 + distances[Int($1.0), Int($1.1)] }
    }
    // The least sums, by the recurrence without any saving; SciPy 1.17.1's optimal_leaf_ordering
    // stays at 3237.97, 3061.47 and 4561.58.
    let wine = try Metric.euclidean.distances(of: Wine.points)
    for (linkage, value) in [
      (.average, 2885.084133517852), (.ward, 2805.1945215151654), (.single, 3554.920701326282),
    ] as [(Linkage, Double)] {
      let tree = try AgglomerativeClustering(linkage: linkage).fit(Wine.points).dendrogram
      let order = try tree.optimalLeafOrder(wine)
      #expect(order.sorted() == (0..<178).map { Int32($0) })
      #expect((length(order, wine) - value).magnitude < 1e-9 * value)
      #expect(length(tree.leafOrder, wine) > value)
      // Rows of each cluster are next to each other.
      var places = [Int](repeating: 0, count: 178)
      for (place, row) in order.enumerated() { places[Int(row)] = place }
      var ranges = places.map { $0...$0 }
      for merge in tree.merges {
        let (a, b) = (ranges[Int(merge.first)], ranges[Int(merge.second)])
        #expect(a.upperBound + 1 == b.lowerBound || b.upperBound + 1 == a.lowerBound)
        ranges.append(min(a.lowerBound, b.lowerBound)...max(a.upperBound, b.upperBound))
      }
    }
    // All ways to turn the merges of a small tree.
    let data = DensityData.rows(8, columns: 2, seed: 2)
    let distances = try Metric.euclidean.distances(of: data)
    let small = try AgglomerativeClustering(linkage: .average).fit(data).dendrogram
    var least = Double.infinity
    for turns in 0..<(1 << 7) {
      var orders = (0..<8).map { [Int32($0)] }
      for (index, merge) in small.merges.enumerated() {
        let (a, b) = (orders[Int(merge.first)], orders[Int(merge.second)])
        orders.append(turns >> index & 1 == 0 ? a + b : b + a)
      }
      least = min(least, length(orders[14], distances))
    }
    #expect(try (length(small.optimalLeafOrder(distances), distances) - least).magnitude < 1e-12)
    #expect(throws: CladeError.self) { try small.optimalLeafOrder(wine) }
    var merges = [Dendrogram.Merge(first: 0, second: 1, height: 1, size: 2)]
    for row in 2...4000 as ClosedRange<Int32> {
      merges.append(.init(first: row, second: 3999 + row, height: 1, size: row + 1))
    }
    let long = try Dendrogram(rowCount: 4001, merges: merges)
    #expect { try long.optimalLeafOrder(wine) } throws: { "\($0)".contains("at most 4000") }
  }

  @Test func dasguptaCost() throws {
    // 0–2 in a cluster of 2, 1–3 too, 0–1 in one of 4, 3–4 in one of 5.
    var similarities = Matrix<Double>(rows: 5, columns: 5)
    for (i, j, value) in [(0, 2, 3.0), (1, 3, 1), (0, 1, 0.5), (3, 4, 2)] {
      similarities[i, j] = value
      similarities[j, i] = value
    }
    #expect(try tree.dasguptaCost(similarities: similarities) == 6 + 2 + 2 + 10)
    similarities[4, 3] = 1
    #expect { try tree.dasguptaCost(similarities: similarities) } throws: {
      "\($0)".contains("row 3, column 4")
    }
    #expect(throws: CladeError.self) {
      try tree.dasguptaCost(similarities: Matrix(rows: 4, columns: 4))
    }
  }

  @Test func linkageMatrix() throws {
    #expect(tree.linkageMatrix.row(2) == [5, 6, 5, 4])
    #expect(try Dendrogram(linkageMatrix: tree.linkageMatrix) == tree)
    var other = tree.linkageMatrix
    (other[1, 0], other[1, 1]) = (3, 1)
    #expect(try Dendrogram(linkageMatrix: other) == tree)
    for (row, column, value) in [
      (0, 0, 0.5), (0, 1, -1), (0, 1, 5), (1, 0, .nan), (2, 2, .nan), (2, 2, -1),
      (2, 2, .infinity), (3, 3, 4.5), (3, 3, 1), (3, 3, 1e18), (3, 0, 0), (3, 1, 8),
    ] as [(Int, Int, Double)] {
      var bad = tree.linkageMatrix
      bad[row, column] = value
      #expect { try Dendrogram(linkageMatrix: bad) } throws: {
        "\($0)".contains("row \(row), column \(column)") || "\($0)".contains("merge \(row)")
      }
    }
    #expect(throws: CladeError.self) { try Dendrogram(linkageMatrix: Matrix(rows: 3, columns: 3)) }
  }

  @Test func newick() throws {
    #expect(try tree.newick() == "(4:7.0,((0:1.0,2:1.0):4.0,(1:2.0,3:2.0):3.0):2.0);\n")
    #expect(try Dendrogram.reading(newick: tree.newick()).dendrogram == tree)
    let names = ["a", "it's", "", "two words", "x_(1)"]
    let named = try Dendrogram.reading(newick: tree.newick(names: names))
    #expect(named.names == ["x_(1)", "a", "", "it's", "two words"])
    #expect(named.dendrogram.merges.map(\.height) == [1, 2, 5, 7])
    let wine = try AgglomerativeClustering(linkage: .centroid).fit(Wine.points).dendrogram
    let again = try Dendrogram.reading(newick: wine.newick()).dendrogram
    #expect(again.merges.count == 177 && again.inversions.count == wine.inversions.count)
    let three = try Dendrogram.reading(newick: " ( a:1 , 'b':1, c:1[text])root ; ")
    #expect(three.dendrogram.merges.map(\.size) == [2, 3] && three.names == ["a", "b", "c"])
    #expect(try Dendrogram.reading(newick: "a;").dendrogram.merges.isEmpty)
    for text in [
      "", ";", "(a:1,b:1)", "(a:1,b:1);x", "(a:1,b:2);", "(a:1);", "(a,b);", "(a:1,b:x);", "('a",
      "(a:1,b:1)):1;", "(a:1 b:1);", "((((", "(a:1,b:nan);", "(a:1,b:1[",
    ] {
      #expect(throws: CladeError.self) { try Dendrogram.reading(newick: text) }
    }
  }

  @Test func deepTreesAreWrittenAndRead() throws {
    let count = 200_000
    let data = Matrix<Double>(rows: count, columns: 1) { target in
      var value = 0.0
      for index in 0..<count {
        value += Double(index)
        target.initializeElement(at: index, to: value)
      }
    }
    let tree = try AgglomerativeClustering(linkage: .single).fit(data).dendrogram
    let again = try Dendrogram.reading(newick: tree.newick()).dendrogram
    #expect(again.merges.map(\.size) == tree.merges.map(\.size))
    #expect(tree.leafOrder.count == count)
    #expect(try tree.labels(.count(2)).count { $0 == 1 } == 1)
  }

  @Test func aFileThatWasEdited() throws {
    let data = try JSONEncoder().encode(tree)
    #expect(try JSONDecoder().decode(Dendrogram.self, from: data) == tree)
    let text = String(decoding: data, as: UTF8.self)
    for (from, to) in [
      ("[1,2,5,7]", "[1,2,5]"), ("\"rows\":5", "\"rows\":6"), ("[2,2,4,5]", "[2,2,4,4]"),
    ] {
      let edited = text.replacing(from, with: to)
      #expect(edited != text)
      #expect(throws: (any Error).self) {
        try JSONDecoder().decode(Dendrogram.self, from: Data(edited.utf8))
      }
    }
  }
}
