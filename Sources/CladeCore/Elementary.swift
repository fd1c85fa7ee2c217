import CKernels

/// Elementary functions that give the same bits on every machine.
///
/// The C library's `exp` and `log` choose their code by the processor and differ in the last bit,
/// so nothing that decides a label may go through them. These use IEEE additions, multiplications
/// and divisions in one fixed order; their errors stay below 1 unit in the last place. Infinities,
/// NaN, zeros and subnormal numbers are treated as IEEE 754 recommends.
public enum Elementary {
  /// e to the power `x`: infinity above 709.78, 0 below −745.13.
  public static func exp(_ x: Double) -> Double { clade_exp(x) }

  /// The natural logarithm of `x`: −infinity at 0, NaN below.
  public static func log(_ x: Double) -> Double { clade_log(x) }

  /// Replaces every number by its ``exp(_:)``, with vectors; the bits are those of ``exp(_:)``.
  public static func exp(_ values: UnsafeMutableBufferPointer<Double>) {
    guard let start = values.baseAddress else { return }
    clade_exp_array(start, start, values.count)
  }

  /// Replaces every number by its ``log(_:)``, with vectors; the bits are those of ``log(_:)``.
  public static func log(_ values: UnsafeMutableBufferPointer<Double>) {
    guard let start = values.baseAddress else { return }
    clade_log_array(start, start, values.count)
  }
}
