import CladeCore

/// The rows that are farthest from their centers, one after the other, each of which is a center
/// from then on ("Clustering to Minimize the Maximum Intercluster Distance", Gonzalez, 1985). Of
/// rows equally far the one whose values come first is taken.
///
/// Centers that are added only bring distances down, so what is known of a row bounds its distance
/// from above. Rows wait in a heap by what is known, and only those that come to its top are
/// compared with the centers that were added since: all together about as much work as one pass
/// over the rows.
package struct FarthestFirst<Scalar: MatrixScalar> {
  private let source: any RowSource<Scalar>
  private let threads: Int?
  /// The squared distance of each row from the nearest of the centers that it was compared with
  /// (n).
  private var distances: [Double]
  /// How many of the rows that were chosen each row was compared with (n).
  private var compared: [Int32]
  /// The rows that may be chosen: each is behind the one at half its place.
  private var heap: [Int32]
  /// The rows that were chosen, row after row.
  private var chosen: [Scalar] = []

  /// Rows that are compared with new centers at a time, at most.
  private static var largestBatch: Int { 512 }

  /// - Parameters:
  ///   - source: n × d.
  ///   - distances: The squared distance of each row from its center (n).
  /// - Throws: What reading rows throws.
  /// - Complexity: O(n).
  package init(_ source: any RowSource<Scalar>, distances: [Double], threads: Int?) throws {
    self.source = source
    self.threads = threads
    self.distances = distances
    compared = Array(repeating: 0, count: distances.count)
    heap = distances.indices.lazy.filter { distances[$0] > 0 }.map { Int32($0) }
    for place in stride(from: heap.count / 2 - 1, through: 0, by: -1) { try sink(place) }
  }

  /// The row that is farthest from all centers, those included that this returned before; `nil`
  /// where all rows are centers.
  ///
  /// - Throws: What reading rows throws.
  package mutating func next() throws -> [Scalar]? {
    let count = chosen.count / max(1, source.columnCount)
    var batch = 1
    while let top = heap.first {
      if compared[Int(top)] == count {
        let values = try row(Int(try removeFirst()))
        chosen += values
        return values
      }
      var behind: [Int] = []
      while behind.count < batch, let row = heap.first, compared[Int(row)] < count {
        behind.append(Int(try removeFirst()))
      }
      try compare(behind, count: count)
      for row in behind where distances[row] > 0 { try insert(Int32(row)) }
      batch = min(Self.largestBatch, 2 * batch)
    }
    return nil
  }

  // MARK: Steps

  /// Compares rows with the centers that were added since they were last compared.
  private mutating func compare(_ rows: [Int], count: Int) throws {
    let columns = source.columnCount
    let first = rows.reduce(count) { min($0, Int(compared[$1])) }
    let added = Matrix<Scalar>(rows: count - first, columns: columns) { target in
      _ = target.initialize(from: chosen[(first * columns)...])
    }
    let own = try source.gathering(rows, threads: threads)
    for (place, row) in rows.enumerated() {
      let apart = try SquaredDistances.fromOwn(
        added, own, Array(repeating: Int32(place), count: count - first), threads: threads)
      distances[row] = apart.reduce(distances[row], min)
      compared[row] = Int32(count)
    }
  }

  /// Whether a row is to be chosen before another.
  private func precedes(_ a: Int32, _ b: Int32) throws -> Bool {
    let (far, near) = (distances[Int(a)], distances[Int(b)])
    guard far == near else { return far > near }
    return try row(Int(a)).lexicographicallyPrecedes(row(Int(b)))
  }

  private func row(_ index: Int) throws -> [Scalar] {
    try source.withRows(index..<(index + 1)) { Array($0) }
  }

  // MARK: The heap

  private mutating func removeFirst() throws -> Int32 {
    let first = heap[0]
    let last = heap.removeLast()
    if !heap.isEmpty {
      heap[0] = last
      try sink(0)
    }
    return first
  }

  private mutating func insert(_ row: Int32) throws {
    var place = heap.count
    heap.append(row)
    while place > 0, try precedes(row, heap[(place - 1) / 2]) {
      heap.swapAt(place, (place - 1) / 2)
      place = (place - 1) / 2
    }
  }

  private mutating func sink(_ start: Int) throws {
    var place = start
    while 2 * place + 1 < heap.count {
      var child = 2 * place + 1
      if child + 1 < heap.count, try precedes(heap[child + 1], heap[child]) { child += 1 }
      guard try precedes(heap[child], heap[place]) else { return }
      heap.swapAt(place, child)
      place = child
    }
  }
}
