/// Measures the stages of a command by the wall clock.
struct StageClock {
  private let start = ContinuousClock.now
  /// The seconds that each stage took so far.
  private(set) var stages: [String: Double] = [:]

  /// Runs `body` and adds the time that it took to a stage.
  mutating func time<Result>(_ stage: String, _ body: () throws -> Result) rethrows -> Result {
    let start = ContinuousClock.now
    defer { stages[stage, default: 0] += (ContinuousClock.now - start).seconds }
    return try body()
  }

  /// Runs one stage with something that it takes over, such as a table that is changed in place.
  mutating func time<Input, Result>(
    _ stage: String, giving input: consuming Input,
    _ body: (consuming Input) throws -> Result
  ) rethrows -> Result {
    let start = ContinuousClock.now
    let result = try body(consume input)
    stages[stage, default: 0] += (ContinuousClock.now - start).seconds
    return result
  }

  /// The seconds since the clock was made.
  var total: Double { (ContinuousClock.now - start).seconds }
}

extension Duration {
  /// The length in seconds.
  var seconds: Double {
    Double(components.seconds) + Double(components.attoseconds) * 1e-18
  }
}
