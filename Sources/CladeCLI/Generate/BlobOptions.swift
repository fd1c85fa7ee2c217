import ArgumentParser
import Clade

/// What the clusters of `clade generate blobs` are like.
struct BlobOptions: ParsableArguments {
  @Option(name: .customShort("k"), help: ArgumentHelp("Clusters.", valueName: "clusters"))
  var clusterCount = 5

  @Option(
    name: [.customShort("n"), .customLong("points")],
    help: ArgumentHelp("Points in all, noise included.", valueName: "points"))
  var pointCount = 1000

  @Option(
    name: [.customShort("d"), .customLong("dimensions")],
    help: ArgumentHelp("Dimensions.", valueName: "dimensions"))
  var dimensionCount = 2

  @Option(
    help: ArgumentHelp("The largest cluster's points over the smallest's.", valueName: "ratio"))
  var sizeRatio = 1.0

  @Option(
    help: """
      spherical; elongated: ellipsoids along the axes; or rotated: ellipsoids in any direction.
      """)
  var shape: GaussianBlobs.Shape = .spherical

  @Option(
    help: ArgumentHelp(
      "Up to how many times as long as its shortest axis an ellipsoid's longest is.",
      valueName: "ratio"))
  var elongation = 5.0

  @Option(
    help: ArgumentHelp(
      "The least distance of two centers, in standard deviations along the line between them.",
      valueName: "deviations"))
  var separation = 6.0

  @Option(
    help: ArgumentHelp(
      "The share of points spread evenly over all, labelled -1: 0 to below 1.", valueName: "share"))
  var noise = 0.0

  @Option(help: "The number that all random choices follow from.")
  var seed: UInt64 = 0

  /// The options as the generator takes them.
  var generator: GaussianBlobs {
    GaussianBlobs(
      clusterCount: clusterCount, dimensionCount: dimensionCount, pointCount: pointCount,
      sizeRatio: sizeRatio, shape: shape, elongation: elongation, separation: separation,
      noise: noise, seed: seed)
  }

  /// Names a parameter that is out of range as the option is called.
  func named<Result>(_ body: () throws -> Result) throws -> Result {
    do {
      return try body()
    } catch CladeError.invalidParameter(let name, let value, let reason) {
      let options = [
        "clusterCount": "-k", "dimensionCount": "--dimensions", "pointCount": "--points",
        "sizeRatio": "--size-ratio", "elongation": "--elongation", "separation": "--separation",
        "noise": "--noise",
      ]
      throw CladeError.invalidParameter(name: options[name] ?? name, value: value, reason: reason)
    }
  }
}

extension GaussianBlobs.Shape: ExpressibleByArgument {}
