@_exported import CladeCore

/// What every method of clustering returns: who belongs where, and how to place new points.
///
/// A model is immutable. Labels are `0..<clusterCount`, −1 for noise; clusters are numbered in an
/// order that does not depend on the order of the rows: the largest first, ties by the center's or
/// the exemplar's coordinates.
///
/// Encoding a model leaves out what belongs to single training rows (labels, probabilities): the
/// file of a model is as small as its description of the clusters. After decoding these are empty.
public protocol ClusteringModel: Sendable, Codable {
  /// The cluster of each training row (n), −1 for noise.
  var labels: [Int32] { get }
  /// The number of clusters, k.
  var clusterCount: Int { get }
  /// The number of training rows in each cluster (k).
  var sizes: [Int] { get }
  /// What the method minimised or maximised, as its type documents.
  var objective: Double { get }
  /// The number of iterations that led to the result.
  var iterations: Int { get }
  /// Whether the method stopped by itself rather than at its limit of iterations.
  var converged: Bool { get }
  /// How surely each training row belongs to its cluster, 0...1 (n); empty where the method says
  /// nothing about that.
  var probabilities: [Double] { get }
  /// How surely the members of each cluster belong to it, 0...1 (k); empty where the method says
  /// nothing about that.
  var separability: [Double] { get }
}

extension ClusteringModel {
  /// Empty: the method says nothing about single rows.
  public var probabilities: [Double] { [] }
  /// Empty: the method says nothing about single clusters.
  public var separability: [Double] { [] }
}
