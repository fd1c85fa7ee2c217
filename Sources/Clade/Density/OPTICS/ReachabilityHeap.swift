/// Places with keys of which the least is wanted, ties by rank; keys can be lowered.
struct ReachabilityHeap<Key: Comparable> {
  private var heap: [Int32] = []
  /// Where each place stands in the heap; −1 outside.
  private var positions: [Int32]
  private let ranks: [Int32]

  /// - Parameter ranks: Distinct numbers.
  init(ranks: [Int32]) {
    self.ranks = ranks
    positions = Array(repeating: -1, count: ranks.count)
  }

  /// Puts a place in, or moves it after its key was lowered.
  mutating func lower(_ place: Int, _ keys: UnsafePointer<Key>) {
    var index = Int(positions[place])
    if index < 0 {
      index = heap.count
      heap.append(Int32(place))
    }
    while index > 0 {
      let parent = (index - 1) / 2
      guard precedes(place, Int(heap[parent]), keys) else { break }
      put(heap[parent], at: index)
      index = parent
    }
    put(Int32(place), at: index)
  }

  /// Takes out the place with the least key.
  mutating func popLeast(_ keys: UnsafePointer<Key>) -> Int? {
    guard let least = heap.first, let last = heap.popLast() else { return nil }
    positions[Int(least)] = -1
    guard !heap.isEmpty else { return Int(least) }
    var index = 0
    while true {
      var child = 2 * index + 1
      guard child < heap.count else { break }
      if child + 1 < heap.count, precedes(Int(heap[child + 1]), Int(heap[child]), keys) {
        child += 1
      }
      guard precedes(Int(heap[child]), Int(last), keys) else { break }
      put(heap[child], at: index)
      index = child
    }
    put(last, at: index)
    return Int(least)
  }

  private mutating func put(_ place: Int32, at index: Int) {
    heap[index] = place
    positions[Int(place)] = Int32(index)
  }

  private func precedes(_ a: Int, _ b: Int, _ keys: UnsafePointer<Key>) -> Bool {
    keys[a] != keys[b] ? keys[a] < keys[b] : ranks[a] < ranks[b]
  }
}
