import CladeCore

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Numbers that come one block after the other and are never moved: they become a matrix without
/// being copied.
///
/// Address space for all that may come is reserved at once; memory is taken as it is written to.
final class PageStore<Element: MatrixScalar> {
  private let start: UnsafeMutablePointer<Element>
  private let reserved: Int
  /// The numbers so far.
  private(set) var count = 0
  private var isOwner = true

  /// Creates a store for at most `limit` bytes; `nil` where not even a little can be reserved.
  init?(limit: Int) {
    let page = Int(sysconf(Int32(_SC_PAGESIZE)))
    var wanted = max(1, (max(limit, 1) + page - 1) / page) * page
    #if canImport(Darwin)
      let flags = MAP_PRIVATE | MAP_ANON | MAP_NORESERVE
    #else
      let flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE
    #endif
    while true {
      let memory = mmap(nil, wanted, PROT_READ | PROT_WRITE, flags, -1, 0)
      if let memory, memory != MAP_FAILED {
        LargePages.advise(memory, byteCount: wanted)
        start = memory.bindMemory(to: Element.self, capacity: wanted / MemoryLayout<Element>.stride)
        reserved = wanted
        return
      }
      if wanted <= 1 << 20 { return nil }
      wanted = wanted / 2 / page * page
    }
  }

  deinit {
    if isOwner { munmap(start, reserved) }
  }

  /// Makes `added` more numbers part of the store and returns where they are to be written, `nil`
  /// where there is no room.
  ///
  /// Nothing is moved, so that several threads may write to parts of their own at once.
  func extend(by added: Int) -> UnsafeMutablePointer<Element>? {
    guard (count + added) * MemoryLayout<Element>.stride <= reserved else { return nil }
    defer { count += added }
    return start + count
  }

  /// Adds numbers at the end; `false` where there is no room.
  func append(_ numbers: UnsafeBufferPointer<Element>) -> Bool {
    guard let target = extend(by: numbers.count) else { return false }
    if let first = numbers.baseAddress { target.initialize(from: first, count: numbers.count) }
    return true
  }

  /// Rows of one width, one after the other.
  struct Stretch {
    var rows: Int
    var width: Int
    /// The columns to keep, in this order; they are the first ones of the result.
    var kept: [Int]
  }

  /// Makes rows of `width` numbers of the stretches, which are all there is: keeps some columns of
  /// each, and fills up rows that have fewer than others.
  ///
  /// - Returns: `false` where there is no room.
  func reshape(_ stretches: [Stretch], width: Int, filling: Element) -> Bool {
    let rows = stretches.reduce(0) { $0 + $1.rows }
    guard rows * width * MemoryLayout<Element>.stride <= reserved else { return false }
    // Towards the front what is kept, then from the back what has to move up.
    var source = start
    var target = start
    for stretch in stretches {
      if stretch.kept.count == stretch.width {
        let count = stretch.rows * stretch.width
        if source != target { target.update(from: source, count: count) }
        source += count
        target += count
        continue
      }
      for _ in 0..<stretch.rows {
        for column in stretch.kept {
          target[0] = source[column]
          target += 1
        }
        source += stretch.width
      }
    }
    var end = start + rows * width
    for stretch in stretches.reversed() {
      let kept = stretch.kept.count
      if target == end { break }
      for _ in 0..<stretch.rows {
        target -= kept
        end -= width
        end.update(from: target, count: kept)
        (end + kept).update(repeating: filling, count: width - kept)
      }
    }
    count = rows * width
    return true
  }

  /// One number.
  subscript(index: Int) -> Element { start[index] }

  /// Gives up the memory to a matrix.
  consuming func takeMatrix(rows: Int, columns: Int) -> Matrix<Element> {
    precondition(rows * columns == count)
    let page = Int(sysconf(Int32(_SC_PAGESIZE)))
    let used = max(1, (count * MemoryLayout<Element>.stride + page - 1) / page) * page
    if used < reserved { munmap(UnsafeMutableRawPointer(start) + used, reserved - used) }
    isOwner = false
    nonisolated(unsafe) let memory = UnsafeMutableRawPointer(start)
    return Matrix(
      rows: rows, columns: columns,
      adopting: UnsafeMutableBufferPointer(start: start, count: count), writable: true
    ) { munmap(memory, used) }
  }
}

extension MachineMemory {
  /// What a table says that does not fit.
  static func exceeded(path: String) -> CladeError {
    CladeError.cannotRead(
      path: path,
      reason: "the numbers take more than this machine's memory (\(size >> 30) GiB)")
  }
}
