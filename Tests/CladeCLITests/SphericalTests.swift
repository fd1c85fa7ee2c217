import CladeCore
import CladeTables
import Foundation
import Testing

/// `clade fit --method spherical` and `clade predict` of sparse rows and of tables.
@Suite struct SphericalTests {
  private let folder: Folder

  init() throws { folder = try Folder() }

  /// Three topics of ten words each, and ten words that all have, as entries of rows.
  private func documents(_ count: Int, seed: UInt64 = 3) -> [[(column: Int, value: Double)]] {
    var random = CounterRandom(seed: seed)
    return (0..<count).map { row in
      var counts: [Int: Int] = [:]
      for _ in 0..<12 {
        let topical = random.uniform() < 0.7
        let word = Int(random.uniform() * 10) + (topical ? 10 + row % 3 * 10 : 0)
        counts[word, default: 0] += 1
      }
      return counts.sorted { $0.key < $1.key }.map { ($0.key, Double($0.value)) }
    }
  }

  private func libsvm(_ rows: [[(column: Int, value: Double)]]) -> String {
    rows.enumerated().map { number, row in
      (["\(number % 3)"] + row.map { "\($0.column + 1):\($0.value)" }).joined(separator: " ") + "\n"
    }.joined()
  }

  private func dense(_ rows: [[(column: Int, value: Double)]], columns: Int = 40) throws
    -> Matrix<Double>
  {
    Matrix(rows: rows.count, columns: columns) { target in
      target.initialize(repeating: 0)
      for (number, row) in rows.enumerated() {
        for entry in row { target[number * columns + entry.column] = entry.value }
      }
    }
  }

  /// The arrays that SciPy's `save_npz` writes; a file of its own is in the tests of the readers.
  private func writeCSR(_ name: String, _ rows: [[(column: Int, value: Double)]], columns: Int)
    throws
  {
    var starts: [Int64] = [0]
    for row in rows { starts.append(starts[starts.count - 1] + Int64(row.count)) }
    let entries = rows.flatMap { $0 }
    try folder.write(
      name,
      StoredZip.archive([
        ("indices.npy", StoredZip.npy("<i4", entries.map { Int32($0.column) })),
        ("indptr.npy", StoredZip.npy("<i8", starts)),
        ("format.npy", StoredZip.npy("|S3", Array("csr".utf8), shape: "()")),
        ("shape.npy", StoredZip.npy("<i8", [Int64(rows.count), Int64(columns)])),
        ("data.npy", StoredZip.npy("<f8", entries.map { $0.value })),
      ]))
  }

  private func run(_ arguments: String, environment: [String: String] = [:]) throws
    -> Command.Result
  {
    try Command.run(
      arguments.split(separator: " ").map(String.init), in: folder, environment: environment)
  }

  // MARK: The same rows in every form

  @Test func labelsAreTheSameInEveryForm() throws {
    let rows = documents(300)
    try folder.write("a.txt", libsvm(rows))
    try writeCSR("a.npz", rows, columns: 40)
    let matrix = try dense(rows)
    try NPYWriter.write(matrix, to: folder.path("a.npy"))
    try folder.write(
      "a.csv",
      ((0..<40).map { "w\($0)" }.joined(separator: ",") + "\n")
        + (0..<300).map { matrix.row($0).map { "\($0)" }.joined(separator: ",") + "\n" }.joined())
    for input in ["a.txt", "a.npz", "a.npy", "a.csv"] {
      let result = try run(
        "fit \(input) --method spherical -k 3 --json -o \(input).labels.csv -m \(input).json")
      #expect(result.status == 0, "\(result.errors)")
      #expect(result.json["k"] as? Int == 3)
      #expect(result.json["d"] as? Int == 40)
      #expect(try folder.read("a.txt.labels.csv") == folder.read("\(input).labels.csv"))
    }
    for model in ["a.txt.json", "a.npz.json", "a.npy.json"] {
      for input in ["a.txt", "a.npz", "a.npy"] {
        let result = try run("predict \(model) \(input) -o p.csv")
        #expect(result.status == 0, "\(model) \(input): \(result.errors)")
        #expect(try folder.read("p.csv") == folder.read("a.txt.labels.csv"), "\(model) \(input)")
      }
    }
  }

  @Test func sameForThreadsInstructionSetsAndOrder() throws {
    let rows = documents(500) + documents(40)
    try folder.write("a.libsvm", libsvm(rows))
    let expected = try run("fit a.libsvm --method spherical -k 9 --json -o a.csv --threads 1")
    #expect(expected.status == 0, "\(expected.errors)")
    let labels = try folder.read("a.csv").split(separator: "\n").dropFirst()
    for threads in [1, 2, 7] {
      for set in InstructionSet.available {
        let other = try run(
          "fit a.libsvm --method spherical -k 9 --json -o b.csv --threads \(threads)",
          environment: ["CLADE_ISA": set.rawValue])
        #expect(try folder.read("b.csv") == folder.read("a.csv"))
        #expect(other.json["objective"] as? Double == expected.json["objective"] as? Double)
        #expect(other.json["groups"] as? NSArray == expected.json["groups"] as? NSArray)
      }
    }
    var random = SplitMix(state: 5)
    let places = rows.indices.shuffled(using: &random)
    try folder.write("shuffled.libsvm", libsvm(places.map { rows[$0] }))
    let other = try run("fit shuffled.libsvm --method spherical -k 9 --json -o c.csv")
    let shuffled = try folder.read("c.csv").split(separator: "\n").dropFirst()
    #expect(Array(shuffled) == places.map { Array(labels)[$0] })
    #expect(other.json["objective"] as? Double == expected.json["objective"] as? Double)
    #expect(other.json["groups"] as? NSArray == expected.json["groups"] as? NSArray)
  }

  @Test func weightsAreRepeatedRows() throws {
    let rows = documents(60)
    let matrix = try dense(rows)
    let header = (0..<40).map { "w\($0)" }.joined(separator: ",")
    let lines = (0..<60).map { matrix.row($0).map { "\($0)" }.joined(separator: ",") }
    try folder.write(
      "weighted.csv",
      header + ",times\n" + lines.enumerated().map { "\($1),\($0 % 4)\n" }.joined())
    try folder.write(
      "repeated.csv",
      header + "\n"
        + lines.enumerated().map { String(repeating: $1 + "\n", count: $0 % 4) }.joined())
    let weighted = try run("fit weighted.csv --method spherical -k 3 --weights times --json")
    let repeated = try run("fit repeated.csv --method spherical -k 3 --json")
    #expect(weighted.status == 0, "\(weighted.errors)")
    #expect(weighted.json["objective"] as? Double != nil)
    #expect(weighted.json["objective"] as? Double == repeated.json["objective"] as? Double)
    // Sparse rows have their weights in a file, by any of the readers.
    try folder.write("a.libsvm", libsvm(rows))
    try folder.write("times.csv", "times\n" + (0..<60).map { "\($0 % 4)\n" }.joined())
    try NPYWriter.write(
      Matrix<Float>(rows: 60, columns: 1) { target in
        for index in target.indices { target.initializeElement(at: index, to: Float(index % 4)) }
      }, to: folder.path("times.npy"))
    for times in ["times.csv", "times.npy"] {
      let sparse = try run("fit a.libsvm --method spherical -k 3 --weights \(times) --json")
      #expect(sparse.status == 0, "\(sparse.errors)")
      #expect(sparse.json["objective"] as? Double == repeated.json["objective"] as? Double)
      #expect((sparse.json["parameters"] as? [String: Any])?["weights"] as? String == times)
    }
  }

  // MARK: What is shown

  @Test func vocabularyNamesTheColumns() throws {
    try folder.write("a.libsvm", libsvm(documents(300)))
    try folder.write("words.txt", (0..<40).map { "word<\($0)>\n" }.joined())
    let result = try run(
      "fit a.libsvm --method spherical -k 3 --vocabulary words.txt --json -r page.html")
    #expect(result.status == 0, "\(result.errors)")
    #expect(result.json["format"] as? String == "libsvm")
    #expect((result.json["parameters"] as? [String: Any])?["vocabulary"] as? String == "words.txt")
    let groups = try #require(result.json["groups"] as? [[String: Any]])
    #expect(groups.count == 3)
    for group in groups {
      let columns = try #require(group["top_columns"] as? [[String: Any]])
      #expect(columns.count == 10)
      let weights = columns.compactMap { $0["weight"] as? Double }
      #expect(weights == weights.sorted(by: >))
      #expect((columns[0]["name"] as? String)?.hasPrefix("word<") == true)
      let cohesion = try #require(group["cohesion"] as? Double)
      #expect(cohesion > 0.5 && cohesion < 1)
    }
    let page = try folder.read("page.html")
    #expect(page.contains("3 groups") && page.contains("word&lt;"))
    #expect(!page.contains("word<"))
    let summary = try run("fit a.libsvm --method spherical -k 3")
    #expect(summary.output.contains("3 groups in 300 rows"))
    #expect(summary.output.contains("column "))
    #expect(summary.output.split(separator: "\n").allSatisfy { $0.count <= 80 })
  }

  @Test func standardInputAndFormats() throws {
    let text = libsvm(documents(90))
    try folder.write("a.dat", text)
    let piped = try Command.run(
      ["fit", "-", "--format", "libsvm", "--method", "spherical", "-k", "3", "-o", "-"],
      in: folder, input: text)
    #expect(piped.status == 0, "\(piped.errors)")
    let read = try run("fit a.dat --method spherical -k 3 -o -")
    #expect(piped.output == read.output)
    let table = try run("fit a.dat --format table --method spherical -k 3")
    #expect(table.status != 0, "text of pairs is no table of numbers")
  }

  @Test func startAndStop() throws {
    let rows = documents(90)
    try folder.write("a.libsvm", libsvm(rows))
    try writeCSR("start.npz", Array(rows.prefix(3)), columns: 40)
    let zero = try run(
      "fit a.libsvm --method spherical -k 3 --init start.npz --max-iterations 0 --json")
    #expect(zero.status == 0, "\(zero.errors)")
    #expect(zero.json["iterations"] as? Int == 0)
    #expect(zero.errors.contains("without settling"))
    for more in ["--seeding random", "--seeding plusplus --seed 7", "--init start.npz"] {
      let result = try run("fit a.libsvm --method spherical -k 3 --json \(more)")
      #expect(result.json["converged"] as? Bool == true, "\(result.errors)")
    }
  }

  // MARK: Bad input

  private func refuses(_ arguments: String, _ status: Int32, _ words: [String]) throws {
    let result = try run(arguments)
    #expect(result.status == status, "\(arguments): \(result.errors)")
    for word in words {
      #expect(result.errors.contains(word), "\(arguments): \(result.errors)")
    }
    #expect(result.output.isEmpty)
  }

  @Test func badFiles() throws {
    let fit = "--method spherical -k 2"
    for (name, text, words) in [
      ("falling", "1 3:1 2:4\n0 1:1\n", ["line 1", "column 2 comes after 3"]),
      ("twice", "1 3:1 4:1\n0 2:4 2:1\n", ["line 2", "twice"]),
      ("zero", "1 0:1\n", ["line 1", "count from 1"]),
      ("nan", "1 1:1\n0 2:nan\n", ["line 2", "column 2"]),
      ("letters", "1 1:1\n0 2:x\n", ["line 2", "\"x\""]),
      ("empty", "", ["no rows"]),
      ("one", "1 1:1\n", ["one row"]),
      ("zeros", "1 1:1 2:1\n0\n1 2:1\n0\n", ["zeros.libsvm", "row 2 holds only zeros", "2 rows"]),
      ("few", "1 1:1 2:1\n0 1:2 2:2\n", ["2 clusters", "1 distinct"]),
    ] {
      try folder.write(name + ".libsvm", text)
      try refuses("fit \(name).libsvm \(fit)", 65, words)
    }
    try writeCSR("wide.npz", [[(0, 1), (5, 1)], [(1, 1)]], columns: 3)
    try refuses("fit wide.npz \(fit)", 65, ["wide.npz", "outside of 0 ..< 3"])
    try writeCSR("twice.npz", [[(1, 1), (1, 1)], [(1, 1)]], columns: 3)
    try refuses("fit twice.npz \(fit)", 65, ["twice.npz", "1 twice"])
    try folder.write("a.csv", "x,y\n1,2\n0,0\n3,1\n")
    try refuses("fit a.csv \(fit)", 65, ["a.csv", "row 2 holds only zeros"])
    try writeCSR("inf.npz", [[(0, 1)], [(1, 1), (2, .infinity)]], columns: 3)
    try refuses("fit inf.npz \(fit)", 65, ["inf.npz", "row 2 holds inf in column 2"])
  }

  @Test func badRequests() throws {
    try folder.write("a.libsvm", libsvm(documents(30)))
    try folder.write("few.txt", "one\ntwo\n")
    try writeCSR("a.npz", documents(30), columns: 40)
    try folder.write("a.csv", "x,y\n1,2\n2,1\n3,1\n")
    try refuses("fit a.libsvm", 64, ["sparse rows (libsvm)", "--method spherical"])
    try refuses("fit a.npz --method kmeans -k 2", 64, ["sparse rows (csr)", "kmeans"])
    try refuses("fit a.libsvm --method spherical", 64, ["-k"])
    try refuses("fit a.libsvm --method spherical -k 0", 64, ["-k", "1 or more"])
    try refuses("fit a.libsvm --method spherical -k 31", 65, ["31 clusters"])
    try refuses(
      "fit a.libsvm --method spherical -k 2 --seeding splitting", 64, ["plusplus or random"])
    try refuses("fit a.libsvm --method spherical -k 2 --restarts 3", 64, ["--restarts"])
    try refuses("fit a.libsvm --method spherical -k 2 --scale standard", 64, ["--scale", "tables"])
    try refuses("fit a.libsvm --method spherical -k 2 --weights none.csv", 66, ["none.csv"])
    try refuses("fit a.libsvm --method spherical -k 2 --weights a.csv", 65, ["a.csv", "2 columns"])
    try folder.write("short.csv", "1\n2\n")
    try refuses(
      "fit a.libsvm --method spherical -k 2 --weights short.csv", 65, ["2 weights", "30 rows"])
    try folder.write("negative.csv", (0..<30).map { "\($0 - 1)\n" }.joined())
    try refuses(
      "fit a.libsvm --method spherical -k 2 --weights negative.csv", 65, ["row 1", "-1.0"])
    try refuses(
      "fit a.libsvm --method spherical -k 2 --weights short.csv -o short.csv", 64, ["overwrite"])
    try refuses("fit a.csv --method spherical -k 2 --vocabulary few.txt", 64, ["--vocabulary"])
    try refuses(
      "fit a.libsvm --method spherical -k 2 --vocabulary few.txt", 65, ["beyond the 2 columns"])
    try refuses(
      "fit a.npz --method spherical -k 2 --vocabulary few.txt", 65, ["2 words", "40 columns"])
    try refuses("fit none.libsvm --method spherical -k 2", 66, ["none.libsvm"])
  }

  @Test func badPredictions() throws {
    try folder.write("a.libsvm", libsvm(documents(60)))
    try folder.write("wide.libsvm", "1 41:1\n")
    try folder.write("narrow.libsvm", "1 2:1 3:1\n")
    try writeCSR("wide.npz", [[(0, 1)], [(1, 1)]], columns: 41)
    try folder.write("a.csv", "x,y\n1,2\n2,1\n3,1\n")
    try folder.write("words.csv", "x,y\n1,a\n2,b\n")
    #expect(try run("fit a.libsvm --method spherical -k 3 -m model.json").status == 0)
    try refuses("predict model.json wide.libsvm", 65, ["beyond the 40 columns"])
    try refuses("predict model.json wide.npz", 65, ["41 columns", "40 are expected"])
    try refuses("predict model.json a.csv", 65, ["40 columns"])
    try refuses("predict model.json words.csv", 65, ["\"y\"", "numbers"])
    #expect(try run("predict model.json narrow.libsvm").status == 0, "text may name fewer columns")
    #expect(try run("fit a.csv --method kmeans -k 2 -m kmeans.json").status == 0)
    try refuses("predict kmeans.json a.libsvm", 65, ["kmeans", "no sparse rows"])
    #expect(
      try run("fit a.csv --method spherical -k 2 --scale minmax -m scaled.json").status == 0)
    try folder.write("two.libsvm", "1 1:1 2:1\n")
    try refuses("predict scaled.json two.libsvm", 65, ["chosen or scaled"])
  }
}

/// NPZ archives made by hand, without compression.
private enum StoredZip {
  static func npy<Element>(_ type: String, _ values: [Element], shape: String? = nil) -> Data {
    let text =
      "{'descr': '\(type)', 'fortran_order': False, 'shape': \(shape ?? "(\(values.count),)"), }"
    let header = text + String(repeating: " ", count: 117 - text.utf8.count) + "\n"
    return Data([0x93] + Array("NUMPY".utf8) + [1, 0, 118, 0] + Array(header.utf8))
      + values.withUnsafeBytes { Data($0) }
  }

  static func archive(_ files: [(name: String, content: Data)]) -> Data {
    var (data, directory) = (Data(), Data())
    func little(_ value: Int, _ bytes: Int) -> Data {
      Data((0..<bytes).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) })
    }
    for file in files {
      let offset = data.count
      let size = file.content.count
      let common =
        little(20, 2) + little(0, 2) + little(0, 2) + little(0, 4)
        + little(Int(checksum(file.content)), 4) + little(size, 4) + little(size, 4)
        + little(file.name.utf8.count, 2) + little(0, 2)
      data += little(0x0403_4b50, 4) + common + Data(file.name.utf8) + file.content
      directory +=
        little(0x0201_4b50, 4) + little(20, 2) + common + little(0, 2) + little(0, 2) + little(0, 2)
        + little(0, 4) + little(offset, 4) + Data(file.name.utf8)
    }
    return data + directory + little(0x0605_4b50, 4) + little(0, 4) + little(files.count, 2)
      + little(files.count, 2) + little(directory.count, 4) + little(data.count, 4) + little(0, 2)
  }

  private static func checksum(_ data: Data) -> UInt32 {
    var crc: UInt32 = 0xffff_ffff
    for byte in data {
      crc ^= UInt32(byte)
      for _ in 0..<8 { crc = crc & 1 == 1 ? crc >> 1 ^ 0xedb8_8320 : crc >> 1 }
    }
    return ~crc
  }
}
