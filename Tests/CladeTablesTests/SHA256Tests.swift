import CladeTables
import Testing

/// The examples of the standard, and lengths around a block's.
struct SHA256Tests {
  private static func digest(_ text: String, step: Int = .max) -> String {
    var digest = SHA256()
    Array(text.utf8).withUnsafeBytes { bytes in
      var rest = bytes[...]
      while !rest.isEmpty {
        digest.update(UnsafeRawBufferPointer(rebasing: rest.prefix(step)))
        rest = rest.dropFirst(step)
      }
    }
    return digest.finish()
  }

  @Test(arguments: [
    ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
    ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
    (
      "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
      "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
    ),
  ])
  func standardExamples(text: String, expected: String) {
    #expect(Self.digest(text) == expected)
  }

  @Test func manyBlocks() {
    #expect(
      Self.digest(String(repeating: "a", count: 1_000_000))
        == "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0")
  }

  @Test func piecesGiveTheSame() {
    let text = String(repeating: "clade", count: 50)
    for step in [1, 3, 55, 56, 63, 64, 65, 200] {
      #expect(Self.digest(text, step: step) == Self.digest(text))
    }
  }
}
