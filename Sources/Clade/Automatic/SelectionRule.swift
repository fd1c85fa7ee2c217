import CladeCore

/// How good partitions are taken to be, given what was measured of them.
///
/// Two rules, both learned on data with known groups; ``AutomaticClustering`` says on which.
///
/// - A sum of decision trees ranks the partitions of two groups or more, by their criteria and by
///   where these stand among those of the others. It was learned by what it puts first (LambdaMART).
/// - A logistic regression on the best of them and on the rows as one group says whether one group
///   promises the higher agreement with what groups there are. In it each set counted by what is lost
///   where it is taken wrongly: the index of its best partition, 1 for a set without groups.
///
/// Sources: "From RankNet to LambdaRank to LambdaMART: An Overview" (Burges, 2010); "The foundations
/// of cost-sensitive learning" (Elkan, 2001); what the rules look at, and what they learned from,
/// are ours.
package enum SelectionRule {
  private static let trees = SelectionTree.parse(SelectionRuleTrees.text)

  /// The score of each partition: the larger, the better.
  ///
  /// - Parameter criteria: What ``PartitionCriteria`` measured of each partition, in the order of
  ///   ``PartitionCriterion``; that of all rows in one group is among them.
  /// - Returns: A score for each; that of one group is above the best other one by the logarithm of
  ///   the odds that one group is the better answer.
  package static func scores(_ criteria: [[Double]]) -> [Double] {
    // Where there is nothing to choose from nothing was measured.
    guard criteria.count > 1 else { return criteria.map { _ in 0 } }
    let isOne = criteria.map { $0[PartitionCriterion.groupCount.rawValue] == 0 }
    let divided = criteria.indices.filter { !isOne[$0] }
    let standings = CriterionStandings(divided.map { criteria[$0] }).values
    var scores = criteria.map { _ in 0.0 }
    for (index, standing) in zip(divided, standings) {
      let seen = criteria[index] + standing
      scores[index] = trees.reduce(0.0) { $0 + $1.value(seen) }
    }
    guard let best = divided.max(by: { (scores[$0], $1) < (scores[$1], $0) }) else {
      return scores
    }
    let whole = criteria.indices.first {
      isOne[$0] && criteria[$0][PartitionCriterion.noiseShare.rawValue] == 0
    }
    var odds = -Double.infinity
    if let whole {
      odds = NoGroupsRule.logOdds(best: criteria[best], score: scores[best], whole: criteria[whole])
    }
    for index in criteria.indices where isOne[index] {
      // One group and noise is no more than one group.
      scores[index] = index == whole ? scores[best] + odds : scores[best] + min(0, odds) - 1
    }
    return scores
  }
}

/// A decision tree: a question a node, a value a leaf.
struct SelectionTree: Sendable {
  private enum Node: Sendable {
    /// Up to the threshold on with the next node, else with the one given. The standings' numbers
    /// follow those of the criteria.
    case question(criterion: Int, threshold: Double, otherwise: Int)
    case leaf(Double)
  }

  private let nodes: [Node]

  /// The value of the leaf that the criteria and, behind them, their standings lead to.
  func value(_ seen: [Double]) -> Double {
    var place = 0
    while true {
      switch nodes[place] {
      case .leaf(let value): return value
      case .question(let criterion, let threshold, let otherwise):
        place = seen[criterion] <= threshold ? place + 1 : otherwise
      }
    }
  }

  /// Reads trees, one a line.
  ///
  /// - Parameter text: For each node, a parent before its children: `criterion<threshold` or
  ///   `=value`.
  static func parse(_ text: String) -> [SelectionTree] {
    text.split(separator: "\n").map { line in
      var tokens = line.split(separator: " ")[...]
      var nodes: [Node] = []
      grow(&nodes, &tokens)
      return SelectionTree(nodes: nodes)
    }
  }

  private static func grow(_ nodes: inout [Node], _ tokens: inout ArraySlice<Substring>) {
    guard let token = tokens.popFirst() else { return nodes.append(.leaf(0)) }
    guard token.first != "=" else {
      return nodes.append(.leaf(Double(token.dropFirst()) ?? 0))
    }
    let parts = token.split(separator: "<")
    let place = nodes.count
    nodes.append(.leaf(0))
    grow(&nodes, &tokens)
    nodes[place] = .question(
      criterion: Int(parts[0]) ?? 0, threshold: Double(parts[1]) ?? 0, otherwise: nodes.count)
    grow(&nodes, &tokens)
  }
}
