import CladeCore

/// Cuts rows into cells, always the cell with the largest sum of squares into two: a partition that
/// follows from the data alone, with no random start.
///
/// A cell is cut by its leading principal direction through its mean; a few rounds of 2-means then
/// settle the cut ("Principal direction divisive partitioning", Boley, 1998).
package struct DivisivePartition {
  private let points: Matrix<Double>

  /// Cells with fewer rows than this are not cut.
  private static let leastCutRows = 10
  private static let powerIterations = 12
  private static let lloydIterations = 8

  /// A way to cut rows of `points`.
  package init(points: Matrix<Double>) {
    self.points = points
  }

  /// Cuts `rows` (in canonical order) into up to `count` cells; fewer where nothing is left to cut.
  ///
  /// - Complexity: O(m · d · log count) for m rows in balanced cells.
  package func cells(of rows: [Int32], count: Int) -> [[Int32]] {
    var cells = [rows]
    var spreads = [spread(of: rows)]
    while cells.count < count {
      var widest = 0
      for cell in cells.indices where spreads[cell] > spreads[widest] { widest = cell }
      guard spreads[widest] > 0 else { break }
      guard cells[widest].count >= Self.leastCutRows, let (left, right) = cut(cells[widest]) else {
        spreads[widest] = 0
        continue
      }
      cells[widest] = left
      spreads[widest] = spread(of: left)
      cells.append(right)
      spreads.append(spread(of: right))
    }
    return cells
  }

  /// The sum of squared distances from the mean.
  private func spread(of rows: [Int32]) -> Double {
    let d = points.columnCount
    let mean = mean(of: rows) { _ in true }
    return points.withUnsafeBufferPointer { values in
      var sum = 0.0
      for row in rows {
        let start = Int(row) * d
        for column in 0..<d {
          let difference = values[start + column] - mean[column]
          sum += difference * difference
        }
      }
      return sum
    }
  }

  /// The mean of those of `rows` whose places `isIn` accepts.
  private func mean(of rows: [Int32], _ isIn: (Int) -> Bool) -> [Double] {
    let d = points.columnCount
    var mean = [Double](repeating: 0, count: d)
    var count = 0.0
    points.withUnsafeBufferPointer { values in
      mean.withUnsafeMutableBufferPointer { mean in
        for (place, row) in rows.enumerated() where isIn(place) {
          let start = Int(row) * d
          for column in 0..<d { mean[column] += values[start + column] }
          count += 1
        }
      }
    }
    return count > 0 ? mean.map { $0 / count } : mean
  }

  /// Cuts a cell into two; `nil` when all its rows are equal.
  private func cut(_ rows: [Int32]) -> (left: [Int32], right: [Int32])? {
    let d = points.columnCount
    var direction = leadingDirection(of: rows)
    let center = mean(of: rows) { _ in true }
    var threshold = 0.0
    for column in 0..<d { threshold += direction[column] * center[column] }
    var isRight = [Bool](repeating: false, count: rows.count)
    for round in 0...Self.lloydIterations {
      var changed = false
      var rightCount = 0
      points.withUnsafeBufferPointer { values in
        direction.withUnsafeBufferPointer { direction in
          for (place, row) in rows.enumerated() {
            let start = Int(row) * d
            var projection = 0.0
            for column in 0..<d { projection += direction[column] * values[start + column] }
            let right = projection > threshold
            if right != isRight[place] {
              isRight[place] = right
              changed = true
            }
            if right { rightCount += 1 }
          }
        }
      }
      guard rightCount > 0, rightCount < rows.count else { return nil }
      if !changed || round == Self.lloydIterations { break }
      let left = mean(of: rows) { !isRight[$0] }
      let right = mean(of: rows) { isRight[$0] }
      threshold = 0
      for column in 0..<d {
        direction[column] = right[column] - left[column]
        threshold += direction[column] * ((left[column] + right[column]) / 2)
      }
    }
    var (left, right): ([Int32], [Int32]) = ([], [])
    for (place, row) in rows.enumerated() {
      if isRight[place] { right.append(row) } else { left.append(row) }
    }
    return (left, right)
  }

  /// The direction of largest spread, by power iteration from the column of largest spread.
  private func leadingDirection(of rows: [Int32]) -> [Double] {
    let d = points.columnCount
    let center = mean(of: rows) { _ in true }
    var direction = [Double](repeating: 0, count: d)
    points.withUnsafeBufferPointer { values in
      for row in rows {
        let start = Int(row) * d
        for column in 0..<d {
          let difference = values[start + column] - center[column]
          direction[column] += difference * difference
        }
      }
      // The widest column alone: its row of the covariance is the first step.
      var widest = 0
      for column in 0..<d where direction[column] > direction[widest] { widest = column }
      for column in 0..<d { direction[column] = column == widest ? 1 : 0 }
      for _ in 0..<Self.powerIterations {
        var next = [Double](repeating: 0, count: d)
        next.withUnsafeMutableBufferPointer { next in
          for row in rows {
            let start = Int(row) * d
            var projection = 0.0
            for column in 0..<d {
              projection += direction[column] * (values[start + column] - center[column])
            }
            for column in 0..<d {
              next[column] += projection * (values[start + column] - center[column])
            }
          }
        }
        var largest = 0.0
        for value in next { largest = max(largest, value.magnitude) }
        guard largest > 0 else { return }
        for column in 0..<d { direction[column] = next[column] / largest }
      }
    }
    return direction
  }
}
