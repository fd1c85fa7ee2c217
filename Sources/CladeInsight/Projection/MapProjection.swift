import CladeCore

/// Places on the Earth in the plane of a map: Lambert's cylindrical equal-area projection, true to
/// scale at the median latitude, and cut where the widest stretch of longitude has no place.
struct MapProjection: Sendable {
  /// The places in the plane (n × 2), east and north.
  let places: Matrix<Double>
  /// The southernmost and the northernmost latitude, in degrees.
  let latitudes: ClosedRange<Double>
  /// The westernmost and the easternmost longitude, in degrees, −180 ..< 180; the second is less
  /// where the places lie on both sides of the date line.
  let longitudes: (west: Double, east: Double)

  /// Projects places.
  ///
  /// - Parameter degrees: Latitude and longitude of at least one place (n × 2), in degrees.
  /// - Complexity: O(n log n) time.
  init(_ degrees: Matrix<Double>) {
    let latitudes = degrees.column(0).sorted()
    let longitudes = degrees.column(1).map(Self.wrapped).sorted()
    var gap = (
      width: longitudes[0] + 360 - longitudes[longitudes.count - 1], after: longitudes.count - 1
    )
    for index in longitudes.indices.dropLast() {
      let width = longitudes[index + 1] - longitudes[index]
      if width > gap.width { gap = (width, index) }
    }
    let west = longitudes[(gap.after + 1) % longitudes.count]
    self.latitudes = latitudes[0]...latitudes[latitudes.count - 1]
    self.longitudes = (west, longitudes[gap.after])
    // Near the poles the map would be all height.
    let middle = min(75, latitudes[latitudes.count / 2].magnitude)
    let (_, scale) = Elementary.sineAndCosine(degrees: middle)
    places = Matrix(rows: degrees.rowCount, columns: 2) { target in
      for row in 0..<degrees.rowCount {
        let east = Self.wrapped(degrees[row, 1]) - west
        let (up, _) = Elementary.sineAndCosine(degrees: degrees[row, 0])
        target.initializeElement(
          at: 2 * row, to: (east < 0 ? east + 360 : east) * (Double.pi / 180) * scale)
        target.initializeElement(at: 2 * row + 1, to: up / scale)
      }
    }
  }

  /// A longitude in −180 ..< 180.
  private static func wrapped(_ longitude: Double) -> Double {
    let turned = longitude - 360 * ((longitude + 180) / 360).rounded(.down)
    return turned >= 180 ? turned - 360 : turned
  }

  /// "48.1° to 52.3° north, 5.9° to 15.0° east".
  var description: String {
    let format = NumberFormat(decimals: 1)
    let degrees = { (value: Double, positive: String, negative: String) in
      "\(format.string(value.magnitude))° \(value < 0 ? negative : positive)"
    }
    return
      "\(degrees(latitudes.lowerBound, "N", "S")) to \(degrees(latitudes.upperBound, "N", "S")), "
      + "\(degrees(longitudes.west, "E", "W")) to \(degrees(longitudes.east, "E", "W"))"
  }
}
