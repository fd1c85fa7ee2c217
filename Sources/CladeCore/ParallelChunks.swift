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
  /// - Throws: What `body` threw for the first of the chunks that failed; no others are begun then.
  public static func forEach<Failure: Error>(
    count: Int, chunkSize: Int, threads: Int? = nil,
    _ body: @Sendable (_ chunk: Int, _ range: Range<Int>) throws(Failure) -> Void
  ) throws(Failure) {
    _ = try reduce(count: count, chunkSize: chunkSize, threads: threads, state: {}) {
      (_: inout Void, chunk: Int, range: Range<Int>) throws(Failure) in
      try body(chunk, range)
    }
  }

  /// Calls `body` once for every chunk of `0..<count` and returns what it returned, in chunk order.
  ///
  /// The parameters are those of ``forEach(count:chunkSize:threads:_:)``.
  ///
  /// - Throws: What `body` threw for the first of the chunks that failed; no others are begun then.
  public static func map<Result: Sendable, Failure: Error>(
    count: Int, chunkSize: Int, threads: Int? = nil,
    _ body: @Sendable (_ chunk: Int, _ range: Range<Int>) throws(Failure) -> Result
  ) throws(Failure) -> [Result] {
    let results = UnsafeMutableBufferPointer<Result?>.allocate(
      capacity: (count + chunkSize - 1) / chunkSize)
    results.initialize(repeating: nil)
    defer {
      results.deinitialize()
      results.deallocate()
    }
    nonisolated(unsafe) let slots = results
    try forEach(count: count, chunkSize: chunkSize, threads: threads) {
      (chunk: Int, range: Range<Int>) throws(Failure) in
      slots[chunk] = try body(chunk, range)
    }
    return results.compactMap { $0 }
  }

  /// Calls `body` once for every chunk of `0..<count` with a state that one thread has for itself,
  /// and returns the states.
  ///
  /// Which chunks went into which state depends on the threads, so what is made of the states must
  /// not depend on that: add up integers or ``ExactSum``, or take the largest.
  ///
  /// - Parameters:
  ///   - count: The number of elements.
  ///   - chunkSize: The elements in a chunk; the last one may have fewer.
  ///   - threads: At most this many threads; `nil` for one per core.
  ///   - state: Makes a thread's state before its first chunk.
  ///   - body: Gets the thread's state, the chunk's number and its range.
  /// - Throws: What `body` threw for the first of the chunks that failed; no others are begun then.
  public static func reduce<State, Failure: Error>(
    count: Int, chunkSize: Int, threads: Int? = nil, state: @Sendable () -> State,
    _ body:
      @Sendable (_ state: inout State, _ chunk: Int, _ range: Range<Int>) throws(Failure) ->
      Void
  ) throws(Failure) -> [State] {
    precondition(chunkSize > 0)
    let chunks = (count + chunkSize - 1) / chunkSize
    let workers = min(max(1, threads ?? defaultThreadCount), chunks)
    let failed = Mutex<(chunk: Int, failure: Failure)?>(nil)
    let states = [State](unsafeUninitializedCapacity: workers) { buffer, initialized in
      nonisolated(unsafe) let slots = buffer
      let next = Atomic<Int>(0)
      @Sendable func work(_ worker: Int) {
        var own = state()
        while true {
          let chunk = next.add(1, ordering: .relaxed).oldValue
          guard chunk < chunks else { break }
          do throws(Failure) {
            try body(&own, chunk, (chunk * chunkSize)..<min(count, (chunk + 1) * chunkSize))
          } catch {
            next.store(chunks, ordering: .relaxed)
            failed.withLock { first in
              if first.map({ chunk < $0.chunk }) ?? true { first = (chunk, error) }
            }
          }
        }
        slots.initializeElement(at: worker, to: own)
      }
      if workers == 1 {
        work(0)
      } else if let limit = TimeLimit.current {
        DispatchQueue.concurrentPerform(iterations: workers) { worker in
          TimeLimit.$current.withValue(limit) { work(worker) }
        }
      } else {
        DispatchQueue.concurrentPerform(iterations: workers, execute: work)
      }
      initialized = workers
    }
    if let first = failed.withLock({ $0 }) { throw first.failure }
    return states
  }
}
