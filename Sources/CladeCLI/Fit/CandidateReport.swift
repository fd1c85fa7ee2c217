import Clade
import CladeInsight

/// A partition that the automatic choice weighed, as the summary and the JSON object show it.
struct CandidateReport {
  let candidate: AutomaticCandidate
  /// The rows that were decided on.
  let rowCount: Int
  /// The command that gives it.
  let command: DirectCommand

  /// Whether what the method leaves out is given to groups.
  let assignsNoise: Bool

  /// "3 groups by density, 12 % of the rows in none".
  var title: String {
    let k = candidate.clusterCount
    let groups = k == 1 ? "1 group" : "\(NumberFormat.count(k)) groups"
    let title = "\(groups) \(candidate.method.manner)"
    guard candidate.noiseCount > 0 else { return title }
    let share = NumberFormat.percent(Double(candidate.noiseCount) / Double(max(1, rowCount)))
    return title
      + (assignsNoise ? " (\(share) of the rows were noise)" : ", \(share) of the rows in none")
  }

  /// The method as `--method` names it.
  var methodName: String {
    candidate.method == .oneGroup
      ? "one group" : candidate.method.arguments.dropFirst().first ?? ""
  }

  /// What a person calls the method.
  var methodTitle: String {
    Method(rawValue: methodName)?.implementation.title ?? methodName
  }

  /// The rows of each group (k), of those that were decided on.
  private var sizes: [Int] {
    var sizes = [Int](repeating: 0, count: candidate.clusterCount)
    for label in candidate.labels where label >= 0 { sizes[Int(label)] += 1 }
    return sizes
  }
}

extension CandidateReport: Encodable {
  private enum CodingKeys: String, CodingKey {
    case title, method, k, sizes, noise, score, criteria, alsoFoundBy, reasons, command
  }

  private struct Criterion: Encodable {
    let name: String
    let value: JSONNumber
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(title, forKey: .title)
    try container.encode(candidate.method.title, forKey: .method)
    try container.encode(candidate.clusterCount, forKey: .k)
    try container.encode(sizes, forKey: .sizes)
    try container.encode(candidate.noiseCount, forKey: .noise)
    try container.encode(JSONNumber(candidate.score), forKey: .score)
    try container.encode(
      candidate.criteria.map { Criterion(name: $0.name, value: JSONNumber($0.value)) },
      forKey: .criteria)
    try container.encode(candidate.alsoFoundBy.map(\.title), forKey: .alsoFoundBy)
    try container.encode(candidate.reasons.map(\.sentence), forKey: .reasons)
    try container.encode(command.text, forKey: .command)
  }
}
