import ArgumentParser
import CladeTables
import Foundation

/// The outputs of one command: all of them appear, or none does.
struct OutputFiles {
  private var files: [AtomicFile] = []

  /// Checks, before anything is computed, that all outputs can be written and that none of them
  /// would overwrite an input or another one.
  static func check(_ outputs: [String], inputs: [String]) throws {
    var seen: [String: String] = [:]
    for path in inputs where path != "-" { seen[resolved(path)] = path }
    for path in outputs where path != "-" {
      if let other = seen.updateValue(path, forKey: resolved(path)), !isDevice(path) {
        throw ValidationError(
          inputs.contains(other)
            ? "\(path) is an input; writing there would overwrite it."
            : "\(path) can't be two outputs at once; give each a name of its own.")
      }
      try AtomicFile.check(path: path)
    }
  }

  /// Writes one output beside its place; it appears with ``commit()``.
  mutating func write(_ path: String, _ body: (AtomicFile) throws -> Void) throws {
    let file = try AtomicFile(path: path)
    try body(file)
    files.append(file)
  }

  /// Opens an output to be written beside its place; it appears with ``commit()``.
  mutating func open(_ path: String) throws -> AtomicFile {
    let file = try AtomicFile(path: path)
    files.append(file)
    return file
  }

  /// Makes all outputs appear.
  func commit() throws {
    for file in files { try file.finish() }
    for file in files { try file.commit() }
  }

  private static func resolved(_ path: String) -> String {
    let url = URL(fileURLWithPath: path)
    return url.deletingLastPathComponent().resolvingSymlinksInPath()
      .appendingPathComponent(url.lastPathComponent).path
  }

  private static func isDevice(_ path: String) -> Bool { path.hasPrefix("/dev/") }
}
