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
    var (panels, boxes) = (panels, boxes)
    panels.withUnsafeMutableBufferPointer { panels in
      boxes.withUnsafeMutableBufferPointer { boxes in
        for node in second.indices.reversed() {
          let box = node * 2 * columns
          if second[node] > 0 {
            let (a, b) = ((node + 1) * 2 * columns, Int(second[node]) * 2 * columns)
            for column in 0..<columns {
              let upper = columns + column
              boxes[box + column] = min(boxes[a + column], boxes[b + column])
              boxes[box + upper] = max(boxes[a + upper], boxes[b + upper])
            }
            continue
          }
          for column in 0..<columns {
            var (lower, upper) = (Scalar.infinity, -Scalar.infinity)
            for place in places(of: node) {
              let value = (place / width * columns + column) * width + place % width
              if isKept[place] {
                lower = min(lower, panels[value])
                upper = max(upper, panels[value])
              } else {
                panels[value] = .infinity
              }
            }
            boxes[box + column] = lower
            boxes[box + columns + column] = upper
          }
        }
      }
    }
    return KDTree(self, boxes: boxes, panels: panels)
  }
}
