/// Results that several threads write, each into a place of its own.
final class SlotWriter<Value: Sendable>: @unchecked Sendable {
  // Unchecked: each place is written by one thread, and read when all are done.
  private let buffer: UnsafeMutablePointer<Value?>
  private let count: Int

  init(count: Int) {
    self.count = count
    buffer = .allocate(capacity: count)
    buffer.initialize(repeating: nil, count: count)
  }

  deinit {
    buffer.deinitialize(count: count)
    buffer.deallocate()
  }

  /// Writes a result.
  func write(_ value: Value, at place: Int) { buffer[place] = value }

  /// All results, in the order of their places.
  var values: [Value] { (0..<count).compactMap { buffer[$0] } }
}
