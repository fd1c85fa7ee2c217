/// Finding the smallest of some items without sorting them.
enum Selection {
  /// Moves the `length` items with the smallest keys to the front, the largest of these last.
  ///
  /// Hoare's FIND ("Algorithm 65: Find", 1961), each time with the middle one of three keys.
  ///
  /// - Complexity: O(n) time as a rule.
  @inline(__always)
  static func moveSmallest<Item, Key: Comparable>(
    _ length: Int, of items: UnsafeMutableBufferPointer<Item>, by key: (Item) -> Key
  ) {
    var (low, high) = (0, items.count - 1)
    let place = length - 1
    while low < high {
      let (a, b, c) = (key(items[low]), key(items[low + (high - low) / 2]), key(items[high]))
      let pivot = max(min(a, b), min(max(a, b), c))
      var (i, j) = (low, high)
      repeat {
        while key(items[i]) < pivot { i &+= 1 }
        while key(items[j]) > pivot { j &-= 1 }
        if i <= j {
          items.swapAt(i, j)
          i &+= 1
          j &-= 1
        }
      } while i <= j
      if j < place { low = i }
      if place < i { high = j }
    }
  }
}

/// The smallest of many numbers.
///
/// Of those that are offered some more are kept than wanted, and the largest dropped once they are
/// too many; so a number costs the same however many are wanted, unlike in a heap.
struct SmallestNumbers<Number: BinaryFloatingPoint> {
  private let count: Int
  private var kept: [Number] = []
  /// A number above this isn't among the smallest.
  private(set) var limit: Number = .infinity

  /// - Parameter count: How many are wanted, at least 1.
  init(count: Int) {
    self.count = count
    kept.reserveCapacity(capacity)
  }

  /// The most that are kept.
  private var capacity: Int { 2 * count + 16 }

  /// Takes a number in.
  @inline(__always)
  mutating func offer(_ number: Number) {
    guard number <= limit else { return }
    if kept.count == capacity { drop() }
    kept.append(number)
  }

  /// The largest of the numbers that were wanted, infinite where fewer were offered; nothing is
  /// kept then.
  mutating func takeLargest() -> Number {
    defer {
      kept.removeAll(keepingCapacity: true)
      limit = .infinity
    }
    guard kept.count >= count else { return .infinity }
    drop()
    return limit
  }

  private mutating func drop() {
    let count = count
    kept.withUnsafeMutableBufferPointer { Selection.moveSmallest(count, of: $0) { $0 } }
    kept.removeSubrange(count...)
    limit = kept[count - 1]
  }
}
