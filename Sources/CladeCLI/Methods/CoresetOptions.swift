import ArgumentParser
import Clade
import CladeInsight
import Foundation

/// How large a coreset is to be: `10000`, or `1%` of the rows.
enum CoresetSize: ExpressibleByArgument, Equatable {
  case rows(Int)
  case percent(Double)

  init?(argument: String) {
    if argument.hasSuffix("%") {
      guard let part = Double(argument.dropLast()), part > 0, part <= 100 else { return nil }
      self = .percent(part)
    } else {
      guard let rows = Int(argument), rows > 0 else { return nil }
      self = .rows(rows)
    }
  }

  /// As it was given.
  var text: String {
    switch self {
    case .rows(let rows): "\(rows)"
    case .percent(let part): part == part.rounded() ? "\(Int(part))%" : "\(part)%"
    }
  }

  /// The number of rows, of `count`.
  func rows(of count: Int) -> Int {
    switch self {
    case .rows(let rows): rows
    case .percent(let part): max(1, Int((Double(count) * part / 100).rounded()))
    }
  }
}

/// What the rows of a coreset are, as `--coreset-by` names it.
enum CoresetKind: String, CaseIterable, ExpressibleByArgument, Encodable {
  case cells
  case balanced
  case classical
  case groups
  case uniform

  /// The one for so many columns where none was named: cells of many columns are too wide.
  static func `default`(columns: Int) -> CoresetKind { columns <= 4 ? .cells : .balanced }
}

/// What a fit through a coreset says of it.
struct CoresetRecord: Encodable {
  let by: CoresetKind
  /// The number of its rows.
  let size: Int
  /// The inertia of the centers that were found, as the coreset has it.
  let objective: JSONNumber
  /// The seconds that it took to make.
  let seconds: Double
  /// How often k-means started on it, and the rounds of local search of each start at most.
  let restarts: Int
  let localSearch: Int

  /// For a person, with the inertia on all rows beside that on the coreset.
  func sentence(objective all: Double) -> String {
    let difference = all > 0 ? objective.value / all - 1 : 0
    let rows = NumberFormat.count(size)
    let percent = String(format: "%.1f", 100 * difference.magnitude)
    return """
      The centers were found on \(rows) rows that stand for all (\(by.rawValue)); their inertia \
      there is \(percent) % \(difference < 0 ? "below" : "above") that on all rows.
      """
  }
}

extension MethodOptions {
  /// Refuses what no data could make right.
  func checkCoreset() throws {
    if coresetBy != nil, coreset == nil {
      throw ValidationError("--coreset-by says how --coreset is made; give --coreset 1% too.")
    }
    if case .rows(let rows)? = coreset, let k, rows < k {
      throw ValidationError("--coreset \(rows) is fewer rows than -k \(k) groups need.")
    }
  }

  /// How often a fit on a coreset starts unless told otherwise, and the rounds of local search of
  /// each: on so few rows they cost next to nothing, and it is easy to get stuck there.
  private static let coresetStarts = 4
  private static func coresetLocalSearch(k: Int) -> Int { min(4 * k, 1000) }

  /// Fits through a coreset of `size`, and labels all rows.
  func fitThroughCoreset<Scalar: MatrixScalar>(
    _ algorithm: KMeans, _ size: CoresetSize, _ rows: any RowSource<Scalar>, weights: [Scalar]?,
    initialCenters: Matrix<Scalar>?, threads: Int
  ) throws -> (model: KMeansModel<Scalar>, coreset: CoresetRecord) {
    let count = size.rows(of: rows.rowCount)
    guard count >= algorithm.k else {
      throw CladeError.invalidParameter(
        name: "--coreset", value: size.text,
        reason: "that is \(count) of \(rows.rowCount) rows, fewer than \(algorithm.k) groups need")
    }
    let kind = coresetBy ?? .default(columns: rows.columnCount)
    let clock = ContinuousClock()
    let begun = clock.now
    let coreset: Coreset<Scalar>
    if let sampling = CoresetSampling(rawValue: kind.rawValue) {
      coreset = try SensitivityCoreset(
        size: count, k: algorithm.k, sampling: sampling, seed: algorithm.seed
      ).coreset(
        source: rows, weights: weights, threads: threads, progress: ProgressBar.observer)
    } else {
      coreset = try CellCoreset(size: count, seed: algorithm.seed).coreset(
        source: rows, weights: weights, threads: threads, progress: ProgressBar.observer)
    }
    let seconds = (clock.now - begun).seconds
    var algorithm = algorithm
    if initialCenters == nil {
      if restarts == nil { algorithm.restarts = Self.coresetStarts }
      if localSearch == nil { algorithm.localSearch = Self.coresetLocalSearch(k: algorithm.k) }
    }
    let model = try algorithm.fit(
      coreset, labeling: rows, weights: weights, initialCenters: initialCenters,
      threads: threads, progress: ProgressBar.observer)
    let record = CoresetRecord(
      by: kind, size: coreset.size,
      objective: JSONNumber(try coreset.cost(of: model.centers, threads: threads)),
      seconds: seconds, restarts: algorithm.restarts, localSearch: algorithm.localSearch)
    return (model, record)
  }
}
