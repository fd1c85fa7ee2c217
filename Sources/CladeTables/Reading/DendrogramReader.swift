import Clade
import CladeCore

/// Reads a dendrogram from a file: SciPy's linkage matrix as NPY, or Newick text.
public enum DendrogramReader {
  /// The largest file that is read, in bytes unpacked.
  private static let largest = 1 << 32

  /// Reads a tree; what kind of file it is, is found out.
  ///
  /// - Parameter path: The file, which may be packed by gzip; "-" for standard input.
  /// - Returns: The tree, and what its rows are called where the file says.
  /// - Throws: `CladeError.cannotRead`, and `CladeError.badFile` that says which entry can't be so.
  public static func read(_ path: String) throws -> (dendrogram: Dendrogram, names: [String]?) {
    let source = try ByteSource(path: path)
    do {
      if try source.peek(6) == [0x93] + Array("NUMPY".utf8) {
        let matrix: Matrix<Double> = try NPYReader.read(source)
        return (try Dendrogram(linkageMatrix: matrix), nil)
      }
      let found = try Dendrogram.reading(newick: text(of: source))
      let isNumbered = found.names.indices.allSatisfy { found.names[$0] == "\($0)" }
      return (found.dendrogram, isNumbered ? nil : found.names)
    } catch let error as CladeError {
      switch error {
      case .invalidParameter, .shapeMismatch, .valueOutOfRange:
        throw CladeError.badFile(
          path: source.path, line: nil, column: nil,
          reason: "it is no dendrogram (a linkage matrix as NPY, or Newick text): \(error)")
      default: throw error
      }
    }
  }

  private static func text(of source: ByteSource) throws -> String {
    var bytes: [UInt8] = []
    while true {
      let more = try source.take(1 << 20)
      if more.isEmpty { break }
      bytes += more
      guard bytes.count <= largest else {
        throw CladeError.badFile(
          path: source.path, line: nil, column: nil,
          reason: "it has more than \(largest >> 30) GiB; is this a tree?")
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
