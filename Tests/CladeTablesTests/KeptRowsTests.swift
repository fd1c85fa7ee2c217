import Clade
import CladeCore
import CladeTables
import Foundation
import Synchronization
import Testing

/// Rows of files read past the system's cache that stay in memory from pass to pass.
@Suite struct KeptRowsTests {
  private let folder: TemporaryFolder
  private static let rowCount = 400_000
  private static let columns = 7

  init() throws { folder = try TemporaryFolder() }

  /// 11 MB, in which every number says where it is, and is small enough for a float.
  private func file() throws -> RowFile<Float> {
    let numbers = (1...(Self.rowCount * Self.columns)).map { Float($0) }
    return try RowFile(
      path: folder.file("rows.f32", bytes: numbers.withUnsafeBytes { Array($0) }),
      format: .raw(.float32, columns: Self.columns), reading: .direct)
  }

  /// How many numbers are those that were written, of rows that are read in order.
  private func unchanged(_ rows: RowFile<Float>, threads: Int) throws -> Int {
    let count = Atomic<Int>(0)
    try ParallelChunks.forEach(
      count: Self.rowCount, chunkSize: rows.preferredChunkSize, threads: threads
    ) { (_, range) throws in
      try rows.withRows(range) { values in
        let first = range.lowerBound * Self.columns
        count.add(
          values.indices.count(where: { values[$0] == Float(first + $0 + 1) }), ordering: .relaxed)
      }
    }
    return count.load(ordering: .relaxed)
  }

  @Test(arguments: [1, 3], [0, 1 << 18, 5 << 20]) func asMuchAsThereIsMemoryFor(
    threads: Int, bytes: Int
  ) throws {
    let rows = try file().keeping(bytes)
    let all = Self.rowCount * Self.columns
    #expect(try unchanged(rows, threads: threads) == all)
    let handle = try #require(FileHandle(forWritingAtPath: rows.path))
    try handle.write(contentsOf: Data(count: all * 4))
    try handle.close()
    // What was read ahead before is gone after a pass.
    _ = try unchanged(rows, threads: threads)
    let kept = try unchanged(rows, threads: threads) * 4
    #expect(kept <= bytes)
    if rows.passesCache { #expect(kept >= bytes * 9 / 10 - (1 << 18)) }
  }

  @Test(arguments: [1, 2, 7], [-1, 1, 1 << 20, 5 << 20, 1 << 40])
  func rowsAreTheirOwn(threads: Int, bytes: Int) throws {
    let rows = try file().keeping(bytes)
    for chunkSize in [rows.preferredChunkSize, 1000, 100_000, 150_000] {
      try ParallelChunks.forEach(count: Self.rowCount, chunkSize: chunkSize, threads: threads) {
        (_, range) throws in
        // Others, before and behind, in between.
        let other = (range.lowerBound * 7) % 399_000
        for part in [range, other..<(other + 900), range.prefix(5), range.suffix(700)] {
          let first = Float(part.lowerBound * Self.columns + 1)
          #expect(
            try rows.withRows(part) { values in
              values.count == part.count * Self.columns
                && values.indices.allSatisfy { values[$0] == first + Float($0) }
            })
        }
      }
    }
  }

  /// In pass after pass all rows but the first, so that a block is never used up, or rows here and
  /// there, as samples are gathered: nobody waits for a block that there is no room for.
  @Test(arguments: [1, 3], [0, 1 << 20, 1 << 40]) func nobodyWaitsInVain(
    threads: Int, bytes: Int
  ) throws {
    let rows = try file().keeping(bytes)
    let wrong = WrongCount()
    let ended = DispatchSemaphore(value: 0)
    for thread in 0..<threads {
      Thread.detachNewThread {
        var random = CounterRandom(seed: UInt64(thread), stream: 4)
        for pass in 0..<150 {
          let places =
            pass < 30
            ? Array(stride(from: 1, to: Self.rowCount - 5000, by: 5000))
            : (0..<60).map { _ in Int(random.next() % UInt64(Self.rowCount - 5000)) }.sorted()
          for place in places {
            let count = pass < 30 ? 5000 : 9
            let isRight = try? rows.withRows(place..<(place + count)) {
              $0.first == Float(place * Self.columns + 1)
                && $0.last == Float((place + count) * Self.columns)
            }
            if isRight != true { wrong.count.withLock { $0 += 1 } }
          }
        }
        ended.signal()
      }
    }
    let deadline = DispatchTime.now() + 60
    for _ in 0..<threads { #expect(ended.wait(timeout: deadline) == .success) }
    #expect(wrong.count.withLock { $0 } == 0)
  }

  private final class WrongCount: Sendable { let count = Mutex(0) }

  @Test func clustersAreThoseInMemory() throws {
    let random = CounterRandom(seed: 9)
    let held = Matrix<Double>(rows: 90_000, columns: 7) { buffer in
      for index in buffer.indices {
        buffer.initializeElement(
          at: index,
          to: Double(index / 7 % 5 * 40) + Double(random.value(at: UInt64(index)) % 1000) / 25)
      }
    }
    try NPYWriter.write(held, to: folder.path("a.npy"))
    let file = try RowFile<Double>(path: folder.path("a.npy"), reading: .direct)
    let (exact, batches) = (KMeans(k: 6, maxIterations: 3), MiniBatchKMeans(k: 3))
    let levels = TwoLevelKMeans(k: 40)
    let expected = (try exact.fit(held), try batches.fit(held), try levels.fit(held))
    for bytes in [1 << 20, 1 << 30] {
      for threads in [1, 3] {
        let rows = file.keeping(bytes)
        #expect(try exact.fit(source: rows, threads: threads) == expected.0)
        #expect(try batches.fit(source: rows, threads: threads) == expected.1)
        #expect(
          try levels.fit(source: rows, threads: threads).labels == expected.2.labels)
      }
    }
  }

  /// Vectors say how long they are; other numbers are converted.
  @Test func filesOfVectors() throws {
    let (count, columns) = (200_000, 24)
    let numbers = (0..<(count * columns)).map { UInt8(($0 / columns % 3 * 70) + $0 % 23) }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(count * (columns + 4))
    for row in 0..<count {
      bytes += [UInt8(columns), 0, 0, 0] + numbers[(row * columns)..<((row + 1) * columns)]
    }
    let file = try RowFile<Float>(
      path: folder.file("a.bvecs", bytes: bytes), reading: .direct)
    let held = Matrix<Float>(rows: count, columns: columns) { buffer in
      for index in buffer.indices {
        buffer.initializeElement(at: index, to: Float(numbers[index]))
      }
    }
    let method = KMeans(k: 3, maxIterations: 2)
    #expect(try method.fit(source: file.keeping(2 << 20), threads: 2) == method.fit(held))
  }

  @Test(arguments: [0, 5, 200_000, 399_999])
  func aFileThatIsCutOffBetweenPasses(row: Int) throws {
    let rows = try file().keeping(1 << 30)
    #expect(try unchanged(rows, threads: 2) == Self.rowCount * Self.columns)
    let handle = try #require(FileHandle(forWritingAtPath: rows.path))
    try handle.truncate(atOffset: UInt64(28 * row + 5))
    let error = #expect(throws: CladeError.self) {
      // The first pass may have been read ahead.
      for _ in 0..<2 { _ = try unchanged(rows, threads: 1) }
    }
    for word in ["rows.f32", "ends in row \(row) although", "changed"] {
      #expect(error?.description.contains(word) ?? false, "\(error?.description ?? "none")")
    }
  }

  /// What goes through the system's cache isn't kept a second time.
  @Test func cachedFiles() throws {
    let path = try file().path
    let rows = try RowFile<Float>(
      path: path, format: .raw(.float32, columns: Self.columns), reading: .cached
    ).keeping(1 << 30)
    #expect(!rows.passesCache)
    #expect(try unchanged(rows, threads: 2) == Self.rowCount * Self.columns)
    let handle = try #require(FileHandle(forWritingAtPath: path))
    try handle.write(contentsOf: Data(count: 28 * Self.rowCount))
    #expect(try unchanged(rows, threads: 2) == 0)
  }
}
