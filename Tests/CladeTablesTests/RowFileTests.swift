import Clade
import CladeCore
import CladeTables
import Foundation
import Testing

/// Files of rows: the same numbers and clusters as in memory, and what is said of bad ones.
@Suite struct RowFileTests {
  private let folder: TemporaryFolder
  private let rows: Matrix<Float>

  init() throws {
    folder = try TemporaryFolder()
    rows = Self.groups(rows: 5000, columns: 7)
  }

  /// Whole numbers from 0 to 255 around five places.
  private static func groups(rows: Int, columns: Int) -> Matrix<Float> {
    let random = CounterRandom(seed: 3)
    return Matrix(rows: rows, columns: columns) { buffer in
      for index in 0..<(rows * columns) {
        let (row, column) = (index / columns, index % columns)
        let noise = Float(random.value(at: UInt64(index)) % 40)
        buffer.initializeElement(at: index, to: Float((row % 5 * 3 + column) % 5 * 50) + noise)
      }
    }
  }

  private static func bytes<T>(_ value: T) -> [UInt8] { withUnsafeBytes(of: value) { Array($0) } }

  private func vectors(_ matrix: Matrix<Float>, bytesEach: Bool) -> [UInt8] {
    (0..<matrix.rowCount).flatMap { row in
      Self.bytes(Int32(matrix.columnCount).littleEndian)
        + matrix.row(row).flatMap { bytesEach ? [UInt8($0)] : Self.bytes($0) }
    }
  }

  private func raw(_ matrix: Matrix<Float>) -> [UInt8] {
    matrix.withUnsafeBufferPointer { Array(UnsafeRawBufferPointer($0)) }
  }

  private func files() throws -> [RowFile<Float>] {
    try NPYWriter.write(rows, to: folder.path("a.npy"))
    return [
      try RowFile(path: folder.path("a.npy")),
      try RowFile(path: folder.file("a.fvecs", bytes: vectors(rows, bytesEach: false))),
      try RowFile(path: folder.file("a.bvecs", bytes: vectors(rows, bytesEach: true))),
      try RowFile(
        path: folder.file("a.f32", bytes: raw(rows)), format: RowFileFormat(raw: "f4:7")),
    ]
  }

  @Test func numbersAreThoseInMemory() throws {
    for file in try files() {
      #expect(file.rowCount == 5000 && file.columnCount == 7, "\(file.format)")
      #expect(file.numbers == .single)
      for range in [0..<1, 17..<17, 4321..<5000, 0..<5000] {
        let expected = rows.withRows(range) { Array($0) }
        #expect(try file.withRows(range) { Array($0) } == expected, "\(file.format)")
      }
    }
  }

  /// 11 MB, in which every number says where it is.
  private func largeFile(_ reading: RowFileReading = .automatic) throws -> RowFile<Float> {
    let numbers = (0..<(400_000 * 7)).map { Float($0) }
    return try RowFile(
      path: folder.file("large.f32", bytes: numbers.withUnsafeBytes { Array($0) }),
      format: RowFileFormat(raw: "f4:7"), reading: reading)
  }

  /// Whether rows are those of ``largeFile()``.
  private static func areTheirOwn(_ rows: UnsafeBufferPointer<Float>, _ range: Range<Int>) -> Bool {
    rows.count == range.count * 7
      && rows.indices.allSatisfy { rows[$0] == Float(range.lowerBound * 7 + $0) }
  }

  @Test(arguments: [1, 2, 7], RowFileReading.allCases)
  func rowsOfALargeFileAreTheirOwn(threads: Int, reading: RowFileReading) throws {
    let file = try largeFile(reading)
    for chunkSize in [file.preferredChunkSize, 1000, 100_000, 150_000] {
      try ParallelChunks.forEach(count: 400_000, chunkSize: chunkSize, threads: threads) {
        (_, range) throws in
        #expect(try file.withRows(range) { Self.areTheirOwn($0, range) })
        // Others, before and behind, in between.
        let other = (range.lowerBound * 7) % 399_000
        #expect(
          try file.withRows(other..<(other + 900)) { Self.areTheirOwn($0, other..<(other + 900)) })
      }
    }
  }

  @Test(arguments: RowFileReading.allCases)
  func passesThatAreLeftAndBegunAgain(reading: RowFileReading) throws {
    let file = try largeFile(reading)
    let size = 4096
    // Two passes at once, each of which starts anew where it likes.
    try ParallelChunks.forEach(count: 2, chunkSize: 1, threads: 2) { (pass, _) throws in
      for length in [3, 50, 1, 80, 20] {
        for chunk in 0..<(length + pass) {
          let range = (chunk * size)..<min(400_000, (chunk + 1) * size)
          #expect(try file.withRows(range) { Self.areTheirOwn($0, range) })
        }
      }
    }
  }

  /// Some rows of every pass aren't asked for, and some twice.
  @Test(arguments: [1, 7]) func passesWithGaps(threads: Int) throws {
    let file = try largeFile(.direct)
    for step in [900, 9000, 90_000] {
      try ParallelChunks.forEach(count: 400_000, chunkSize: step, threads: threads) {
        (_, range) throws in
        for part in [range.prefix(5), range.suffix(700)] {
          #expect(try file.withRows(part) { Self.areTheirOwn($0, part) })
        }
      }
    }
  }

  @Test func clustersOfALargeFile() throws {
    let file = try largeFile(.direct)
    #expect(file.preferredChunkSize > (try largeFile(.cached)).preferredChunkSize)
    let held = try file.withRows(0..<400_000) { rows in
      Matrix<Float>(rows: 400_000, columns: 7) { _ = $0.initialize(from: rows) }
    }
    let exact = KMeans(k: 3, maxIterations: 2)
    #expect(try exact.fit(source: file, threads: 2) == exact.fit(held))
    let batches = MiniBatchKMeans(k: 3, maxIterations: 70)
    #expect(try batches.fit(source: file, threads: 2) == batches.fit(held))
  }

  @Test(arguments: RowFileReading.allCases)
  func aFileThatIsCutOffWhileItIsRead(reading: RowFileReading) throws {
    let file = try largeFile(reading)
    let size = file.preferredChunkSize
    #expect(try file.withRows(0..<size) { Self.areTheirOwn($0, 0..<size) })
    let handle = try #require(FileHandle(forWritingAtPath: file.path))
    try handle.truncate(atOffset: 28 * 385_000 + 5)
    fails(["large.f32", "row 385000", "changed"]) {
      for first in stride(from: 0, to: 400_000, by: size) {
        let range = first..<min(400_000, first + size)
        _ = try file.withRows(range) { Self.areTheirOwn($0, range) }
      }
    }
  }

  @Test func doublesAreReadFromAnyType() throws {
    let wide = Matrix<Double>(rows: 20, columns: 3) {
      for index in 0..<60 { $0.initializeElement(at: index, to: Double(index) / 7) }
    }
    try NPYWriter.write(wide, to: folder.path("d.npy"))
    let file = try RowFile<Double>(path: folder.path("d.npy"))
    #expect(file.numbers == .double)
    #expect(try file.withRows(3..<9) { Array($0) } == wide.withRows(3..<9) { Array($0) })
    let narrow = try RowFile<Float>(path: folder.path("d.npy"))
    #expect(try narrow.withRows(1..<2) { Array($0) } == wide.row(1).map { Float($0) })
  }

  @Test func clustersAreThoseInMemory() throws {
    for method in [KMeans(k: 9), KMeans(k: 6, seeding: .greedyKMeansPlusPlus, restarts: 2)] {
      let expected = try method.fit(rows)
      for file in try files() {
        for threads in [1, 3] {
          #expect(try method.fit(source: file, threads: threads) == expected, "\(file.format)")
        }
      }
    }
  }

  @Test func tolerantAndScaledClustersAreThoseInMemory() throws {
    // 2^60 is beyond what is squared as it is.
    let large = Matrix<Float>(rows: rows.rowCount, columns: rows.columnCount) { buffer in
      rows.withUnsafeBufferPointer { values in
        for index in values.indices {
          buffer.initializeElement(at: index, to: values[index] * 0x1p60)
        }
      }
    }
    try NPYWriter.write(large, to: folder.path("large.npy"))
    let method = KMeans(k: 5, tolerance: 1e-3)
    let expected = try method.fit(large)
    #expect(try method.fit(source: RowFile<Float>(path: folder.path("large.npy"))) == expected)
    #expect(try method.fit(rows).labels == expected.labels)
  }

  @Test func emptyClustersAreFilledAsInMemory() throws {
    let start = Matrix<Float>(rows: 4, columns: 7, repeating: 10_000)
    let expected = try KMeans(k: 4).fit(rows, initialCenters: start)
    for file in try files() {
      #expect(try KMeans(k: 4).fit(source: file, initialCenters: start) == expected)
    }
  }

  // MARK: Bad input

  private func fails(_ words: [String], _ body: () throws -> Void) {
    let error = #expect(throws: CladeError.self) { try body() }
    let description = error?.description ?? ""
    for word in words { #expect(description.contains(word), "\(description)") }
  }

  private func fails(
    _ name: String, _ bytes: [UInt8], _ words: [String], raw: String? = nil
  ) throws {
    let path = try folder.file(name, bytes: bytes)
    fails(words) {
      _ = try RowFile<Float>(path: path, format: raw.map { try RowFileFormat(raw: $0) })
    }
  }

  @Test func filesThatCannotBeRead() throws {
    fails(["no such file"]) { _ = try RowFile<Float>(path: folder.path("none.npy")) }
    fails(["folder"]) { _ = try RowFile<Float>(path: folder.path("")) }
    fails(["pipe or device"]) { _ = try RowFile<Float>(path: "/dev/null", format: .fvecs) }
    try fails("a.fvecs", [], ["empty"])
    try fails("a.bin", [1, 2, 3, 4], ["a.bin", ".npy, .fvecs and .bvecs"])
    try fails("a.npy", Array("hello, world".utf8), ["no NPY file"])
    try fails("a.npy", [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0], ["no NPY file"])
  }

  @Test func filesThatAreCutOff() throws {
    let whole = vectors(rows, bytesEach: false)
    try fails("a.fvecs", whole.dropLast(5), ["row 4999", "27 of the row's 32 bytes", "cut off"])
    try fails("a.fvecs", [7, 0], ["first row"])
    try fails("a.f32", raw(rows).dropLast(1), ["row 4999 has 27", "7 f4"], raw: "f4:7")
    try NPYWriter.write(rows, to: folder.path("a.npy"))
    let npy = try Array(Data(contentsOf: URL(fileURLWithPath: folder.path("a.npy"))))
    try fails("b.npy", npy.dropLast(30), ["5000 × 7", "ends in row 4998"])
  }

  @Test func rowsOfAnotherLength() throws {
    var bytes = vectors(rows, bytesEach: false)
    bytes[1234 * 32] = 8
    try fails("a.fvecs", bytes + [0], ["row 1234", "8 columns where row 0 has 7"])
    let path = try folder.file("b.fvecs", bytes: bytes)
    fails(["row 1234", "8 columns where row 0 has 7"]) {
      _ = try KMeans(k: 3).fit(source: RowFile<Float>(path: path))
    }
    try fails("a.fvecs", [0, 0, 0, 0, 1], ["row 0", "0 columns"])
    try fails("a.bvecs", [255, 255, 255, 255, 1], ["row 0", "-1 columns"])
    try fails("a.fvecs", [255, 255, 255, 127, 1], ["2147483647 columns"])
  }

  @Test func filesThatChange() throws {
    let path = try folder.file("a.f32", bytes: raw(rows))
    let file = try RowFile<Float>(path: path, format: .raw(.float32, columns: 7))
    truncate(path, 28 * 100 + 3)
    #expect(try file.withRows(0..<100) { $0.count } == 700)
    fails(["row 100", "changed"]) { try file.withRows(90..<200) { _ in } }
  }

  @Test func numbersThatAreNotFinite() throws {
    var bytes = vectors(rows, bytesEach: false)
    bytes.replaceSubrange((4000 * 32 + 4 + 8)..<(4000 * 32 + 4 + 12), with: Self.bytes(Float.nan))
    let path = try folder.file("a.fvecs", bytes: bytes)
    for threads in [1, 4] {
      fails(["row 4000", "column 2", "nan"]) {
        _ = try KMeans(k: 3).fit(source: RowFile<Float>(path: path), threads: threads)
      }
    }
  }

  @Test func arraysInTheWrongOrder() throws {
    let text = "{'descr': '<f4', 'fortran_order': True, 'shape': (2, 2), }\n"
    let header =
      [0x93] + Array("NUMPY".utf8) + [1, 0, UInt8(text.utf8.count), 0] + Array(text.utf8)
    try fails("a.npy", header + [UInt8](repeating: 0, count: 16), ["Fortran", "ascontiguousarray"])
  }

  @Test(arguments: ["f4", "f4:", "f2:3", "f4:0", "f4:-1", "f4:3:4", "4:f4", "", "f4:99999999999"])
  func rawFormatsThatCannotBe(_ text: String) {
    fails(["raw can't be", "f4:128"]) { _ = try RowFileFormat(raw: text) }
  }

  @Test func parametersThatCannotBe() throws {
    let file = try #require(try files().first)
    fails(["k"]) { _ = try KMeans(k: 0).fit(source: file) }
    fails(["5001 clusters", "distinct"]) { _ = try KMeans(k: 5001).fit(source: file) }
    fails(["2 × 7 initial centers"]) {
      _ = try KMeans(k: 2).fit(
        source: file, initialCenters: Matrix<Float>(rows: 2, columns: 6, repeating: 0))
    }
    fails(["rows"]) {
      _ = try KMeans(k: 2).fit(source: Matrix<Float>(rows: 0, columns: 3, repeating: 0))
    }
  }
}
