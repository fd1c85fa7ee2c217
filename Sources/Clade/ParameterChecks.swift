import CladeCore

/// Refuses a parameter that can't be.
///
/// - Parameters:
///   - holds: Whether it can.
///   - name: What it is called.
///   - value: What it was given.
///   - reason: What is wrong with it, or what to give.
/// - Throws: `CladeError.invalidParameter`.
func require(_ holds: Bool, _ name: String, _ value: some Any, _ reason: String) throws {
  guard holds else {
    throw CladeError.invalidParameter(name: name, value: "\(value)", reason: reason)
  }
}
