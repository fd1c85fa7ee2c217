import CladeCore

extension TwoLevelKMeansModel {
  private enum CodingKeys: String, CodingKey {
    case type, columns, centers, groupCenters, sizes, probes, recall, recallRowCount, objective,
      iterations, converged
  }

  /// What ``type`` says of the numbers: `float32` or `float64`.
  package static var typeName: String { Scalar.self == Float.self ? "float32" : "float64" }

  /// Reads a model; ``labels`` are empty.
  @_specialize(where Scalar == Double)
  @_specialize(where Scalar == Float)
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    let type = try container.decode(String.self, forKey: .type)
    let columns = try container.decode(Int.self, forKey: .columns)
    func fail(_ key: CodingKeys, _ reason: String) -> DecodingError {
      .dataCorruptedError(forKey: key, in: container, debugDescription: reason)
    }
    guard type == Self.typeName else { throw fail(.type, "The model holds \(type)") }
    guard columns >= 1 else { throw fail(.columns, "A center has a column") }
    func matrix(_ key: CodingKeys) throws -> Matrix<Scalar> {
      let text = try container.decode(String.self, forKey: key)
      guard let values = PackedNumbers.decode(text, as: Scalar.self), !values.isEmpty,
        values.count.isMultiple(of: columns), values.allSatisfy(\.isFinite)
      else { throw fail(key, "These are no centers") }
      return try Matrix(rows: values.count / columns, columns: columns, values: values)
    }
    let centers = try matrix(.centers)
    let groups = try matrix(.groupCenters)
    guard
      let sizes = PackedNumbers.decode(
        try container.decode(String.self, forKey: .sizes), as: Int64.self),
      sizes.count == centers.rowCount
    else { throw fail(.sizes, "A model has a size for each center") }
    let probes = try container.decode(Int.self, forKey: .probes)
    guard probes >= 1 else { throw fail(.probes, "A row looks into a group") }
    self.init(
      centers: centers, groupCenters: groups, probes: probes,
      recall: try container.decode(Double.self, forKey: .recall),
      recallRowCount: try container.decode(Int.self, forKey: .recallRowCount), labels: [],
      sizes: sizes.map { Int($0) },
      objective: try container.decode(Double.self, forKey: .objective),
      iterations: try container.decode(Int.self, forKey: .iterations),
      converged: try container.decode(Bool.self, forKey: .converged), threads: nil)
  }

  /// Writes everything but ``labels``.
  ///
  /// Numbers that there are very many of are written as one text each, little endian in base 64: a
  /// million centers as decimal numbers would take ten times as long and twice the room.
  @_specialize(where Scalar == Double)
  @_specialize(where Scalar == Float)
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(Self.typeName, forKey: .type)
    try container.encode(centers.columnCount, forKey: .columns)
    try container.encode(
      centers.withUnsafeBufferPointer { PackedNumbers.encode($0) }, forKey: .centers)
    try container.encode(
      groupCenters.withUnsafeBufferPointer { PackedNumbers.encode($0) }, forKey: .groupCenters)
    try container.encode(
      sizes.map { Int64($0) }.withUnsafeBufferPointer { PackedNumbers.encode($0) }, forKey: .sizes)
    try container.encode(probes, forKey: .probes)
    try container.encode(recall, forKey: .recall)
    try container.encode(recallRowCount, forKey: .recallRowCount)
    try container.encode(objective, forKey: .objective)
    try container.encode(iterations, forKey: .iterations)
    try container.encode(converged, forKey: .converged)
  }
}

/// Numbers as text: their bytes, little endian, in base 64 (RFC 4648).
enum PackedNumbers {
  private static let digits = Array(
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

  /// Text for numbers of a type whose bytes in memory are its value.
  static func encode<Number>(_ numbers: UnsafeBufferPointer<Number>) -> String {
    let size = MemoryLayout<Number>.stride
    let bytes = UnsafeRawBufferPointer(numbers)
    let count = bytes.count
    // On a big-endian machine the bytes of each number are taken from its end.
    let flip = Int(1).bigEndian == 1 ? size - 1 : 0
    return String(unsafeUninitializedCapacity: (count + 2) / 3 * 4) { text in
      var written = 0
      for first in stride(from: 0, to: count, by: 3) {
        var word: UInt32 = 0
        for index in first..<(first + 3) {
          word = word << 8 | (index < count ? UInt32(bytes[index ^ flip]) : 0)
        }
        for digit in 0..<4 {
          let isFilling = first + digit > count
          text[written] =
            isFilling
            ? UInt8(ascii: "=") : digits[Int(word >> UInt32(18 - 6 * digit)) & 63]
          written += 1
        }
      }
      return written
    }
  }

  /// The numbers that a text stands for; `nil` where it is none of ours.
  static func decode<Number: BitwiseCopyable>(_ text: String, as: Number.Type) -> [Number]? {
    let size = MemoryLayout<Number>.stride
    var values = [UInt8](repeating: 64, count: 256)
    for (value, digit) in digits.enumerated() { values[Int(digit)] = UInt8(value) }
    let flip = Int(1).bigEndian == 1 ? size - 1 : 0
    var text = text
    return text.withUTF8 { text -> [Number]? in
      let fill = text.suffix(2).filter { $0 == UInt8(ascii: "=") }.count
      let length = text.count / 4 * 3 - fill
      guard text.count.isMultiple(of: 4), length >= 0, length.isMultiple(of: size) else {
        return nil
      }
      var isValid = true
      let numbers = [Number](unsafeUninitializedCapacity: length / size) { numbers, initialized in
        let bytes = UnsafeMutableRawBufferPointer(numbers)
        for group in 0..<(text.count / 4) {
          var word: UInt32 = 0
          for digit in (4 * group)..<(4 * group + 4) {
            var value = values[Int(text[digit])]
            if value == 64 {
              isValid = isValid && digit >= text.count - fill
              value = 0
            }
            word = word << 6 | UInt32(value)
          }
          for index in 0..<3 where 3 * group + index < length {
            let byte = word >> UInt32(16 - 8 * index)
            bytes[(3 * group + index) ^ flip] = UInt8(truncatingIfNeeded: byte)
          }
        }
        initialized = length / size
      }
      return isValid ? numbers : nil
    }
  }
}
