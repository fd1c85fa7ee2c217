import CladeCore

/// The rows of a source, brought to ordinary magnitude as they are read.
struct MagnitudeScaledRows<Scalar: MatrixScalar>: RowSource {
  private let base: any RowSource<Scalar>
  private let scaling: MagnitudeScaling

  init(_ base: any RowSource<Scalar>, _ scaling: MagnitudeScaling) {
    self.base = base
    self.scaling = scaling
  }

  var rowCount: Int { base.rowCount }
  var columnCount: Int { base.columnCount }
  var preferredChunkSize: Int { base.preferredChunkSize }

  func withRows<Result>(
    _ range: Range<Int>, _ body: (UnsafeBufferPointer<Scalar>) throws -> Result
  ) throws -> Result {
    let scaled = try base.withRows(range) { rows in
      scaling.scaled(
        Matrix(rows: range.count, columns: base.columnCount) { _ = $0.initialize(from: rows) })
    }
    return try scaled.withUnsafeBufferPointer(body)
  }
}
