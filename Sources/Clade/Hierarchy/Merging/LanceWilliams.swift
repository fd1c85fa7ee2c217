import CKernels

/// How distances from a joined cluster follow from those of its parts: the formula of Lance and
/// Williams.
struct LanceWilliams: Sendable {
  private let linkage: Linkage
  /// The form that the formula takes.
  let rule: clade_table_rule
  /// What the numbers in a table are less by than the distances, as a power of two.
  var exponent = 0

  /// - Parameter linkage: Any but single, for which a spanning tree is enough.
  init?(_ linkage: Linkage) {
    self.linkage = linkage
    switch linkage {
    case .single: return nil
    case .complete: rule = CLADE_TABLE_LARGEST
    case .average, .weighted, .centroid, .median: rule = CLADE_TABLE_LINEAR
    case .ward: rule = CLADE_TABLE_WARD
    }
  }

  /// The terms for two clusters of `a` and `b` rows.
  func join(_ pair: SlotPair, sizes a: Double, _ b: Double, distance: Double) -> clade_table_join {
    let (x, y, term): (Double, Double, Double) =
      switch linkage {
      case .single, .complete: (0, 0, 0)
      case .average: (a / (a + b), b / (a + b), 0)
      case .weighted: (0.5, 0.5, 0)
      case .ward: (a, b, distance)
      case .centroid: (a / (a + b), b / (a + b), -(a / (a + b)) * (b / (a + b)) * distance)
      case .median: (0.5, 0.5, -0.25 * distance)
      }
    return clade_table_join(
      first: pair.first, second: pair.second, first_factor: x, second_factor: y, term: term)
  }

  /// The height of a merge at a number in the table.
  func height(raw: Double) -> Double {
    let distance = linkage.needsEuclideanDistances ? raw.squareRoot() : raw
    return exponent == 0
      ? distance : Double(sign: .plus, exponent: exponent, significand: distance)
  }
}
