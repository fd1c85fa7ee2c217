import Clade
import CladeInsight

/// The JSON object that `clade generate blobs --json` prints.
struct GenerateBlobsRecord: Encodable {
  let version = cladeVersion
  let k: Int
  let n: Int
  let d: Int
  let sizes: [Int]
  let noise: Int
  let sizeRatio: Double
  let shape: GaussianBlobs.Shape
  let elongation: Double
  /// The separation of the nearest two clusters, measured; null for one cluster.
  let separation: JSONNumber
  let seed: UInt64
  let outputs: GeneratedOutputs
  let threads: Int
  let seconds: StageSeconds

  init(
    _ generator: GaussianBlobs, _ blobs: GaussianBlobs.Drawing,
    outputs: GeneratedOutputs, threads: Int, clock: StageClock
  ) {
    k = generator.clusterCount
    n = generator.pointCount
    d = generator.dimensionCount
    sizes = blobs.sizes
    noise = generator.pointCount - blobs.sizes.reduce(0, +)
    sizeRatio = generator.sizeRatio
    shape = generator.shape
    elongation = generator.elongation
    separation = JSONNumber(blobs.separation)
    seed = generator.seed
    self.outputs = outputs
    self.threads = threads
    seconds = StageSeconds(clock, stages: "generate", "write")
  }

  /// The same for a person.
  var summary: String {
    let apart =
      k == 1
      ? ""
      : ", the nearest \(NumberFormat(decimals: 2).string(separation.value)) standard deviations apart"
    let background = noise == 0 ? "" : ", \(NumberFormat.count(noise)) points of noise"
    let lines = [
      "\(NumberFormat.count(n)) \(n == 1 ? "point" : "points") in \(NumberFormat.count(d)) "
        + (d == 1 ? "dimension" : "dimensions")
    ]
    let clusters =
      "\(NumberFormat.count(k)) \(shape.rawValue) \(k == 1 ? "cluster" : "clusters") of "
      + sizeRange + apart + background
    let end = [
      outputs.text,
      "Time      " + NumberFormat.seconds(seconds.total),
    ]
    return (lines + TextLayout.wrap(clusters, Terminal.output.width) + end).joined(separator: "\n")
      + "\n"
  }

  private var sizeRange: String {
    let (largest, smallest) = (sizes.first ?? 0, sizes.last ?? 0)
    let range =
      largest == smallest
      ? NumberFormat.count(largest)
      : "\(NumberFormat.count(smallest)) to \(NumberFormat.count(largest))"
    return range + (largest == 1 ? " point" : " points")
  }
}
