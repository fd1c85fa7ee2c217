import ArgumentParser
import CladeCore
import CladeTables

/// How files are read that needn't fit in memory.
struct LargeFileOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      """
      Read rows from the file again and again instead of holding all of them, and stay within so \
      much memory, such as 2GiB; the more, the less is read again. For --method kmeans, minibatch \
      or two-level, and .npy, .fvecs, .bvecs or --raw files.
      """, valueName: "size"))
  var memory: String?

  @Option(
    help: ArgumentHelp(
      """
      The file is nothing but little-endian numbers: f4 (32 bits) or f8 (64), and how many make a \
      row, such as f4:128.
      """, valueName: "type:columns"))
  var raw: String?

  @Flag(
    help: """
      Read such a file past the system's cache: at the disk's speed, and what the cache holds stays \
      there. A file larger than half of this machine's memory is read so anyway.
      """)
  var uncached = false

  func validate() throws {
    if uncached, memory == nil, raw == nil {
      throw ValidationError(
        "--uncached goes with --memory or --raw: other files are read once and held.")
    }
    if let memory, Self.bytes(memory) == nil {
      throw ValidationError(
        "--memory can't be \"\(memory)\": give a size such as 512MiB or 2GiB.")
    }
  }

  /// The bytes of memory that may be used, where that was said.
  var memoryLimit: Int? { memory.flatMap(Self.bytes) }

  /// Whether the file's bytes go through the system's cache.
  var reading: RowFileReading { uncached ? .direct : .automatic }

  /// The format of the input where its rows are to be read from the file, else `nil`.
  func format(of input: String) throws -> RowFileFormat? {
    if let raw {
      do {
        return try RowFileFormat(raw: raw)
      } catch let error as CladeError {
        throw ValidationError(error.description)
      }
    }
    switch RowFileFormat(path: input) {
    case .npy where memory == nil: return nil
    case let format?: return format
    case nil:
      guard memory == nil else {
        throw ValidationError(
          "--memory goes with .npy, .fvecs and .bvecs files, and with --raw; \(input) is none.")
      }
      return nil
    }
  }

  /// 512, 512K, 512KiB, 1.5GB …; `nil` for what is no size.
  private static func bytes(_ text: String) -> Int? {
    let digits = text.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
    let units: [String: Double] = [
      "": 1, "b": 1, "k": 0x1p10, "kib": 0x1p10, "kb": 1e3, "m": 0x1p20, "mib": 0x1p20, "mb": 1e6,
      "g": 0x1p30, "gib": 0x1p30, "gb": 1e9, "t": 0x1p40, "tib": 0x1p40, "tb": 1e12,
    ]
    guard let number = Double(digits), let unit = units[text.dropFirst(digits.count).lowercased()],
      number > 0, number * unit >= 1, number * unit < 0x1p60
    else { return nil }
    return Int(number * unit)
  }
}
