import CladeCore
import Synchronization
import Testing

/// Work that ends when its task is cancelled or its time is over.
@Suite struct CancellationTests {
  /// A limit that is over once it was asked `count` times.
  static func limit(after count: Int) -> TimeLimit {
    let asked = Atomic(0)
    let box = Box(asked)
    return TimeLimit { box.value.add(1, ordering: .relaxed).newValue > count }
  }

  private final class Box: Sendable {
    let value: Atomic<Int>
    init(_ value: consuming Atomic<Int>) { self.value = value }
  }

  @Test func withoutALimitWorkGoesOn() throws {
    #expect(TimeLimit.current == nil)
    try Cancellation.check()
  }

  @Test func workThatIsDoneInTimeGivesItsResult() throws {
    let limit = Self.limit(after: 10)
    let sum = try limit.result {
      try (1...9).reduce(0) {
        try Cancellation.check()
        return $0 + $1
      }
    }
    #expect(sum == 45)
    #expect(!limit.hasEnded && TimeLimit.current == nil)
  }

  @Test func workIsEndedWhenItsTimeIsOver() throws {
    let limit = Self.limit(after: 4)
    var steps = 0
    let result: Void? = try limit.result {
      for _ in 0..<9 {
        try Cancellation.check()
        steps += 1
      }
    }
    // Asked once before the work begins.
    #expect(result == nil && steps == 3 && limit.hasEnded && !limit.goesOn)
    #expect(try limit.result { 1 } == nil)
  }

  @Test func otherErrorsComeThrough() {
    let limit = Self.limit(after: 4)
    #expect(throws: CladeError.emptyData(reason: "none")) {
      try limit.result { throw CladeError.emptyData(reason: "none") }
    }
    #expect(!limit.hasEnded)
  }

  @Test(arguments: [1, 2, 7]) func threadsOfALoopHaveTheLimit(threads: Int) throws {
    let limit = Self.limit(after: .max)
    let seen = try limit.result {
      ParallelChunks.map(count: 100, chunkSize: 3, threads: threads) { _, _ in
        TimeLimit.current === limit
      }
    }
    #expect(seen == Array(repeating: true, count: 34))
    let none = ParallelChunks.map(count: 100, chunkSize: 3, threads: threads) { _, _ in
      TimeLimit.current == nil
    }
    #expect(!none.contains(false))
  }

  @Test(arguments: [1, 3]) func aLoopIsEnded(threads: Int) throws {
    let done = Atomic(0)
    let result: Void? = try Self.limit(after: 20).result {
      try ParallelChunks.forEach(count: 1000, chunkSize: 1, threads: threads) { _, _ in
        try Cancellation.check()
        done.add(1, ordering: .relaxed)
      }
    }
    #expect(result == nil && done.load(ordering: .relaxed) <= 20)
  }

  @Test func mappingHandsOnWhatFails() throws {
    let squares = ParallelChunks.map(count: 7, chunkSize: 2, threads: 3) { chunk, range in
      chunk * chunk + range.count
    }
    #expect(squares == [2, 3, 6, 10])
    #expect(throws: CladeError.emptyData(reason: "2")) {
      _ = try ParallelChunks.map(count: 7, chunkSize: 2, threads: 3) { chunk, _ in
        if chunk >= 2 { throw CladeError.emptyData(reason: "\(chunk)") }
        return "\(chunk)"
      }
    }
  }

  @Test func cancelling() async {
    let task = Task {
      withUnsafeCurrentTask { $0?.cancel() }
      try Cancellation.check()
    }
    await #expect(throws: CancellationError.self) { try await task.value }
  }
}
