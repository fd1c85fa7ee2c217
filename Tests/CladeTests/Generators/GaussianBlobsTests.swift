import Clade
import Testing

@Suite struct GaussianBlobsTests {
  // MARK: What was asked for

  @Test(arguments: [1, 2, 3, 10, 50, 120], [1, 2, 3, 16, 64])
  func separationIsAtLeastAndAboutWhatWasAsked(k: Int, d: Int) throws {
    for shape in GaussianBlobs.Shape.allCases {
      let blobs = try GaussianBlobs(
        clusterCount: k, dimensionCount: d, pointCount: k, shape: shape, elongation: 10,
        separation: 6, seed: UInt64(k * 100 + d)
      ).generate()
      if k == 1 {
        #expect(blobs.separation == .infinity)
        continue
      }
      #expect(blobs.separation >= 6)
      #expect(blobs.separation < 6 + 1e-9)
      guard shape != .rotated else { continue }
      // Measured once more, from what the result says.
      let separations = pairwiseSeparations(blobs)
      #expect(abs(separations.joined().min()! - blobs.separation) < 1e-9)
      // Nearly every cluster has a neighbour at the minimum: the data is as hard as was asked.
      let nearest = separations.map { $0.min()! }
      #expect(nearest.max()! < 12)
      #expect(nearest.reduce(0, +) / Double(k) < 7)
    }
  }

  private func pairwiseSeparations(_ blobs: GaussianBlobs.Sample<Double>) -> [[Double]] {
    let (k, d) = (blobs.centers.rowCount, blobs.centers.columnCount)
    return (0..<k).map { a in
      (0..<k).filter { $0 != a }.map { b in
        let line = (0..<d).map { blobs.centers[a, $0] - blobs.centers[b, $0] }
        let distance = line.reduce(0) { $0 + $1 * $1 }.squareRoot()
        func deviation(_ cluster: Int) -> Double {
          (0..<d).reduce(0.0) { sum, axis in
            let part = blobs.standardDeviations[cluster, axis] * line[axis] / distance
            return sum + part * part
          }.squareRoot()
        }
        return distance / ((deviation(a) + deviation(b)) / 2)
      }
    }
  }

  @Test func sizesFallFromTheLargestToTheSmallestByTheRatio() throws {
    let blobs = try GaussianBlobs(
      clusterCount: 20, dimensionCount: 2, pointCount: 100_000, sizeRatio: 50
    ).generate()
    #expect(blobs.sizes == blobs.sizes.sorted(by: >))
    #expect(blobs.sizes.reduce(0, +) == 100_000)
    #expect(abs(Double(blobs.sizes[0]) / Double(blobs.sizes[19]) - 50) < 0.5)
    for (cluster, size) in blobs.sizes.enumerated() {
      #expect(blobs.labels.count { $0 == Int32(cluster) } == size)
    }
  }

  @Test func everyClusterHasAPointEvenWhenThereAreHardlyEnough() throws {
    for n in 30..<40 {
      let blobs = try GaussianBlobs(
        clusterCount: 30, dimensionCount: 2, pointCount: n, sizeRatio: 50
      ).generate()
      #expect(blobs.sizes.min()! == 1)
      #expect(blobs.sizes.reduce(0, +) == n)
    }
  }

  @Test func noiseHasItsShareAndLiesInTheBox() throws {
    let blobs = try GaussianBlobs(
      clusterCount: 4, dimensionCount: 3, pointCount: 2000, noise: 0.1
    ).generate()
    #expect(blobs.labels.count { $0 == -1 } == 200)
    #expect(blobs.sizes.reduce(0, +) == 1800)
    for column in 0..<3 {
      let low = blobs.centers.column(column).min()! - 3
      let high = blobs.centers.column(column).max()! + 3
      for row in 0..<2000 where blobs.labels[row] < 0 {
        #expect(blobs.points[row, column] >= low && blobs.points[row, column] <= high)
      }
    }
  }

  @Test(arguments: GaussianBlobs.Shape.allCases)
  func pointsHaveTheMeanAndTheVarianceOfTheirCluster(shape: GaussianBlobs.Shape) throws {
    let d = 4
    let blobs = try GaussianBlobs(
      clusterCount: 2, dimensionCount: d, pointCount: 40_000, shape: shape, elongation: 10, seed: 3
    ).generate()
    for cluster in 0..<2 {
      let rows = blobs.labels.indices.filter { blobs.labels[$0] == Int32(cluster) }
      let points = blobs.points.gatheringRows(rows)
      var total = 0.0
      for column in 0..<d {
        let values = points.column(column)
        let mean = values.reduce(0, +) / Double(values.count)
        let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count)
        #expect(abs(mean - blobs.centers[cluster, column]) < 0.05)
        total += variance
        if shape != .rotated {
          let expected = blobs.standardDeviations[cluster, column]
          #expect(abs(variance.squareRoot() / expected - 1) < 0.03)
        }
      }
      #expect(abs(total / Double(d) - 1) < 0.04)
    }
  }

  @Test func elongationIsAnUpperBoundAndSphericalClustersHaveNone() throws {
    func aspects(_ shape: GaussianBlobs.Shape) throws -> [Double] {
      let blobs = try GaussianBlobs(
        clusterCount: 50, dimensionCount: 5, pointCount: 50, shape: shape, elongation: 10
      ).generate()
      return (0..<50).map {
        let deviations = blobs.standardDeviations.row($0)
        return deviations.max()! / deviations.min()!
      }
    }
    #expect(try aspects(.spherical).allSatisfy { $0 == 1 })
    let elongated = try aspects(.elongated)
    #expect(elongated.allSatisfy { $0 <= 10 + 1e-9 })
    #expect(elongated.max()! > 8)
  }

  @Test func theLayoutDependsOnNeitherTheNumberOfPointsNorTheNoise() throws {
    var generator = GaussianBlobs(clusterCount: 7, dimensionCount: 3, pointCount: 100, seed: 9)
    let few = try generator.generate()
    generator.pointCount = 5000
    generator.noise = 0.2
    generator.sizeRatio = 10
    #expect(try generator.generate().centers == few.centers)
    generator.seed = 10
    #expect(try generator.generate().centers != few.centers)
  }

  // MARK: Sameness

  @Test func threadsAndInstructionSetsChangeNoBit() throws {
    let generator = GaussianBlobs(
      clusterCount: 9, dimensionCount: 6, pointCount: 5000, sizeRatio: 5, shape: .rotated,
      noise: 0.05, seed: 4)
    let one = try generator.generate(threads: 1)
    for set in InstructionSet.available {
      for threads in [1, 2, 7] {
        let other = try #require(
          try InstructionSet.forcing(set) { try generator.generate(threads: threads) })
        #expect(other.points == one.points)
        #expect(other.labels == one.labels)
        #expect(other.centers == one.centers)
        #expect(other.separation == one.separation)
      }
    }
    let floats = try generator.generate(as: Float.self)
    #expect(floats.labels == one.labels)
    #expect((0..<5000).allSatisfy { floats.points[$0, 3] == Float(one.points[$0, 3]) })
  }

  @Test func theSameSeedGivesTheSamePointsOnEveryMachine() throws {
    let blobs = try GaussianBlobs(
      clusterCount: 3, dimensionCount: 2, pointCount: 200, sizeRatio: 3, shape: .rotated,
      noise: 0.1,
      seed: 1
    ).generate()
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    blobs.points.withUnsafeBufferPointer { values in
      for value in values { hash = (hash ^ value.bitPattern) &* 0x100_0000_01B3 }
    }
    for label in blobs.labels {
      hash = (hash ^ UInt64(bitPattern: Int64(label))) &* 0x100_0000_01B3
    }
    #expect(hash == 6_179_208_637_698_449_526)
  }

  // MARK: Bad input

  @Test func parametersOutOfRangeAreNamed() throws {
    func name(of change: (inout GaussianBlobs) -> Void) -> String? {
      var generator = GaussianBlobs(clusterCount: 3)
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
    #expect(name { $0.clusterCount = 0 } == "clusterCount")
    #expect(name { $0.clusterCount = .max } == "clusterCount")
    #expect(name { $0.dimensionCount = 0 } == "dimensionCount")
    #expect(name { $0.pointCount = 0 } == "pointCount")
    #expect(name { $0.pointCount = 2 } == "pointCount")
    #expect(name { $0.pointCount = .max } == "pointCount")
    #expect(name { $0.sizeRatio = 0.5 } == "sizeRatio")
    #expect(name { $0.sizeRatio = .nan } == "sizeRatio")
    #expect(name { $0.elongation = 0 } == "elongation")
    #expect(name { $0.elongation = .infinity } == "elongation")
    #expect(name { $0.separation = -1 } == "separation")
    #expect(name { $0.separation = .nan } == "separation")
    #expect(name { $0.noise = 1 } == "noise")
    #expect(name { $0.noise = -0.1 } == "noise")
    #expect(name { $0.noise = 0.999 } == "pointCount")
    #expect(
      name {
        $0.shape = .rotated
        $0.dimensionCount = 100_000
      } == "dimensionCount")
    #expect(name { $0.separation = 0 } == nil)
  }
}
