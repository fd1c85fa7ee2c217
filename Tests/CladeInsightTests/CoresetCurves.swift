import Clade
import CladeInsight
import Foundation
import Testing

/// Measures the errors of coresets over their sizes: set `CLADE_CURVES` to a folder, and it writes the
/// picture of the article "Coresets" there and prints the numbers.
@Suite struct CoresetCurves {
  fileprivate static let folder = ProcessInfo.processInfo.environment["CLADE_CURVES"]
  typealias Points = [(x: Double, y: Double)]

  static func normal(_ count: Int, columns: Int, blobs: Int = 1, seed: UInt64 = 1) -> Matrix<Double>
  {
    var random = CounterRandom(seed: seed)
    let places = (0..<(blobs * columns)).map { _ in 8 * random.normal() }
    return Matrix(rows: count, columns: columns) { buffer in
      for index in buffer.indices {
        let place = blobs == 1 ? 0 : places[index / columns % blobs * columns + index % columns]
        buffer[index] = place + random.normal()
      }
    }
  }

  /// Half of the mass at 0, and rings around it, each twice as wide and half as full as the last: each
  /// costs a center at 0 the same, and a second center can spare any of them.
  static func rings(_ count: Int) -> (data: Matrix<Double>, weights: [Double]) {
    var (values, weights) = ([0.0], [200.0])
    for ring in 0..<count {
      let radius = Double(sign: .plus, exponent: ring, significand: 1)
      for place in 0..<40 {
        values.append(radius * (1 + Double(place) / 40))
        weights.append(1 / radius)
      }
    }
    let data = Matrix<Double>(rows: values.count, columns: 1) { _ = $0.initialize(from: values) }
    return (data, weights)
  }

  /// The largest relative error over sets of centers.
  static func worst(
    _ coreset: Coreset<Double>, _ data: Matrix<Double>, weights: [Double]? = nil,
    _ sets: [Matrix<Double>]
  ) throws -> Double {
    try sets.reduce(0) { worst, centers in
      let exact = try coreset.objective.cost(of: centers, on: data, weights: weights)
      return max(worst, abs(try coreset.cost(of: centers) / exact - 1))
    }
  }

  @Test func picturesAreWellFormed() throws {
    let plot = CurvePlot(
      title: "a < b", across: "size", up: "error",
      [
        .init("p", [.init("x & y", [(1, 0.1), (10, 0.01), (20, 0)]), .init("nothing", [])]),
        .init("empty", []),
      ])
    let text = plot.svg()
    #expect(text.contains("x &amp; y"))
    #expect(!text.contains("nothing") && !text.contains("empty"))
    #expect(!text.contains("nan") && !text.contains("inf"))
    #expect(text.hasSuffix("</svg>\n"))
  }

  @Test(.enabled(if: folder != nil)) func curves() throws {
    let panels = [try oneCenter(), try twoCenters(), try twoColumns()]
    for panel in panels { print(panel) }
    try CurvePlot(
      title: "The error of coresets for k-median falls with their size", across: "size",
      up: "error",
      panels
    ).svg().write(
      to: URL(filePath: Self.folder ?? "").appending(path: "coreset-curves.svg"),
      atomically: true, encoding: .utf8)
  }

  /// k = 1: the worst center of all is a number or a mean.
  private func oneCenter() throws -> CurvePlot.Panel {
    let data = Self.normal(20_000, columns: 1)
    var (measured, certified): (Points, Points) = ([], [])
    for size in [5, 10, 20, 40, 80, 160, 320] {
      let result = try BucketCoreset(size: size, k: 1).coreset(of: data)
      let places =
        result.coreset.rows.column(0) + stride(from: 0, to: 20_000, by: 7).map { data[$0, 0] }
      let sets = places.map { place in Matrix<Double>(rows: 1, columns: 1, repeating: place) }
      measured.append((Double(size), try Self.worst(result.coreset, data, sets)))
      certified.append((Double(size), result.certifiedError))
    }
    let bound = [5.0, 320].map { (x: $0, y: 1 / ($0 * $0)) }
    return .init(
      "1 column, 1 center (normal)",
      [
        .init("intervals, measured", measured), .init("intervals, certified", certified),
        .init("m = ε^(−1/2)", bound, isReference: true),
      ])
  }

  /// k = 2 where it is hard: one center in the middle, the other anywhere.
  private func twoCenters() throws -> CurvePlot.Panel {
    var (measured, certified): (Points, Points) = ([], [])
    for size in [4, 6, 8, 12, 16, 20] {
      let (data, weights) = Self.rings(2 * size)
      let result = try BucketCoreset(size: size, k: 2).coreset(of: data, weights: weights)
      let places = data.column(0) + result.coreset.rows.column(0)
      let sets = places.map { place in
        Matrix<Double>(rows: 2, columns: 1) { _ = $0.initialize(from: [0, place]) }
      }
      measured.append(
        (Double(size), try Self.worst(result.coreset, data, weights: weights, sets)))
      certified.append((Double(size), result.certifiedError))
    }
    let bound = [4.0, 20].map { (x: $0, y: 2 / $0) }
    return .init(
      "1 column, 2 centers (2 m rings)",
      [
        .init("intervals, measured", measured), .init("intervals, certified", certified),
        .init("m = k / ε", bound, isReference: true),
      ])
  }

  /// Means of cells against rows drawn, the worst of 200 sets of 5 centers.
  private func twoColumns() throws -> CurvePlot.Panel {
    let data = Self.normal(40_000, columns: 2, blobs: 5)
    var random = CounterRandom(seed: 11)
    let sets = (0..<200).map { set in
      var centers = data.gatheringRows((0..<5).map { _ in Int(random.next() % 40_000) })
      for row in 0..<5 {
        for column in 0..<2 { centers[row, column] += Double(set % 3) * random.normal() }
      }
      return centers
    }
    var (cells, drawn, uniform): (Points, Points, Points) = ([], [], [])
    for size in [50, 100, 200, 400, 800, 1600] {
      let own = try CellCoreset(size: size, objective: .kMedian).coreset(of: data)
      cells.append((Double(size), try Self.worst(own, data, sets)))
      func median(_ sampling: CoresetSampling) throws -> Double {
        try (0..<5).map {
          try Self.worst(
            SensitivityCoreset(size: size, k: 5, objective: .kMedian, sampling: sampling, seed: $0)
              .coreset(of: data), data, sets)
        }.sorted()[2]
      }
      drawn.append((Double(size), try median(.balanced)))
      uniform.append((Double(size), try median(.uniform)))
    }
    let bound = [50.0, 1600].map { (x: $0, y: 1 / $0.squareRoot()) }
    return .init(
      "2 columns, 5 centers (blobs)",
      [
        .init("means of cells", cells), .init("rows by sensitivity", drawn),
        .init("rows drawn uniformly", uniform), .init("m = ε^(−2)", bound, isReference: true),
      ])
  }
}

extension CoresetCurves {
  /// The table of the article: what the stages read, and what a quantum computer would query.
  @Test(.enabled(if: folder != nil)) func queries() throws {
    for (rows, columns, k) in [
      (10_000, 2, 10), (100_000, 2, 10), (1_000_000, 2, 10), (100_000, 16, 10),
    ] {
      let data = Self.normal(rows, columns: columns, blobs: k)
      let result = try StagedCoreset(size: 1000, k: k).coreset(of: data)
      let parts = result.queries.map {
        "\($0.rowReads) rows, \($0.distances) distances | \(Int($0.quantumQueries))"
      }
      print(
        "| \(rows) × \(columns), k = \(k) | \(parts.joined(separator: " | ")) |",
        Int(StagedCoreset.quantumBound(rows: rows, columns: columns, k: k)),
        Int(StagedCoreset.quantumLowerBound(rows: rows, k: k)), result.centers.rowCount)
    }
  }
}
