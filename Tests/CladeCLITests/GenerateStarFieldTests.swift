import Clade
import CladeTables
import Foundation
import Testing

/// `clade generate star-field`: members of a cluster and stars of the field, with their truth.
@Suite struct GenerateStarFieldTests {
  private let folder: Folder

  init() throws { folder = try Folder() }

  private func run(_ arguments: String) throws -> Command.Result {
    try Command.run(arguments.split(separator: " ").map(String.init), in: folder)
  }

  @Test func theStarsAreTheLibrarys() throws {
    let made = try run("generate star-field --members 30 --field-per-member 5 --seed 7 -o sky.csv")
    #expect(made.status == 0, "\(made.errors)")
    #expect(made.output.hasPrefix("30 members of a star cluster among 150 stars of the field\n"))
    let lines = try folder.read("sky.csv").split(separator: "\n")
    #expect(lines[0] == "ra_offset,dec_offset,pmra,pmdec,parallax,label")
    let sample = StarField(memberCount: 30, fieldPerMember: 5, seed: 7).generate()
    #expect(lines.count == 181)
    for (row, line) in lines.dropFirst().enumerated() {
      let numbers = line.split(separator: ",").compactMap { Double($0) }
      #expect(numbers == sample.stars.row(row) + [sample.isMember[row] ? 0 : -1])
    }
    let fit = try run("fit sky.csv --method mst-gmm --label-column label --json")
    #expect(fit.json["n"] as? Int == 180, "\(fit.errors)")
  }

  @Test func arraysAndTruth() throws {
    let made = try run(
      "generate star-field --members 10 --field-per-member 2.5 --field-motion 1 -o a.npy -t t.npy "
        + "--json")
    #expect(made.status == 0, "\(made.errors)")
    #expect(made.json["n"] as? Int == 35 && made.json["field"] as? Int == 25)
    let sample = StarField(memberCount: 10, fieldPerMember: 2.5, fieldMotion: 1).generate()
    let stars = try NPYReader.read(folder.path("a.npy"), as: Double.self)
    #expect((0..<35).allSatisfy { stars.row($0) == sample.stars.row($0) })
    let truth = try NPYReader.read(folder.path("t.npy"), as: Double.self).column(0)
    #expect(truth == sample.isMember.map { $0 ? 0 : -1 })
    let short = try run("generate star-field --members 10 -o b.npy --float32 -q")
    #expect(short.status == 0 && short.output.isEmpty)
    #expect(try Data(contentsOf: folder.url("b.npy")).count == 128 + 210 * 5 * 4)
  }

  @Test(arguments: [
    ("--members 0", "--members can't be 0"),
    ("--field-per-member -1", "--field-per-member can't be -1"),
    ("--field-per-member nan", "--field-per-member can't be nan"),
    ("--field-motion -2", "--field-motion can't be -2"),
    ("--members 1000000 --field-per-member 1000", "ask for fewer"),
    ("--float32", "--float32 goes with NPY"), ("--json", "give --output"),
  ])
  func mistakesAreExplained(_ options: String, _ message: String) throws {
    let made = try run("generate star-field \(options)")
    #expect(made.status == 64)
    #expect(made.errors.contains(message), "\(made.errors)")
    #expect(made.output.isEmpty)
    #expect(folder.names.isEmpty)
  }
}
