import CladeCore
import Testing

/// Distances that SciPy 1.17.1 gives (`cdist(m, m, name)[0]`; with `mahalanobis`
/// `VI=np.linalg.inv(np.cov(m.T))`; for `jaccard` and `dice` `cdist(m != 0, m != 0, name)[3]`), and
/// scikit-learn 1.9.1 (`haversine_distances(np.radians(places))[0] * 6371008.8`).
@Suite struct MetricReferenceTests {
  static let rows: [[Double]] = [
    [1, 0, 2.5], [2, -1, 0.5], [0, 4, 1], [0.25, 0, 0], [3, 1, -1], [-2, 0.5, 1.5],
  ]
  static let places: [[Double]] = [
    [52.52, 13.405], [48.8566, 2.3522], [-33.8688, 151.2093], [52.53, 13.405],
  ]

  static let expected: [(name: String, row: Int, distances: [Double])] = [
    (
      "euclidean", 0,
      [
        0, 2.449489742783178, 4.387482193696061, 2.6100766272276377, 4.153311931459037,
        3.2015621187164243,
      ]
    ),
    ("sqeuclidean", 0, [0, 6, 19.25, 6.8125, 17.25, 10.25]),
    ("manhattan", 0, [0, 4, 6.5, 3.25, 6.5, 4.5]),
    ("chebyshev", 0, [0, 2, 4, 2.5, 3.5, 3]),
    (
      "minkowski:3", 0,
      [
        0, 2.154434690031884, 4.089144394127902, 2.522300483885317, 3.7295179629458204,
        3.0411009977867,
      ]
    ),
    (
      "minkowski:1.5", 0,
      [
        0, 2.8567382778502783, 4.897139959842717, 2.7668616455359416, 4.757320913403056,
        3.5006433168711313,
      ]
    ),
    (
      "cosine", 0,
      [
        0, 0.4732134159924799, 0.7748113254444775, 0.6286093236458963, 0.9440107489044146,
        0.7450750357447695,
      ]
    ),
    (
      "correlation", 0,
      [
        0, 0.6026402928804868, 1.6362847629757775, 1.114707866935281, 1.5960395606792697,
        0.6142728618554113,
      ]
    ),
    ("canberra", 0, [0, 2, 2.4285714285714284, 1.6, 2.5, 2.25]),
    (
      "braycurtis", 0,
      [0, 0.5714285714285714, 0.7647058823529411, 0.8666666666666667, 1, 0.8181818181818182]
    ),
    (
      "mahalanobis", 0,
      [
        0, 1.8357412088489249, 2.7675308760799986, 2.8053902523976433, 2.9536494852872064,
        2.740570995815516,
      ]
    ),
    ("hamming", 0, [0, 1, 1, 0.6666666666666666, 1, 1]),
    ("jaccard", 3, [0.5, 0.6666666666666666, 1, 0, 0.6666666666666666, 0.6666666666666666]),
    ("dice", 3, [0.3333333333333333, 0.5, 1, 0, 0.5, 0.5]),
    ("haversine", 0, [0, 877464.5379215094, 16094522.180747988, 1111.9508023352598]),
  ]

  @Test(arguments: expected.indices) func agrees(index: Int) throws {
    let (name, row, distances) = Self.expected[index]
    let metric = try Metric(named: name)
    let data = try Matrix(metric == .haversine ? Self.places : Self.rows)
    let found = try metric.distances(of: data).row(row)
    let singles = try metric.distances(
      of: Matrix(
        rows: data.rowCount, columns: data.columnCount,
        values: (0..<data.rowCount).flatMap { data.row($0).map { Float($0) } }))
    for (place, expected) in distances.enumerated() {
      // The haversine of 1.1 km has lost four digits in scikit-learn's own formula.
      #expect(abs(found[place] - expected) <= 1e-11 * max(1, expected))
      #expect(abs(singles[row, place] - expected) <= (name == "haversine" ? 2 : 2e-6))
    }
  }

  /// Gower's by hand: ranges 5, 5 and 3.5, the second column a category.
  @Test func gowerByHand() throws {
    let metric = Metric.gower(GowerColumns(categories: [1]))
    let data = try Matrix(Self.rows)
    let found = try metric.distances(of: data)
    #expect(abs(found[0, 1] - (1.0 / 5 + 1 + 2 / 3.5) / 3) < 1e-15)
    #expect(abs(found[0, 3] - (0.75 / 5 + 0 + 2.5 / 3.5) / 3) < 1e-15)
    // With a missing number the two others count; with nothing in common rows are at 1.
    let holes = try Matrix([[0, 0, .nan], [1, 1, 5], [.nan, .nan, 2]])
    let part = try metric.distances(of: holes)
    #expect(part[0, 1] == 1)
    #expect(part[0, 0] == 0)
    #expect(part[0, 2] == 1)
    #expect(part[1, 2] == 1)
    // Ranges of one's own, and queries beyond them.
    let given = Metric.gower(GowerColumns(categories: [], ranges: [10]))
    #expect(try given.distances(from: Matrix([[25]]), to: Matrix([[0], [5]])).row(0) == [2.5, 2])
    // Numbers that don't vary differ wholly or not at all.
    let constant = Metric.gower(GowerColumns(categories: []))
    #expect(try constant.distances(from: Matrix([[4]]), to: Matrix([[3], [3]])).row(0) == [1, 1])
  }

  @Test func mahalanobisOfAGivenInverse() throws {
    // [2, 1; 1, 3]: (1, 2) has 2 + 4 + 12.
    let metric = Metric.mahalanobis(inverseCovariance: [2, 1, 1, 3])
    #expect(abs(try metric.distance([0, 0], [1, 2]) - 18.0.squareRoot()) < 1e-14)
    #expect(abs(try metric.distance([1e9, 1e9], [1e9 + 1, 1e9 + 2]) - 18.0.squareRoot()) < 1e-14)
  }

  @Test func haversineOnTheSphere() throws {
    let quarter = Metric.earthRadius * Double.pi / 2
    #expect(abs(try Metric.haversine.distance([0, 0], [90, 77]) - quarter) < 1e-8)
    #expect(abs(try Metric.haversine.distance([0, -90], [0, 90]) - 2 * quarter) < 1e-6)
    #expect(try Metric.haversine.distance([12, -180], [12, 180]) < 1e-8)
    // A millimetre stays one: 1 mm is 8.99e-9 degrees.
    let millimetre = 1e-3 / (Metric.earthRadius * Double.pi / 180)
    #expect(abs(try Metric.haversine.distance([0, 0], [0, millimetre]) - 1e-3) < 1e-8)
  }
}
