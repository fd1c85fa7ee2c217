/// The groups of each scene, the largest first, and the box that background is spread over.
struct ScenePieces: Sendable {
  let pieces: [ScenePiece]
  /// The lowest and the highest value of each column of the background.
  let box: [ClosedRange<Double>]

  /// - Parameters:
  ///   - scene: The scene.
  ///   - dimensionCount: The columns of a scene without groups; the others have their own.
  init(_ scene: ShapeScene.Scene, dimensionCount: Int) {
    switch scene {
    case .moons: self = Self.moons
    case .rings: self = Self.rings
    case .spirals: self = Self.spirals
    case .worms: self = Self.worms
    case .lines: self = Self.lines
    case .densities: self = Self.densities
    case .mixed: self = Self.mixed
    case .nested: self = Self.nested
    case .grid: self = Self.grid
    case .links: self = Self.links
    case .shells: self = Self.shells
    case .uniform:
      let cube = [Double](repeating: 1, count: dimensionCount)
      self.init([.box(share: 1, center: cube.map { _ in 0 }, sides: cube)], box: [])
    case .gaussian:
      let origin = [Double](repeating: 0, count: dimensionCount)
      self.init([.blob(share: 1, center: origin, deviation: 1)], box: [])
    }
  }

  private init(_ pieces: [ScenePiece], box: [ClosedRange<Double>]) {
    self.pieces = pieces
    self.box = box
  }

  /// Two half rings, each with an end inside the other.
  private static let moons = ScenePieces(
    [
      .ring(share: 1, radius: 1, width: 0.06, degrees: 0...180),
      .ring(share: 1, center: [1, 0.4], radius: 1, width: 0.06, degrees: 180...360),
    ], box: [-1.4...2.4, -1...1.4])

  /// Three rings in one another, as dense each.
  private static let rings = ScenePieces(
    [3.0, 2, 1].map { .ring(share: $0, radius: $0, width: 0.07) }, box: [-3.5...3.5, -3.5...3.5])

  /// Two arms that wind round each other.
  private static let spirals = ScenePieces(
    [0.0, 180].map {
      .spiral(share: 1, start: $0, turns: 0.25...1.75, pitch: 2, width: 0.06)
    }, box: [-4...4, -4...4])

  /// Four waves above one another, nearer than they are long.
  private static let worms = ScenePieces(
    (0..<4).map { .wave(share: 1, height: 1.5 * Double($0), waves: 2, width: 0.07) },
    box: [-1...13, -2...6.5])

  /// Strokes in several directions, some side by side.
  private static let lines = ScenePieces(
    [
      .stroke(share: 6, from: [0, 0], to: [6, 0], width: 0.06),
      .stroke(share: 6, from: [0, 0.8], to: [6, 0.8], width: 0.06),
      .stroke(share: 5, from: [0, 1.6], to: [3, 5.6], width: 0.06),
      .stroke(share: 3, from: [4, 1.6], to: [4, 4.6], width: 0.06),
      .stroke(share: 2.8, from: [4.8, 4.6], to: [6.8, 2.6], width: 0.06),
    ], box: [-0.5...7.3, -0.5...6])

  /// Blobs with as many rows, whose density differs by a factor of 400.
  private static let densities = ScenePieces(
    [
      .blob(share: 1, center: [0, 0], deviation: 2),
      .blob(share: 1, center: [9, 0], deviation: 0.5),
      .blob(share: 1, center: [0, 9], deviation: 0.5),
      .blob(share: 1, center: [9, 4], deviation: 0.1),
    ], box: [-6...11, -6...11])

  /// A ring round a blob, a half ring, a square, a stroke, and a small blob.
  private static let mixed = ScenePieces(
    [
      .ring(share: 6, radius: 2, width: 0.08),
      .box(share: 4, center: [5, 0], sides: [2, 2]),
      .ring(share: 4, center: [0, 5], radius: 1.5, width: 0.08, degrees: 0...200),
      .stroke(share: 3, from: [3, 3], to: [6, 6], width: 0.08),
      .blob(share: 3, center: [0, 0], deviation: 0.35),
      .blob(share: 1, center: [0.1, 4.8], deviation: 0.15),
    ], box: [-3...7, -3...7.5])

  /// Three groups of three blobs each; the nine blobs are the labels.
  private static let nested = ScenePieces(
    [[0.0, 0], [20, 0], [10, 17]].flatMap { far in
      [[0.0, 0], [5, 0], [2.5, 4.5]].map { near in
        .blob(share: 1, center: [far[0] + near[0], far[1] + near[1]], deviation: 0.7)
      }
    }, box: [-4...29, -4...26])

  /// A hundred blobs, ten by ten.
  private static let grid = ScenePieces(
    (0..<100).map {
      .blob(share: 1, center: [Double($0 % 10), Double($0 / 10)], deviation: 0.13)
    }, box: [-1...10, -1...10])

  /// Two rings that go through each other, in three columns.
  private static let links = ScenePieces(
    [
      ScenePiece.ring(share: 1, radius: 1, width: 0.07).inSpace(axes: (0, 1), width: 0.07),
      ScenePiece.ring(share: 1, center: [1, 0], radius: 1, width: 0.07)
        .inSpace(axes: (0, 2), width: 0.07),
    ], box: [-1.4...2.4, -1.4...1.4, -1.4...1.4])

  /// A ball in a shell, in three columns.
  private static let shells = ScenePieces(
    [
      .shell(share: 4, radius: 2, width: 0.05),
      .blob(share: 1, center: [0, 0, 0], deviation: 0.3),
    ], box: [-2.4...2.4, -2.4...2.4, -2.4...2.4])
}
