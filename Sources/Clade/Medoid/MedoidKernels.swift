import CKernels
import CladeCore

/// The kernels of `medoid_swaps.h`, for numbers of either type.
enum MedoidKernels<Scalar: MatrixScalar> {
  /// What is known of each item: `count` entries each.
  struct Items {
    /// What smaller dissimilarities, or squares of them, are below.
    let limits: UnsafePointer<Scalar>
    /// The dissimilarity from the nearest medoid.
    let nearest: UnsafePointer<Scalar>
    /// That from the second nearest.
    let second: UnsafePointer<Scalar>
    /// The number of the nearest medoid.
    let slots: UnsafePointer<Int32>

    /// What is known of the items from one on.
    @inline(__always)
    func advanced(by first: Int) -> Items {
      Items(
        limits: limits + first, nearest: nearest + first, second: second + first,
        slots: slots + first)
    }
  }

  /// Adds to `bySlot` (copies × slots), and returns, what a candidate changes, whose row may have
  /// squares.
  @inline(__always)
  static func gains(
    _ row: UnsafePointer<Scalar>, squared: Bool, _ items: Items, count: Int, _ terms: ExactTerms,
    slots: Int,
    _ bySlot: UnsafeMutablePointer<Double>
  ) -> Double {
    if Scalar.self == Float.self {
      clade_medoid_gains_f32(
        floats(row), floats(items.limits), squared ? 1 : 0, floats(items.nearest),
        floats(items.second), items.slots, count, terms.scale,
        terms.shift, slots, bySlot)
    } else {
      clade_medoid_gains_f64(
        doubles(row), doubles(items.limits), squared ? 1 : 0, doubles(items.nearest),
        doubles(items.second), items.slots, count,
        terms.scale, terms.shift, slots, bySlot)
    }
  }

  /// The change when a candidate joins and no medoid leaves.
  @inline(__always)
  static func joining(
    _ row: UnsafePointer<Scalar>, _ nearest: UnsafePointer<Scalar>, count: Int, _ terms: ExactTerms
  ) -> Double {
    if Scalar.self == Float.self {
      clade_medoid_joining_f32(floats(row), floats(nearest), count, terms.scale, terms.shift)
    } else {
      clade_medoid_joining_f64(doubles(row), doubles(nearest), count, terms.scale, terms.shift)
    }
  }

  /// The change when a candidate takes the place of one medoid.
  @inline(__always)
  static func swap(
    _ row: UnsafePointer<Scalar>, _ items: Items, count: Int, _ terms: ExactTerms, slot: Int
  ) -> Double {
    if Scalar.self == Float.self {
      clade_medoid_swap_f32(
        floats(row), floats(items.nearest), floats(items.second), items.slots, count, terms.scale,
        terms.shift, Int32(slot))
    } else {
      clade_medoid_swap_f64(
        doubles(row), doubles(items.nearest), doubles(items.second), items.slots, count,
        terms.scale, terms.shift, Int32(slot))
    }
  }

  /// The sum of rounded numbers.
  @inline(__always)
  static func sum(_ row: UnsafePointer<Scalar>, count: Int, _ terms: ExactTerms) -> Double {
    if Scalar.self == Float.self {
      clade_medoid_sum_f32(floats(row), count, terms.scale, terms.shift)
    } else {
      clade_medoid_sum_f64(doubles(row), count, terms.scale, terms.shift)
    }
  }

  @inline(__always)
  private static func floats(_ pointer: UnsafePointer<Scalar>) -> UnsafePointer<Float> {
    UnsafeRawPointer(pointer).assumingMemoryBound(to: Float.self)
  }

  @inline(__always)
  private static func doubles(_ pointer: UnsafePointer<Scalar>) -> UnsafePointer<Double> {
    UnsafeRawPointer(pointer).assumingMemoryBound(to: Double.self)
  }
}
