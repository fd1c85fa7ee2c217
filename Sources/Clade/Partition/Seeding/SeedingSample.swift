import CladeCore

/// The rows from which the first centers are found: distinct, in canonical order, each with the
/// mass (number or weight) of the rows equal to it.
///
/// Where there are more distinct rows than ``limit(k:)``, a uniform sample of them stands for all:
/// finding centers takes several passes, and a few hundred rows a cluster show them as well. A row
/// that holds more than 64 / limit of all mass is always among them. Which rows are taken follows
/// from their values. They are read from any source in one pass, in which rows that aren't in
/// memory are copied, up to 64 MiB; a file larger than memory gives the same sample as the same
/// rows in memory.
struct SeedingSample<Scalar: MatrixScalar> {
  /// m × d.
  let rows: Matrix<Scalar>
  let masses: [Double]

  /// The number of distinct rows that are used without drawing a sample.
  static func limit(k: Int) -> Int { max(32_768, 256 * k) }

  /// Collects the rows of `source`.
  ///
  /// - Parameters:
  ///   - source: n × d, finite.
  ///   - checked: The same rows, where reading all of them has an effect; `nil` if it has none.
  ///   - weights: Weights (n), not negative; rows of weight 0 are left out.
  ///   - k: The number of centers that are to be found.
  ///   - seed: Chooses the sample.
  ///   - threads: At most this many threads; the sample doesn't depend on it.
  /// - Throws: `CladeError.tooManyClusters` if there are fewer than k distinct rows;
  ///   `CladeError.cannotRead`.
  /// - Complexity: O(n · d) time; O(limit · d) memory.
  init<Source: RowSource>(
    _ source: Source, firstReadAs checked: CheckedRows<Scalar>? = nil, weights: [Scalar]? = nil,
    k: Int, seed: UInt64, threads: Int? = nil
  ) throws where Source.Scalar == Scalar {
    let limit = Self.limit(k: k)
    func sample(_ rows: some RowSource<Scalar>) throws -> DistinctRowSample {
      try DistinctRowSample(
        rows, weights: weights, limit: limit, seed: seed, heavyShare: 64 / Double(limit),
        copying: !(source is Matrix<Scalar>), threads: threads)
    }
    let sample = try checked.map { try sample($0) } ?? sample(source)
    let copied = Matrix<Scalar>(rowBytes: sample.rowBytes, columns: source.columnCount)
    let rest = Array(sample.places[copied.rowCount...])
    let found =
      copied.rowCount == 0
      ? try source.gathering(rest, threads: threads)
      : rest.isEmpty ? copied : copied.appending(try source.gathering(rest, threads: threads))
    try self.init(distinct: found, masses: sample.masses, k: k, threads: threads)
  }

  /// Takes distinct rows in any order.
  ///
  /// - Parameters:
  ///   - found: m × d.
  ///   - masses: The mass of the rows equal to each (m).
  init(distinct found: Matrix<Scalar>, masses: [Double], k: Int, threads: Int?) throws {
    guard k <= found.rowCount else {
      throw CladeError.tooManyClusters(k: k, distinctRows: found.rowCount)
    }
    let gathered = Self.withoutNegativeZeros(found)
    let order = CanonicalOrder(gathered, threads: threads).order
    rows = gathered.gatheringRows(order)
    self.masses = order.map { masses[Int($0)] }
  }

  /// −0 becomes 0, so that equal rows have equal bits.
  @_specialize(where Scalar == Double)
  @_specialize(where Scalar == Float)
  private static func withoutNegativeZeros(_ rows: Matrix<Scalar>) -> Matrix<Scalar> {
    Matrix(rows: rows.rowCount, columns: rows.columnCount) { target in
      rows.withUnsafeBufferPointer { values in
        for index in values.indices { target.initializeElement(at: index, to: values[index] + 0) }
      }
    }
  }
}

extension Matrix {
  /// Rows whose bytes follow each other.
  fileprivate init(rowBytes bytes: [UInt8], columns: Int) {
    let count = bytes.count / max(1, columns * MemoryLayout<Scalar>.stride)
    self.init(rows: count, columns: columns) { target in
      bytes.withUnsafeBytes { _ = target.initialize(from: $0.bindMemory(to: Scalar.self)) }
    }
  }

  /// These rows, and those of another matrix behind them.
  fileprivate func appending(_ others: Matrix<Scalar>) -> Matrix<Scalar> {
    Matrix(rows: rowCount + others.rowCount, columns: columnCount) { target in
      withUnsafeBufferPointer { own in
        others.withUnsafeBufferPointer { other in
          _ = target[..<own.count].initialize(from: own)
          _ = target[own.count...].initialize(from: other)
        }
      }
    }
  }
}
