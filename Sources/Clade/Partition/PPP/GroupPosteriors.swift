import CKernels
import CladeCore

/// The group of each row and how surely the mixture gives the row back to it.
///
/// A group's posterior is the sum of the posteriors of its components. Rows are mapped to the
/// working space and evaluated in chunks, so that nothing of the size n · k is ever held.
struct GroupPosteriors {
  /// The most probable group of each row (n), the first of equals.
  private(set) var labels: [Int32]
  /// The posterior of that group, 0...1 (n).
  private(set) var posteriors: [Double]

  private static let chunkRows = 4_096
  /// Blocks that are evaluated at once.
  private static let span = 16

  /// Evaluates all rows of `data`.
  ///
  /// - Parameters:
  ///   - groups: The group of each component.
  ///   - progress: Told the part of the rows that is done.
  /// - Throws: `CancellationError` when the task was cancelled.
  /// - Complexity: O(n · k · d²).
  init<Scalar: MatrixScalar>(
    of data: Matrix<Scalar>, in space: WorkingSpace, under parameters: GaussianMixtureParameters,
    groups: [Int], groupCount: Int, threads: Int?, progress: ProgressObserver? = nil
  ) throws {
    let n = data.rowCount
    let count = ProgressCount(stage: "assigning", total: n, observer: progress)
    labels = Array(repeating: 0, count: n)
    posteriors = Array(repeating: 0, count: n)
    let densities = try GaussianDensities(parameters)
    try labels.withUnsafeMutableBufferPointer { labels in
      try posteriors.withUnsafeMutableBufferPointer { posteriors in
        nonisolated(unsafe) let (labels, posteriors) = (labels, posteriors)
        try ParallelChunks.forEach(count: n, chunkSize: Self.chunkRows, threads: threads) {
          _, range in
          try Cancellation.check()
          let points = space.map(data, rows: range)
          var chunk = Chunk(points, densities: densities, groups: groups, groupCount: groupCount)
          chunk.evaluate { place, group, posterior in
            labels[range.lowerBound + place] = Int32(group)
            posteriors[range.lowerBound + place] = posterior
          }
          count.add(range.count)
        }
      }
    }
  }

  /// One chunk of rows and the memory to evaluate it in.
  private struct Chunk {
    let blocks: PointBlocks
    let densities: GaussianDensities
    let groups: [Int]
    /// groups × the points of a block.
    var sums: [Double]
    var touched: [Int] = []

    init(
      _ points: Matrix<Double>, densities: GaussianDensities, groups: [Int], groupCount: Int
    ) {
      blocks = PointBlocks(points, threads: 1)
      self.densities = densities
      self.groups = groups
      sums = Array(repeating: 0, count: groupCount * PointBlocks.blockSize)
    }

    /// Calls `body` with each row's place, its group and the group's posterior.
    mutating func evaluate(_ body: (_ place: Int, _ group: Int, _ posterior: Double) -> Void) {
      let size = PointBlocks.blockSize
      let k = densities.componentCount
      let scratch: UnsafeMutablePointer<Double> = PointBlocks.allocate(
        clade_mixture_expectation_workspace(blocks.columnCount, k))
      let logDensities: UnsafeMutablePointer<Double> = PointBlocks.allocate(span * size)
      let components: UnsafeMutablePointer<Int32> = PointBlocks.allocate(span * k)
      let places: UnsafeMutablePointer<Int32> = PointBlocks.allocate(span * k)
      let entryPosteriors: UnsafeMutablePointer<Double> = PointBlocks.allocate(span * k * size)
      defer {
        scratch.deallocate()
        logDensities.deallocate()
        components.deallocate()
        places.deallocate()
        entryPosteriors.deallocate()
      }
      for start in stride(from: 0, to: blocks.blockCount, by: span) {
        let count = min(span, blocks.blockCount - start)
        let entries = densities.withKernelMixture { mixture in
          var output = clade_mixture_output(
            log_densities: logDensities, labels: nil, posteriors: nil,
            entry_components: components, entry_blocks: places, entry_posteriors: entryPosteriors)
          return clade_mixture_expectation(
            mixture, blocks.points + start * blocks.columnCount * size, count,
            blocks.hints + start, scratch, &output)
        }
        var entry = 0
        for block in 0..<count {
          while entry < entries, Int(places[entry]) == block {
            add(entryPosteriors + entry * size, to: groups[Int(components[entry])])
            entry += 1
          }
          finish(first: (start + block) * size, body)
        }
      }
    }

    private mutating func add(_ posteriors: UnsafePointer<Double>, to group: Int) {
      let size = PointBlocks.blockSize
      if !touched.contains(group) { touched.append(group) }
      for lane in 0..<size { sums[group * size + lane] += posteriors[lane] }
    }

    private mutating func finish(
      first: Int, _ body: (_ place: Int, _ group: Int, _ posterior: Double) -> Void
    ) {
      let size = PointBlocks.blockSize
      touched.sort()
      for lane in 0..<min(size, blocks.pointCount - first) {
        var best = touched.first ?? 0
        for group in touched where sums[group * size + lane] > sums[best * size + lane] {
          best = group
        }
        body(first + lane, best, min(1, sums[best * size + lane]))
      }
      for group in touched {
        for lane in 0..<size { sums[group * size + lane] = 0 }
      }
      touched.removeAll(keepingCapacity: true)
    }

    private var span: Int { GroupPosteriors.span }
  }
}
