import CladeCore

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Reads one array from an NPZ file, which is a zip file of NPY files.
enum NPZReader {
  /// Reads the array called `name`, or the only one.
  static func read<Scalar: MatrixScalar>(
    _ source: ByteSource, array name: String?
  ) throws -> Matrix<Scalar> {
    try withBytes(of: source) { bytes in
      let archive = try ZipArchive(bytes, path: source.path)
      let stream = try archive.stream(try entry(in: archive, name, path: source.path))
      let header = try NPYHeader(stream, path: source.path)
      return try NPYReader.read(stream, header, path: source.path)
    }
  }

  private static func entry(
    in archive: ZipArchive, _ name: String?, path: String
  ) throws -> ZipArchive.Entry {
    let arrays = archive.entries.filter { $0.name.hasSuffix(".npy") }
    let names = arrays.map { String($0.name.dropLast(4)) }
    if let name {
      if let index = names.firstIndex(where: { $0 == name || $0 + ".npy" == name }) {
        return arrays[index]
      }
      let nearest = NearestName.of(name, among: names).map { "; did you mean \"\($0)\"?" } ?? ""
      throw bad(path, "it holds no array \"\(name)\"" + nearest)
    }
    guard let first = arrays.first else {
      throw bad(
        path,
        archive.entries.contains { $0.name.hasPrefix("xl/") }
          ? "it is an Excel workbook; save it as CSV"
          : "it is a zip file without NumPy arrays; unpack it first")
    }
    guard arrays.count == 1 else {
      throw bad(
        path,
        "it holds \(arrays.count) arrays (\(names.prefix(8).joined(separator: ", "))"
          + "\(names.count > 8 ? " …" : "")); say which one to read (--array)")
    }
    return first
  }

  private static func bad(_ path: String, _ reason: String) -> CladeError {
    .badFile(path: path, line: nil, column: nil, reason: reason)
  }

  /// All bytes of the file: mapped where that can be, else read.
  static func withBytes<Result>(
    of source: ByteSource, _ body: (UnsafeRawBufferPointer) throws -> Result
  ) throws -> Result {
    if let size = source.plainSize, size > 0,
      let memory = mmap(nil, size, PROT_READ, MAP_PRIVATE, source.file.descriptor, 0),
      memory != MAP_FAILED
    {
      defer { munmap(memory, size) }
      return try body(UnsafeRawBufferPointer(start: memory, count: size))
    }
    var bytes: [UInt8] = []
    while true {
      let more = try source.take(1 << 20)
      if more.isEmpty { break }
      guard bytes.count + more.count <= MachineMemory.size / 2 else {
        throw CladeError.cannotRead(
          path: source.path, reason: "it takes more than half of this machine's memory")
      }
      bytes += more
    }
    return try bytes.withUnsafeBytes(body)
  }
}
