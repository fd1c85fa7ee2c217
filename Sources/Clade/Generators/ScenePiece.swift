import CladeCore

/// One group of a scene: how large its share of the rows is, and how a row of it is drawn.
struct ScenePiece: Sendable {
  let share: Double
  let draw: @Sendable (inout CounterRandom) -> [Double]

  /// A Gaussian around `center`, with the same standard deviation along all axes.
  static func blob(share: Double, center: [Double], deviation: Double) -> ScenePiece {
    ScenePiece(share: share) { random in
      center.map { $0 + deviation * random.normal() }
    }
  }

  /// A box of even density.
  static func box(share: Double, center: [Double], sides: [Double]) -> ScenePiece {
    ScenePiece(share: share) { random in
      zip(center, sides).map { middle, side in middle + side * (random.uniform() - 0.5) }
    }
  }

  /// A line from `start` to `end`, as dense everywhere, with Gaussian `width` about it.
  static func stroke(share: Double, from start: [Double], to end: [Double], width: Double)
    -> ScenePiece
  {
    ScenePiece(share: share) { random in
      let place = random.uniform()
      return zip(start, end).map { $0 + ($1 - $0) * place + width * random.normal() }
    }
  }

  /// A ring, or the part of it between two angles in degrees, with Gaussian `width` about it.
  static func ring(
    share: Double, center: [Double] = [0, 0], radius: Double, width: Double,
    degrees: ClosedRange<Double> = 0...360
  ) -> ScenePiece {
    ScenePiece(share: share) { random in
      let angle = degrees.lowerBound + (degrees.upperBound - degrees.lowerBound) * random.uniform()
      let (sine, cosine) = Elementary.sineAndCosine(degrees: angle)
      let reach = radius + width * random.normal()
      return [center[0] + reach * cosine, center[1] + reach * sine]
    }
  }

  /// An Archimedean spiral that is `pitch` further out after each turn, as dense everywhere.
  ///
  /// - Parameters:
  ///   - share: The group's share of the rows.
  ///   - start: The direction in which the spiral would leave the origin, in degrees.
  ///   - turns: The turns that are drawn, counted from the origin.
  ///   - pitch: The distance between one turn and the next.
  ///   - width: The standard deviation about the line, along both axes.
  static func spiral(
    share: Double, start: Double, turns: ClosedRange<Double>, pitch: Double, width: Double
  ) -> ScenePiece {
    let (first, last) = (turns.lowerBound, turns.upperBound)
    return ScenePiece(share: share) { random in
      // The length of the line grows as the square of the turns.
      let turn = (first * first + (last * last - first * first) * random.uniform()).squareRoot()
      let (sine, cosine) = Elementary.sineAndCosine(degrees: start + 360 * turn)
      return [
        pitch * turn * cosine + width * random.normal(),
        pitch * turn * sine + width * random.normal(),
      ]
    }
  }

  /// A sine wave of amplitude 1 along the first axis, `waves` long, with Gaussian `width` about it.
  static func wave(share: Double, height: Double, waves: Double, width: Double) -> ScenePiece {
    ScenePiece(share: share) { random in
      let place = waves * random.uniform()
      return [
        6 * place + width * random.normal(),
        height + Elementary.sin(degrees: 360 * place) + width * random.normal(),
      ]
    }
  }

  /// A sphere's shell in three dimensions, with Gaussian `width` about it.
  static func shell(share: Double, radius: Double, width: Double) -> ScenePiece {
    ScenePiece(share: share) { random in
      while true {
        let direction = (0..<3).map { _ in random.normal() }
        let length = direction.reduce(0) { $0 + $1 * $1 }.squareRoot()
        guard length > 1e-9 else { continue }
        let reach = radius + width * random.normal()
        return direction.map { $0 / length * reach }
      }
    }
  }

  /// The same group in three dimensions: its two axes become those of these numbers.
  func inSpace(axes: (Int, Int), width: Double) -> ScenePiece {
    ScenePiece(share: share) { random in
      let flat = draw(&random)
      var point = (0..<3).map { _ in width * random.normal() }
      point[axes.0] += flat[0]
      point[axes.1] += flat[1]
      return point
    }
  }
}
