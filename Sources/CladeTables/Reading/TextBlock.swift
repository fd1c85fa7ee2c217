/// A piece of a text file: whole rows, ending with a line end and some bytes of filling.
final class TextBlock {
  /// Bytes behind the text that may be looked at.
  static let padding = 32

  private(set) var bytes: UnsafeMutablePointer<UInt8>
  private(set) var capacity: Int
  /// The bytes in use.
  var count = 0
  /// The place of the block in the file: 0, 1, 2 …
  var number = 0

  init(capacity: Int) {
    self.capacity = capacity
    bytes = .allocate(capacity: capacity + Self.padding)
    bytes.initialize(repeating: 0, count: capacity + Self.padding)
  }

  deinit { bytes.deallocate() }

  /// Makes room for at least `wanted` bytes, keeping those in use.
  func grow(to wanted: Int) {
    guard wanted > capacity else { return }
    let larger = UnsafeMutablePointer<UInt8>.allocate(capacity: wanted + Self.padding)
    larger.update(from: bytes, count: count)
    bytes.deallocate()
    bytes = larger
    capacity = wanted
  }

  /// Marks the end of the text, so that a parser that looks ahead stops there.
  func terminate() {
    defer { bytes[count] = UInt8(ascii: "\n") }
    (bytes + count).update(repeating: 0, count: Self.padding)
  }

  /// The bytes from `offset` to the end.
  func rest(from offset: Int) -> UnsafeRawBufferPointer {
    UnsafeRawBufferPointer(start: bytes + offset, count: count - offset)
  }
}
