import Dispatch
import Synchronization

/// Loops over rows, cut into chunks whose bounds do not depend on the number of threads.
///
/// What a loop computes per chunk is handed back in chunk order, so that a result never depends on
/// how many threads there were or which of them was first.
public enum ParallelChunks {
  /// The number of threads used where a caller names none: one per available core.
  public static var defaultThreadCount: Int { ProcessorCount.available }

  /// Calls `body` once for every chunk of `0..<count`, on up to `threads` threads.
  ///
  /// - Parameters:
  ///   - count: The number of elements.
  ///   - chunkSize: The elements in a chunk; the last one may have fewer.
  ///   - threads: At most this many threads; `nil` for one per core.
  ///   - body: Gets the chunk's number and its range; called from several threads at once.
  public static func forEach(
    count: Int, chunkSize: Int, threads: Int? = nil,
    _ body: @Sendable (_ chunk: Int, _ range: Range<Int>) -> Void
  ) {
    precondition(chunkSize > 0)
    let chunks = (count + chunkSize - 1) / chunkSize
    let workers = min(max(1, threads ?? defaultThreadCount), chunks)
    let range: @Sendable (Int) -> Range<Int> = { chunk in
      (chunk * chunkSize)..<min(count, (chunk + 1) * chunkSize)
    }
    guard workers > 1 else {
      for chunk in 0..<chunks { body(chunk, range(chunk)) }
      return
    }
    let next = Atomic<Int>(0)
    DispatchQueue.concurrentPerform(iterations: workers) { _ in
      while true {
        let chunk = next.add(1, ordering: .relaxed).oldValue
        guard chunk < chunks else { return }
        body(chunk, range(chunk))
      }
    }
  }

  /// Calls `body` once for every chunk of `0..<count` and returns what it returned, in chunk order.
  ///
  /// The parameters are those of ``forEach(count:chunkSize:threads:_:)``.
  public static func map<Result: Sendable>(
    count: Int, chunkSize: Int, threads: Int? = nil,
    _ body: @Sendable (_ chunk: Int, _ range: Range<Int>) -> Result
  ) -> [Result] {
    let chunks = (count + chunkSize - 1) / chunkSize
    return Array(unsafeUninitializedCapacity: chunks) { buffer, initialized in
      nonisolated(unsafe) let slots = buffer
      forEach(count: count, chunkSize: chunkSize, threads: threads) { chunk, range in
        slots.initializeElement(at: chunk, to: body(chunk, range))
      }
      initialized = chunks
    }
  }
}
