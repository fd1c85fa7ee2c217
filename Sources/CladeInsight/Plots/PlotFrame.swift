import CladeCore

/// Maps the plane of a picture to its pixels, at the same scale both ways.
struct PlotFrame: Sendable {
  /// The width and height of the field that points are drawn in.
  let width: Double
  let height: Double
  private let left: Double
  private let top: Double
  private let scale: Double

  /// Fits a frame around most of the points.
  ///
  /// Where a few points lie so far out that they would press the rest together, they fall outside.
  init(scores: Matrix<Double>, width: Double, heights: ClosedRange<Double>) {
    let x = Self.range(of: scores.column(0))
    let y = Self.range(of: scores.columnCount > 1 ? scores.column(1) : [])
    let margin = 0.04
    let spanX = max(x.upperBound - x.lowerBound, .leastNormalMagnitude)
    let spanY = max(y.upperBound - y.lowerBound, .leastNormalMagnitude)
    let inner = 1 - 2 * margin
    let wanted = spanY / spanX * width
    let height = min(max(heights.lowerBound, wanted.isFinite ? wanted : 0), heights.upperBound)
    let fits = min(width * inner / spanX, height * inner / spanY)
    scale = fits.isFinite ? fits : 1
    self.width = width
    self.height = height
    left = (x.lowerBound / 2 + x.upperBound / 2) - width / scale / 2
    top = (y.lowerBound / 2 + y.upperBound / 2) + height / scale / 2
  }

  /// The place of a point in pixels, from the top left.
  func place(_ x: Double, _ y: Double) -> (x: Double, y: Double) {
    ((x - left) * scale, (top - y) * scale)
  }

  /// Whether a place lies within the frame.
  func contains(_ place: (x: Double, y: Double)) -> Bool {
    place.x >= 0 && place.x <= width && place.y >= 0 && place.y <= height
  }

  private static func range(of values: [Double]) -> ClosedRange<Double> {
    let sorted = values.sorted()
    guard let low = sorted.first, let high = sorted.last else { return 0...0 }
    let cut = sorted.count / 1000
    let (innerLow, innerHigh) = (sorted[cut], sorted[sorted.count - 1 - cut])
    let room = (innerHigh - innerLow) * 0.15
    let clipped = max(low, innerLow - room)...min(high, innerHigh + room)
    let full = high - low
    return full > (clipped.upperBound - clipped.lowerBound) * 1.5 ? clipped : low...high
  }
}
