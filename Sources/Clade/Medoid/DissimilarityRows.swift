import CladeCore

/// The dissimilarities of items from all, a stretch of a row at a time: read where they are held,
/// and computed as they are needed where not.
package struct DissimilarityRows<Scalar: MatrixScalar>: Sendable {
  fileprivate enum Source {
    /// n × n.
    case square(Matrix<Scalar>)
    /// Those above the diagonal.
    case condensed(Matrix<Scalar>)
    /// Of rows by a metric.
    case rows(PreparedRows<Scalar>, DistancePanels<Scalar>)
    case own(any Dissimilarities<Scalar>)
  }

  /// The number of items, n.
  package let count: Int
  /// What a dissimilarity of 1 stands for: rows may be scaled by a power of two.
  let unit: Double
  /// How many times the largest dissimilarity of any one item all others are at most, where that is
  /// known: on the way over this item, none is longer than two of its own.
  let detour: Double?
  private let source: Source

  /// The rows that are computed together, and the columns of a stretch of them.
  static var height: Int { 8 }
  private static var stretch: Int { 4096 }

  /// Dissimilarities that are there, or that somebody else computes.
  init(_ own: any Dissimilarities<Scalar>) {
    count = own.count
    unit = 1
    detour = nil
    source = .own(own)
  }

  /// Dissimilarities that are known to be right (n × n).
  init(square matrix: Matrix<Scalar>) {
    count = matrix.rowCount
    unit = 1
    detour = nil
    source = .square(matrix)
  }

  /// Distances of rows.
  ///
  /// - Parameters:
  ///   - rows: The rows, made ready for their metric.
  ///   - memory: The bytes that a matrix of all distances may take. Where they suffice distances
  ///     are computed once, otherwise as they are needed.
  ///   - threads: At most this many threads.
  package init(_ rows: PreparedRows<Scalar>, memory: Int, threads: Int?) throws {
    count = rows.rowCount
    unit = rows.scale.isUnscaled ? 1 : rows.scale(1) / rows.finish(1)
    // What is half of a squared length, or all of it, is four times as much at twice the length.
    detour = rows.metric.satisfiesTriangleInequality ? 2.5 : rows.form == .squares ? 5 : nil
    switch rows.form {
    case .lookedUp: source = .square(rows.coordinates)
    case .condensed: source = .condensed(rows.coordinates)
    default:
      let source = Source.rows(rows, DistancePanels(rows))
      let bytes = Double(count) * Double(count) * Double(MemoryLayout<Scalar>.stride)
      guard bytes <= Double(memory) else {
        self.source = source
        return
      }
      self.source = .square(try Self.matrix(source, count, threads: threads))
    }
  }

  /// The matrix of all.
  private static func matrix(
    _ source: Source, _ count: Int, threads: Int?
  ) throws -> Matrix<Scalar> {
    let candidates = Candidates(source, count, order: nil)
    return try Matrix(rows: count, columns: count) { target in
      nonisolated(unsafe) let target = target
      try ParallelChunks.forEach(count: count, chunkSize: height, threads: threads) { _, range in
        try Cancellation.check()
        var scratch = Scratch()
        try candidates.forEachStretch(of: range, &scratch) { row, first, values, length in
          // Safe: a stretch that is not empty lies within the matrix.
          (target.baseAddress! + row * count + first).initialize(from: values, count: length)
        }
      }
    }
  }

  /// Memory that a thread uses again from one row to the next.
  package struct Scratch: Sendable {
    fileprivate var values: [Scalar] = []

    package init() {}

    fileprivate mutating func reserve(_ count: Int) {
      if values.count < count { values = Array(repeating: 0, count: count) }
    }
  }

  /// Items in an order, whose rows are asked for by their places in it.
  package struct Candidates: Sendable {
    /// The item in each place; all in their order where missing.
    let order: [Int32]?
    private let count: Int
    private let source: Source
    /// The rows in their places.
    private let queries: PreparedRows<Scalar>?

    fileprivate init(_ source: Source, _ count: Int, order: [Int32]?) {
      self.order = order
      self.count = count
      self.source = source
      queries =
        if case .rows(let rows, _) = source { order.map { rows.gathering($0) } ?? rows } else {
          nil
        }
    }

    /// The item in a place.
    @inline(__always)
    func item(at place: Int) -> Int { order.map { Int($0[place]) } ?? place }

    /// Calls `body` with the dissimilarities of the items in some places from all, a stretch of
    /// columns after the other.
    ///
    /// - Parameter squared: Whether the squares are wanted, where these are what is computed.
    /// - Complexity: O(n) a row that is held, O(n · d) one that is computed.
    @inline(__always)
    func forEachStretch(
      of places: Range<Int>, squared: Bool = false, _ scratch: inout Scratch,
      _ body: (_ place: Int, _ first: Int, UnsafePointer<Scalar>, _ length: Int) throws -> Void
    ) throws {
      let stretch = DissimilarityRows.stretch
      switch source {
      case .square(let matrix):
        try matrix.withUnsafeBufferPointer { values in
          guard let start = values.baseAddress else { return }
          for first in Swift.stride(from: 0, to: count, by: stretch) {
            let length = min(stretch, count - first)
            for place in places {
              try body(place, first, start + item(at: place) * count + first, length)
            }
          }
        }
      case .condensed(let matrix):
        scratch.reserve(count)
        for place in places {
          matrix.withUnsafeBufferPointer {
            DissimilarityRows.unfold($0, item(at: place), count, into: &scratch.values)
          }
          try body(place, 0, scratch.values, count)
        }
      case .own(let own):
        scratch.reserve(count)
        for place in places {
          try scratch.values.withUnsafeMutableBufferPointer {
            try own.write(item(at: place), into: UnsafeMutableBufferPointer(rebasing: $0[..<count]))
          }
          try body(place, 0, scratch.values, count)
        }
      case .rows(let rows, let panels):
        let width = DistancePanels<Scalar>.panelWidth
        let stripe = stretch / width
        scratch.reserve(DissimilarityRows.height * stretch)
        let finish = FinishedDistances<Scalar>(rows.finish)
        for start in Swift.stride(
          from: places.lowerBound, to: places.upperBound, by: DissimilarityRows.height)
        {
          let some = start..<min(places.upperBound, start + DissimilarityRows.height)
          for panel in Swift.stride(from: 0, to: panels.panelCount, by: stripe) {
            let columns = panel..<min(panels.panelCount, panel + stripe)
            let first = panel * width
            let length = min(columns.count * width, count - first)
            try scratch.values.withUnsafeMutableBufferPointer { values in
              guard let values = values.baseAddress else { return }
              try panels.rawDistances(
                of: queries ?? rows, some, panels: columns, into: values, stride: stretch)
              for (index, place) in some.enumerated() {
                if !squared { finish(values + index * stretch, count: length) }
                try body(place, first, values + index * stretch, length)
              }
            }
          }
        }
      }
    }
  }

  /// Whether dissimilarities are computed as roots of squares.
  var hasSquares: Bool {
    if case .rows(let rows, _) = source { rows.finish == .squareRoot } else { false }
  }

  /// Whether dissimilarities are computed as they are needed, several rows together.
  var isComputed: Bool {
    if case .rows = source { true } else { false }
  }

  /// Items in an order; all as they are numbered where none is given.
  package func candidates(_ order: [Int32]? = nil) -> Candidates {
    Candidates(source, count, order: order)
  }

  /// Calls `body` with the dissimilarity of each of some items from each of a few others.
  ///
  /// - Complexity: O(m · k), times d where dissimilarities are computed; O(k · n) for
  ///   dissimilarities of one's own.
  func forEachPair(
    of items: [Int32], and others: [Int32],
    _ body: (_ index: Int, _ other: Int, _ dissimilarity: Scalar) throws -> Void
  ) throws {
    guard !items.isEmpty else { return }
    switch source {
    case .square(let matrix):
      try matrix.withUnsafeBufferPointer { values in
        for (number, other) in others.enumerated() {
          let row = Int(other) * count
          for (index, item) in items.enumerated() {
            try body(index, number, values[row + Int(item)])
          }
        }
      }
    case .condensed(let matrix):
      try matrix.withUnsafeBufferPointer { values in
        for (number, other) in others.enumerated() {
          for (index, item) in items.enumerated() {
            let value =
              item == other
              ? 0 : values[Self.position(Int(item), Int(other), of: count)]
            try body(index, number, value)
          }
        }
      }
    case .own:
      var scratch = Scratch()
      try candidates(others).forEachStretch(of: 0..<others.count, &scratch) { number, _, row, _ in
        for (index, item) in items.enumerated() { try body(index, number, row[Int(item)]) }
      }
    case .rows(let rows, _):
      let panels = DistancePanels(rows, order: others)
      let finish = FinishedDistances<Scalar>(rows.finish)
      let width = panels.panelCount * DistancePanels<Scalar>.panelWidth
      var raw = [Scalar](repeating: 0, count: width)
      for (index, item) in items.enumerated() {
        try raw.withUnsafeMutableBufferPointer { raw in
          guard let raw = raw.baseAddress else { return }
          try panels.rawDistances(
            of: rows, Int(item)..<Int(item) + 1, into: raw, stride: width)
          finish(raw, count: others.count)
          for number in others.indices { try body(index, number, raw[number]) }
        }
      }
    }
  }

  /// Where the dissimilarity of two different items is among those above the diagonal.
  private static func position(_ a: Int, _ b: Int, of count: Int) -> Int {
    let (i, j) = (min(a, b), max(a, b))
    return i * (2 * count - i - 1) / 2 + (j - i - 1)
  }

  /// Writes a row of distances that are held above the diagonal only.
  private static func unfold(
    _ values: UnsafeBufferPointer<Scalar>, _ item: Int, _ count: Int, into row: inout [Scalar]
  ) {
    var place = item - 1
    for other in 0..<item {
      row[other] = values[place]
      place += count - other - 2
    }
    row[item] = 0
    guard item + 1 < count else { return }
    let start = position(item, item + 1, of: count)
    for other in item + 1..<count { row[other] = values[start + other - item - 1] }
  }
}
