import Clade

/// A row of the table that stands for its group, with its values in the table's own units and
/// words.
public struct RowExample: Sendable, Equatable {
  /// The group that it stands for.
  public let label: Int32
  /// The row's number, from 0.
  public let row: Int
  /// What the row is called, where the table says.
  public let name: String?
  /// The values, those of the columns that set the group apart first.
  public let values: [Value]

  /// A value of the row.
  public struct Value: Sendable, Equatable {
    /// The column's name.
    public let column: String
    /// The value, as a person reads it.
    public let text: String
  }

  /// Describes a row.
  ///
  /// - Parameters:
  ///   - row: The row's number, from 0.
  ///   - name: What the row is called, where the table says.
  ///   - profile: What its group is like.
  ///   - data: The prepared matrix (n × d).
  ///   - features: What each column of the matrix stands for (d).
  public init(
    row: Int, name: String? = nil, of profile: ClusterProfile, data: Matrix<Double>,
    features: [Feature]
  ) {
    label = profile.label
    self.row = row
    self.name = name
    let places = Dictionary(grouping: features.indices) { features[$0].column }
    values = profile.ranking.compactMap { number in
      let column = profile.columns[number]
      guard let own = places[column.name], data.columnCount == features.count else { return nil }
      let originals = own.map { features[$0].original(data[row, $0]) }
      switch column.summary {
      case .number(let summary):
        return originals.first.map { Value(column: column.name, text: summary.format.string($0)) }
      case .categories:
        let marked = zip(own, originals).max { $0.1 < $1.1 }
        return marked.flatMap { features[$0.0].category }.map {
          Value(column: column.name, text: $0)
        }
      }
    }
  }
}
