/// The medoids that a search ended with.
struct MedoidSolution: Sendable {
  /// The items, in their slots (k).
  var medoids: [Int32]
  /// The passes over the candidates.
  var iterations: Int
  /// The swaps that were made.
  var swaps: Int
  /// Whether the last pass found nothing to improve.
  var converged: Bool
  /// The samples that they were found on, if any.
  var sampling: MedoidSampling?
}

extension SwapPhase {
  /// What was found.
  var solution: MedoidSolution {
    MedoidSolution(
      medoids: assignment.medoids, iterations: iterations, swaps: swaps, converged: converged)
  }
}
