/// The wall-clock seconds of a fit's stages.
struct FitSeconds: Encodable {
  let read: Double
  let prepare: Double
  let fit: Double
  let write: Double
  let total: Double

  init(_ clock: StageClock) {
    read = clock.stages["read", default: 0]
    prepare = clock.stages["prepare", default: 0]
    fit = clock.stages["fit", default: 0]
    write = clock.stages["write", default: 0]
    total = clock.total
  }
}
