import Clade

/// Linkages by their definitions, from the rows of two clusters or from the clusters these were
/// made of.
struct LinkageOracle {
  private struct Cluster {
    let id: Int32
    let rows: [Int]
    /// The middle that median linkage has.
    let middle: [Double]
  }

  let merges: [Dendrogram.Merge]

  init(_ data: Matrix<Double>, _ linkage: Linkage) throws {
    let count = data.rowCount
    let distances = try Metric.euclidean.distances(of: data)
    var clusters = (0..<count).map { Cluster(id: Int32($0), rows: [$0], middle: data.row($0)) }
    // Of weighted linkage, from cluster to cluster.
    var weighted: [[Double]] = (0..<count).map { i in (0..<count).map { distances[i, $0] } }
    func gap(_ x: [Double], _ y: [Double]) -> Double {
      zip(x, y).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }.squareRoot()
    }
    func centroid(_ rows: [Int]) -> [Double] {
      (0..<data.columnCount).map { column in
        rows.reduce(0) { $0 + data[$1, column] } / Double(rows.count)
      }
    }
    func distance(_ a: Int, _ b: Int) -> Double {
      let (x, y) = (clusters[a], clusters[b])
      let pairs = x.rows.flatMap { row in y.rows.map { distances[row, $0] } }
      return switch linkage {
      case .single: pairs.min() ?? 0
      case .complete: pairs.max() ?? 0
      case .average: pairs.reduce(0, +) / Double(pairs.count)
      case .weighted: weighted[a][b]
      case .centroid: gap(centroid(x.rows), centroid(y.rows))
      case .median: gap(x.middle, y.middle)
      case .ward:
        (2 * Double(x.rows.count * y.rows.count) / Double(x.rows.count + y.rows.count))
          .squareRoot() * gap(centroid(x.rows), centroid(y.rows))
      }
    }
    var merges: [Dendrogram.Merge] = []
    while clusters.count > 1 {
      var best = (0, 1, Double.infinity)
      for a in clusters.indices {
        for b in clusters.indices where a < b {
          let apart = distance(a, b)
          if apart < best.2 { best = (a, b, apart) }
        }
      }
      let (a, b, height) = best
      let (x, y) = (clusters[a], clusters[b])
      merges.append(
        .init(
          first: min(x.id, y.id), second: max(x.id, y.id), height: height,
          size: Int32(x.rows.count + y.rows.count)))
      for other in clusters.indices where other != a && other != b {
        let mean = (weighted[a][other] + weighted[b][other]) / 2
        (weighted[a][other], weighted[other][a]) = (mean, mean)
      }
      weighted.remove(at: b)
      for row in weighted.indices { weighted[row].remove(at: b) }
      clusters[a] = Cluster(
        id: Int32(count + merges.count - 1), rows: x.rows + y.rows,
        middle: zip(x.middle, y.middle).map { ($0 + $1) / 2 })
      clusters.remove(at: b)
    }
    self.merges = merges
  }
}
