import Clade

/// What one group of sparse rows is like: its size, how alike its rows are, and its strongest
/// columns.
public struct SparseGroupProfile: Sendable, Equatable {
  /// The group's number.
  public let label: Int32
  /// The number of its rows.
  public let size: Int
  /// The part of all rows that it has.
  public let share: Double
  /// The mean cosine between its rows and its center: 1 where all have the same direction.
  public let cohesion: Double
  /// The columns with the largest weight in the center, from the largest down.
  public let topColumns: [Weight]

  /// A column of the center.
  public struct Weight: Sendable, Equatable {
    /// The column, from 0.
    public let column: Int
    /// What it is called.
    public let name: String
    /// The center's value there, the center being of length 1.
    public let value: Double
  }

  /// Describes all groups.
  ///
  /// The result doesn't depend on the order of the rows.
  ///
  /// - Parameters:
  ///   - rows: The rows (n × d), none of them all zeros.
  ///   - labels: The group of each row (n).
  ///   - centers: The groups' centers (k × d), of length 1.
  ///   - limit: The most columns that are listed for a group; those of weight 0 never are.
  ///   - name: What a column is called.
  /// - Returns: A profile for each center (k).
  /// - Throws: `CladeError.shapeMismatch` where the shapes don't fit.
  /// - Complexity: O(stored values + k · d).
  public static func all(
    of rows: SparseMatrix<Double>, labels: [Int32], centers: Matrix<Double>, limit: Int = 10,
    name: (Int) -> String
  ) throws -> [SparseGroupProfile] {
    guard labels.count == rows.rowCount, centers.columnCount == rows.columnCount else {
      throw CladeError.shapeMismatch(
        expected: "\(rows.rowCount) labels, and centers of \(rows.columnCount) columns",
        found: "\(labels.count), and \(centers.columnCount)")
    }
    var sizes = [Int](repeating: 0, count: centers.rowCount)
    var cosines = [ExactSum](repeating: ExactSum(bound: 2), count: centers.rowCount)
    centers.withUnsafeBufferPointer { centers in
      rows.values.withUnsafeBufferPointer { values in
        rows.columns.withUnsafeBufferPointer { columns in
          for row in labels.indices {
            let center = Int(labels[row]) * rows.columnCount
            var (product, squares) = (0.0, 0.0)
            let range = rows.rowStarts[row]..<rows.rowStarts[row + 1]
            // Brought near 1, so that squares neither overflow nor vanish.
            let largest = range.reduce(0) { max($0, values[$1].magnitude) }
            for place in range where largest > 0 {
              let value = values[place] / largest
              product += value * centers[center + Int(columns[place])]
              squares += value * value
            }
            sizes[Int(labels[row])] += 1
            if squares > 0 { cosines[Int(labels[row])].add(product / squares.squareRoot()) }
          }
        }
      }
    }
    return (0..<centers.rowCount).map { group in
      SparseGroupProfile(
        label: Int32(group), size: sizes[group],
        share: Double(sizes[group]) / Double(max(1, labels.count)),
        cohesion: sizes[group] > 0 ? cosines[group].value(dividedBy: sizes[group]) : 0,
        topColumns: top(limit, of: centers.row(group)).map { column, value in
          Weight(column: column, name: name(column), value: value)
        })
    }
  }

  /// The columns of the largest values, those that are equal in the order of their columns.
  private static func top(_ limit: Int, of center: [Double]) -> [(Int, Double)] {
    var best: [(column: Int, value: Double)] = []
    for (column, value) in center.enumerated()
    where value > 0 && (best.count < limit || value > (best.last?.value ?? 0)) {
      let place = best.firstIndex { $0.value < value } ?? best.count
      best.insert((column, value), at: place)
      if best.count > limit { best.removeLast() }
    }
    return best
  }
}
