/// How a ``NeighborIndex`` looks for neighbours.
public enum NeighborStructure: Sendable, Hashable, Codable {
  /// What is likely the fastest of the exact ones for the rows and the metric.
  case automatic
  /// A ``KDTree``: for few columns, and metrics that are a Euclidean distance of some coordinates.
  case kdTree
  /// A tree of balls around some of the rows: for any metric for which the triangle inequality
  /// holds.
  case ballTree
  /// All rows with all, by the fastest kernels: for many columns, and for any metric.
  case bruteForce
  /// Not exact: neighbours of neighbours, until hardly any are found, for very many rows of many
  /// columns.
  case approximate(NearestNeighborDescent)
}
