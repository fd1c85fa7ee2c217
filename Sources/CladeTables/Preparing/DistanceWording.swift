import CladeCore

/// What is wrong with distances that were read, in words for a person, who counts from 1.
struct DistanceWording<Scalar: MatrixScalar> {
  /// The file.
  let path: String
  /// The distances: n × n, or 1 × n · (n − 1) / 2.
  let distances: Matrix<Scalar>
  /// The number of rows that distances are between, n.
  let rowCount: Int
  /// The names of the columns of ``distances``, where the file has names.
  var names: [String]?

  /// The error of the file that an error of the distances is; any other as it is.
  func describing(_ error: CladeError) -> CladeError {
    let (row, column, remedy): (Int, Int, String)
    switch error {
    case .nonFiniteValue(let i, let j, _):
      (row, column) = (i, j)
      remedy =
        distances[i, j].isNaN
        ? "all distances have to be there" : "distances can't be infinite"
    case .valueOutOfRange(let first, let second, _, _):
      let isSquare = rowCount == distances.rowCount
      let isNegative = distances[first, second] < 0
      // Of two that differ that below the diagonal is named first.
      let (i, j) =
        isSquare && !isNegative
        ? (max(first, second), min(first, second)) : (first, second)
      let other = isSquare ? distances[j, i] : distances[i, j]
      (row, column) = (i, j)
      remedy =
        if distances[i, j] < 0 {
          "a distance is 0 or more"
        } else if i == j {
          "the distance of a row from itself is 0"
        } else {
          "row \(j + 1), column \(i + 1) holds \(NumberSpelling.shortest(Double(other))); a distance is the "
            + "same both ways"
        }
    default: return error
    }
    let value = distances[row, column]
    let holds = value.isNaN ? "has no value" : "holds \(NumberSpelling.shortest(Double(value)))"
    let isSquare = rowCount == distances.rowCount
    let place =
      isSquare
      ? "row \(row + 1)" + (names == nil ? ", column \(column + 1)" : "")
      : "number \(column + 1), the distance \(pair(column)),"
    return .badFile(
      path: path, line: nil, column: isSquare ? names?[column] : nil,
      reason: "\(place) \(holds)" + (value.isNaN || value.isInfinite ? "; " : ", and ") + remedy)
  }

  /// The two rows that a number above the diagonal is the distance of.
  private func pair(_ place: Int) -> String {
    var (row, first) = (0, 0)
    while first + rowCount - 1 - row <= place {
      first += rowCount - 1 - row
      row += 1
    }
    return "of rows \(row + 1) and \(row + 2 + place - first)"
  }
}
