import CKernels
import CladeCore

/// The kernels of `kd_edges.h` for either type of number.
enum SpanningKernels {
  /// Searches the edges between two nodes.
  static func search<Scalar: MatrixScalar>(
    _ forest: UnsafePointer<clade_kd_forest>, _ pair: clade_kd_pair, scalar: Scalar.Type
  ) {
    if Scalar.self == Float.self {
      clade_kd_edges_f32(forest, pair)
    } else {
      clade_kd_edges_f64(forest, pair)
    }
  }

  /// Offers the edges in the lists of those places that `some` names, and makes −1 of those that
  /// have none to offer.
  static func offerLists<Scalar: MatrixScalar>(
    _ forest: UnsafePointer<clade_kd_forest>, distances: UnsafePointer<Scalar>,
    places: UnsafePointer<Int32>, length: Int, some: UnsafeMutablePointer<Int32>, count: Int
  ) {
    let distances = UnsafeRawPointer(distances)
    if Scalar.self == Float.self {
      clade_kd_offer_lists_f32(
        forest, distances.assumingMemoryBound(to: Float.self), places, length, some, count)
    } else {
      clade_kd_offer_lists_f64(
        forest, distances.assumingMemoryBound(to: Double.self), places, length, some, count)
    }
  }

  /// Offers the edges between places that follow each other.
  static func offerNext<Scalar: MatrixScalar>(
    _ forest: UnsafePointer<clade_kd_forest>, range: Range<Int>, scalar: Scalar.Type
  ) {
    if Scalar.self == Float.self {
      clade_kd_offer_next_f32(forest, range.lowerBound, range.upperBound)
    } else {
      clade_kd_offer_next_f64(forest, range.lowerBound, range.upperBound)
    }
  }

  /// Pairs of nodes that hold all edges that matter, many enough for several threads: within nodes
  /// first, then between them.
  static func pairs<Scalar: MatrixScalar>(
    _ forest: UnsafePointer<clade_kd_forest>, tree: KDTree<Scalar>
  ) -> [clade_kd_pair] {
    let panels = Int(tree.endPanel[0])
    // Pairs of up to so many panels aren't divided here.
    let small = max(64, panels / 32)
    func size(_ node: Int32) -> Int { Int(tree.endPanel[Int(node)] - tree.firstPanel[Int(node)]) }
    var (within, between): ([clade_kd_pair], [clade_kd_pair]) = ([], [])
    var waiting = [clade_kd_pair(first: 0, second: 0)]
    while let pair = waiting.popLast() {
      guard max(size(pair.first), size(pair.second)) > small else {
        if pair.first == pair.second { within.append(pair) } else { between.append(pair) }
        continue
      }
      withUnsafeTemporaryAllocation(of: clade_kd_pair.self, capacity: 4) { parts in
        let count =
          Scalar.self == Float.self
          ? clade_kd_divide_f32(forest, pair, parts.baseAddress)
          : clade_kd_divide_f64(forest, pair, parts.baseAddress)
        if count < 0 {
          between.append(pair)
        } else {
          waiting.append(contentsOf: (0..<Int(count)).reversed().map { parts[$0] })
        }
      }
    }
    return within + between
  }
}
