import Foundation
import Testing

/// The promise as it is seen from the command line: the files are equal to the byte.
struct SamenessTests {
  static let methods: [[String]] = [
    [], ["--method", "ppp"], ["--method", "kmeans", "-k", "4"],
    ["--method", "kmeans", "-k", "4", "--seeding", "plusplus", "--restarts", "3"],
    ["--method", "gmm", "-k", "3"], ["--method", "minibatch", "-k", "3", "--batch-size", "100"],
  ]
  /// What takes rows in their order.
  static let ordered: [[String]] = [["--method", "online", "-k", "3"]]

  /// Overlapping groups on a grid, with many exact ties and duplicates.
  static let grid: String = {
    var random = SplitMix(state: 3)
    let rows = (0..<600).map { row in
      let center = [(0, 0), (6, 1), (3, 7)][row % 3]
      let x = center.0 + Int(random.next() % 5)
      let y = center.1 + Int(random.next() % 5)
      return "r\(row),\(x),\(y)"
    }
    return (["id,x,y"] + rows).joined(separator: "\n") + "\n"
  }()

  private func fit(
    _ method: [String], _ table: String, threads: Int = 2, isa: String? = nil
  ) throws -> (labels: String, model: String) {
    let folder = try Folder()
    try folder.write("table.csv", table)
    let result = try Command.run(
      ["fit", "table.csv", "--quiet", "--threads", "\(threads)", "-o", "labels.csv"]
        + ["--model", "model.json"] + method,
      in: folder, environment: isa.map { ["CLADE_ISA": $0] } ?? [:])
    try #require(result.status == 0, "\(result.errors)")
    return (try folder.read("labels.csv"), try folder.read("model.json"))
  }

  @Test(arguments: methods + ordered)
  func threads(method: [String]) throws {
    let one = try fit(method, Self.grid, threads: 1)
    for threads in [2, 7] {
      let other = try fit(method, Self.grid, threads: threads)
      #expect(other.labels == one.labels)
      #expect(other.model == one.model)
    }
  }

  @Test(arguments: methods + ordered)
  func instructionSets(method: [String]) throws {
    let plain = try fit(method, Self.grid, isa: "portable")
    for isa in ["neon", "avx2", "avx512"] {  // one that the machine lacks is passed over
      let other = try fit(method, Self.grid, isa: isa)
      #expect(other.labels == plain.labels)
      #expect(other.model == plain.model)
    }
  }

  @Test(arguments: methods)
  func shuffledRows(method: [String]) throws {
    var lines = Self.grid.split(separator: "\n")
    let header = lines.removeFirst()
    var random = SplitMix(state: 11)
    lines.shuffle(using: &random)
    let shuffled = ([header] + lines).joined(separator: "\n") + "\n"
    let straight = try fit(method, Self.grid)
    let other = try fit(method, shuffled)
    // The automatic choice may be a model that holds rows in their order.
    if !method.isEmpty { #expect(other.model == straight.model) }
    #expect(
      other.labels.split(separator: "\n").sorted()
        == straight.labels.split(separator: "\n").sorted())
  }
}
