import ArgumentParser

/// The ways to find groups, as `--method` names them.
enum Method: String, CaseIterable, ExpressibleByArgument, Codable {
  case auto
  case ppp
  case kmeans
  case kmedian
  case kmedoids
  case minibatch
  case online
  case gmm
  case twoLevel = "two-level"
  case spherical
  case hdbscan
  case dbscan
  case optics
  case mstGmm = "mst-gmm"
  case tangles
  case single
  case complete
  case average
  case weighted
  case ward
  case centroid
  case median
  case genie
  case gdl
  case agdl

  /// What stands behind the name.
  var implementation: any ClusteringMethod.Type {
    switch self {
    case .auto: AutomaticMethod.self
    case .ppp: PPPMethod.self
    case .kmeans: KMeansMethod.self
    case .kmedian: KMedianMethod.self
    case .kmedoids: KMedoidsMethod.self
    case .minibatch: MiniBatchMethod.self
    case .online: OnlineMethod.self
    case .gmm: GaussianMixtureMethod.self
    case .twoLevel: TwoLevelMethod.self
    case .spherical: SphericalKMeansMethod.self
    case .hdbscan: HDBSCANMethod.self
    case .dbscan: DBSCANMethod.self
    case .optics: OPTICSMethod.self
    case .mstGmm: SpanningTreeMixtureMethod.self
    case .tangles: TanglesMethod.self
    case .single: SingleLinkageMethod.self
    case .complete: CompleteLinkageMethod.self
    case .average: AverageLinkageMethod.self
    case .weighted: WeightedLinkageMethod.self
    case .ward: WardLinkageMethod.self
    case .centroid: CentroidLinkageMethod.self
    case .median: MedianLinkageMethod.self
    case .genie: GenieMethod.self
    case .gdl: GraphDegreeLinkageMethod.self
    case .agdl: AcceleratedGraphDegreeLinkageMethod.self
    }
  }
}
