import Clade
import Foundation
import Testing

/// Where new rows go in models of trees.
@Suite struct TreePlacementTests {
  private static let metrics: [Metric] = [
    .euclidean, .squaredEuclidean, .manhattan, .chebyshev, .cosine, .canberra,
    .mahalanobis(inverseCovariance: nil), .minkowski(p: 3),
  ]

  /// With ties, duplicates and rows of one direction.
  private static let sets: [Matrix<Double>] = [
    DensityData.rows(150, columns: 3, seed: 21),
    DensityData.rows(200, columns: 2, step: 0.5, seed: 22),
    DensityData.rows(120, columns: 9, step: 1, seed: 23),
  ]

  private func read<Model: ClusteringModel>(_ model: Model) throws -> Model {
    try JSONDecoder().decode(Model.self, from: JSONEncoder().encode(model))
  }

  @Test(arguments: Linkage.allCases) func trainingRowsComeBack(_ linkage: Linkage) throws {
    for data in Self.sets {
      for metric in linkage.needsEuclideanDistances ? [.euclidean] : Self.metrics {
        let distinct = CanonicalOrder(data).distinctRowCount
        for cut in [.count(4), .count(distinct), .largestGap, .height(0)] as [DendrogramCut] {
          let model = try AgglomerativeClustering(linkage: linkage, metric: metric, cut: cut)
            .fit(data)
          #expect(try model.predict(data) == model.labels, "\(metric), \(cut)")
          #expect(try read(model).predict(data) == model.labels, "\(metric), \(cut)")
        }
      }
    }
  }

  @Test(arguments: [nil, 5] as [Int?]) func degreeTrainingRowsComeBack(candidates: Int?) throws {
    for data in Self.sets {
      for metric in Self.metrics {
        for k in [nil, 4, 60] as [Int?] {
          let model = try GraphDegreeLinkage(
            k: k, neighbors: 8, candidates: candidates, metric: metric
          ).fit(data)
          #expect(try model.predict(data) == model.labels, "\(metric)")
          #expect(try read(model).predict(data) == model.labels, "\(metric)")
        }
      }
    }
  }

  @Test func missingValues() throws {
    let nan = Double.nan
    let data = try Matrix([
      [1, nan, 0], [1, 2, 0], [nan, 2, 1], [1, 9, 1], [4, nan, 1], [4, 8, 1], [1, nan, 0],
    ])
    let metric = Metric.gower(GowerColumns(categories: [2]))
    for k in 1...5 {
      for linkage in Linkage.allCases where !linkage.needsEuclideanDistances {
        let model = try AgglomerativeClustering(linkage: linkage, metric: metric, k: k).fit(data)
        #expect(try model.predict(data) == model.labels)
      }
    }
  }

  /// Rows of one direction are at no cosine distance, and yet each has a cluster of its own here.
  @Test func rowsAtNoDistance() throws {
    let data = try Matrix([[8.0, 8], [1, 1], [2, 2], [4, 4]])
    let model = try AgglomerativeClustering(linkage: .complete, metric: .cosine, k: 4).fit(data)
    #expect(model.labels == [3, 0, 1, 2])
    #expect(try model.predict(data) == model.labels)
    #expect(try model.predict(Matrix([[3.0, 3]])) == [0])
    let given = try AgglomerativeClustering(linkage: .complete, metric: .canberra, k: 2)
      .fit(Matrix([[1.0], [-1]]))
    #expect(try given.predict(Matrix([[-1.0], [1]])) == [0, 1])
  }

  @Test(arguments: Linkage.allCases) func newRowsGoToTheNearest(_ linkage: Linkage) throws {
    // 0, 1 | 9, 10, 11, and a new row half way from 1 to 9.
    let model = try AgglomerativeClustering(linkage: linkage, k: 2)
      .fit(Matrix([[0.0], [1], [9], [10], [11]]))
    #expect(model.labels == [1, 1, 0, 0, 0])
    #expect(try model.predict(Matrix([[4.9], [5], [5.1], [-7], [100]])) == [1, 1, 0, 1, 0])
    // By brute force, in single precision, too.
    let data = DensityData.rows(300, columns: 3, seed: 5)
    let others = DensityData.rows(80, columns: 3, seed: 6)
    let fitted = try AgglomerativeClustering(linkage: linkage, k: 5).fit(data)
    let expected = (0..<80).map { other in
      let squares = (0..<300).map { row in
        zip(data.row(row), others.row(other)).reduce(0.0) {
          $0.addingProduct($1.0 - $1.1, $1.0 - $1.1)
        }
      }
      let least = squares.indices.min { squares[$0] < squares[$1] }
      return fitted.labels[least ?? 0]
    }
    #expect(try fitted.predict(others) == expected)
    for threads in [1, 7] { #expect(try fitted.predict(others, threads: threads) == expected) }
    for set in InstructionSet.available {
      #expect(try InstructionSet.forcing(set) { try fitted.predict(others) } == expected)
    }
  }

  @Test func filesDoNotDependOnTheOrderOfRows() throws {
    let data = DensityData.rows(200, columns: 2, step: 0.5, seed: 8)
    let order = DensityData.shuffled(200, seed: 1)
    for linkage in Linkage.allCases {
      let method = AgglomerativeClustering(linkage: linkage, k: 6)
      let shuffled = try method.fit(data.gatheringRows(order))
      #expect(try method.fit(data).trainingRows == shuffled.trainingRows)
    }
  }

  @Test func whatCannotBe() throws {
    let data = DensityData.rows(40, columns: 2, seed: 3)
    func message(_ body: () throws -> [Int32]) -> String {
      do { return "\(try body())" } catch { return "\(error)" }
    }
    let distances = try Metric.euclidean.distances(of: data)
    let given = try AgglomerativeClustering(linkage: .average, metric: .precomputed, k: 3)
      .fit(distances)
    #expect(message { try given.predict(distances) }.contains("only distances were given"))
    #expect(message { try read(given).predict(distances) }.contains("only distances were given"))
    let degree = try GraphDegreeLinkage(k: 3, neighbors: 8, metric: .precomputed).fit(distances)
    #expect(message { try read(degree).predict(data) }.contains("only distances were given"))
    let model = try AgglomerativeClustering(linkage: .ward, k: 3).fit(data)
    #expect(message { try model.predict(Matrix([[1.0]])) }.contains("2"))
    #expect(message { try model.predict(Matrix([[1.0, .nan]])) }.contains("nan"))
    #expect(try model.predict(Matrix(rows: 0, columns: 2)).isEmpty)
    let text = try #require(String(bytes: JSONEncoder().encode(model), encoding: .utf8))
    let start = try #require(text.range(of: "\"rowLabels\":[")?.upperBound)
    for label in ["3,", "-1,", ""] {
      var edited = text
      let end = try #require(edited[start...].firstIndex(of: ","))
      edited.replaceSubrange(start...end, with: label)
      #expect(throws: (any Error).self) {
        try JSONDecoder().decode(AgglomerativeModel<Double>.self, from: Data(edited.utf8))
      }
    }
  }
}
