/// Which rows ``Genie`` leaves out as noise: leaves of the spanning tree, which hang on a single
/// edge.
///
/// By mutual reachability the rows at the rim of a cluster and the outlying ones hang on the dense
/// ones within, so that leaves are where clusters end.
public enum GenieNoise: String, Sendable, Hashable, Codable, CaseIterable {
  /// None: every row is in a cluster.
  case none
  /// Leaves that aren't among the `minSamples` nearest rows of the row that they hang on; those
  /// that are join its cluster.
  case outlyingLeaves
  /// All leaves.
  case leaves
}
