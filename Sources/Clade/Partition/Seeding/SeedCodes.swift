import CKernels
import CladeCore

/// The rows of a sample rounded to 8 bits, which show of most rows that a candidate can't be nearer
/// than the center they have: a fourth or an eighth of the memory is read, which is what holds up
/// the search for first centers in many columns. `assign_shortlist.h` has the bound.
final class SeedCodes<Scalar: MatrixScalar>: @unchecked Sendable {
  // Unchecked: the memory is written only in `init`.

  private let columns: Int
  private let reference: [Float]
  private let codes: UnsafeMutablePointer<Int8>
  private let scales: RowScales

  /// Whether rounding all rows pays, given that each is compared with many candidates.
  static func isUseful(rows: Int, columns: Int) -> Bool {
    rows >= 2048 && columns >= 24 && columns <= 32_768 && clade_products_are_fast() != 0
  }

  private var width: Int { (columns + 3) / 4 * 4 }

  /// - Complexity: O(m · d) time; m · d bytes.
  init(_ rows: Matrix<Scalar>, threads: Int?) {
    let (count, columns) = (rows.rowCount, rows.columnCount)
    let padded = (count + 7) / 8 * 8
    let width = (columns + 3) / 4 * 4
    self.columns = columns
    // Few rows show the middle of all well enough.
    let step = max(1, count / 1024)
    let few = rows.gatheringRows(Array(stride(from: 0, to: count, by: step)))
    let reference = CenterShortlist<Scalar>.reference(for: few)
    let scales = RowScales(reference: reference, rows: padded)
    codes = .allocate(capacity: padded * width)
    codes.initialize(repeating: 0, count: padded * width)
    (self.reference, self.scales) = (reference, scales)
    nonisolated(unsafe) let codes = codes
    rows.withUnsafeBufferPointer { values in
      guard let start = values.baseAddress else { return }
      nonisolated(unsafe) let from = UnsafeRawPointer(start)
      ParallelChunks.forEach(count: count, chunkSize: 512, threads: threads) { _, range in
        var known = scales.entries(from: range.lowerBound)
        let (place, code) = (range.lowerBound * columns, codes + range.lowerBound * width)
        withUnsafeTemporaryAllocation(of: Float.self, capacity: columns) { space in
          if Scalar.self == Float.self {
            clade_encode_rows_f32(
              from.assumingMemoryBound(to: Float.self) + place, range.count, columns, reference,
              space.baseAddress, code, &known)
          } else {
            clade_encode_rows_f64(
              from.assumingMemoryBound(to: Double.self) + place, range.count, columns, reference,
              space.baseAddress, code, &known)
          }
        }
      }
    }
  }

  deinit { codes.deallocate() }

  /// Rounded candidates.
  struct Candidates {
    fileprivate let count: Int
    fileprivate let padded: Int
    fileprivate var codes: [UInt8]
    fileprivate var numbers: [Float]
  }

  /// Rounds candidates (c × d).
  func candidates(_ rows: Matrix<Scalar>) -> Candidates {
    let count = rows.rowCount
    let lanes = Int(CLADE_CODE_LANES)
    let padded = (count + lanes - 1) / lanes * lanes
    var found = Candidates(
      count: count, padded: padded, codes: Array(repeating: 0, count: padded * width),
      numbers: Array(repeating: 0, count: 5 * padded))
    let order = (0..<count).map { Int32($0) }
    rows.withUnsafeBufferPointer { values in
      found.numbers.withUnsafeMutableBufferPointer { numbers in
        guard let from = values.baseAddress.map({ UnsafeRawPointer($0) }),
          let number = numbers.baseAddress
        else { return }
        if Scalar.self == Float.self {
          clade_encode_centers_f32(
            from.assumingMemoryBound(to: Float.self), order, count, columns, padded, reference,
            &found.codes, number, number + padded, number + 2 * padded, number + 3 * padded,
            number + 4 * padded)
        } else {
          clade_encode_centers_f64(
            from.assumingMemoryBound(to: Double.self), order, count, columns, padded, reference,
            &found.codes, number, number + padded, number + 2 * padded, number + 3 * padded,
            number + 4 * padded)
        }
      }
    }
    return found
  }

  /// Finds the rows of a range that one of the candidates may be nearer to than by a bound.
  ///
  /// - Parameters:
  ///   - range: Begins at a multiple of 8.
  ///   - bounds: Squared distances, one for each row of all; not too small.
  ///   - places: Gets the rows, counted from the first of the range; has room for all of them.
  /// - Returns: How many there are.
  func rows(
    _ range: Range<Int>, near candidates: Candidates, within bounds: UnsafePointer<Float>,
    into places: UnsafeMutablePointer<Int32>
  ) -> Int {
    let padded = candidates.padded
    return reference.withUnsafeBufferPointer { reference in
      candidates.codes.withUnsafeBufferPointer { code in
        candidates.numbers.withUnsafeBufferPointer { numbers in
          guard let number = numbers.baseAddress else { return 0 }
          var book = clade_codebook(
            count: candidates.count, padded: padded, columns: columns,
            reference: reference.baseAddress, codes: code.baseAddress, lower_squares: number,
            upper_squares: number + padded, steps: number + 2 * padded,
            norms: number + 3 * padded, losses: number + 4 * padded)
          var known = scales.entries(from: range.lowerBound)
          return withUnsafeTemporaryAllocation(
            byteCount: clade_screen_workspace(padded, columns), alignment: 64
          ) { space in
            clade_screen_rows(
              codes + range.lowerBound * width, &known, range.count, &book,
              Scalar.self == Float.self ? 0x1p-24 : 0x1p-53, bounds + range.lowerBound,
              space.baseAddress, places)
          }
        }
      }
    }
  }
}
