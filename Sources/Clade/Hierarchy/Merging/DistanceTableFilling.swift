import CKernels
import CladeCore

/// Writes the distances of rows, or the squares of given distances, row by row.
struct DistanceTableFilling<Scalar: MatrixScalar> {
  /// Given distances, or the rows in order.
  private let rows: PreparedRows<Scalar>
  private let order: [Int32]
  private let isSquared: Bool
  private let panels: DistancePanels<Scalar>?
  /// What the numbers are less by than the distances, as a power of two.
  let exponent: Int

  /// - Parameters:
  ///   - rows: The rows.
  ///   - order: Which of them, in this order.
  ///   - squared: Whether squares are wanted; of given distances only.
  init(_ rows: PreparedRows<Scalar>, order: [Int32], squared: Bool) {
    (self.order, isSquared) = (order, squared)
    exponent = squared ? Self.squaredExponent(rows) : 0
    self.rows = rows.form.isGiven ? rows : rows.gathering(order)
    panels = rows.form.isGiven ? nil : DistancePanels(self.rows)
  }

  /// Writes the distances of some rows from the first ones of all.
  ///
  /// - Parameters:
  ///   - range: Which rows.
  ///   - columns: From how many rows.
  ///   - table: Where each row begins `stride` numbers after the one before; up to a multiple of 8
  ///     behind the last of its numbers may become anything.
  /// - Throws: `CladeError` for a distance that isn't finite.
  func write(
    _ range: Range<Int>, columns: Int, to table: UnsafeMutablePointer<Double>, stride: Int
  ) throws {
    if let panels {
      try write(panels, range, columns, into: table, stride: stride)
    } else {
      for (index, row) in range.enumerated() {
        writeGiven(row, columns, to: table + index * stride)
      }
    }
    let scale = rows.scale
    let isRooted = rows.finish == .squareRoot && scale.isUnscaled
    let isFinished = rows.form.isGiven || (rows.finish == .none && scale.isUnscaled)
    for (index, row) in range.enumerated() {
      let target = table + index * stride
      if isRooted {
        clade_table_roots(target, columns)
      } else if !isFinished {
        for column in 0..<columns { target[column] = scale(target[column]) }
      }
      try check(row, columns, target)
      if isSquared { square(target, columns) }
    }
  }

  /// Writes the raw distances of some rows.
  private func write(
    _ panels: DistancePanels<Scalar>, _ range: Range<Int>, _ columns: Int,
    into table: UnsafeMutablePointer<Double>, stride: Int
  ) throws {
    let width = DistancePanels<Scalar>.panelWidth
    let panelCount = (columns + width - 1) / width
    if Scalar.self == Double.self {
      let target = UnsafeMutableRawPointer(table).assumingMemoryBound(to: Scalar.self)
      return try panels.rawDistances(
        of: rows, range, panels: 0..<panelCount, into: target, stride: stride)
    }
    let step = max(1, 2048 / width)
    var raw = [Scalar](repeating: 0, count: range.count * step * width)
    for first in Swift.stride(from: 0, to: panelCount, by: step) {
      let some = first..<min(panelCount, first + step)
      try panels.rawDistances(of: rows, range, panels: some, into: &raw, stride: step * width)
      let places = (first * width)..<min(columns, some.upperBound * width)
      for index in 0..<range.count {
        let target = table + index * stride
        let from = index * step * width - places.lowerBound
        raw.withUnsafeBufferPointer { raw in
          for place in places { target[place] = Double(raw[from + place]) }
        }
      }
    }
  }

  /// Copies the given distances of a row.
  private func writeGiven(
    _ row: Int, _ columns: Int, to target: UnsafeMutablePointer<Double>
  ) {
    let (query, count) = (Int(order[row]), rows.rowCount)
    rows.coordinates.withUnsafeBufferPointer { given in
      for column in 0..<columns {
        let other = Int(order[column])
        if rows.form == .lookedUp {
          target[column] = Double(given[query * count + other])
        } else if other == query {
          target[column] = 0
        } else {
          let (first, second) = (min(query, other), max(query, other))
          target[column] = Double(
            given[first * (2 * count - first - 1) / 2 + second - first - 1])
        }
      }
    }
  }

  private func square(_ distances: UnsafeMutablePointer<Double>, _ columns: Int) {
    let unit = Double(sign: .plus, exponent: -exponent, significand: 1)
    for column in 0..<columns {
      let distance = distances[column] * unit
      distances[column] = distance * distance
    }
  }

  /// By what distances have to be less so that their squares can be computed, as a power of two.
  private static func squaredExponent(_ rows: PreparedRows<Scalar>) -> Int {
    let largest = rows.coordinates.withUnsafeBufferPointer { $0.max() ?? 0 }
    return MagnitudeScaling(largest: Double(largest), Double.self).exponent
  }

  private func check(
    _ row: Int, _ columns: Int, _ distances: UnsafeMutablePointer<Double>
  ) throws {
    for column in 0..<columns where !distances[column].isFinite {
      throw CladeError.valueOutOfRange(
        row: Int(order[row]), column: Int(order[column]), value: "\(distances[column])",
        expected: "a finite distance of two rows")
    }
  }
}
