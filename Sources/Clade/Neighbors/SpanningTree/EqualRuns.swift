extension Array {
  /// Sorts the elements of each run that has one key: ties, where the array is in the order of the
  /// keys.
  @inline(__always)
  mutating func sortRuns<Key: Equatable>(
    of key: (Element) -> Key, by precedes: (Element, Element) -> Bool
  ) {
    var first = 0
    while first < count {
      var end = first + 1
      while end < count, key(self[end]) == key(self[first]) { end += 1 }
      if end - first > 1 { self[first..<end].sort(by: precedes) }
      first = end
    }
  }
}
