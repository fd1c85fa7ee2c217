/// Says before it is tried that a matrix of distances doesn't fit.
package enum DistanceMemory {
  /// Checks that rows × columns numbers take no more than three quarters of this machine's memory.
  ///
  /// - Throws: ``CladeError/notEnoughMemory(purpose:bytes:available:remedy:)``.
  package static func check<Scalar>(
    rows: Int, columns: Int, scalar: Scalar.Type,
    remedy: String = "take a sample of the rows, or a method that needs no matrix of all distances"
  ) throws {
    let available = MachineMemory.size
    let count = rows.multipliedReportingOverflow(by: columns)
    let bytes = count.partialValue.multipliedReportingOverflow(by: MemoryLayout<Scalar>.stride)
    guard count.overflow || bytes.overflow || bytes.partialValue > available / 4 * 3 else { return }
    throw CladeError.notEnoughMemory(
      purpose: "a matrix of \(rows) × \(columns) distances",
      bytes: count.overflow || bytes.overflow ? .max : bytes.partialValue, available: available,
      remedy: remedy)
  }
}
