import CladeCore

/// What is needed to get the same result again.
public struct Reproduction: Sendable, Equatable {
  /// The version of Clade.
  public var version: String
  /// The whole command, as typed in a shell.
  public var command: String?
  /// The input's path or name.
  public var input: String?
  /// The SHA-256 of the input's bytes, in hexadecimal digits.
  public var sha256: String?
  /// The parameters, with those that were left at their defaults.
  public var parameters: [Parameter]

  /// A parameter and its value.
  public struct Parameter: Sendable, Equatable {
    /// The parameter's name.
    public var name: String
    /// Its value.
    public var value: String

    /// Creates a parameter.
    public init(_ name: String, _ value: String) {
      self.name = name
      self.value = value
    }
  }

  /// Creates facts; by default only the version of this package.
  public init(
    version: String = cladeVersion, command: String? = nil, input: String? = nil,
    sha256: String? = nil, parameters: [Parameter] = []
  ) {
    self.version = version
    self.command = command
    self.input = input
    self.sha256 = sha256
    self.parameters = parameters
  }
}
