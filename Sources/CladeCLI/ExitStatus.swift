import CladeCore

/// The exit codes of `clade`, after sysexits.h.
enum ExitStatus: Int32 {
  case done = 0
  /// The command was called in a way that it can't be.
  case usage = 64
  /// The input was there, but can't be clustered.
  case badData = 65
  /// An input isn't there or can't be opened.
  case noInput = 66
  /// A bug in Clade.
  case software = 70
  /// An output can't be written.
  case cannotWrite = 73

  /// The one place that says which error gives which code.
  init(_ error: CladeError) {
    self =
      switch error {
      case .invalidParameter, .unknownColumn: .usage
      case .cannotRead: .noInput
      case .cannotWrite: .cannotWrite
      case .shapeMismatch, .raggedRows, .emptyData, .nonFiniteValue, .rowOfZeros,
        .rowWithoutVariation, .valueOutOfRange, .badLabels, .tooManyClusters, .notEnoughMemory,
        .badFile, .noUsableColumn, .badModel:
        .badData
      }
  }
}
