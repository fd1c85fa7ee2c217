extension Elementary {
  /// The sine of an angle in degrees; exact at multiples of 90.
  ///
  /// The error stays below 1 unit in the last place. NaN for infinities and NaN.
  public static func sin(degrees: Double) -> Double { sineAndCosine(degrees: degrees).sine }

  /// The cosine of an angle in degrees; exact at multiples of 90.
  ///
  /// The error stays below 1 unit in the last place. NaN for infinities and NaN.
  public static func cos(degrees: Double) -> Double { sineAndCosine(degrees: degrees).cosine }

  /// The sine and the cosine of an angle in degrees.
  public static func sineAndCosine(degrees: Double) -> (sine: Double, cosine: Double) {
    guard degrees.isFinite else { return (.nan, .nan) }
    // Both remainders are exact.
    let turn = degrees.remainder(dividingBy: 360)
    let rest = turn.remainder(dividingBy: 90)
    let quarter = Int(((turn - rest) / 90).rounded())
    // π / 180 in two parts, and the product's own rounding error.
    let radians = rest * 0x1.1df46a2529d39p-6
    let lost =
      (-radians).addingProduct(rest, 0x1.1df46a2529d39p-6) + rest * 0x1.5c1d8becdd291p-62
    let square = radians * radians
    var sineTail = sineSeries[0]
    for coefficient in sineSeries.dropFirst() { sineTail = coefficient + sineTail * square }
    var cosineTail = cosineSeries[0]
    for coefficient in cosineSeries.dropFirst() {
      cosineTail = coefficient + cosineTail * square
    }
    // With r = radians + lost: sin r = sin(radians) + lost · cos(radians), likewise the cosine.
    let half = 0.5 * square
    let most = 1 - half
    let sine = radians + lost.addingProduct(radians * square, sineTail) - half * lost
    let cosine =
      most + (((1 - most) - half) + (square * square * cosineTail - radians * lost))
    return switch quarter & 3 {
    case 0: (sine, cosine)
    case 1: (cosine, 0 - sine)
    case 2: (0 - sine, 0 - cosine)
    default: (0 - cosine, sine)
    }
  }

  /// The arc sine of `x` in radians; NaN outside −1...1.
  ///
  /// The error stays below 2 units in the last place.
  public static func asin(_ x: Double) -> Double {
    let size = x.magnitude
    guard size <= 1 else { return .nan }
    if size <= 0.5 { return x.addingProduct(x, asinTail(x * x)) }
    // asin x = π/2 − 2 · asin √((1 − x) / 2), with the root in two parts.
    let square = (1 - size) / 2
    let root = square.squareRoot()
    let lost = root > 0 ? square.addingProduct(-root, root) / (2 * root) : 0
    let tail = root * asinTail(square)
    let result = 0x1.921fb54442d18p0 - (2 * root - (0x1.1a62633145c07p-54 - 2 * (lost + tail)))
    return x < 0 ? -result : result
  }

  /// `x` to the power `y`, for x ≥ 0; NaN for a negative `x`.
  ///
  /// Computed as e^(y · log x): the error is below 4 · |y · log x| + 2 units in the last place.
  public static func pow(_ x: Double, _ y: Double) -> Double {
    y == 0 || x == 1 ? 1 : exp(y * log(x))
  }

  /// asin(x) / x − 1 by its series in z = x² ≤ ¼, of which small numbers need but the beginning.
  private static func asinTail(_ z: Double) -> Double {
    var tail = 0.0
    for index in (z < 0x1p-9 ? 19 : 0)..<asinSeries.count { tail = asinSeries[index] + tail * z }
    return tail * z
  }

  /// The coefficients of sin(x) / x after the first, of x², the highest first.
  private static let sineSeries: [Double] = [
    1 / 355_687_428_096_000, -1 / 1_307_674_368_000, 1 / 6_227_020_800, -1 / 39_916_800,
    1 / 362_880, -1 / 5040, 1 / 120, -1 / 6,
  ]

  /// The coefficients of cos(x) after the second, of x², the highest first.
  private static let cosineSeries: [Double] = [
    -1 / 6_402_373_705_728_000, 1 / 20_922_789_888_000, -1 / 87_178_291_200, 1 / 479_001_600,
    -1 / 3_628_800, 1 / 40_320, -1 / 720, 1 / 24,
  ]

  /// The coefficients of asin(x) / x after the first, of x², the highest first: of x^2n,
  /// (2n)! / (4^n · n!² · (2n + 1)).
  private static let asinSeries: [Double] = {
    var (ratio, coefficients) = (1.0, [Double]())
    for n in 1...26 {
      ratio *= Double(2 * n - 1) / Double(2 * n)
      coefficients.append(ratio / Double(2 * n + 1))
    }
    return coefficients.reversed()
  }()
}
