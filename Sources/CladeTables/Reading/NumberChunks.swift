/// The numbers of a column that grows, in chunks that can be given up one by one.
struct NumberChunks {
  /// The numbers of a chunk; the last one may have fewer.
  static let size = 1 << 15

  private var chunks: [[Double]] = []
  private(set) var count = 0
  /// How many of the numbers are NaN.
  private(set) var missingCount = 0

  mutating func append(_ value: Double) {
    if count.isMultiple(of: Self.size) {
      chunks.append([])
      // The first chunk grows by itself: a table may have many columns and few rows.
      if chunks.count > 1 { chunks[chunks.count - 1].reserveCapacity(Self.size) }
    }
    chunks[chunks.count - 1].append(value)
    count += 1
    if value.isNaN { missingCount += 1 }
  }

  /// All numbers in their order.
  var all: some Sequence<Double> { chunks.lazy.joined() }

  /// The numbers of the chunk that holds the one at `index`; afterwards the chunk is empty.
  mutating func takeChunk(of index: Int) -> [Double] {
    var taken: [Double] = []
    swap(&taken, &chunks[index / Self.size])
    return taken
  }
}
