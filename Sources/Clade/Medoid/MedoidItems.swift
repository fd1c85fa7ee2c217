import CladeCore

/// Items among which medoids are looked for, with an order that doesn't depend on how they are
/// numbered.
struct MedoidItems<Scalar: MatrixScalar>: Sendable {
  let rows: DissimilarityRows<Scalar>
  /// The items in an order that follows from what they are (n).
  let order: [Int32]
  /// What the metric learned of the rows, where it learns anything.
  let learned: LearnedColumns?

  /// The number of items, n.
  var count: Int { rows.count }

  /// Rows of data, or distances that were given.
  ///
  /// - Parameters:
  ///   - data: The rows as they were handed in.
  ///   - metric: How far apart they are.
  ///   - memory: The bytes that a matrix of all distances may take.
  ///   - isOrdered: Whether the order is needed; otherwise it is that of the rows.
  init(
    _ data: Matrix<Scalar>, metric: Metric, memory: Int, isOrdered: Bool = true, threads: Int?
  ) throws {
    guard data.rowCount > 0, data.columnCount > 0 else {
      throw CladeError.emptyData(reason: "at least one row and one column are needed")
    }
    let prepared = try metric.prepared(for: data, threads: threads)
    learned = metric.learns ? prepared.learned : nil
    rows = try DissimilarityRows(prepared, memory: memory, threads: threads)
    order =
      !isOrdered
      ? (0..<Int32(rows.count)).map { $0 }
      : prepared.form.isGiven
        ? try Self.order(of: rows, threads: threads) : CanonicalOrder(data, threads: threads).order
  }

  /// Items of which only dissimilarities are known.
  init(_ rows: DissimilarityRows<Scalar>, threads: Int?) throws {
    guard rows.count > 0 else { throw CladeError.emptyData(reason: "there are no items") }
    self.rows = rows
    learned = nil
    order = try Self.order(of: rows, threads: threads)
  }

  /// The items by the sum of their dissimilarities, and where that is equal by a hash of them that
  /// doesn't depend on their order.
  ///
  /// Items that are alike in all of these numbers stay in the order of their numbers.
  ///
  /// - Complexity: O(n²).
  private static func order(
    of rows: DissimilarityRows<Scalar>, threads: Int?
  ) throws -> [Int32] {
    let terms = try rows.terms(pivot: 0, threads: threads)
    let all = rows.candidates()
    let height = DissimilarityRows<Scalar>.height
    let written = SlotWriter<[Double]>(count: (rows.count + height - 1) / height)
    _ = try ParallelChunks.reduce(
      count: rows.count, chunkSize: height, threads: threads,
      state: { DissimilarityRows<Scalar>.Scratch() }
    ) { scratch, chunk, range in
      try Cancellation.check()
      var sums = [Double](repeating: 0, count: range.count)
      try all.forEachStretch(of: range, &scratch) { item, _, row, length in
        sums[item - range.lowerBound] += MedoidKernels.sum(row, count: length, terms)
      }
      written.write(sums, at: chunk)
    }
    let sums = Array(written.values.joined())
    var hashes = [UInt64](repeating: 0, count: sums.count)
    var order = sums.indices.map { Int32($0) }
    order.sort { (sums[Int($0)], $0) < (sums[Int($1)], $1) }
    let ordered = order.map { sums[Int($0)] }
    let tied = order.indices.filter { place in
      place > 0 && ordered[place - 1] == ordered[place]
        || place + 1 < ordered.count && ordered[place + 1] == ordered[place]
    }.map { order[$0] }
    guard !tied.isEmpty else { return order }
    var scratch = DissimilarityRows<Scalar>.Scratch()
    try rows.candidates(tied).forEachStretch(of: tied.indices, &scratch) { place, _, row, length in
      var hash: UInt64 = 0
      for item in 0..<length {
        var value = RowHash(seed: 0)
        value.add(Double(row[item]))
        hash &+= value.value(occurrence: 0)
      }
      hashes[Int(tied[place])] &+= hash
    }
    order.sort {
      let (a, b) = (Int($0), Int($1))
      return (sums[a], hashes[a], $0) < (sums[b], hashes[b], $1)
    }
    return order
  }
}
