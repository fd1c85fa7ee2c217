import CKernels
import Synchronization

/// One pass over points: what the components of a mixture give them (expectation), and what they
/// give back to the components (the sums of maximisation), without ever holding n × k numbers.
///
/// Blocks are worked on in chunks that depend on their number only, and chunks are combined in
/// their order, so the bits don't depend on the number of threads.
struct MixturePass: Sendable {
  let blocks: PointBlocks
  let type: CovarianceType
  let threads: Int?
  /// The blocks of a chunk: at most 64 chunks, so that their partial sums stay small.
  private let chunkSize: Int
  private let workspaces = WorkspacePool()

  /// The blocks whose posteriors are held at once.
  private static let span = 32

  init(_ blocks: PointBlocks, type: CovarianceType, threads: Int?) {
    self.blocks = blocks
    self.type = type
    self.threads = threads
    chunkSize = max(8, (blocks.blockCount + 63) / 64)
  }

  /// The weighted sums of every component under the mixture, with its means as references.
  ///
  /// - Throws: `CancellationError` when the task was cancelled.
  func statistics(under densities: GaussianDensities) throws -> MixtureStatistics {
    let k = densities.componentCount
    return try collect(components: k) { workspace, start, count in
      densities.withKernelMixture { mixture in
        var output = clade_mixture_output(
          log_densities: workspace.logDensities, labels: nil, posteriors: nil,
          entry_components: workspace.entryComponents, entry_blocks: workspace.entryBlocks,
          entry_posteriors: workspace.entryPosteriors)
        return clade_mixture_expectation(
          mixture, blocks.points + start * blocks.columnCount * PointBlocks.blockSize, count,
          blocks.hints + start, workspace.scratch, &output)
      }
    } reference: { component, body in
      densities.withMean(of: component, body)
    }
  }

  /// The weighted sums of every component when each point belongs to one: `labels` has the
  /// component of each point in the order of the blocks, or −1.
  ///
  /// - Throws: `CancellationError` when the task was cancelled.
  func statistics(labels: [Int32], references: Matrix<Double>) throws -> MixtureStatistics {
    try collect(components: references.rowCount) { workspace, start, count in
      workspace.writeEntries(labels, firstBlock: start, blockCount: count)
    } reference: { component, body in
      references.withUnsafeBufferPointer {
        body($0.baseAddress! + component * references.columnCount)  // safe: has that row
      }
    }
  }

  /// The component of each point, its posterior, and the log of the mixture's density, in the order
  /// of the blocks.
  func assignment(under densities: GaussianDensities) -> MixtureAssignment {
    let size = PointBlocks.blockSize
    let assignment = MixtureAssignment(pointCount: blocks.pointCount, blockCount: blocks.blockCount)
    ParallelChunks.forEach(count: blocks.blockCount, chunkSize: chunkSize, threads: threads) {
      _, range in
      let workspace = workspaces.take(
        columns: blocks.columnCount, components: densities.componentCount, blocks: 0)
      defer { workspaces.give(workspace) }
      let first = range.lowerBound * size
      densities.withKernelMixture { mixture in
        var output = clade_mixture_output(
          log_densities: assignment.logDensities + first, labels: assignment.labels + first,
          posteriors: assignment.posteriors + first,
          entry_components: nil, entry_blocks: nil, entry_posteriors: nil)
        _ = clade_mixture_expectation(
          mixture, blocks.points + first * blocks.columnCount, range.count,
          blocks.hints + range.lowerBound, workspace.scratch, &output)
      }
    }
    return assignment
  }

  /// The posteriors of all components at each point, in the order of the blocks: pointCount × k
  /// numbers from `target` on.
  func responsibilities(
    under densities: GaussianDensities, into target: UnsafeMutablePointer<Double>
  ) {
    let size = PointBlocks.blockSize
    let k = densities.componentCount
    nonisolated(unsafe) let target = target
    target.initialize(repeating: 0, count: blocks.pointCount * k)
    ParallelChunks.forEach(count: blocks.blockCount, chunkSize: Self.span, threads: threads) {
      _, range in
      let workspace = workspaces.take(
        columns: blocks.columnCount, components: k, blocks: Self.span)
      defer { workspaces.give(workspace) }
      let entries = densities.withKernelMixture { mixture in
        var output = clade_mixture_output(
          log_densities: workspace.logDensities, labels: nil, posteriors: nil,
          entry_components: workspace.entryComponents, entry_blocks: workspace.entryBlocks,
          entry_posteriors: workspace.entryPosteriors)
        return clade_mixture_expectation(
          mixture, blocks.points + range.lowerBound * blocks.columnCount * size, range.count,
          blocks.hints + range.lowerBound, workspace.scratch, &output)
      }
      for entry in 0..<entries {
        let first = (range.lowerBound + Int(workspace.entryBlocks[entry])) * size
        for lane in 0..<min(size, blocks.pointCount - first) {
          target[(first + lane) * k + Int(workspace.entryComponents[entry])] =
            workspace.entryPosteriors[entry * size + lane]
        }
      }
    }
  }

  /// Sums what the entries that `expect` writes for each span of blocks give to their components.
  private func collect(
    components: Int,
    expect: @Sendable (_ workspace: MixtureWorkspace, _ start: Int, _ count: Int) -> Int,
    reference: @Sendable (_ component: Int, _ body: (UnsafePointer<Double>) -> Void) -> Void
  ) throws -> MixtureStatistics {
    let size = PointBlocks.blockSize
    let columns = blocks.columnCount
    let sumCount = type.isAxisAligned ? 2 * columns + 1 : (columns + 1) * (columns + 2) / 2
    let spanSize = min(Self.span, chunkSize)
    let partials = try ParallelChunks.map(
      count: blocks.blockCount, chunkSize: chunkSize, threads: threads
    ) { _, range in
      let workspace = workspaces.take(columns: columns, components: components, blocks: spanSize)
      defer { workspaces.give(workspace) }
      var partial = PartialStatistics(components: components, sumCount: sumCount)
      for start in stride(from: range.lowerBound, to: range.upperBound, by: spanSize) {
        try Cancellation.check()
        let count = min(spanSize, range.upperBound - start)
        let entries = expect(workspace, start, count)
        workspace.sortEntries(entries, components: components)
        var kernelEntries = clade_mixture_entries(
          points: blocks.points + start * columns * size, weights: blocks.weights + start * size,
          columns: columns, blocks: workspace.entryBlocks, posteriors: workspace.entryPosteriors,
          chosen: nil, count: 0)
        for component in 0..<components {
          let first = Int(workspace.entryStarts[component])
          let end = Int(workspace.entryStarts[component + 1])
          if first == end { continue }
          kernelEntries.chosen = UnsafePointer(workspace.entryOrder + first)
          kernelEntries.count = end - first
          partial.withSums(of: component) { sums in
            reference(component) { mean in
              if type.isAxisAligned {
                clade_mixture_scatter_diagonal(&kernelEntries, mean, workspace.scratch, sums)
              } else {
                clade_mixture_scatter(&kernelEntries, mean, workspace.scratch, sums)
              }
            }
          }
        }
        for point in 0..<(count * size) {
          partial.logLikelihood +=
            blocks.weights[start * size + point] * workspace.logDensities[point]
        }
      }
      return partial
    }
    return MixtureStatistics(partials, components: components, sumCount: sumCount)
  }
}

/// The weighted sums that maximisation needs, relative to a reference point per component.
struct MixtureStatistics: Sendable {
  /// Σ weight · log-density over all points.
  private(set) var logLikelihood = 0.0
  private let sumCount: Int
  private var sums: [Double]

  fileprivate init(_ partials: [PartialStatistics], components: Int, sumCount: Int) {
    self.sumCount = sumCount
    sums = [Double](repeating: 0, count: components * sumCount)
    for partial in partials {
      logLikelihood += partial.logLikelihood
      for (slot, component) in partial.components.enumerated() {
        for index in 0..<sumCount {
          sums[component * sumCount + index] += partial.sums[slot * sumCount + index]
        }
      }
    }
  }

  /// The sums of one component, as `mixture_scatter.h` lays them out.
  func sums(of component: Int) -> ArraySlice<Double> {
    sums[(component * sumCount)..<((component + 1) * sumCount)]
  }

  /// The total weight of one component.
  func weight(of component: Int) -> Double { sums[(component + 1) * sumCount - 1] }
}

/// The sums of one chunk, for those components only that take part in it.
private struct PartialStatistics: Sendable {
  var logLikelihood = 0.0
  var components: [Int] = []
  var sums: [Double] = []
  private let sumCount: Int
  private var slots: [Int32]

  init(components: Int, sumCount: Int) {
    self.sumCount = sumCount
    slots = Array(repeating: -1, count: components)
  }

  mutating func withSums(of component: Int, _ body: (UnsafeMutablePointer<Double>) -> Void) {
    if slots[component] < 0 {
      slots[component] = Int32(components.count)
      components.append(component)
      sums.append(contentsOf: repeatElement(0, count: sumCount))
    }
    let start = Int(slots[component]) * sumCount
    sums.withUnsafeMutableBufferPointer {
      body($0.baseAddress! + start)  // safe: the component has sums
    }
  }
}

/// What ``MixturePass/assignment(under:)`` found, in the order of the blocks.
final class MixtureAssignment: @unchecked Sendable {
  // Unchecked: chunks write to places of their own while it is made; then it is only read.
  let labels: UnsafeMutablePointer<Int32>
  let posteriors: UnsafeMutablePointer<Double>
  let logDensities: UnsafeMutablePointer<Double>
  let pointCount: Int

  init(pointCount: Int, blockCount: Int) {
    self.pointCount = pointCount
    let count = max(1, blockCount * PointBlocks.blockSize)
    labels = PointBlocks.allocate(count)
    posteriors = PointBlocks.allocate(count)
    logDensities = PointBlocks.allocate(count)
  }

  deinit {
    labels.deallocate()
    posteriors.deallocate()
    logDensities.deallocate()
  }
}

/// The memory that one thread works in.
private final class MixtureWorkspace: @unchecked Sendable {
  // Unchecked: one thread at a time has it.
  let scratch: UnsafeMutablePointer<Double>
  let logDensities: UnsafeMutablePointer<Double>
  let entryComponents: UnsafeMutablePointer<Int32>
  let entryBlocks: UnsafeMutablePointer<Int32>
  let entryPosteriors: UnsafeMutablePointer<Double>
  /// The entries sorted by component, and where each component's entries begin.
  let entryOrder: UnsafeMutablePointer<Int32>
  let entryStarts: UnsafeMutablePointer<Int32>
  let shape: (columns: Int, components: Int, blocks: Int)

  init(columns: Int, components: Int, blocks: Int) {
    shape = (columns, components, blocks)
    // A block of a hard start may hold as many components as points.
    let entries = max(1, blocks * components)
    scratch = PointBlocks.allocate(
      max(
        clade_mixture_expectation_workspace(columns, components),
        clade_mixture_scatter_workspace(columns)))
    logDensities = PointBlocks.allocate(max(1, blocks * PointBlocks.blockSize))
    entryComponents = PointBlocks.allocate(entries)
    entryBlocks = PointBlocks.allocate(entries)
    entryPosteriors = PointBlocks.allocate(entries * PointBlocks.blockSize)
    entryOrder = PointBlocks.allocate(entries)
    entryStarts = PointBlocks.allocate(components + 2)
  }

  deinit {
    scratch.deallocate()
    logDensities.deallocate()
    entryComponents.deallocate()
    entryBlocks.deallocate()
    entryPosteriors.deallocate()
    entryOrder.deallocate()
    entryStarts.deallocate()
  }

  /// Writes an entry for each block and each label in it, with posterior 1 for its points.
  func writeEntries(_ labels: [Int32], firstBlock: Int, blockCount: Int) -> Int {
    let size = PointBlocks.blockSize
    logDensities.initialize(repeating: 0, count: blockCount * size)
    var entries = 0
    for block in 0..<blockCount {
      let first = (firstBlock + block) * size
      let ofBlock = entries
      for place in first..<min(first + size, labels.count) where labels[place] >= 0 {
        var entry = ofBlock
        while entry < entries, entryComponents[entry] != labels[place] { entry += 1 }
        if entry == entries {
          entryComponents[entry] = labels[place]
          entryBlocks[entry] = Int32(block)
          (entryPosteriors + entry * size).initialize(repeating: 0, count: size)
          entries += 1
        }
        entryPosteriors[entry * size + place - first] = 1
      }
    }
    return entries
  }

  /// Sorts the entries by component; within a component they stay in the order of the blocks.
  func sortEntries(_ entries: Int, components: Int) {
    entryStarts.initialize(repeating: 0, count: components + 2)
    // Counted two places ahead, so that the starts stand in their places after the distribution.
    for entry in 0..<entries { entryStarts[Int(entryComponents[entry]) + 2] += 1 }
    for component in 0..<components { entryStarts[component + 2] += entryStarts[component + 1] }
    for entry in 0..<entries {
      let component = Int(entryComponents[entry])
      entryOrder[Int(entryStarts[component + 1])] = Int32(entry)
      entryStarts[component + 1] += 1
    }
  }
}

/// Workspaces that wait to be used again.
private final class WorkspacePool: Sendable {
  private let free = Mutex<[MixtureWorkspace]>([])

  func take(columns: Int, components: Int, blocks: Int) -> MixtureWorkspace {
    let waiting = free.withLock { free in
      // Those made for more components than there are now serve as well.
      while let workspace = free.popLast() {
        if workspace.shape.columns == columns, workspace.shape.components >= components,
          workspace.shape.blocks >= blocks
        {
          return workspace as MixtureWorkspace?
        }
      }
      return nil
    }
    return waiting ?? MixtureWorkspace(columns: columns, components: components, blocks: blocks)
  }

  func give(_ workspace: MixtureWorkspace) {
    free.withLock { $0.append(workspace) }
  }
}
