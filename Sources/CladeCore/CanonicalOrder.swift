/// The rows of a matrix sorted by their values, first column first: an order that does not depend
/// on the order in which the rows came.
///
/// Equal rows stand next to each other, in no order that means anything; −0 equals 0. Numbers must
/// not be NaN.
///
/// - Complexity: O(n) radix passes over the first column and O(n · d) in all for rows that tie; the
///   memory is 32 bytes a row.
public struct CanonicalOrder: Sendable {
  /// The rows' numbers, in ascending order of their values (n).
  public let order: [Int32]
  /// The places in ``order`` where a row begins that differs from the one before, in ascending
  /// order.
  public let distinctStarts: [Int32]

  /// The number of rows that differ from all others before them.
  public var distinctRowCount: Int { distinctStarts.count }

  /// Sorts the rows of `data`.
  public init<Scalar: MatrixScalar>(_ data: Matrix<Scalar>, threads: Int? = nil) {
    // The casts let the compiler specialise the sort for each type.
    if let doubles = data as? Matrix<Double> {
      self.init(sorting: doubles) { OrderedBits.key($0) }
    } else if let floats = data as? Matrix<Float> {
      self.init(sorting: floats) { OrderedBits.key($0) }
    } else {
      self.init(sorting: data) { OrderedBits.key(Double($0)) }
    }
  }

  @inline(__always)
  private init<Scalar: MatrixScalar>(sorting data: Matrix<Scalar>, key: (Scalar) -> UInt64) {
    let (count, columns) = (data.rowCount, data.columnCount)
    var items = (0..<count).map { RadixSort.Item(key: 0, row: Int32($0)) }
    var starts: [Int32] = []
    data.withUnsafeBufferPointer { values in
      items.withUnsafeMutableBufferPointer { items in
        var scratch = RadixSort.Scratch(count: count)
        // Stretches of rows that are equal in all columns before `column`; the last one is next.
        var pending: [(range: Range<Int>, column: Int)] = count > 0 ? [(0..<count, 0)] : []
        while let (range, first) = pending.popLast() {
          var column = first
          var differ = false
          while column < columns, range.count > 1, !differ {
            var seen: UInt64 = 0
            let reference = key(values[Int(items[range.lowerBound].row) * columns + column])
            for index in range {
              let bits = key(values[Int(items[index].row) * columns + column])
              items[index].key = bits
              seen |= bits ^ reference
            }
            differ = seen != 0
            if differ {
              RadixSort.sort(
                UnsafeMutableBufferPointer(rebasing: items[range]), varying: seen, &scratch)
            }
            column += 1
          }
          guard differ else {
            starts.append(Int32(range.lowerBound))
            continue
          }
          // From the last stretch to the first, so that the first is popped first.
          var upper = range.upperBound
          while upper > range.lowerBound {
            var lower = upper - 1
            while lower > range.lowerBound, items[lower - 1].key == items[lower].key { lower -= 1 }
            pending.append((lower..<upper, column))
            upper = lower
          }
        }
      }
    }
    order = items.map(\.row)
    distinctStarts = starts
  }
}

/// Maps numbers to integers in the same order.
enum OrderedBits {
  @inline(__always)
  static func key(_ x: Double) -> UInt64 {
    let bits = (x + 0).bitPattern  // −0 + 0 is 0
    return bits >> 63 == 0 ? bits | 1 << 63 : ~bits
  }

  @inline(__always)
  static func key(_ x: Float) -> UInt64 {
    let bits = (x + 0).bitPattern
    return UInt64(bits >> 31 == 0 ? bits | 1 << 31 : ~bits)
  }
}

/// A stable radix sort of rows by 64-bit keys, digit by digit from the lowest, over only those
/// digits in which keys differ.
///
/// Three digits tell nearly all keys apart that differ in more bits than these have; what they don't is
/// sorted by the bits below.
package enum RadixSort {
  package struct Item {
    package var key: UInt64
    package var row: Int32

    package init(key: UInt64, row: Int32) { (self.key, self.row) = (key, row) }
  }

  /// Memory that is used again from one sort to the next.
  package struct Scratch {
    fileprivate var items: [Item]
    fileprivate var counts = [Int](repeating: 0, count: 1 << digitBits)

    package init(count: Int) {
      items = Array(repeating: Item(key: 0, row: 0), count: count)
    }
  }

  private static let digitBits = 11

  /// Sorts `items` by key. `varying` has a bit set wherever keys may differ.
  package static func sort(
    _ items: UnsafeMutableBufferPointer<Item>, varying: UInt64, _ scratch: inout Scratch
  ) {
    if items.count <= 48 { return insertionSort(items) }
    if items.count <= 1024 {
      var items = items
      return items.sort { $0.key < $1.key }
    }
    guard varying != 0 else { return }
    let lowest = max(varying.trailingZeroBitCount, 64 - varying.leadingZeroBitCount - 3 * digitBits)
    sort(items, varying: varying, from: lowest, &scratch)
    let rest = varying & ((1 << UInt64(lowest)) - 1)
    guard rest != 0 else { return }
    var start = 0
    while start < items.count {
      let digits = items[start].key >> UInt64(lowest)
      var end = start + 1
      while end < items.count, items[end].key >> UInt64(lowest) == digits { end += 1 }
      if end - start > 1 {
        sort(UnsafeMutableBufferPointer(rebasing: items[start..<end]), varying: rest, &scratch)
      }
      start = end
    }
  }

  /// Sorts `items` by the bits of their keys from `lowest` on.
  private static func sort(
    _ items: UnsafeMutableBufferPointer<Item>, varying: UInt64, from lowest: Int,
    _ scratch: inout Scratch
  ) {
    scratch.items.withUnsafeMutableBufferPointer { whole in
      let spare = UnsafeMutableBufferPointer(rebasing: whole[..<items.count])
      scratch.counts.withUnsafeMutableBufferPointer { counts in
        var (from, to) = (items, spare)
        var shift = lowest
        while shift < 64, varying >> UInt64(shift) != 0 {
          distribute(from, to, counts, shift: UInt64(shift))
          swap(&from, &to)
          shift += digitBits
          if shift < 64 { shift += (varying >> UInt64(shift)).trailingZeroBitCount }
        }
        if from.baseAddress != items.baseAddress { _ = items.update(fromContentsOf: from) }
      }
    }
  }

  private static func distribute(
    _ from: UnsafeMutableBufferPointer<Item>, _ to: UnsafeMutableBufferPointer<Item>,
    _ counts: UnsafeMutableBufferPointer<Int>, shift: UInt64
  ) {
    let mask = UInt64(counts.count - 1)
    counts.update(repeating: 0)
    for index in 0..<from.count { counts[Int((from[index].key >> shift) & mask)] &+= 1 }
    var position = 0
    for digit in 0..<counts.count {
      let count = counts[digit]
      counts[digit] = position
      position &+= count
    }
    for index in 0..<from.count {
      let item = from[index]
      let digit = Int((item.key >> shift) & mask)
      to[counts[digit]] = item
      counts[digit] &+= 1
    }
  }

  private static func insertionSort(_ items: UnsafeMutableBufferPointer<Item>) {
    for end in items.indices.dropFirst() {
      let item = items[end]
      var hole = end
      while hole > 0, items[hole - 1].key > item.key {
        items[hole] = items[hole - 1]
        hole -= 1
      }
      items[hole] = item
    }
  }
}
