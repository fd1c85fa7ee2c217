/// Which rows are core rows, and which rows are together.
struct DensityPartition: Sendable {
  /// For each row a core row that is the same for all rows of its cluster; −1 for noise.
  let representatives: [Int32]
  /// Whether each row is a core row.
  let isCore: [Bool]
}
