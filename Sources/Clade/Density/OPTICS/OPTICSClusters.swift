import CladeCore

/// What an extraction found in a ``ReachabilityPlot``.
struct OPTICSClusters {
  /// A number for each row that is the same for all rows of its cluster; −1 for noise (n).
  var groups: [Int32]
  /// The stretches of the order that are clusters, those within others before them.
  var hierarchy: [Range<Int>] = []
}

extension OPTICSExtraction {
  /// Finds the clusters.
  func clusters(of plot: ReachabilityPlot, minSamples: Int) throws -> OPTICSClusters {
    switch self {
    case .xi(let xi, let minClusterSize):
      let found = SteepAreas(plot, xi: xi, minSamples: minSamples)
        .clusters(minSize: minClusterSize ?? minSamples)
      var groups = [Int32](repeating: -1, count: plot.ordering.count)
      // The innermost clusters: a stretch that holds one already is left out.
      for (number, cluster) in found.enumerated()
      where cluster.allSatisfy({ groups[Int(plot.ordering[$0])] < 0 }) {
        for place in cluster { groups[Int(plot.ordering[place])] = Int32(number) }
      }
      return OPTICSClusters(groups: groups, hierarchy: found)
    case .dbscan(let eps):
      return OPTICSClusters(groups: plot.groups(cutAt: eps))
    }
  }
}

extension ReachabilityPlot {
  /// The stretches that stay below ε, each begun by a core row ("OPTICS", section 4.1, the
  /// algorithm ExtractDBSCAN-Clustering).
  func groups(cutAt eps: Double) -> [Int32] {
    var groups = [Int32](repeating: -1, count: ordering.count)
    var number: Int32 = -1
    for row in ordering.lazy.map({ Int($0) }) {
      if reachabilities[row] > eps {
        guard coreDistances[row] <= eps else { continue }
        number += 1
      }
      groups[row] = number
    }
    return groups
  }
}
