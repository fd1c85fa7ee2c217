import CladeCore

/// The formats of files that hold nothing but rows of numbers, one after the other, so that any of
/// them can be read without those before it.
public enum RowFileFormat: Sendable, Equatable {
  /// A NumPy array in C order, of any type of real numbers.
  case npy
  /// 32-bit floats; before each row its number of columns as a 32-bit integer, as the TEXMEX
  /// collections (SIFT, GIST) have it.
  case fvecs
  /// Bytes from 0 to 255, with the number of columns before each row as in ``fvecs``.
  case bvecs
  /// Nothing but numbers, in little-endian order.
  case raw(RawNumbers, columns: Int)

  /// The type of the numbers in a raw file.
  public enum RawNumbers: String, Sendable, CaseIterable {
    /// 32-bit floats.
    case float32 = "f4"
    /// 64-bit floats.
    case float64 = "f8"
  }

  /// The format that a file's name stands for: `.npy`, `.fvecs` or `.bvecs`, else `nil`.
  public init?(path: String) {
    let name = path.lowercased()
    if name.hasSuffix(".npy") {
      self = .npy
    } else if name.hasSuffix(".fvecs") {
      self = .fvecs
    } else if name.hasSuffix(".bvecs") {
      self = .bvecs
    } else {
      return nil
    }
  }

  /// A raw format from its description: the type of the numbers, a colon and the number of columns,
  /// such as `f4:128`.
  ///
  /// - Throws: `CladeError.invalidParameter`.
  public init(raw description: String) throws {
    let parts = description.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count == 2, let numbers = RawNumbers(rawValue: String(parts[0])),
      let columns = Int(parts[1]), columns >= 1, columns <= Self.mostColumns
    else {
      throw CladeError.invalidParameter(
        name: "raw", value: "\"\(Excerpt.of(description))\"",
        reason: "give f4 (32-bit floats) or f8 (64-bit), a colon and the number of columns, "
          + "such as f4:128")
    }
    self = .raw(numbers, columns: columns)
  }

  /// A dimension beyond this is taken for damage.
  static let mostColumns = 1 << 24
}

extension RowFileFormat: CustomStringConvertible {
  /// The format's name, such as `npy` or `raw f4:128`.
  public var description: String {
    switch self {
    case .npy: "npy"
    case .fvecs: "fvecs"
    case .bvecs: "bvecs"
    case .raw(let numbers, let columns): "raw \(numbers.rawValue):\(columns)"
    }
  }
}
