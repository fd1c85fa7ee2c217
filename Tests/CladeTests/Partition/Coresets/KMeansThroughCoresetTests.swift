import Clade
import Testing

@Suite struct KMeansThroughCoresetTests {
  @Test func labelsAndInertiaAreThoseOfAllRows() throws {
    let data = CoresetData.uneven()
    let coreset = try SensitivityCoreset(size: 300, k: 5).coreset(of: data)
    let model = try KMeans(k: 5).fit(coreset, labeling: data)
    #expect(model.labels == (try model.predict(data)))
    #expect(
      model.objective == (try CoresetObjective.kMeans.cost(of: model.centers, on: data)))
    #expect(model.sizes == model.sizes.sorted(by: >))
    #expect(model.sizes.reduce(0, +) == 3000)
    #expect(model.seedingCost == nil)
    #expect(try KMeans(k: 5).fit(coreset, labeling: OddRows(matrix: data), threads: 7) == model)
  }

  @Test func aCoresetOfAllRowsIsAsGoodAsAllRows() throws {
    let data = CoresetData.uneven(rows: 1000)
    let coreset = try SensitivityCoreset(size: 1000, k: 5).coreset(of: data)
    let model = try KMeans(k: 5).fit(coreset, labeling: data)
    let full = try KMeans(k: 5).fit(data)
    #expect(model.centers == full.centers)
    #expect(model.labels == full.labels)
    #expect(model.objective == full.objective)
  }

  @Test func weightsCount() throws {
    let data = CoresetData.uneven(rows: 600)
    let weights = (0..<600).map { Double($0 % 3) }
    let coreset = try CellCoreset(size: 80).coreset(of: data, weights: weights)
    let model = try KMeans(k: 4).fit(coreset, labeling: data, weights: weights)
    #expect(
      model.objective
        == (try CoresetObjective.kMeans.cost(of: model.centers, on: data, weights: weights)))
    #expect(model.labels.count == 600)
  }

  @Test func badInput() throws {
    let data = CoresetData.uneven(rows: 100)
    let coreset = try SensitivityCoreset(size: 10, k: 2).coreset(of: data)
    #expect(throws: CladeError.tooManyClusters(k: 11, distinctRows: 10)) {
      try KMeans(k: 11).fit(coreset, labeling: data)
    }
    #expect(throws: CladeError.self) {
      try KMeans(k: 2).fit(coreset, labeling: Matrix<Double>(rows: 3, columns: 7))
    }
    let median = try SensitivityCoreset(size: 10, k: 2, objective: .kMedian).coreset(of: data)
    #expect(throws: CladeError.self) { try KMeans(k: 2).fit(median, labeling: data) }
  }
}
