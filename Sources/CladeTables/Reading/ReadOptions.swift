import CladeCore

/// How a table is read. What is `nil` is found out from the data.
public struct ReadOptions: Sendable, Equatable {
  /// What the file is; `nil` finds out from its first bytes and its name.
  public var format: TableFormat?
  /// What stands between the fields of a row; `nil` finds out from the first rows.
  public var delimiter: Delimiter?
  /// Whether the first row holds the columns' names; `nil` finds out: it does when none of its
  /// fields is a number and none but the first is empty.
  public var header: Bool?
  /// Whether numbers have a comma before their decimals, as in 3,14. Off by default.
  public var decimalComma = false
  /// How the bytes spell letters; `nil` takes UTF-8, or Latin-1 where the bytes can't be UTF-8.
  public var encoding: TextEncoding?
  /// The spellings of a missing value besides an empty field; letters' case does not matter.
  public var missing = ReadOptions.defaultMissing
  /// Columns that are read as text although they hold numbers, such as postal codes.
  public var textColumns: [String] = []
  /// The array to read from an NPZ file that holds several.
  public var array: String?
  /// The longest row that is read, in bytes, 16 MiB by default; a longer one is an error. It bounds
  /// the memory that a file without line ends can take.
  public var maximumRowLength = 16 << 20

  /// The spellings of a missing value that are known unless others are given.
  public static let defaultMissing = ["NA", "N/A", "NaN", "null", "?", "-"]

  /// Creates the default options: all is found out from the data.
  public init() {}
}

/// What kinds of file can be read.
public enum TableFormat: String, CaseIterable, Sendable, Codable {
  /// Rows of fields with a delimiter between them: CSV, TSV, or separated by white space.
  case delimited
  /// A JSON object or array on every line.
  case jsonLines
  /// One NumPy array.
  case npy
  /// A zip file of NumPy arrays.
  case npz
}

/// How bytes spell letters.
public enum TextEncoding: String, CaseIterable, Sendable, Codable {
  /// UTF-8.
  case utf8
  /// ISO 8859-1, with the letters that Windows-1252 adds.
  case latin1
}

/// What stands between the fields of a row.
public struct Delimiter: Sendable, Equatable, Codable, CustomStringConvertible {
  /// The byte; a blank stands for any run of blanks and tabs.
  let byte: UInt8

  /// A comma.
  public static let comma = Delimiter(byte: UInt8(ascii: ","))
  /// A semicolon.
  public static let semicolon = Delimiter(byte: UInt8(ascii: ";"))
  /// A tab.
  public static let tab = Delimiter(byte: UInt8(ascii: "\t"))
  /// A vertical bar.
  public static let pipe = Delimiter(byte: UInt8(ascii: "|"))
  /// Any run of blanks and tabs.
  public static let whitespace = Delimiter(byte: UInt8(ascii: " "))

  init(byte: UInt8) { self.byte = byte }

  /// Creates a delimiter from what a person writes: a single character, or one of the words
  /// `comma`, `semicolon`, `tab`, `pipe`, `space`, `whitespace`.
  ///
  /// - Throws: `CladeError.invalidParameter` for anything else, and for what
  ///   numbers and rows are made of.
  public init(_ text: String) throws {
    switch text.lowercased() {
    case "comma": self = .comma
    case "semicolon": self = .semicolon
    case "tab", "\\t": self = .tab
    case "pipe": self = .pipe
    case "space", "whitespace": self = .whitespace
    default:
      guard let byte = text.utf8.first, text.utf8.count == 1, byte < 0x80,
        !"\"\n\r\0+-.0123456789".utf8.contains(byte)
      else {
        throw CladeError.invalidParameter(
          name: "delimiter", value: "\"\(text)\"",
          reason: "give one character such as , or ; or one of comma, semicolon, tab, pipe, "
            + "whitespace")
      }
      self.init(byte: byte)
    }
  }

  /// The delimiter in a word.
  public var description: String {
    switch self {
    case .comma: "comma"
    case .semicolon: "semicolon"
    case .tab: "tab"
    case .pipe: "pipe"
    case .whitespace: "whitespace"
    default: String(UnicodeScalar(byte))
    }
  }
}
