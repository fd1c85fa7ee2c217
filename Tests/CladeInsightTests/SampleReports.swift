import Clade
import CladeInsight
import Foundation

/// Reports to test and to look at.
enum SampleReports {
  /// Gaussian groups around centers on a grid, with named columns.
  static func blobs(
    groups: Int, rows: Int, columns: Int, names: [String]? = nil, spread: Double = 0.35,
    noise: Int = 0
  ) -> Report {
    var random = CounterRandom(seed: UInt64(groups * 1000 + columns))
    let centers = (0..<groups).map { _ in (0..<columns).map { _ in random.normal() } }
    var values: [Double] = []
    var labels: [Int32] = []
    for row in 0..<rows {
      // Sizes fall: the first group has most.
      let u = random.uniform()
      let group = min(groups - 1, Int(u * u * Double(groups)))
      let isNoise = row < noise
      labels.append(isNoise ? -1 : Int32(group))
      for column in 0..<columns {
        values.append(
          isNoise ? 2 * random.normal() : centers[group][column] + spread * random.normal())
      }
    }
    let features: [Feature] = (0..<columns).map { column in
      let name = names.map { $0[column % $0.count] } ?? "measure_\(column + 1)"
      return Feature(
        column: name, offset: Double(column * 40), scale: column % 3 == 0 ? 120.0 : 0.7)
    }
    let data = Matrix<Double>(rows: rows, columns: columns) { _ = $0.initialize(from: values) }
    var report = Report(
      title: "blobs.csv", method: "PPP", data: data, labels: labels, features: features,
      clusterCount: groups)
    report.separability = (0..<groups).map { 1 - Double($0) / Double(groups * 4) }
    report.clusterability = 0.94
    report.reasons = ["Nothing separates further."]
    report.columns = features.map {
      ReportedColumn(name: $0.column, kind: "numeric", treatment: "standardised")
    }
    report.reproduction = Reproduction(
      command: "clade fit blobs.csv --report page.html", input: "blobs.csv",
      sha256: String(repeating: "0123456789abcdef", count: 4),
      parameters: [.init("method", "ppp"), .init("scale", "standard")])
    return report
  }

  /// The penguins that ship with the project, labelled by species, or `nil` if they aren't there.
  static func penguins() -> Report? {
    let file = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appending(path: "Data/penguins.csv")
    guard let text = try? String(contentsOf: file, encoding: .utf8) else { return nil }
    let lines = text.split(separator: "\n").map {
      $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    }
    let names = lines[0]
    let rows = lines.dropFirst()
    let speciesOrder = ["Adelie", "Gentoo", "Chinstrap"]
    let labels = rows.map { Int32(speciesOrder.firstIndex(of: $0[0]) ?? 0) }
    var features: [Feature] = []
    var columns: [[Double]] = []
    for (index, name) in names.enumerated() {
      let cells = rows.map { $0[index] }
      let numbers = cells.compactMap(Double.init)
      if numbers.count > cells.count / 2 {
        let median = numbers.sorted()[numbers.count / 2]
        let filled = cells.map { Double($0) ?? median }
        let mean = filled.reduce(0, +) / Double(filled.count)
        let deviation = (filled.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(filled.count))
          .squareRoot()
        features.append(Feature(column: name, offset: mean, scale: deviation))
        columns.append(filled.map { ($0 - mean) / deviation })
      } else {
        for value in Set(cells).subtracting(["NA", ""]).sorted() {
          let share = Double(cells.count { $0 == value }) / Double(cells.count)
          let weight = (share * (1 - share)).squareRoot() * 2
          features.append(Feature(column: name, category: value, offset: share, scale: weight))
          columns.append(cells.map { (($0 == value ? 1 : 0) - share) / weight })
        }
      }
    }
    let data = Matrix<Double>(rows: labels.count, columns: columns.count) { buffer in
      for row in labels.indices {
        for column in columns.indices {
          buffer.initializeElement(at: row * columns.count + column, to: columns[column][row])
        }
      }
    }
    var report = Report(
      title: "penguins.csv", method: "PPP", data: data, labels: labels, features: features)
    report.separability = [0.981, 1, 0.942]
    report.clusterability = 0.87
    report.probabilities = labels.indices.map { $0 % 29 == 3 ? 0.7 : 0.99 }
    report.reasons = [
      "Gentoo separates first: its members come back to it with probability 1.00.",
      "What is left splits once more; a mixture of the two parts gives back 96 % of the rows.",
      "No part separates further: every further split would fall below a separability of 0.90.",
    ]
    report.criterion = CriterionCurve(
      name: "BIC", direction: "lower is better",
      points: zip(1...9, [9120, 8210, 7894, 7921, 7960, 8012, 8090, 8170, 8266]).map {
        .init(k: $0, value: $1)
      }, chosen: 3)
    report.columns = names.enumerated().map { index, name in
      let missing = rows.count { $0[index] == "NA" || $0[index].isEmpty }
      return ["species", "island", "sex"].contains(name)
        ? ReportedColumn(
          name: name, kind: "category", treatment: "one-hot encoded",
          reason: "weighted so that it counts as much as a number", missingCount: missing)
        : ReportedColumn(
          name: name, kind: "numeric", treatment: "standardised",
          reason: missing > 0 ? "missing values are the median" : "", missingCount: missing)
    }
    report.columns.append(
      ReportedColumn(
        name: "row_id", kind: "identifier", treatment: "left out",
        reason: "every row has another value", isUsed: false))
    report.reproduction = Reproduction(
      command: "clade fit Data/penguins.csv --output labels.csv --report page.html",
      input: "Data/penguins.csv",
      sha256: "f2a1c7e05b6d4d1f9e8a7c6b5a4938271605f4e3d2c1b0a99887766554433221",
      parameters: [.init("method", "ppp"), .init("scale", "standard")])
    report.timings = [
      .init("read", seconds: 0.0031), .init("prepare", seconds: 0.0012),
      .init("fit", seconds: 0.0823), .init("report", seconds: 0.021),
      .init("total", seconds: 0.108),
    ]
    report.warnings = ["2 rows have no measurements at all; they were placed by their categories."]
    return report
  }

  static let oddNames = [
    "<script>alert(1)</script>", "\"quoted\" & 'single'", "مرحبا بالعالم", "\u{202E}desrever",
    "👩‍👩‍👧‍👦 family 🎉", String(repeating: "very_long_name_", count: 20), "列の名前はとても長いです",
    "nul\u{0}bell\u{7}", "]]>", "", "a</style><b>", "new\nline\ttab",
  ]
}
