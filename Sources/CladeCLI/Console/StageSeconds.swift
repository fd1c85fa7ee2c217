/// The wall-clock seconds of a command's stages and of all of it, as JSON shows them under
/// `seconds`.
struct StageSeconds: Encodable {
  /// The stages in their order; 0 seconds for one that wasn't needed.
  let stages: [(name: String, seconds: Double)]
  /// What stages spent on parts of them that are worth naming.
  var parts: [(name: String, seconds: Double)] = []
  /// The seconds of the whole command.
  let total: Double

  /// What a clock measured up to now.
  init(_ clock: StageClock, stages names: String...) {
    stages = names.map { ($0, clock.stages[$0, default: 0]) }
    total = clock.total
  }

  /// The seconds of a stage, 0 for an unknown one.
  subscript(_ stage: String) -> Double { stages.first { $0.name == stage }?.seconds ?? 0 }

  func encode(to encoder: any Encoder) throws {
    try Dictionary(
      (stages + parts + [("total", total)]).map { ($0.name, $0.seconds) }, uniquingKeysWith: { $1 }
    ).encode(to: encoder)
  }
}
