/// Texts as sets of items, for Jaccard's distance.
struct TextSets: Sendable {
  /// The items of all texts, one text after the other, each once.
  private(set) var items: [Int32] = []
  /// Where each text's items begin, and the end of the last (n + 1).
  private(set) var starts = [0]
  /// How many different items there are.
  let itemCount: Int

  /// Splits texts; blanks around an item don't count, nor do empty items.
  init(_ texts: [String], separator: String) {
    var known: [Substring: Int32] = [:]
    var own: Set<Int32> = []
    for text in texts {
      own.removeAll(keepingCapacity: true)
      for part in text.split(separator: separator) {
        let item = part.trimmingBlanks()
        guard !item.isEmpty else { continue }
        let next = Int32(known.count)
        let code = known[item] ?? next
        if code == next { known[item] = code }
        if own.insert(code).inserted { items.append(code) }
      }
      starts.append(items.count)
    }
    itemCount = known.count
  }

  /// The number of texts.
  var count: Int { starts.count - 1 }

  /// How many items a text has.
  @inline(__always)
  func size(_ text: Int) -> Int { starts[text + 1] - starts[text] }

  /// For each item the texts that have it, in ascending order, as starts and texts.
  func holders(of texts: Range<Int>) -> (starts: [Int], texts: [Int32]) {
    var starts = [Int](repeating: 0, count: itemCount + 1)
    let all = self.starts[texts.lowerBound]..<self.starts[texts.upperBound]
    for item in items[all] { starts[Int(item) + 1] += 1 }
    for item in 0..<itemCount { starts[item + 1] += starts[item] }
    var next = starts
    var holders = [Int32](repeating: 0, count: all.count)
    for text in texts {
      for item in items[self.starts[text]..<self.starts[text + 1]] {
        holders[next[Int(item)]] = Int32(text)
        next[Int(item)] += 1
      }
    }
    return (starts, holders)
  }

  /// The part of the items of two texts that only one has; 0 of two without items.
  @inline(__always)
  static func distance(_ a: Int, _ b: Int, common: Int32) -> Double {
    let all = a + b - Int(common)
    return all == 0 ? 0 : Double(all - Int(common)) / Double(all)
  }
}

extension Substring {
  /// The text without blanks at its ends.
  fileprivate func trimmingBlanks() -> Substring {
    var rest = self
    while let first = rest.first, first.isWhitespace { rest.removeFirst() }
    while let last = rest.last, last.isWhitespace { rest.removeLast() }
    return rest
  }
}
