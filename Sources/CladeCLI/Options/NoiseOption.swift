import ArgumentParser
import Clade

/// What becomes of rows outside of all groups, and which these are, as `--noise` says it; each
/// method takes some of the words.
enum NoiseOption: String, CaseIterable, ExpressibleByArgument {
  /// No row is noise.
  case none
  /// Leaves of the spanning tree that aren't among the nearest rows of the row that they hang on.
  case outlying
  /// All leaves of the spanning tree.
  case leaves
  /// Rows that are in no group stay so.
  case keep
  /// Rows that are in no group go to that of the nearest row that has one.
  case assign

  /// Refuses a word that the method doesn't take.
  func check(_ method: Method) throws {
    let taken = method.implementation.noiseOptions
    guard !taken.contains(self) else { return }
    let others = Method.allCases.filter { $0.implementation.noiseOptions.contains(self) }
    throw ValidationError(
      "--noise \(rawValue) goes with \(others.map(\.rawValue).joined(separator: ", ")), not with "
        + "\(method.rawValue), which takes \(taken.map(\.rawValue).joined(separator: " or ")).")
  }

  /// The noise of ``Genie``.
  var genie: GenieNoise {
    switch self {
    case .outlying: .outlyingLeaves
    case .leaves: .leaves
    case .none, .keep, .assign: .none
    }
  }
}
