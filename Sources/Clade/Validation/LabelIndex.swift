/// Labels, whatever numbers they are, as indices into the list of those that occur.
struct LabelIndex: Sendable {
  /// The labels that occur, rising.
  let labels: [Int32]
  /// The number of rows with each.
  let sizes: [Int]
  /// Each row's label, as an index into `labels`.
  let indices: [Int32]

  /// - Complexity: O(n) where the labels span no more than about 4 n numbers, O(n log n) otherwise.
  init(_ rows: [Int32]) {
    guard let lowest = rows.min(), let highest = rows.max() else {
      labels = []
      sizes = []
      indices = []
      return
    }
    let span = Int(highest) - Int(lowest) + 1
    guard span <= 4 * rows.count + 1024 else {
      let distinct = rows.sorted().reduce(into: [Int32]()) { distinct, label in
        if distinct.last != label { distinct.append(label) }
      }
      var counts = [Int](repeating: 0, count: distinct.count)
      indices = rows.map { label in
        let index = distinct.partitioningIndex { $0 >= label }
        counts[index] += 1
        return Int32(index)
      }
      labels = distinct
      sizes = counts
      return
    }
    var counts = [Int](repeating: 0, count: span)
    for label in rows { counts[Int(label) - Int(lowest)] += 1 }
    var places = [Int32](repeating: 0, count: span)
    var present: [Int32] = []
    for (offset, count) in counts.enumerated() where count > 0 {
      places[offset] = Int32(present.count)
      present.append(Int32(Int(lowest) + offset))
    }
    labels = present
    sizes = counts.filter { $0 > 0 }
    indices = rows.map { places[Int($0) - Int(lowest)] }
  }

  /// The rows of the first label, then those of the second …, each in row order.
  func rowsByLabel() -> [Int32] {
    var next = sizes.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1) }
    var order = [Int32](repeating: 0, count: indices.count)
    for (row, label) in indices.enumerated() {
      order[next[Int(label)]] = Int32(row)
      next[Int(label)] += 1
    }
    return order
  }
}

extension [Int32] {
  /// The first index whose element fulfils `predicate`, where all that do stand at the end.
  fileprivate func partitioningIndex(where predicate: (Int32) -> Bool) -> Int {
    var low = 0
    var high = count
    while low < high {
      let middle = (low + high) / 2
      if predicate(self[middle]) { high = middle } else { low = middle + 1 }
    }
    return low
  }
}
