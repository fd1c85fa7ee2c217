import CladeCore

/// The memory of a table of distances, which copies of the table share.
final class TableMemory: @unchecked Sendable {
  // Unchecked: threads write numbers of their own.

  let start: UnsafeMutablePointer<Double>
  /// How many numbers there are.
  let count: Int

  /// Memory for some numbers, which are anything at first.
  init(count: Int) {
    self.count = max(8, count)
    let bytes = UnsafeMutableRawPointer.allocate(
      byteCount: self.count * MemoryLayout<Double>.stride, alignment: 64)
    start = bytes.bindMemory(to: Double.self, capacity: self.count)
  }

  deinit { UnsafeMutableRawPointer(start).deallocate() }

  /// Memory for the distances of some rows from each other.
  ///
  /// - Parameters:
  ///   - rows: The number of rows, n.
  ///   - numbers: How many numbers are held.
  /// - Throws: `CladeError.notEnoughMemory` before anything is tried.
  static func holding(distancesOf rows: Int, numbers: Int) throws -> TableMemory {
    let bytes = numbers.multipliedReportingOverflow(by: MemoryLayout<Double>.stride)
    let available = MachineMemory.size
    guard !bytes.overflow, bytes.partialValue <= available / 4 * 3 else {
      throw CladeError.notEnoughMemory(
        purpose: "a table of the distances of \(rows) rows",
        bytes: bytes.overflow ? .max : bytes.partialValue, available: available,
        remedy: "take a sample of the rows, or single, ward, centroid or median linkage of "
          + "Euclidean distances, which need no matrix")
    }
    return TableMemory(count: numbers)
  }
}
