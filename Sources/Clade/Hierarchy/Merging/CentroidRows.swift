import CKernels
import CladeCore

/// The centroids of clusters side by side, for centroid and median linkage without a matrix of
/// distances.
struct CentroidRows: @unchecked Sendable {
  // Unchecked: threads write numbers of their own.

  private static let width = Int(CLADE_PANEL_WIDTH_F64)

  private let columns: Int
  /// What makes distances of squared ones.
  private let scale: DistanceScale
  /// Whether the centroid of two clusters is in the middle, whatever their sizes.
  private let isMedian: Bool
  private var centroids: [Double]
  private var sizes: [Double]
  /// See `panels.h`; infinite where there is no cluster.
  private var panels: [Double] = []

  /// Clusters of equal rows.
  ///
  /// - Parameters:
  ///   - rows: A row of each cluster (m × d).
  ///   - sizes: The number of rows of each (m).
  ///   - scale: What makes distances of squared ones.
  ///   - isMedian: Whether the centroid of two clusters is in the middle of theirs.
  init(_ rows: Matrix<Double>, sizes: [Int32], scale: DistanceScale, isMedian: Bool) {
    columns = rows.columnCount
    self.scale = scale
    self.isMedian = isMedian
    centroids = rows.withUnsafeBufferPointer { Array($0) }
    self.sizes = sizes.map { Double($0) }
    pack()
  }

  private mutating func pack() {
    let count = sizes.count
    let panelCount = (count + Self.width - 1) / Self.width
    panels = Array(repeating: .infinity, count: panelCount * Self.width * columns)
    clade_pack_panels_f64(centroids, nil, count, columns, &panels)
  }
}

extension CentroidRows: StepwiseSpace {
  var rowCapacity: Int { (sizes.count + Self.width - 1) / Self.width * Self.width }

  func write(
    _ slot: Int32, from first: Int, into distances: UnsafeMutablePointer<Double>, threads: Int?
  ) {
    let panelCount = rowCapacity / Self.width
    let begin = first / Self.width
    nonisolated(unsafe) let distances = distances
    // So many that a thread is worth starting.
    let chunk = max(64, (1 << 17) / (Self.width * columns))
    ParallelChunks.forEach(count: panelCount - begin, chunkSize: chunk, threads: threads) {
      _, range in
      centroids.withUnsafeBufferPointer { centroids in
        panels.withUnsafeBufferPointer { panels in
          guard let row = centroids.baseAddress, let start = panels.baseAddress else { return }
          let panel = begin + range.lowerBound
          clade_squared_distances_f64(
            row + Int(slot) * columns, 1, columns, start + panel * Self.width * columns,
            range.count, distances + panel * Self.width, range.count * Self.width)
        }
      }
    }
  }

  mutating func join(_ pair: SlotPair, distance: Double, threads: Int?) {
    let (a, b) = (Int(pair.first), Int(pair.second))
    let size = sizes[a] + sizes[b]
    let (x, y) = isMedian ? (0.5, 0.5) : (sizes[a] / size, sizes[b] / size)
    for column in 0..<columns {
      let value = x * centroids[a * columns + column] + y * centroids[b * columns + column]
      centroids[a * columns + column] = value
      put(value, at: a, column)
      put(.infinity, at: b, column)
    }
    (sizes[a], sizes[b]) = (size, 0)
  }

  private mutating func put(_ value: Double, at slot: Int, _ column: Int) {
    let (panel, lane) = slot.quotientAndRemainder(dividingBy: Self.width)
    panels[(panel * columns + column) * Self.width + lane] = value
  }

  mutating func keep(_ slots: [Int32], threads: Int?) {
    centroids = slots.flatMap { slot in
      centroids[(Int(slot) * columns)..<((Int(slot) + 1) * columns)]
    }
    sizes = slots.map { sizes[Int($0)] }
    pack()
  }

  func height(raw: Double) -> Double { scale(raw) }
}
