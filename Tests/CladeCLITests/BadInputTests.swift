import Foundation
import Testing

/// What a person can hand in wrongly: each gives its exit code, a message of one or two lines that
/// says what, where and what to do, and no output file.
struct BadInputTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let name: String
    var file: String? = "input.csv"
    var content: Data = Data()
    var arguments: [String] = []
    let status: Int32
    let message: [String]

    var testDescription: String { name }

    init(
      _ name: String, file: String? = "input.csv", _ content: String = "",
      arguments: [String] = [], status: Int32, _ message: [String]
    ) {
      self.init(
        name, file: file, data: Data(content.utf8), arguments: arguments, status: status, message)
    }

    init(
      _ name: String, file: String? = "input.csv", data: Data, arguments: [String] = [],
      status: Int32, _ message: [String]
    ) {
      self.name = name
      self.file = file
      self.content = data
      self.arguments = arguments
      self.status = status
      self.message = message
    }
  }

  static let good = "a,b\n1,2\n2,3\n10,11\n11,12\n"
  static let kmeans = ["--method", "kmeans", "-k"]

  static let tables: [Case] = [
    Case("empty file", "", status: 65, ["input.csv", "empty"]),
    Case("header only", "a,b,c\n", status: 65, ["no row"]),
    Case("one row", "a,b,c\n1,2,3\n", status: 65, ["one row"]),
    Case(
      "no usable column", "name\nAda Lovelace\nAlan Turing\nGrace Hopper\n", status: 65,
      ["no column is left"]),
    Case("ragged rows", "a,b\n1,2\n3,4,5\n6,7\n", status: 65, ["input.csv, line 3"]),
    Case("ragged rows, too short", "a,b\n1,2\n3\n6,7\n", status: 65, ["input.csv, line 3"]),
    Case("number too large", "a,b\n1,2\n1e999,3\n4,5\n", status: 65, ["line 3", "\"a\"", "1e999"]),
    Case("infinity", "a,b\n1,2\ninf,3\n4,5\n", status: 65, ["line 3", "\"a\"", "inf"]),
    Case("all rows equal", "a,b\n1,2\n1,2\n1,2\n", status: 65, ["all 3 rows are equal"]),
    Case("all rows equal, k 2", "a,b\n1,2\n1,2\n1,2\n", arguments: kmeans + ["2"], status: 65, []),
    Case("k 0", good, arguments: kmeans + ["0"], status: 64, ["k", "0"]),
    Case("k negative", good, arguments: kmeans + ["-3"], status: 64, ["k"]),
    Case("k above the distinct rows", good, arguments: kmeans + ["5"], status: 65, ["5", "4"]),
    Case("kmeans without k", good, arguments: ["--method", "kmeans"], status: 64, ["-k"]),
    Case("k without a method", good, arguments: ["-k", "3"], status: 64, ["--method kmeans"]),
    Case(
      "k with ppp", good, arguments: ["-k", "3", "--method", "ppp"], status: 64,
      ["to give -k, add --method"]),
    Case(
      "covariance with kmeans", good, arguments: kmeans + ["2", "--covariance", "full"],
      status: 64, ["--covariance", "gmm"]),
    Case(
      "unknown method", good, arguments: ["--method", "magic"], status: 64, ["magic", "kmeans"]),
    Case("unknown option", good, arguments: ["--colums", "a"], status: 64, ["--colums"]),
    Case("threads 0", good, arguments: ["--threads", "0"], status: 64, ["--threads", "1"]),
    Case(
      "unknown column", "bill_length,mass\n1,2\n2,3\n9,9\n",
      arguments: ["--columns", "bil_length"],
      status: 64, ["bil_length", "did you mean \"bill_length\"?"]),
    Case(
      "unknown column to ignore", good, arguments: ["--ignore", "zz"], status: 64, ["\"zz\""]),
    Case(
      "unknown label column", good, arguments: ["--label-column", "zz"], status: 64, ["\"zz\""]),
    Case(
      "weights not numeric", "a,b,w\n1,2,x\n2,3,y\n4,5,x\n",
      arguments: kmeans + ["2", "--weights", "w"], status: 65, ["\"w\"", "number"]),
    Case(
      "weights negative", "a,b,w\n1,2,1\n2,3,-1\n4,5,1\n",
      arguments: kmeans + ["2", "--weights", "w"], status: 65, ["w"]),
    Case(
      "initial centers missing", good, arguments: kmeans + ["2", "--init", "none.npy"], status: 66,
      ["none.npy"]),
    Case(
      "truncated gzip", file: "input.csv.gz",
      data: Data([
        0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 0x4b, 0xd4, 0x49, 0xe2, 0x32, 0xd4, 0x31, 0xe2, 0x32,
      ]), status: 65, ["input.csv.gz"]),
    Case(
      "NPY with a lying header", file: "input.npy",
      data: npy("{'descr': '<f8', 'fortran_order': False, 'shape': (1000000, 16), }", [0, 0, 0]),
      status: 65, ["input.npy"]),
    Case(
      "NPY of objects", file: "input.npy",
      data: npy("{'descr': '|O', 'fortran_order': False, 'shape': (2, 2), }", [0, 0, 0, 0]),
      status: 65, ["input.npy", "object"]),
    Case("no such file", file: nil, status: 66, ["input.csv"]),
  ]

  static func npy(_ header: String, _ values: [Double]) -> Data {
    var data = Data([0x93] + Array("NUMPY".utf8) + [1, 0])
    let padded = header + String(repeating: " ", count: 127 - 10 - header.count - 1) + "\n"
    data.append(contentsOf: [UInt8(padded.utf8.count), 0])
    data.append(contentsOf: padded.utf8)
    for value in values { withUnsafeBytes(of: value) { data.append(contentsOf: $0) } }
    return data
  }

  @Test(arguments: tables)
  func badTable(_ bad: Case) throws {
    let folder = try Folder()
    if let file = bad.file { try folder.write(file, bad.content) }
    let before = folder.names
    let result = try Command.run(
      ["fit", bad.file ?? "input.csv"] + bad.arguments
        + ["--output", "labels.csv", "--model", "model.json", "--report", "page.html"],
      in: folder)
    expectRefusal(result, bad.status, bad.message)
    #expect(folder.names == before)
  }

  @Test func aFolder() throws {
    let folder = try Folder()
    expectRefusal(try Command.run(["fit", "."], in: folder), 66, ["folder"])
  }

  @Test func unreadable() throws {
    let folder = try Folder()
    try folder.write("input.csv", Self.good)
    try FileManager.default.setAttributes(
      [.posixPermissions: 0], ofItemAtPath: folder.path("input.csv"))
    guard !FileManager.default.isReadableFile(atPath: folder.path("input.csv")) else { return }
    expectRefusal(try Command.run(["fit", "input.csv"], in: folder), 66, ["input.csv"])
  }

  @Test(arguments: ["--output", "--model", "--report"])
  func outputFolderMissing(option: String) throws {
    let folder = try Folder()
    try folder.write("input.csv", Sample.blobs(rows: 60, groups: 3))
    let others = ["--output", "--model", "--report"].filter { $0 != option }
    let result = try Command.run(
      ["fit", "input.csv", option, "none/out.csv", others[0], "a.csv", others[1], "b.csv"],
      in: folder)
    expectRefusal(result, 73, ["none"])
    #expect(folder.names == ["input.csv"])
  }

  @Test func diskFull() throws {
    guard FileManager.default.fileExists(atPath: "/dev/full") else { return }
    let folder = try Folder()
    try folder.write("input.csv", Sample.blobs(rows: 60, groups: 3))
    for option in ["--output", "--model", "--report"] {
      let other = option == "--model" ? "--output" : "--model"
      let result = try Command.run(
        ["fit", "input.csv", option, "/dev/full", other, "other"], in: folder)
      expectRefusal(result, 73, ["/dev/full"])
      #expect(folder.names == ["input.csv"])
    }
  }

  @Test func aLineWithoutEnd() throws {
    let folder = try Folder()
    try folder.write("input.csv", Data(repeating: UInt8(ascii: "7"), count: 40 << 20))
    expectRefusal(
      try Command.run(["fit", "input.csv", "-o", "out.csv"], in: folder), 65, ["input.csv"])
    #expect(folder.names == ["input.csv"])
  }

  @Test func aHundredThousandColumns() throws {
    let folder = try Folder()
    let names = (0..<100_000).map { "c\($0)" }.joined(separator: ",")
    let rows = (0..<3).map { row in
      (0..<100_000).map { "\($0 % 7 + row * row)" }.joined(separator: ",")
    }
    try folder.write("input.csv", ([names] + rows).joined(separator: "\n") + "\n")
    let result = try Command.run(
      ["fit", "input.csv", "--method", "kmeans", "-k", "2", "-o", "out.csv"], in: folder)
    #expect(result.status == 0, "\(result.errors)")
    #expect(result.output.split(separator: "\n").count < 40)
    #expect(try folder.read("out.csv").split(separator: "\n").count == 4)
  }

  @Test func sameFileTwice() throws {
    let folder = try Folder()
    try folder.write("input.csv", Sample.blobs(rows: 60, groups: 3))
    let before = try folder.read("input.csv")
    expectRefusal(
      try Command.run(["fit", "input.csv", "-o", "a", "--model", "./a"], in: folder), 64, ["a"])
    expectRefusal(
      try Command.run(["fit", "input.csv", "-o", "input.csv"], in: folder), 64, ["input.csv"])
    #expect(folder.names == ["input.csv"])
    #expect(try folder.read("input.csv") == before)
  }

  @Test func noArguments() throws {
    expectRefusal(try Command.run(["fit"], in: try Folder()), 64, ["See 'clade fit --help'"])
    expectRefusal(try Command.run(["dance"], in: try Folder()), 64, ["dance"])
  }

  private func expectRefusal(_ result: Command.Result, _ status: Int32, _ message: [String]) {
    #expect(result.status == status, "\(result.errors)")
    #expect(result.output.isEmpty)
    #expect(result.errors.hasPrefix("clade: "))
    #expect(result.errors.split(separator: "\n").count <= 2, "\(result.errors)")
    for part in message { #expect(result.errors.contains(part), "\(result.errors)") }
  }
}
