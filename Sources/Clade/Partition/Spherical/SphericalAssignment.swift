import CKernels
import CladeCore

/// What is known of the rows while centers move: label, similarity, and what no other center
/// exceeds.
struct SphericalState: Sendable {
  /// The nearest center of each row, −1 before the first assignment.
  var labels: [Int32]
  /// The exact similarity of each row with its center.
  var similarities: [Double]
  /// No other center is more similar to the row than this.
  var bounds: [Double]

  init(rowCount: Int) {
    labels = Array(repeating: -1, count: rowCount)
    similarities = Array(repeating: -2, count: rowCount)
    bounds = Array(repeating: 2, count: rowCount)
  }
}

/// One thread's part of giving rows their most similar centers.
///
/// A row is passed over when its bound, moved along with the centers, shows that no center can have
/// overtaken its own ("Accelerating Spherical k-Means", Schubert, Lang and Feher, 2021, with one
/// bound for all other centers). Otherwise the inverted index gives estimates of the similarities:
/// columns that most rows have are left out as long as what they can add is small, and only centers
/// that could win with them are completed and, if they still could, compared exactly. So labels are
/// those of comparing every row with every center.
final class SphericalWorker<Scalar: MatrixScalar> {
  /// The part of a row's similarity that left-out columns may add to another.
  private static var leftOutShare: Double { 0.25 }

  private let rows: UnitRowsView
  private let centers: SphericalCenters<Scalar>
  private let dense: UnsafePointer<Scalar>
  private let columnCount: Int
  private let labels: UnsafeMutablePointer<Int32>
  private let similarities: UnsafeMutablePointer<Double>
  private let bounds: UnsafeMutablePointer<Double>
  private let scores: UnsafeMutablePointer<Float>
  private let found: UnsafeMutablePointer<Int32>
  private let rowPointers: UnsafeMutablePointer<UnsafePointer<Float>?>
  private let factors: UnsafeMutablePointer<Float>
  private var products: [Double] = []

  /// Rows that changed their center.
  private(set) var movedCount = 0
  /// Clusters that lost or won a row.
  private(set) var changedClusters: Set<Int32> = []
  /// Rows for which the centers that didn't move have to be looked at too.
  private(set) var pending: [Int32] = []

  init(
    _ rows: UnitRowsView, _ centers: SphericalCenters<Scalar>, dense: UnsafePointer<Scalar>,
    labels: UnsafeMutablePointer<Int32>, similarities: UnsafeMutablePointer<Double>,
    bounds: UnsafeMutablePointer<Double>, longestRow: Int
  ) {
    self.rows = rows
    self.centers = centers
    self.dense = dense
    columnCount = centers.dense.columnCount
    self.labels = labels
    self.similarities = similarities
    self.bounds = bounds
    let width = centers.count + Int(CLADE_SCORE_WIDTH)
    scores = .allocate(capacity: width)
    found = .allocate(capacity: width)
    rowPointers = .allocate(capacity: longestRow)
    factors = .allocate(capacity: longestRow)
  }

  deinit {
    scores.deallocate()
    found.deallocate()
    rowPointers.deallocate()
    factors.deallocate()
  }

  // MARK: Rows

  /// Brings a row up to date after centers moved.
  ///
  /// - Parameters:
  ///   - movedIndex: The index of the centers that moved.
  ///   - hasMoved: Which centers moved.
  ///   - leastCosine: No center turned by more than this cosine says.
  func update(
    _ row: Int, movedIndex: CenterIndexView, hasMoved: UnsafePointer<Bool>, leastCosine: Double
  ) {
    let own = Int(labels[row])
    if hasMoved[own] { similarities[row] = similarity(row, own) }
    let similarity = similarities[row]
    let bound = bounds[row]
    let movedBound =
      Self.bound(bound, afterTurnBy: leastCosine)
      + SphericalCenters<Scalar>.tolerance
    if similarity > movedBound {
      bounds[row] = movedBound
    } else if similarity > bound {
      evaluate(row, movedIndex, othersBound: bound)
    } else {
      pending.append(Int32(row))
    }
  }

  /// Compares a row with all indexed centers.
  ///
  /// - Parameter othersBound: What no center outside of the index exceeds, other than the row's
  ///   own.
  func evaluate(_ row: Int, _ index: CenterIndexView, othersBound: Double = -1) {
    let own = labels[row]
    let count = rows.count(row)
    let first = rows.starts[row]
    let error = Double(count + 16) * 0x1p-23
    var best = own
    var bestSimilarity = own >= 0 ? similarities[row] : -2
    // Columns at the end, the most frequent ones, are left out.
    var prefix = count
    var rest = 0.0
    if own >= 0 {
      let budget = bestSimilarity * Self.leftOutShare
      while prefix > 0 {
        let place = first + prefix - 1
        let most =
          rest
          + Double(rows.rareValues[place].magnitude)
          * Double(index.largest[Int(rows.rareColumns[place])])
        guard most <= budget else { break }
        rest = most
        prefix -= 1
      }
    }
    score(first, prefix, index)
    let margin = rest + error
    let cut =
      own >= 0
      ? bestSimilarity - margin
      : Double(clade_largest_score(scores, index.kernel.width)) - 2 * error
    var largestBelow: Float = 0
    let foundCount = clade_scores_above(
      scores, index.kernel.width, Float(cut).nextDown, found, &largestBelow)
    var others = max(othersBound, Double(largestBelow) + margin)
    for position in 0..<foundCount {
      let number = Int(found[position])
      guard number < index.active.count, index.active[number] != own else { continue }
      let center = index.active[number]
      if prefix < count {
        let (added, unseen) = completion(first + prefix..<first + count, number, index)
        let most = Double(scores[number]) + added + unseen + error
        guard most >= bestSimilarity else {
          others = max(others, most)
          continue
        }
      }
      let exact = similarity(row, Int(center))
      if exact > bestSimilarity || (exact == bestSimilarity && precedes(center, best)) {
        if best >= 0 { others = max(others, bestSimilarity) }
        (best, bestSimilarity) = (center, exact)
      } else {
        others = max(others, exact)
      }
    }
    set(row, best, bestSimilarity, others)
  }

  /// Compares a row with all centers exactly, without any index.
  func compareWithAll(_ row: Int) {
    if products.isEmpty { products = Array(repeating: 0, count: centers.count) }
    let first = rows.starts[row]
    SparseProducts.dots(
      rows.columns.baseAddress.map { $0 + first }, rows.values.baseAddress.map { $0 + first },
      rows.count(row), dense, count: centers.count, width: columnCount, into: &products)
    var best = 0
    var others = -2.0
    for center in 1..<max(1, centers.count) {
      if products[center] > products[best]
        || (products[center] == products[best] && precedes(Int32(center), Int32(best)))
      {
        others = max(others, products[best])
        best = center
      } else {
        others = max(others, products[center])
      }
    }
    set(row, Int32(best), products[best], others)
  }

  // MARK: Steps

  private func set(_ row: Int, _ label: Int32, _ similarity: Double, _ bound: Double) {
    if labels[row] != label {
      movedCount += 1
      if labels[row] >= 0 { changedClusters.insert(labels[row]) }
      changedClusters.insert(label)
      labels[row] = label
    }
    similarities[row] = similarity
    bounds[row] = bound
  }

  private func similarity(_ row: Int, _ center: Int) -> Double {
    let first = rows.starts[row]
    return SparseProducts.dot(
      rows.columns.baseAddress.map { $0 + first }, rows.values.baseAddress.map { $0 + first },
      rows.count(row), dense + center * columnCount)
  }

  private func precedes(_ a: Int32, _ b: Int32) -> Bool {
    b < 0 || centers.precedes(Int(a), Int(b))
  }

  private func score(_ first: Int, _ count: Int, _ index: CenterIndexView) {
    guard let columns = rows.rareColumns.baseAddress, let values = rows.rareValues.baseAddress
    else { return }
    withUnsafePointer(to: index.kernel) { kernel in
      clade_sparse_scores(
        columns + first, values + first, count, kernel, rowPointers, factors, scores)
    }
    // What fills the last vector is no center.
    for number in index.active.count..<index.kernel.width { scores[number] = -.infinity }
  }

  /// What left-out columns add to a center's score, and what those add at most that can't be looked
  /// up.
  private func completion(
    _ places: Range<Int>, _ number: Int, _ index: CenterIndexView
  ) -> (added: Double, unseen: Double) {
    var (added, unseen) = (0.0, 0.0)
    let kernel = index.kernel
    for place in places {
      let column = Int(rows.rareColumns[place])
      let value = Double(rows.rareValues[place])
      let denseRow = Int(kernel.dense_rows[column])
      if denseRow >= 0 {
        added += value * Double(kernel.dense[denseRow * kernel.stride + number])
      } else {
        unseen += value.magnitude * Double(index.largest[column])
      }
    }
    return (added, unseen)
  }

  /// The largest cosine that a row can have with a center that had at most `bound`, and turned by
  /// at most the angle of `cosine`.
  private static func bound(_ bound: Double, afterTurnBy cosine: Double) -> Double {
    guard bound < cosine else { return 1 }
    let before = max(-1, bound)
    return before * cosine + ((1 - before * before) * (1 - cosine * cosine)).squareRoot()
  }
}
