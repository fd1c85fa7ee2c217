import CladeCore

/// A table made ready for clustering.
public struct PreparedTable: Sendable {
  /// How it was made ready; treats other rows in the same way.
  public let preparation: Preparation
  /// The prepared rows: n × (number of features), finite unless a number was too far out.
  public let matrix: Matrix<Double>
  /// What each row is called, if the table has an identifier column.
  public let identifiers: Identifiers?
  /// The true groups, if there is a column of labels.
  public let truth: GroupLabels?
  /// For each column of categories how many rows hold a text that wasn't known when fitting; those
  /// without any are left out.
  public let unknownCategories: [String: Int]
  /// The rows as they were read, where that was asked for; an unknown category is missing there.
  public let mixed: MixedRows?

  package init(
    preparation: Preparation, matrix: Matrix<Double>, identifiers: Identifiers? = nil,
    truth: GroupLabels? = nil, unknownCategories: [String: Int] = [:], mixed: MixedRows? = nil
  ) {
    self.preparation = preparation
    self.matrix = matrix
    self.identifiers = identifiers
    self.truth = truth
    self.unknownCategories = unknownCategories
    self.mixed = mixed
  }
}

/// Groups that were known before: the group of each row, and what the groups are called.
public struct GroupLabels: Sendable, Equatable {
  /// The group of each row (n); −1 where there is none.
  ///
  /// Whole numbers stay what they are. Other labels are numbered from 0 in the order of their
  /// sorting.
  public let labels: [Int32]
  /// The names of groups 0, 1 …; empty where the labels were whole numbers.
  public let names: [String]

  /// Creates labels.
  public init(labels: [Int32], names: [String] = []) {
    self.labels = labels
    self.names = names
  }

  /// The labels that a column of a table holds.
  init(_ table: Table, column index: Int) {
    switch table.columns[index].values {
    case .text(let text):
      let distinct = text.distinct()
      var ids = [Int32](repeating: -1, count: text.values.count)
      var next = 0
      // Texts are sorted, and equal ones (in a column of a great many) have one number.
      for code in ids.indices.sorted(by: { text.values.precedes($0, $1) }) {
        while next < distinct.values.count, !text.values.areEqual(distinct.values[next], code) {
          next += 1
        }
        guard next < distinct.values.count else { break }
        ids[code] = Int32(next)
      }
      self.init(
        labels: text.codes.map { $0 < 0 ? -1 : ids[Int($0)] }, names: Array(distinct.texts))
    case .numbers(let position):
      let values = table.numbers.column(position)
      if values.allSatisfy({ $0.isNaN || Int32(exactly: $0) != nil }) {
        self.init(labels: values.map { Int32(exactly: $0) ?? -1 })
      } else {
        let distinct = Set(values.filter { !$0.isNaN }).sorted()
        let ids = Dictionary(uniqueKeysWithValues: zip(distinct, Int32(0)...))
        self.init(
          labels: values.map { ids[$0] ?? -1 }, names: distinct.map(NumberSpelling.shortest))
      }
    }
  }
}
