import Clade
import Testing

@Suite struct ShapeSceneTests {
  private typealias Scene = ShapeScene.Scene

  // MARK: What was asked for

  @Test(arguments: ShapeScene.Scene.allCases)
  func groupsAreApart(scene: ShapeScene.Scene) throws {
    let sample = try ShapeScene(scene, pointCount: 1500, seed: 3).generate()
    let index = try NeighborIndex(sample.points)
    let nearest = try index.neighbors(count: 1).rows
    let own = (0..<1500).count { sample.labels[Int(nearest[$0])] == sample.labels[$0] }
    #expect(own >= 1485, "\(own) of 1,500 rows have a nearest neighbour of their own group")
  }

  @Test(arguments: ShapeScene.Scene.allCases)
  func thereAreAsManyAsWasAsked(scene: ShapeScene.Scene) throws {
    let noise = scene.hasGroups ? 0.1 : 0
    let sample = try ShapeScene(scene, pointCount: 777, noise: noise).generate()
    #expect(sample.points.rowCount == 777 && sample.labels.count == 777)
    #expect(sample.labels.count { $0 < 0 } == (scene.hasGroups ? 78 : 0))
    #expect(sample.sizes == sample.sizes.sorted(by: >))
    for (label, size) in sample.sizes.enumerated() {
      #expect(sample.labels.count { $0 == Int32(label) } == size)
    }
    let groups: [Scene: Int] = [
      .moons: 2, .rings: 3, .spirals: 2, .worms: 4, .lines: 5, .densities: 4, .mixed: 6,
      .nested: 9, .grid: 100, .links: 2, .shells: 2, .uniform: 1, .gaussian: 1,
    ]
    #expect(sample.sizes.count == groups[scene])
    #expect(sample.points.columnCount == ([.links, .shells].contains(scene) ? 3 : 2))
  }

  @Test func ringsHaveTheirRadii() throws {
    let sample = try ShapeScene(.rings, pointCount: 6000).generate()
    for (label, radius) in [3.0, 2, 1].enumerated() {
      let reaches = (0..<6000).filter { sample.labels[$0] == Int32(label) }.map { row in
        let (x, y) = (sample.points[row, 0], sample.points[row, 1])
        return (x * x + y * y).squareRoot()
      }
      #expect(abs(reaches.reduce(0, +) / Double(reaches.count) - radius) < 0.01)
      #expect(reaches.allSatisfy { abs($0 - radius) < 0.45 })
    }
  }

  @Test func aCubeIsEvenAndAGaussianNormal() throws {
    for d in [1, 2, 7, 32] {
      let cube = try ShapeScene(.uniform, pointCount: 4000, dimensionCount: d).generate().points
      let normal = try ShapeScene(.gaussian, pointCount: 4000, dimensionCount: d).generate().points
      #expect(cube.columnCount == d && normal.columnCount == d)
      for column in 0..<d {
        let (even, bell) = (cube.column(column), normal.column(column))
        #expect(even.allSatisfy { $0 >= -0.5 && $0 < 0.5 })
        #expect(abs(even.reduce(0) { $0 + $1 * $1 } / 4000 - 1.0 / 12) < 0.006)
        #expect(abs(bell.reduce(0, +) / 4000) < 0.08)
        #expect(abs(bell.reduce(0) { $0 + $1 * $1 } / 4000 - 1) < 0.12)
      }
    }
  }

  @Test func aRowDependsOnItsNumberAndGroupOnly() throws {
    let few = try ShapeScene(.spirals, pointCount: 300, seed: 5).generate()
    let many = try ShapeScene(.spirals, pointCount: 3000, seed: 5).generate()
    let same = (0..<300).filter { few.labels[$0] == many.labels[$0] }
    #expect(same.count > 100)
    #expect(same.allSatisfy { few.points.row($0) == many.points.row($0) })
  }

  // MARK: Sameness

  @Test(arguments: ShapeScene.Scene.allCases)
  func threadsChangeNoBit(scene: ShapeScene.Scene) throws {
    let generator = ShapeScene(
      scene, pointCount: 5000, noise: scene.hasGroups ? 0.05 : 0, seed: 9)
    let one = try generator.generate(threads: 1)
    for threads in [2, 7] {
      let other = try generator.generate(threads: threads)
      #expect(other.points == one.points && other.labels == one.labels)
    }
    let floats = try generator.generate(as: Float.self)
    #expect(floats.labels == one.labels)
    #expect((0..<5000).allSatisfy { floats.points[$0, 1] == Float(one.points[$0, 1]) })
  }

  @Test(arguments: ShapeScene.Scene.allCases)
  func theSameSeedGivesTheSamePointsOnEveryMachine(scene: ShapeScene.Scene) throws {
    let sample = try ShapeScene(
      scene, pointCount: 200, noise: scene.hasGroups ? 0.1 : 0, seed: 1
    ).generate()
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    sample.points.withUnsafeBufferPointer { values in
      for value in values { hash = (hash ^ value.bitPattern) &* 0x100_0000_01B3 }
    }
    for label in sample.labels {
      hash = (hash ^ UInt64(bitPattern: Int64(label))) &* 0x100_0000_01B3
    }
    #expect(hash == Self.hashes[scene])
  }

  private static let hashes: [ShapeScene.Scene: UInt64] = [
    .moons: 14_937_336_801_064_421_015,
    .rings: 2_892_610_122_557_827_150,
    .spirals: 14_768_227_799_992_389_477,
    .worms: 1_662_124_876_504_371_779,
    .lines: 12_428_623_410_845_113_937,
    .densities: 8_519_356_058_161_134_841,
    .mixed: 1_674_286_092_016_050_563,
    .nested: 1_377_398_841_732_875_768,
    .grid: 14_460_499_187_637_694_812,
    .links: 3_860_075_902_361_415_092,
    .shells: 6_966_699_724_482_828_522,
    .uniform: 10_185_207_937_516_080_765,
    .gaussian: 14_351_141_461_405_845_428,
  ]

  // MARK: Bad input

  @Test func parametersOutOfRangeAreNamed() throws {
    func name(_ scene: Scene, _ change: (inout ShapeScene) -> Void) -> String? {
      var generator = ShapeScene(scene)
      change(&generator)
      do {
        _ = try generator.generate()
        return nil
      } catch CladeError.invalidParameter(let name, _, _) {
        return name
      } catch {
        return "\(error)"
      }
    }
    for count in [Int.min, -1, 0, 99, Int.max] {
      #expect(name(.grid) { $0.pointCount = count } == "pointCount", "\(count)")
    }
    #expect(name(.grid) { $0.pointCount = 100 } == nil)
    #expect(name(.moons) { $0.pointCount = 1 } == "pointCount")
    #expect(name(.uniform) { $0.pointCount = 1 } == nil)
    for noise in [-0.1, 1, .nan, .infinity] {
      #expect(name(.moons) { $0.noise = noise } == "noise", "\(noise)")
    }
    #expect(name(.moons) { ($0.pointCount, $0.noise) = (10, 0.9) } == "pointCount")
    #expect(name(.gaussian) { $0.noise = 0.1 } == "noise")
    #expect(name(.moons) { $0.dimensionCount = 3 } == "dimensionCount")
    #expect(name(.links) { $0.dimensionCount = 3 } == nil)
    for count in [Int.min, 0, 65_537, Int.max] {
      #expect(name(.uniform) { $0.dimensionCount = count } == "dimensionCount", "\(count)")
    }
  }

  @Test func cancellationStopsIt() async {
    let task = Task {
      withUnsafeCurrentTask { $0?.cancel() }
      return try ShapeScene(.moons).generate()
    }
    await #expect(throws: CancellationError.self) { try await task.value }
  }
}
