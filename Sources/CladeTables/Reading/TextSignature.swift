import CladeCore

/// Recognises by their first bytes files that people take for text tables and that are none.
enum TextSignature {
  private static let known: [(bytes: [UInt8], name: String, remedy: String)] = [
    (Array("PK\u{3}\u{4}".utf8), "a zip file, such as an Excel workbook", "save it as CSV"),
    ([0xd0, 0xcf, 0x11, 0xe0], "an old Excel workbook", "save it as CSV"),
    (Array("PAR1".utf8), "a Parquet file", "convert it to CSV or NPY"),
    (Array("ARROW1".utf8), "an Arrow file", "convert it to CSV or NPY"),
    ([0x89, 0x48, 0x44, 0x46], "an HDF5 file", "convert the array to NPY"),
    (Array("SQLite format 3".utf8), "an SQLite database", "export the table as CSV"),
    (Array("%PDF".utf8), "a PDF document", "export the table as CSV"),
    ([0x28, 0xb5, 0x2f, 0xfd], "packed by zstd", "unpack it first"),
    ([0xfd, 0x37, 0x7a, 0x58, 0x5a], "packed by xz", "unpack it first"),
    (Array("BZh".utf8), "packed by bzip2", "unpack it first"),
    ([0xff, 0xfe], "text in UTF-16", "save it as UTF-8"),
    ([0xfe, 0xff], "text in UTF-16", "save it as UTF-8"),
  ]

  /// - Throws: `CladeError.badFile` where the bytes are no text.
  static func check(_ bytes: UnsafeRawBufferPointer, path: String) throws {
    for (signature, name, remedy) in known
    where bytes.count >= signature.count && bytes.prefix(signature.count).elementsEqual(signature) {
      throw CladeError.badFile(
        path: path, line: nil, column: nil, reason: "it is \(name), not a text table; \(remedy)")
    }
  }
}
