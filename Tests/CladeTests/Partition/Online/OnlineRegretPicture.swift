import Clade
import CladeInsight
import Foundation
import Testing

/// Draws the regret curves of the article on streams: set `CLADE_GALLERY` to a folder.
@Suite struct OnlineRegretPicture {
  private static let folder = ProcessInfo.processInfo.environment["CLADE_GALLERY"]

  @Test func regret() throws {
    let count = 4000
    let rows = FollowTheLeaderCase(rowCount: count)
    var grid = try GridOnlineKMeans(k: 2, bounds: [-1...1], pointsPerColumn: 9, horizon: count)
    var clusters = try OnlineKMeans(k: 2)
    var (leader, grids, own, bounds): ([Point], [Point], [Point], [Point]) = ([], [], [], [])
    for (index, row) in rows.rows.enumerated() {
      _ = try grid.observe([row])
      _ = try clusters.observe([row])
      guard (index + 1).isMultiple(of: 40) else { continue }
      let (t, best) = (Double(index + 1), rows.bestInertia[index])
      leader.append((t, rows.leaderLoss[index] - best))
      grids.append((t, grid.expectedLoss - best))
      own.append((t, clusters.expectedLoss - best))
      bounds.append(
        (
          t,
          try GridOnlineKMeans(
            k: 2, bounds: [-1...1], pointsPerColumn: 9, horizon: index + 1
          ).regretBound
        ))
    }
    let plot = LinePlot(
      title: "Regret on rows made against follow-the-leader (k = 2, one column)",
      xName: "rows", yName: "loss above that of the best centers in hindsight",
      series: [
        .init("OnlineKMeans", own), .init("the paper's bound", bounds, isDashed: true),
        .init("weights on a grid", grids), .init("follow the leader", leader),
      ])
    let svg = plot.svg()
    #expect(svg.hasPrefix("<svg") && svg.contains("follow the leader"))
    if let folder = Self.folder {
      print(leader.last ?? (0, 0), grids.last ?? (0, 0), own.last ?? (0, 0), bounds.last ?? (0, 0))
      try svg.write(
        to: URL(filePath: folder).appending(path: "online-regret.svg"), atomically: true,
        encoding: .utf8)
    }
  }

  private typealias Point = (x: Double, y: Double)
}
