/// Texts as numbers, one a letter, the same for the same letter in all of them.
struct LetterCodes: Sendable {
  /// The letters of all texts, one text after the other.
  let codes: [UInt32]
  /// Where each text begins, and the end of the last (n + 1).
  let starts: [Int]
  /// How many different letters there are; codes are less.
  let letterCount: Int

  /// Numbers letters as they come; nothing depends on which number a letter gets.
  ///
  /// - Complexity: O(letters), and 4 bytes a letter.
  init(_ texts: [String], unit: TextUnit) {
    var codes: [UInt32] = []
    var starts = [0]
    starts.reserveCapacity(texts.count + 1)
    let letterCount: Int
    switch unit {
    case .scalars:
      // Those of most languages by looking into a table, all others in a dictionary.
      var table = [UInt32](repeating: .max, count: 0x3000)
      var others: [UInt32: UInt32] = [:]
      var known: UInt32 = 0
      for text in texts {
        for scalar in text.unicodeScalars {
          let value = Int(scalar.value)
          var code = value < table.count ? table[value] : others[scalar.value] ?? .max
          if code == .max {
            code = known
            known += 1
            if value < table.count {
              table[value] = code
            } else {
              others[scalar.value] = code
            }
          }
          codes.append(code)
        }
        starts.append(codes.count)
      }
      letterCount = Int(known)
    case .characters:
      var known: [Character: UInt32] = [:]
      for text in texts {
        for character in text {
          let next = UInt32(known.count)
          let code = known[character] ?? next
          if code == next { known[character] = code }
          codes.append(code)
        }
        starts.append(codes.count)
      }
      letterCount = known.count
    }
    self.codes = codes
    self.starts = starts
    self.letterCount = letterCount
  }

  /// The number of texts.
  var count: Int { starts.count - 1 }

  /// How many letters a text has.
  func length(_ text: Int) -> Int { starts[text + 1] - starts[text] }

  /// Calls `body` with the letters of a text.
  func withLetters<Result>(
    _ text: Int, _ body: (UnsafeBufferPointer<UInt32>) throws -> Result
  ) rethrows -> Result {
    try codes.withUnsafeBufferPointer {
      try body(UnsafeBufferPointer(rebasing: $0[starts[text]..<starts[text + 1]]))
    }
  }
}
