import Clade
import CladeTables
import Foundation
import Testing

/// That a coreset of 1 % leads to a cost within 2 % of that of all rows.
@Suite struct CoresetClaimTests {
  /// As the command line fits a coreset, next to the best that local search finds on all rows.
  @Test(.enabled(if: BenchmarkSets.areThere)) func birch1() throws {
    let data = try BenchmarkSets.read("sipu/birch1").points
    let full = try KMeans(k: 100, localSearch: 400).fit(data)
    for seed in 0..<5 as Range<UInt64> {
      let coreset = try CellCoreset(size: data.rowCount / 100, seed: seed).coreset(of: data)
      let model = try KMeans(k: 100, restarts: 4, localSearch: 400).fit(coreset, labeling: data)
      #expect(model.objective < 1.02 * full.objective)
    }
  }

  /// Rows of a file that aren't held in memory; a million with `CLADE_ACCEPTANCE=1`.
  @Test func rowsOfAFile() throws {
    let count = PPPAcceptanceTests.isFull ? 1_000_000 : 100_000
    let data = KMeansTests.blobs(rows: count, columns: 16, centers: 32)
    let path = FileManager.default.temporaryDirectory
      .appendingPathComponent("clade-coreset-\(ProcessInfo.processInfo.processIdentifier).npy").path
    defer { try? FileManager.default.removeItem(atPath: path) }
    try NPYWriter.write(data, to: path)
    let file = try RowFile<Double>(path: path, format: .npy)
    let start = data.gatheringRows(0..<32)
    let full = try KMeans(k: 32).fit(source: file, initialCenters: start)
    // 10,000 rows, which are 1 % of a million.
    let coreset = try SensitivityCoreset(size: 10_000, k: 32).coreset(source: file)
    let model = try KMeans(k: 32).fit(coreset, labeling: file, initialCenters: start)
    #expect(model.objective < 1.02 * full.objective)
    #expect(abs(try coreset.cost(of: full.centers) / full.objective - 1) < 0.02)
    #expect(coreset == (try SensitivityCoreset(size: 10_000, k: 32).coreset(of: data)))
  }
}
