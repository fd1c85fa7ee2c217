import CladeCore

/// The least squared distances that were seen: at most k of them, the largest at hand.
struct NearestSquares<Scalar: MatrixScalar> {
  /// A heap with the largest in front.
  private var heap: [Scalar] = []
  private let k: Int
  /// The k-th least so far, or `limit` where there are fewer.
  private(set) var worst: Scalar
  private let limit: Scalar

  /// - Parameter limit: Larger ones don't count.
  init(k: Int, limit: Scalar) {
    self.k = k
    self.limit = limit
    worst = limit
    heap.reserveCapacity(k)
  }

  /// The k-th least of all within the limit.
  var last: Scalar? { heap.count == k ? heap[0] : nil }

  mutating func removeAll() {
    heap.removeAll(keepingCapacity: true)
    worst = limit
  }

  /// Takes a number in that is at most ``worst``.
  mutating func insert(_ square: Scalar) {
    if heap.count < k {
      var index = heap.count
      heap.append(square)
      while index > 0, heap[(index - 1) / 2] < square {
        heap[index] = heap[(index - 1) / 2]
        index = (index - 1) / 2
      }
      heap[index] = square
    } else {
      var index = 0
      while true {
        var child = 2 * index + 1
        guard child < k else { break }
        if child + 1 < k, heap[child + 1] > heap[child] { child += 1 }
        guard heap[child] > square else { break }
        heap[index] = heap[child]
        index = child
      }
      heap[index] = square
    }
    if heap.count == k { worst = heap[0] }
  }
}
