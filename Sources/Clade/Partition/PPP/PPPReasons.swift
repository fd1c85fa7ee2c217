/// Says in sentences why PPP found as many groups as it did.
enum PPPReasons {
  static func sentences(
    k: Int, components: Int, cells: Int, gain: Double, sampled: Int, rows: Int,
    isolation: [Double], keptColumns: Int?
  ) -> [String] {
    var sentences: [String] = []
    if k == 1 {
      sentences.append(
        components == 1
          ? "One Gaussian explains the rows better than any split of them: there is one group."
          : "\(components) Gaussians explain the rows better than one, but no valley of density "
            + "lies between them: there is one group.")
    } else {
      sentences.append(
        "\(components) Gaussians explain the rows better than one "
          + "(by \(hundredths(gain)) nats a row)"
          + (components == k
            ? ", and a valley of density lies around each of them."
            : "; those with no valley of density between them are one group, which leaves \(k)."))
      if let weakest = isolation.indices.min(by: { isolation[$0] < isolation[$1] }) {
        let percent = Int((100 * (1 - isolation[weakest])).rounded())
        sentences.append(
          "The shallowest valley is around group \(weakest): "
            + "\(percent) % of the density of the sparser side.")
      }
    }
    if sampled < rows {
      sentences.append(
        "A sample of \(sampled) of the \(rows) rows decided; all rows were then assigned.")
    }
    if let keptColumns {
      sentences.append(
        "The groups were found in the \(keptColumns) leading principal directions.")
    }
    return sentences
  }

  private static func hundredths(_ x: Double) -> String {
    let whole = Int((x.magnitude * 100).rounded())
    let cents = whole % 100
    return (x < 0 ? "-" : "") + "\(whole / 100)." + (cents < 10 ? "0" : "") + "\(cents)"
  }
}
