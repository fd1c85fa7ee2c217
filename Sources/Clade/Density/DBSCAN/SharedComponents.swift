import Synchronization

/// Sets of items that several threads join at once; which items are together in the end doesn't
/// depend on who was first.
///
/// The parents form a forest in which every link leads to a smaller number, so that no two threads
/// can close a circle ("Concurrent Disjoint Set Union", Jayanti and Tarjan, with links by index).
final class SharedComponents: @unchecked Sendable {
  // Unchecked: all access is atomic.
  private let parents: UnsafeMutablePointer<Atomic<Int32>>
  private let count: Int

  init(count: Int) {
    self.count = count
    parents = .allocate(capacity: count)
    for item in 0..<count { (parents + item).initialize(to: Atomic(Int32(item))) }
  }

  deinit {
    parents.deinitialize(count: count)
    parents.deallocate()
  }

  /// The item that stands for all that are together with `item`: the smallest one, once no thread
  /// is joining any more.
  func root(_ item: Int) -> Int {
    var item = item
    while true {
      let parent = Int(parents[item].load(ordering: .relaxed))
      guard parent != item else { return item }
      let next = Int(parents[parent].load(ordering: .relaxed))
      if next != parent {
        _ = parents[item].weakCompareExchange(
          expected: Int32(parent), desired: Int32(next), ordering: .relaxed)
      }
      item = next
    }
  }

  /// Joins two items.
  func join(_ a: Int, _ b: Int) {
    var (a, b) = (a, b)
    while true {
      (a, b) = (root(a), root(b))
      guard a != b else { return }
      if a < b { swap(&a, &b) }
      // `a` is still the root of its set, or somebody else has linked it meanwhile.
      let linked = parents[a].compareExchange(
        expected: Int32(a), desired: Int32(b), ordering: .relaxed)
      if linked.exchanged { return }
    }
  }
}
