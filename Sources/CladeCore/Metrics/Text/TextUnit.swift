/// What counts as a letter of a text.
public enum TextUnit: String, Sendable, Hashable, Codable, CaseIterable {
  /// Unicode scalars, as they are written: what Python calls a character, so that distances are
  /// those of other libraries. An accented letter may be one scalar or two, and these differ.
  case scalars
  /// What a reader takes for a character (extended grapheme clusters), equal where Unicode has them
  /// canonically equivalent: é is one letter, however it is written.
  case characters
}
