import Clade
import CladeCore
import Testing

/// Rows that are farther apart than numbers go are refused by all methods that weigh distances.
@Suite struct InfiniteDistancesTests {
  static let far = Metric.minkowski(p: 1e6)

  static func expectRefusal(_ fit: () throws -> Void) {
    do {
      try fit()
      Issue.record("it was taken")
    } catch CladeError.valueOutOfRange(_, _, let value, let expected) {
      #expect(value == "inf" && expected.contains("of two rows"))
    } catch {
      Issue.record("\(error)")
    }
  }

  @Test func treesGraphsAndMedoids() throws {
    let data = try Matrix([[1.0, 2], [3, 5], [7, 1]])
    for linkage in [Linkage.single, .average] {
      Self.expectRefusal {
        _ = try AgglomerativeClustering(linkage: linkage, metric: Self.far).fit(data)
      }
    }
    Self.expectRefusal { _ = try Genie(k: 2, metric: Self.far).fit(data) }
    Self.expectRefusal { _ = try GraphDegreeLinkage(k: 2, metric: Self.far).fit(data) }
    Self.expectRefusal { _ = try KMedoids(k: 1, metric: Self.far).fit(data) }
    Self.expectRefusal { _ = try DynMSC(metric: Self.far).fit(data) }
  }

  @Test func newickBranchesThatAddUpToMore() {
    #expect(throws: CladeError.self) {
      _ = try Dendrogram.reading(newick: "((a:1e308,b:1e308):1e308,c:1e308);")
    }
  }
}
