import Clade

/// Made-up documents: words from a common vocabulary and from their topics', rare words count more.
enum Documents {
  /// Rows of `length` words at most, the topic of row i being i mod `topics`.
  static func make(
    rows: Int, words: Int, topics: Int, length: Int, signed: Bool = false, seed: UInt64 = 1
  ) throws -> SparseMatrix<Double> {
    var random = CounterRandom(seed: seed)
    var starts = [0]
    var columns: [Int32] = []
    var values: [Double] = []
    for row in 0..<rows {
      var counts: [Int: Double] = [:]
      for _ in 0..<length {
        // A square of a uniform number prefers the first words, as language does.
        let place = random.uniform()
        let word =
          random.uniform() < 0.5
          ? Int(place * place * Double(words))
          : (row % topics * 37 + Int(place * place * 40)) % words
        counts[word, default: 0] += signed && word % 3 == 0 ? -1 : 1
      }
      for (word, count) in counts.sorted(by: { $0.key < $1.key }) where count != 0 {
        columns.append(Int32(word))
        values.append(count * (1 + Double(word) / Double(words)))
      }
      if starts.last == values.count {
        columns.append(0)
        values.append(1)
      }
      starts.append(values.count)
    }
    return try SparseMatrix(
      rowCount: rows, columnCount: words, rowStarts: starts, columns: columns, values: values)
  }

  static func single(_ data: SparseMatrix<Double>) throws -> SparseMatrix<Float> {
    try SparseMatrix(
      rowCount: data.rowCount, columnCount: data.columnCount, rowStarts: data.rowStarts,
      columns: data.columns, values: data.values.map { Float($0) })
  }

  static func shuffledPlaces(_ count: Int, seed: UInt64) -> [Int] {
    var random = CounterRandom(seed: seed)
    return (0..<count).shuffled(using: &random)
  }
}
