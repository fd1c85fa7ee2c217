import CladeCore

/// The type of an array's numbers, as NumPy describes it.
struct NPYElement: Equatable, Sendable {
  enum Kind: Equatable, Sendable {
    case signed, unsigned, float, bool
  }

  var kind: Kind
  /// Bytes of a number.
  var size: Int
  var isBigEndian: Bool
}

/// What an NPY file says of its array: versions 1 to 3 of the format.
struct NPYHeader: Equatable, Sendable {
  static let magic: [UInt8] = [0x93] + Array("NUMPY".utf8)
  /// The longest description that is read; real ones have a hundred bytes or so.
  private static let longestDescription = 1 << 16

  var element: NPYElement
  var isFortranOrder: Bool
  var rows: Int
  var columns: Int
  /// Where the numbers begin.
  var dataOffset: Int
  /// The bytes that the numbers take.
  var dataSize: Int

  /// Reads the header from the front of a stream.
  ///
  /// - Throws: `CladeError.badFile`.
  init(_ stream: some ByteStream, path: String) throws {
    func bad(_ reason: String) -> CladeError {
      .badFile(path: path, line: nil, column: nil, reason: reason)
    }
    let start = try stream.take(8)
    guard start.count == 8, start.starts(with: Self.magic) else {
      throw bad("it is no NPY file: its first bytes are others")
    }
    let version = start[6]
    guard (1...3).contains(version) else {
      throw bad("it has version \(version) of the NPY format; versions 1 to 3 can be read")
    }
    let lengthSize = version == 1 ? 2 : 4
    let lengthBytes = try stream.take(lengthSize)
    guard lengthBytes.count == lengthSize else { throw bad("it ends inside its header") }
    let length = lengthBytes.reversed().reduce(0) { $0 << 8 | Int($1) }
    guard length <= Self.longestDescription else {
      throw bad("its header claims a description of \(length) bytes; it is damaged")
    }
    let description = try stream.take(length)
    guard description.count == length else { throw bad("it ends inside its header") }
    var parser = PythonLiteral(description)
    guard let fields = parser.dictionary(), let descr = fields["descr"],
      case .bool(let fortran)? = fields["fortran_order"],
      case .tuple(let shape)? = fields["shape"]
    else { throw bad("its header can't be understood; it is damaged") }
    element = try Self.element(descr, bad)
    isFortranOrder = fortran
    dataOffset = 8 + lengthSize + length
    switch shape.count {
    case 1: (rows, columns) = (shape[0], 1)
    case 2: (rows, columns) = (shape[0], shape[1])
    default:
      throw bad(
        "the array has \(shape.count) dimensions; give one with 2 (rows and columns) or with 1")
    }
    let values = rows.multipliedReportingOverflow(by: columns)
    let bytes = values.partialValue.multipliedReportingOverflow(by: 8)
    guard !values.overflow, !bytes.overflow, rows <= Int(Int32.max) else {
      throw bad("its header claims \(rows) × \(columns) numbers, more than can be")
    }
    dataSize = values.partialValue * element.size
  }

  private static func element(
    _ descr: PythonLiteral.Value, _ bad: (String) -> CladeError
  ) throws -> NPYElement {
    guard case .text(let text) = descr else {
      throw bad("its rows are records of several types; save a plain array of numbers")
    }
    var code = Substring(text)
    var isBigEndian = false
    if let order = code.first, "<>|=".contains(order) {
      isBigEndian = order == ">"
      code = code.dropFirst()
    }
    let size = Int(code.dropFirst())
    let kind: NPYElement.Kind
    switch (code.first, size) {
    case ("f", 2), ("f", 4), ("f", 8): kind = .float
    case ("i", 1), ("i", 2), ("i", 4), ("i", 8): kind = .signed
    case ("u", 1), ("u", 2), ("u", 4), ("u", 8): kind = .unsigned
    case ("b", 1), ("?", nil), ("?", 1): kind = .bool
    case ("O", _):
      throw bad(
        "it holds Python objects (a pickle), which are not read; save a plain array of numbers")
    case ("c", _): throw bad("it holds complex numbers; save their parts as columns")
    case ("U", _), ("S", _), ("a", _): throw bad("it holds text; save the table as CSV")
    default: throw bad("it holds \"\(Excerpt.of(text))\", which is no type of numbers known here")
    }
    return NPYElement(kind: kind, size: size ?? 1, isBigEndian: isBigEndian)
  }
}

/// Reads the little of Python's notation that NPY headers use.
struct PythonLiteral {
  enum Value: Equatable {
    case text(String)
    case bool(Bool)
    case tuple([Int])
    /// A list; what is in it does not matter here.
    case list
  }

  private let bytes: [UInt8]
  private var position = 0

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  /// `{'key': value, …}`, or `nil` if that isn't what stands there.
  mutating func dictionary() -> [String: Value]? {
    guard skip("{") else { return nil }
    var result: [String: Value] = [:]
    while !skip("}") {
      guard let key = string(), skip(":"), let value = value() else { return nil }
      result[key] = value
      guard skip(",") || peek() == UInt8(ascii: "}") else { return nil }
    }
    return result
  }

  private mutating func value() -> Value? {
    switch peek() {
    case UInt8(ascii: "'"), UInt8(ascii: "\""): return string().map(Value.text)
    case UInt8(ascii: "("): return tuple()
    case UInt8(ascii: "["): return list()
    default:
      if skip("True") { return .bool(true) }
      if skip("False") { return .bool(false) }
      return nil
    }
  }

  private mutating func tuple() -> Value? {
    guard skip("(") else { return nil }
    var numbers: [Int] = []
    while !skip(")") {
      guard let number = number(), numbers.count < 64 else { return nil }
      numbers.append(number)
      guard skip(",") || peek() == UInt8(ascii: ")") else { return nil }
    }
    return .tuple(numbers)
  }

  private mutating func number() -> Int? {
    var value = 0
    var digits = 0
    _ = peek()
    while position < bytes.count, bytes[position] &- 48 <= 9 {
      let (times, over) = value.multipliedReportingOverflow(by: 10)
      let (sum, carry) = times.addingReportingOverflow(Int(bytes[position] - 48))
      guard !over, !carry else { return nil }
      value = sum
      digits += 1
      position += 1
    }
    if position < bytes.count, bytes[position] == UInt8(ascii: "L") { position += 1 }
    return digits > 0 ? value : nil
  }

  private mutating func list() -> Value? {
    var depth = 0
    while let byte = peek() {
      if byte == UInt8(ascii: "[") { depth += 1 }
      if byte == UInt8(ascii: "]") { depth -= 1 }
      position += 1
      if depth == 0 { return .list }
    }
    return nil
  }

  private mutating func string() -> String? {
    guard let quote = peek(), quote == UInt8(ascii: "'") || quote == UInt8(ascii: "\"") else {
      return nil
    }
    let first = position + 1
    guard let last = bytes[first...].firstIndex(of: quote) else { return nil }
    position = last + 1
    return String(decoding: bytes[first..<last], as: UTF8.self)
  }

  /// The next byte that is no blank.
  private mutating func peek() -> UInt8? {
    while position < bytes.count, bytes[position] <= UInt8(ascii: " ") { position += 1 }
    return position < bytes.count ? bytes[position] : nil
  }

  private mutating func skip(_ text: String) -> Bool {
    guard peek() != nil, bytes[position...].starts(with: text.utf8) else { return false }
    position += text.utf8.count
    return true
  }
}
