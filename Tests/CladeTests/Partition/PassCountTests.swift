import Clade
import Synchronization
import Testing

/// How often rows that aren't in memory are read.
@Suite struct PassCountTests {
  /// Rows from elsewhere that count how many of them were asked for.
  final class CountedRows<Scalar: MatrixScalar>: RowSource {
    let rows: Matrix<Scalar>
    let read = Atomic<Int>(0)

    init(_ rows: Matrix<Scalar>) { self.rows = rows }

    var rowCount: Int { rows.rowCount }
    var columnCount: Int { rows.columnCount }
    var preferredChunkSize: Int { 1000 }
    var passes: Double { Double(read.load(ordering: .relaxed)) / Double(rowCount) }

    func withRows<Result>(
      _ range: Range<Int>, _ body: (UnsafeBufferPointer<Scalar>) throws -> Result
    ) throws -> Result {
      read.add(range.count, ordering: .relaxed)
      return try rows.withRows(range, body)
    }
  }

  static let rows = NearestCentersTests.uniform(rows: 70_000, columns: 3, stream: 51)

  /// Once to check rows and to copy a sample, once for labels by the first centers, once an
  /// iteration.
  @Test(arguments: [1, 2, 7]) func kMeans(threads: Int) throws {
    let method = KMeans(k: 5, maxIterations: 3)
    let source = CountedRows(Self.rows)
    #expect(try method.fit(source: source, threads: threads) == method.fit(Self.rows))
    #expect(source.passes == 5)
  }

  /// A sample of as many rows in doubles of 60 columns is too much for seven threads to copy.
  @Test func rowsOfALargeSampleAreReadAgain() throws {
    let wide = NearestCentersTests.uniform(rows: 40_000, columns: 60, stream: 52)
    let method = KMeans(k: 3, maxIterations: 1)
    let expected = try method.fit(wide)
    let (few, many) = (CountedRows(wide), CountedRows(wide))
    #expect(try method.fit(source: few, threads: 2) == expected)
    #expect(few.passes == 3)
    #expect(try method.fit(source: many, threads: 7) == expected)
    #expect(many.passes > 3.5)
    #expect(many.passes <= 4)
  }

  /// Once to check rows, once for first centers and batches together, once for labels.
  @Test func miniBatches() throws {
    let method = MiniBatchKMeans(k: 5, batchSize: 500, maxIterations: 30)
    let source = CountedRows(Self.rows)
    #expect(try method.fit(source: source) == method.fit(Self.rows))
    #expect(source.passes > 2 && source.passes <= 3)
  }
}
