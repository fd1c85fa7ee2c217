/// How far a long piece of work has come.
public struct ProgressUpdate: Sendable, Equatable {
  /// What is being done, in a few words for a person: "reading", "assigning".
  public let stage: String
  /// The part of the stage that is done, 0...1, or `nil` where that isn't known.
  public let fraction: Double?
  /// What changes while the stage lasts, for a person: "iteration 12 of at most 300"; empty where
  /// there is nothing to say.
  public let detail: String

  /// Creates a report.
  public init(stage: String, fraction: Double? = nil, detail: String = "") {
    self.stage = stage
    self.fraction = fraction
    self.detail = detail
  }
}

/// Is told how far a long piece of work has come; may be called from any thread.
public typealias ProgressObserver = @Sendable (ProgressUpdate) -> Void
