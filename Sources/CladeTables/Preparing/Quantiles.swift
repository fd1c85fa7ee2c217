/// Medians and quartiles, by selection.
enum Quantiles {
  /// The value below which `fraction` of the values lie, interpolated between neighbours as NumPy
  /// does by default; the values are put in another order.
  ///
  /// - Complexity: O(n) on average.
  static func quantile(
    _ fraction: Double, of values: UnsafeMutableBufferPointer<Double>
  ) -> Double {
    guard values.count > 0 else { return .nan }
    let found = interpolated(fraction, count: values.count) { place in
      select(place, in: values)
      return values[place]
    }
    return found ?? .nan
  }

  /// The value below which `fraction` of `count` values lie, from the one or two that are next to
  /// it; `nil` where one of them is.
  static func interpolated(
    _ fraction: Double, count: Int, _ value: (_ place: Int) -> Double?
  ) -> Double? {
    let place = fraction * Double(count - 1)
    let lower = Int(place.rounded(.down))
    guard let low = value(lower) else { return nil }
    let share = place - Double(lower)
    // Zeros are equal with either sign, so which one is found depends on the order: make it +0.
    guard share > 0 else { return low + 0 }
    guard let high = value(lower + 1) else { return nil }
    return (low * (1 - share) + high * share) + 0
  }

  /// Puts the element that has `place` in sorted order there, smaller ones before, larger behind.
  static func select(_ place: Int, in values: UnsafeMutableBufferPointer<Double>) {
    var left = 0
    var right = values.count - 1
    var budget = 64 + 2 * (Int.bitWidth - values.count.leadingZeroBitCount)
    while left < right {
      budget -= 1
      guard budget > 0, right - left > 16 else {
        var rest = values[left...right]
        rest.sort()
        return
      }
      let pivot = median(
        values[left], values[left + (right - left) / 2], values[right])
      var i = left
      var j = right
      while i <= j {
        while values[i] < pivot { i += 1 }
        while values[j] > pivot { j -= 1 }
        if i <= j {
          values.swapAt(i, j)
          i += 1
          j -= 1
        }
      }
      if place <= j {
        right = j
      } else if place >= i {
        left = i
      } else {
        return
      }
    }
  }

  private static func median(_ a: Double, _ b: Double, _ c: Double) -> Double {
    max(min(a, b), min(max(a, b), c))
  }
}
