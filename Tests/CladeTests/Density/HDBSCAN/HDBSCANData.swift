import Clade
import CladeTables
import Foundation

/// Data that HDBSCAN* is tested on.
enum HDBSCANData {
  /// Normal groups around centers on a circle, and rows all over the place.
  static func groups(
    _ counts: [Int], noise: Int, columns: Int = 2, spread: Double = 0.5, seed: UInt64 = 1
  ) -> Matrix<Double> {
    var random = CounterRandom(seed: seed)
    var rows: [[Double]] = []
    for (group, count) in counts.enumerated() {
      for _ in 0..<count {
        let width = spread * (1 + 0.4 * Double(group))
        rows.append(
          (0..<columns).map { column in
            let center = Double((group * (column + 2)) % 5) * 3
            return center + width * random.normal()
          })
      }
    }
    for _ in 0..<noise { rows.append((0..<columns).map { _ in random.uniform() * 18 - 3 }) }
    return Matrix<Double>(rows: rows.count, columns: columns) {
      _ = $0.initialize(from: rows.flatMap(\.self))
    }
  }

  /// The points of a grid, all neighbours equally far apart.
  static func grid(_ width: Int, _ height: Int) -> Matrix<Double> {
    Matrix<Double>(rows: width * height, columns: 2) {
      _ = $0.initialize(
        from: (0..<width * height).flatMap { [Double($0 % width), Double($0 / width)] })
    }
  }

  /// Rows of few values, most of them several times.
  static func duplicates(_ count: Int, seed: UInt64 = 3) -> Matrix<Double> {
    var random = CounterRandom(seed: seed)
    return Matrix<Double>(rows: count, columns: 2) {
      _ = $0.initialize(
        from: (0..<count * 2).map { _ in
          (random.uniform() * 6).rounded(.down) + (random.uniform() < 0.5 ? 20 : 0)
        })
    }
  }

  /// The four measures of the penguins, divided by 5, 2, 14 and 800; those without them left out.
  static func penguins() throws -> Matrix<Double> {
    var folder = URL(fileURLWithPath: #filePath)
    for _ in 0..<5 { folder.deleteLastPathComponent() }
    let table = try TableReader.read(folder.appendingPathComponent("Data/penguins.csv").path)
    let names = ["bill_length_mm", "bill_depth_mm", "flipper_length_mm", "body_mass_g"]
    let scales = [5.0, 2, 14, 800]
    let columns = try names.map { name in
      let index = try table.index(ofColumn: name)
      return table.numbers.column(table.columns[index].position ?? 0)
    }
    let rows = columns[0].indices.filter { row in columns.allSatisfy { $0[row].isFinite } }
    return Matrix<Double>(rows: rows.count, columns: 4) {
      _ = $0.initialize(
        from: rows.flatMap { row in zip(columns, scales).map { $0[row] / $1 } })
    }
  }

  /// The sets that ties fill, and one without.
  static let sets: [(name: String, rows: Matrix<Double>)] = [
    ("groups", groups([60, 40, 30], noise: 20)),
    ("four columns", groups([50, 40], noise: 10, columns: 4)),
    ("one column", groups([50, 40], noise: 10, columns: 1)),
    ("grid", grid(9, 7)),
    ("duplicates", duplicates(120)),
    ("two grids", twoGrids()),
  ]

  private static func twoGrids() -> Matrix<Double> {
    let one = grid(5, 5)
    return Matrix<Double>(rows: 52, columns: 2) { target in
      let first = (0..<25).flatMap { one.row($0) }
      let second = first.enumerated().map { $0 % 2 == 0 ? $1 + 20 : $1 }
      _ = target.initialize(from: first + second + [12, 2, 12, 2])
    }
  }
}
