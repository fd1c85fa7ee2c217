import Clade
import CladeInsight

/// The JSON object that `clade generate shapes --json` prints.
struct GenerateShapesRecord: Encodable {
  let version = cladeVersion
  let scene: ShapeScene.Scene
  let k: Int
  let n: Int
  let d: Int
  let sizes: [Int]
  let noise: Int
  let seed: UInt64
  let outputs: GeneratedOutputs
  let threads: Int
  let seconds: StageSeconds

  init(
    _ generator: ShapeScene, columns: Int, sizes: [Int], outputs: GeneratedOutputs, threads: Int,
    clock: StageClock
  ) {
    scene = generator.scene
    k = sizes.count
    n = generator.pointCount
    d = columns
    self.sizes = sizes
    noise = generator.pointCount - sizes.reduce(0, +)
    seed = generator.seed
    self.outputs = outputs
    self.threads = threads
    seconds = StageSeconds(clock, stages: "generate", "write")
  }

  /// The same for a person.
  var summary: String {
    let groups =
      scene.hasGroups
      ? "\(NumberFormat.count(k)) groups (\(scene.rawValue))" : "no groups (\(scene.rawValue))"
    let background = noise == 0 ? "" : ", \(NumberFormat.count(noise)) points of noise"
    return """
      \(NumberFormat.count(n)) \(n == 1 ? "point" : "points") in \(NumberFormat.count(d)) \
      \(d == 1 ? "dimension" : "dimensions")
      \(groups)\(background)
      \(outputs.text)
      Time      \(NumberFormat.seconds(seconds.total))

      """
  }
}
