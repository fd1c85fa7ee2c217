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
      let text = try source.rest(atMost: largest, asking: "is this a tree?")
      let found = try Dendrogram.reading(newick: String(decoding: text, as: UTF8.self))
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
}
