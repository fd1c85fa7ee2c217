import CladeCore

/// The valley between two components: how much sparser the rows lie between them than at the
/// sparser of the two.
///
/// Rows are projected on Fisher's discriminant direction of the pair ("The use of multiple
/// measurements in taxonomic problems", Fisher, 1936), scaled such that the means lie at 0 and 1,
/// and counted in windows of a quarter of that length. Between the fullest window on either side
/// lies the emptiest one. Where there are few rows for the number of columns, each row is projected
/// on the direction that the other rows give, since a direction fitted to few rows pulls them
/// apart.
package struct DensityValley: Equatable, Sendable {
  /// The rows in the emptiest window between the two.
  package let floor: Int
  /// The rows in the fuller window of the component that has fewer there.
  package let peak: Int

  /// The density of the valley against the lower peak, 0 (empty) to 1 (no valley); never quite 0,
  /// since few rows prove little.
  package var ratio: Double { min(1, Double(floor + 1) / Double(peak + 1)) }

  /// How many standard deviations of the counts the valley lies below the peak.
  package var significance: Double {
    Double(peak - floor) / Double(peak + floor + 1).squareRoot()
  }

  /// Whether the valley is shallow, and either might be chance or is hardly there at all.
  ///
  /// Two equal Gaussians whose means are 4 standard deviations apart have a ratio of 0.27.
  package var isShallow: Bool { ratio > 0.35 && (significance < 3 || ratio > 0.6) }

  private static let binsPerWindow = 10
  private static let binWidth = 0.025
  private static let binCount = 70
  private static let start = -0.375

  /// Counts projections, of which 0 and 1 are the two means.
  package init(projections: some Sequence<Double>) {
    var bins = [Int](repeating: 0, count: Self.binCount)
    for projection in projections {
      let bin = (projection - Self.start) / Self.binWidth
      if bin >= 0, bin < Double(Self.binCount) { bins[Int(bin)] += 1 }
    }
    // Window w is centered on −0.25 + w · binWidth.
    let windows = (0...(Self.binCount - Self.binsPerWindow)).map { first in
      bins[first..<(first + Self.binsPerWindow)].reduce(0, +)
    }
    let middle = windows.count / 2
    var (left, right) = (0, windows.count - 1)
    for window in 0...middle where windows[window] > windows[left] { left = window }
    for window in stride(from: windows.count - 1, through: middle, by: -1)
    where windows[window] > windows[right] {
      right = window
    }
    floor = windows[left...right].min() ?? 0
    peak = min(windows[left], windows[right])
  }
}
