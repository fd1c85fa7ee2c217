import CKernels

/// A few texts as bits, a lane of a vector each, that another text is compared with at once.
///
/// See `text_lanes.h`. A panel's memory is used again for the next one; each thread has its own.
final class TextPanel {
  /// The bits of a lane, at least the letters of each text: 8, 16, 32 or 64.
  private(set) var bits = 64
  /// The texts in the lanes.
  private(set) var texts: ArraySlice<Int32> = []
  /// The row of ``masks`` of each letter; 0 for those that no lane has.
  private let slots: UnsafeMutablePointer<UInt32>
  /// 513 rows of 64 bytes: 512 letters in all lanes at most.
  private let masks: UnsafeMutableRawPointer
  /// Which bits are letters.
  private let rows: UnsafeMutableRawPointer
  /// How many letters each lane's text has, at most as many as a lane counts.
  private let sizes: UnsafeMutableRawPointer
  /// The length of the longest text.
  private var longest = 0
  private var letters: [UInt32] = []
  private let codes: LetterCodes

  /// How many lanes there are.
  var laneCount: Int { 512 / bits }

  init(_ codes: LetterCodes) {
    self.codes = codes
    slots = .allocate(capacity: max(1, codes.letterCount))
    slots.initialize(repeating: 0, count: max(1, codes.letterCount))
    masks = .allocate(byteCount: 513 * 64, alignment: 64)
    masks.initializeMemory(as: UInt64.self, repeating: 0, count: 513 * 8)
    rows = .allocate(byteCount: 64, alignment: 64)
    rows.initializeMemory(as: UInt64.self, repeating: 0, count: 8)
    sizes = .allocate(byteCount: 64, alignment: 64)
    sizes.initializeMemory(as: UInt64.self, repeating: 0, count: 8)
  }

  deinit {
    sizes.deallocate()
    slots.deallocate()
    masks.deallocate()
    rows.deallocate()
  }

  /// The narrowest lanes for texts of so many letters, 64 bits where none is wide enough.
  static func bits(forLength length: Int) -> Int {
    length <= 8 ? 8 : length <= 16 ? 16 : length <= 32 ? 32 : 64
  }

  /// Puts texts into the lanes: of each the `strip`-th 64 letters, all there are where that is 0
  /// and lanes are wide enough.
  func load(_ texts: ArraySlice<Int32>, bits: Int, strip: Int) {
    self.texts = texts
    self.bits = bits
    for letter in letters { slots[Int(letter)] = 0 }
    masks.initializeMemory(as: UInt64.self, repeating: 0, count: (letters.count + 1) * 8)
    rows.initializeMemory(as: UInt64.self, repeating: 0, count: 8)
    sizes.initializeMemory(as: UInt64.self, repeating: 0, count: 8)
    longest = 0
    letters.removeAll(keepingCapacity: true)
    for (lane, text) in texts.enumerated() {
      codes.withLetters(Int(text)) { all in
        longest = max(longest, all.count)
        store(all.count, in: lane)
        let first = min(all.count, strip * 64)
        for (bit, letter) in all[first..<min(all.count, first + bits)].enumerated() {
          if slots[Int(letter)] == 0 {
            letters.append(letter)
            slots[Int(letter)] = UInt32(letters.count)
          }
          set(bit, of: lane, at: masks + Int(slots[Int(letter)]) * 64)
          set(bit, of: lane, at: rows)
        }
      }
    }
  }

  /// Keeps the length of a lane's text.
  private func store(_ length: Int, in lane: Int) {
    switch bits {
    case 8: sizes.assumingMemoryBound(to: UInt8.self)[lane] = UInt8(clamping: length)
    case 16: sizes.assumingMemoryBound(to: UInt16.self)[lane] = UInt16(clamping: length)
    case 32: sizes.assumingMemoryBound(to: UInt32.self)[lane] = UInt32(clamping: length)
    default: sizes.assumingMemoryBound(to: UInt64.self)[lane] = UInt64(length)
    }
  }

  /// Sets a bit of a lane; lanes lie in memory as integers of ``bits`` bits do.
  private func set(_ bit: Int, of lane: Int, at row: UnsafeMutableRawPointer) {
    switch bits {
    case 8: row.assumingMemoryBound(to: UInt8.self)[lane] |= 1 << UInt8(bit)
    case 16: row.assumingMemoryBound(to: UInt16.self)[lane] |= 1 << UInt16(bit)
    case 32: row.assumingMemoryBound(to: UInt32.self)[lane] |= 1 << UInt32(bit)
    default: row.assumingMemoryBound(to: UInt64.self)[lane] |= 1 << UInt64(bit)
    }
  }

  /// Adds to `sums` what these letters of the patterns make of the distance from a text.
  ///
  /// - Parameters:
  ///   - text: The other text.
  ///   - steps: From one strip to the next, 64 bytes a letter of the text.
  ///   - isFirst: Whether these are the patterns' first letters.
  ///   - isLast: Whether they are their last.
  ///   - sums: A number a lane.
  func addEdits(
    to text: UnsafeBufferPointer<UInt32>, steps: UnsafeMutableRawPointer, isFirst: Bool,
    isLast: Bool, sums: UnsafeMutablePointer<Int32>
  ) {
    guard let start = text.baseAddress else { return }
    let (first, last): (Int32, Int32) = (isFirst ? 1 : 0, isLast ? 1 : 0)
    switch bits {
    case 8: clade_edit_lanes_8(start, text.count, slots, masks, rows, steps, first, last, sums)
    case 16: clade_edit_lanes_16(start, text.count, slots, masks, rows, steps, first, last, sums)
    case 32: clade_edit_lanes_32(start, text.count, slots, masks, rows, steps, first, last, sums)
    default: clade_edit_lanes_64(start, text.count, slots, masks, rows, steps, first, last, sums)
    }
  }

  /// Whether lanes can tell the similarity of a text of so many letters: places in it are counted
  /// in lanes.
  func canCompare(length: Int) -> Bool { length < (bits == 8 ? 256 : Self.longestCompared) }

  /// Texts with as many letters or more aren't compared in lanes.
  static let longestCompared = 1 << 16

  /// Writes Jaro's similarity of a text from each lane's.
  ///
  /// - Parameters:
  ///   - text: The other text, not empty.
  ///   - space: 64 bytes a letter of the text.
  ///   - similarities: Gets a number a lane.
  func similarities(
    to text: UnsafeBufferPointer<UInt32>, space: UnsafeMutableRawPointer,
    into similarities: UnsafeMutablePointer<Double>
  ) {
    guard let start = text.baseAddress else { return }
    let n = text.count
    switch bits {
    case 8: clade_jaro_lanes_8(start, n, slots, masks, sizes, longest, space, similarities)
    case 16: clade_jaro_lanes_16(start, n, slots, masks, sizes, longest, space, similarities)
    case 32: clade_jaro_lanes_32(start, n, slots, masks, sizes, longest, space, similarities)
    default: clade_jaro_lanes_64(start, n, slots, masks, sizes, longest, space, similarities)
    }
  }
}
