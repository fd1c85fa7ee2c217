import ArgumentParser
import Clade

/// Where a dendrogram is cut, as `--cut` names it.
struct CutOption: ExpressibleByArgument {
  /// The name, as it was given.
  let text: String
  let cut: DendrogramCut

  init?(argument: String) {
    let parts = argument.split(separator: ":", maxSplits: 1)
    guard parts.count == 2, let value = Double(parts[1]), value.isFinite, value >= 0 else {
      return nil
    }
    switch parts[0] {
    case "height": cut = .height(value)
    case "inconsistent": cut = .inconsistency(value)
    default: return nil
    }
    text = argument
  }

  /// The cut that `-k` and `--cut` ask for.
  ///
  /// - Throws: `ValidationError` where both are given, or the number of groups can't be.
  static func cut(k: Int?, _ option: CutOption?) throws -> DendrogramCut {
    switch (k, option) {
    case (nil, nil): return .largestGap
    case (nil, let option?): return option.cut
    case (let k?, nil):
      guard k >= 1 else { throw ValidationError("-k can't be \(k): give 1 or more.") }
      return .count(k)
    case (_?, _?): throw ValidationError("-k and --cut both say where the tree is cut; choose one.")
    }
  }
}
