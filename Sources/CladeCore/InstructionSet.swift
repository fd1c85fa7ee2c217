import CKernels
import Synchronization

/// The instruction set whose variants of the kernels run.
///
/// All variants give the same bits, so the choice changes speed only. The environment variable
/// `CLADE_ISA` (`portable`, `neon`, `avx2`, `avx512`) forces one for a process.
public enum InstructionSet: String, CaseIterable, Sendable, Codable {
  /// Plain C, for any machine.
  case portable
  /// 128-bit vectors of 64-bit Arm.
  case neon
  /// 256-bit vectors with fused multiply-add.
  case avx2
  /// 512-bit vectors.
  case avx512

  private var code: clade_isa {
    switch self {
    case .portable: CLADE_ISA_PORTABLE
    case .neon: CLADE_ISA_NEON
    case .avx2: CLADE_ISA_AVX2
    case .avx512: CLADE_ISA_AVX512
    }
  }

  /// The instruction set in use: the best that this machine has, unless another was forced.
  public static var current: InstructionSet {
    let code = clade_isa_current()
    return allCases.first { $0.code == code } ?? .portable
  }

  /// Those that this machine can run, the plainest first.
  public static var available: [InstructionSet] {
    allCases.filter { clade_isa_available($0.code) != 0 }
  }

  /// Runs `body` with the variants for `set`, in the whole process; for tests.
  ///
  /// Calls wait for each other, so that two tests can't force different sets at once.
  ///
  /// - Returns: What `body` returned, or `nil` when this machine can't run the variants.
  package static func forcing<Result>(
    _ set: InstructionSet, _ body: () throws -> Result
  ) rethrows -> Result? {
    try forced.withLock { _ in
      let before = clade_isa_current()
      guard clade_isa_force(set.code) == 0 else { return nil }
      defer { _ = clade_isa_force(before) }
      return try body()
    }
  }

  private static let forced = Mutex(())
}
