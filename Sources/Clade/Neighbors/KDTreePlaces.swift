import CKernels
import CladeCore

extension KDTree {
  /// The places of a node, some of which hold no row.
  @inline(__always)
  func places(of node: Int) -> Range<Int> {
    Int(firstPanel[node]) * Self.panelWidth..<Int(endPanel[node]) * Self.panelWidth
  }

  /// The number of rows of a node.
  @inline(__always)
  func rowCount(of node: Int) -> Int {
    let places = places(of: node)
    return Int(memberStarts[places.upperBound] - memberStarts[places.lowerBound])
  }

  /// Whether a place holds a row.
  @inline(__always)
  func hasRow(_ place: Int) -> Bool { memberStarts[place] < memberStarts[place + 1] }

  /// Writes the row of a place twice, as the corners of a box that is a point (2 × d).
  @inline(__always)
  func copyPoint(_ place: Int, to target: UnsafeMutablePointer<Scalar>) {
    copyRows(place, count: 1, to: target)
    (target + columnCount).update(from: target, count: columnCount)
  }

  /// The largest squared distance that rows of a node may have from each other.
  func largestSquare(within node: Int) -> Scalar {
    let box = node * 2 * columnCount
    var sum: Scalar = 0
    for column in 0..<columnCount {
      let width = boxes[box + columnCount + column] - boxes[box + column]
      sum = sum.addingProduct(width, width)
    }
    return sum
  }

  /// The same tree without the rows of some places: these are infinitely far from all, and boxes
  /// are around the others only.
  func keepingPlaces(_ isKept: [Bool]) -> KDTree {
    let (width, columns) = (Self.panelWidth, columnCount)
    var panels = panels
    panels.withUnsafeMutableBufferPointer { panels in
      for place in 0..<placeCount where !isKept[place] {
        for column in 0..<columns {
          panels[(place / width * columns + column) * width + place % width] = .infinity
        }
      }
    }
    return KDTree(self, boxes: boxes(threads: 1) { isKept[$0] }, panels: panels)
  }

  /// Boxes around some rows of each node; where a node has none of them, one that is infinitely far
  /// from all.
  ///
  /// - Parameters:
  ///   - threads: At most this many threads; `nil` for one per core.
  ///   - isKept: Whether the rows of a place are among them; not asked for places without a row.
  func boxes(threads: Int?, of isKept: @Sendable (_ place: Int) -> Bool) -> [Scalar] {
    let (width, columns) = (Self.panelWidth, columnCount)
    return Array(unsafeUninitializedCapacity: boxes.count) { boxes, count in
      count = self.boxes.count
      guard let first = boxes.baseAddress else { return }
      nonisolated(unsafe) let start = first
      panels.withUnsafeBufferPointer { panels in
        nonisolated(unsafe) let panels = panels
        ParallelChunks.forEach(count: leaves.count, chunkSize: 256, threads: threads) { _, range in
          for leaf in range {
            let lower = start + Int(leaves[leaf]) * 2 * columns
            let upper = lower + columns
            lower.initialize(repeating: .infinity, count: columns)
            upper.initialize(repeating: -.infinity, count: columns)
            for place in places(ofLeaf: Int(leaves[leaf])) where isKept(place) {
              var value = place / width * columns * width + place % width
              for column in 0..<columns {
                let x = panels[value]
                lower[column] = x < lower[column] ? x : lower[column]
                upper[column] = x > upper[column] ? x : upper[column]
                value += width
              }
            }
          }
        }
      }
      // Children come after their parents.
      for node in second.indices.reversed() where second[node] > 0 {
        let box = start + node * 2 * columns
        let (a, b) = (box + 2 * columns, start + Int(second[node]) * 2 * columns)
        for column in 0..<columns {
          let upper = columns + column
          (box + column).initialize(to: min(a[column], b[column]))
          (box + upper).initialize(to: max(a[upper], b[upper]))
        }
      }
    }
  }
}
