import Clade
import Testing

/// Results of scikit-learn 1.9.1 on real data, from the same first centers.
///
/// `KMeans(k, init=X[[i * len(X) // k for i in range(k)]], n_init=1, tol=0, max_iter=300,
/// algorithm="lloyd")`: `inertia_` and the sorted sizes; `weighted` with `sample_weight` 1, 2, 3, 1, ...
/// in the order of the rows; `best` with `n_init=100, random_state=0` and its own first centers.
@Suite struct KMeansReferenceTests {
  struct Reference: Sendable {
    let data: Matrix<Double>
    let k: Int
    let inertia: Double
    let sizes: [Int]
    let weighted: Double
    let best: Double
  }

  static let references = [
    Reference(
      data: Iris.points, k: 2, inertia: 152.3479517603579, sizes: [97, 53],
      weighted: 298.5305533751963, best: 152.3479517603579),
    Reference(
      data: Iris.points, k: 3, inertia: 78.851441426146, sizes: [62, 50, 38],
      weighted: 159.5055362379556, best: 78.851441426146),
    Reference(
      data: Iris.points, k: 5, inertia: 49.849814510523345, sizes: [41, 32, 28, 27, 22],
      weighted: 100.64543500554325, best: 46.446182051282065),
    Reference(
      data: Iris.points, k: 8, inertia: 32.52965366132723, sizes: [25, 25, 24, 23, 19, 16, 10, 8],
      weighted: 62.778669422056055, best: 29.988943950786055),
    Reference(
      data: Wine.points, k: 2, inertia: 4545746.292099379, sizes: [122, 56],
      weighted: 8697948.610653251, best: 4543749.614531861),
    Reference(
      data: Wine.points, k: 3, inertia: 2370689.686782969, sizes: [69, 62, 47],
      weighted: 4782030.83230754, best: 2370689.686782969),
    Reference(
      data: Wine.points, k: 5, inertia: 1061573.2774376583, sizes: [47, 41, 37, 28, 25],
      weighted: 2034263.811769222, best: 916379.1871539169),
    Reference(
      data: Wine.points, k: 8, inertia: 545349.9131187024,
      sizes: [33, 28, 26, 23, 20, 16, 16, 16], weighted: 1027889.2089738541,
      best: 323211.5526346544),
  ]

  @Test(arguments: references) func sameAsScikitLearn(_ reference: Reference) throws {
    let (data, k) = (reference.data, reference.k)
    let start = data.gatheringRows((0..<k).map { $0 * data.rowCount / k })
    let model = try KMeans(k: k).fit(data, initialCenters: start)
    #expect(abs(model.objective - reference.inertia) < 1e-9 * reference.inertia)
    #expect(model.sizes == reference.sizes)
    let weights = (0..<data.rowCount).map { Double($0 % 3 + 1) }
    let weighted = try KMeans(k: k).fit(data, weights: weights, initialCenters: start)
    #expect(abs(weighted.objective - reference.weighted) < 1e-9 * reference.weighted)
  }

  /// The deterministic start comes near the best of a hundred of scikit-learn's, and a few restarts
  /// reach it.
  @Test(arguments: references) func nearTheBestOfManyStarts(_ reference: Reference) throws {
    let single = try KMeans(k: reference.k).fit(reference.data)
    #expect(single.objective < 1.15 * reference.best)
    let several = try KMeans(k: reference.k, restarts: 50).fit(reference.data)
    #expect(several.objective < 1.01 * reference.best)
  }
}
