/// Which blocks of a file stay in memory once they were read, so that the next pass finds them
/// there.
///
/// They are spread evenly over the file: all through a pass some blocks come from the disk while
/// others, which are here, are worked on. The last block isn't among them, so that it is noticed
/// when the file has become shorter.
struct KeptBlocks: Sendable {
  private let blockCount: Int
  /// How many stay.
  let count: Int

  /// - Parameters:
  ///   - blockCount: The blocks of the file.
  ///   - most: How many may stay.
  ///   - passing: How many don't at least, 2 or more.
  init(of blockCount: Int, most: Int, passing: Int) {
    precondition(passing >= 2 && blockCount >= passing)
    self.blockCount = blockCount
    count = max(0, min(most, blockCount - passing))
  }

  /// How many come before a block.
  func count(before block: Int) -> Int { block * count / (blockCount - 1) }

  /// The number of a block among those that stay; `nil` for one that doesn't.
  func number(of block: Int) -> Int? {
    guard block < blockCount - 1 else { return nil }
    let before = count(before: block)
    return count(before: block + 1) > before ? before : nil
  }
}
