import Clade
import CladeTables
import Foundation
import Testing

/// `clade generate shapes`: scenes of groups of any shape, with their truth.
@Suite struct GenerateShapesTests {
  private let folder: Folder

  init() throws { folder = try Folder() }

  private func run(_ arguments: String) throws -> Command.Result {
    try Command.run(arguments.split(separator: " ").map(String.init), in: folder)
  }

  @Test func thePointsAreTheLibrarys() throws {
    let made = try run("generate shapes moons -n 120 --noise 0.1 --seed 7 -o moons.csv")
    #expect(made.status == 0, "\(made.errors)")
    #expect(
      made.output.hasPrefix("120 points in 2 dimensions\n2 groups (moons), 12 points of noise\n"))
    let lines = try folder.read("moons.csv").split(separator: "\n")
    #expect(lines[0] == "x1,x2,label")
    let sample = try ShapeScene(.moons, pointCount: 120, noise: 0.1, seed: 7).generate()
    #expect(lines.count == 121)
    for (row, line) in lines.dropFirst().enumerated() {
      let numbers = line.split(separator: ",").compactMap { Double($0) }
      #expect(numbers == sample.points.row(row) + [Double(sample.labels[row])])
    }
    let fit = try run("fit moons.csv --method hdbscan --label-column label --json")
    #expect(fit.json["n"] as? Int == 120, "\(fit.errors)")
  }

  @Test func arraysAndTruth() throws {
    let made = try run("generate shapes gaussian -n 50 -d 16 -o a.npy -t t.npy --json")
    #expect(made.status == 0, "\(made.errors)")
    #expect(made.json["k"] as? Int == 1 && made.json["d"] as? Int == 16)
    #expect(made.json["scene"] as? String == "gaussian")
    let sample = try ShapeScene(.gaussian, pointCount: 50, dimensionCount: 16).generate()
    #expect(try NPYReader.read(folder.path("a.npy"), as: Double.self) == sample.points)
    let truth = try NPYReader.read(folder.path("t.npy"), as: Double.self).column(0)
    #expect(truth == [Double](repeating: 0, count: 50))
    let short = try run("generate shapes links -n 21 -o b.npy --float32 -q")
    #expect(short.status == 0 && short.output.isEmpty)
    #expect(try Data(contentsOf: folder.url("b.npy")).count == 128 + 21 * 3 * 4)
  }

  @Test(arguments: [
    ("stars", "scene"), ("moons -n 0", "--points"), ("grid -n 99", "--points"),
    ("moons -d 3", "--dimensions"), ("uniform -d 0", "--dimensions"),
    ("uniform --noise 0.1", "--noise"), ("rings --noise 1", "--noise"),
    ("rings --float32", "--float32 goes with NPY"), ("rings --json", "give --output"),
  ])
  func mistakesAreExplained(_ options: String, _ message: String) throws {
    let made = try run("generate shapes \(options)")
    #expect(made.status == 64)
    #expect(made.errors.contains(message), "\(made.errors)")
    #expect(made.output.isEmpty)
    #expect(folder.names.isEmpty)
  }

  @Test func moreThanFitsIsRefused() throws {
    let made = try run("generate shapes uniform -d 60000 -n 10000000 -o a.csv")
    #expect(made.status == 65)
    #expect(made.errors.contains("ask for fewer (--points, --dimensions)"), "\(made.errors)")
    #expect(folder.names.isEmpty)
  }
}
