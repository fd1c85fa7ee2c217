import Clade
import CladeTables

/// A way to find groups, as the command line offers it; a file a method.
protocol ClusteringMethod {
  /// What a person calls it.
  static var title: String { get }
  /// What it does, for the help: a few words.
  static var summary: String { get }
  /// The options of ``MethodOptions`` that it takes.
  static var options: [MethodOption] { get }

  /// The words that its `--noise` takes.
  static var noiseOptions: [NoiseOption] { get }

  /// What it says of each row besides its label.
  static var rowOutputs: Set<RowOutput> { get }

  /// Whether rows of a table with categories are compared by Gower's metric unless `--metric` says
  /// otherwise.
  static var comparesMixedRows: Bool { get }

  /// Whether it takes given distances in single precision.
  static var takesSinglePrecision: Bool { get }

  /// Whether it may leave rows out of all groups, with label −1.
  static var mayFindNoise: Bool { get }

  /// How numbers are brought to one scale unless `--scale` says otherwise.
  static func scaling(_ options: MethodOptions) -> Scaling

  /// Refuses options that no data could make right.
  static func check(_ options: MethodOptions) throws

  /// Finds the groups.
  static func fit(_ input: PreparedInput, _ options: MethodOptions, threads: Int) throws
    -> FittedModel

  /// Reads a model that ``fit(_:_:threads:)`` made.
  static func load(_ file: ModelFile) throws -> LoadedModel.Placing
}

/// A way to find groups that also takes sparse rows.
protocol SparseClusteringMethod: ClusteringMethod {
  /// Finds the groups of sparse rows, each of which counts 1 where there are no weights; the model
  /// has ``FittedModel/centers``.
  static func fit(
    _ rows: SparseMatrix<Double>, weights: [Double]?, _ options: MethodOptions, threads: Int
  ) throws -> FittedModel
}

extension ClusteringMethod {
  /// None.
  static var noiseOptions: [NoiseOption] { [] }

  /// Nothing.
  static var rowOutputs: Set<RowOutput> { [] }

  /// Categories are columns of numbers.
  static var comparesMixedRows: Bool { false }

  /// Distances are held in double precision.
  static var takesSinglePrecision: Bool { false }

  /// Every row is in a group.
  static var mayFindNoise: Bool { false }

  /// Mean 0 and standard deviation 1.
  static func scaling(_ options: MethodOptions) -> Scaling { .standard }

  /// Everything that has passed the checks of all methods is right.
  static func check(_ options: MethodOptions) throws {}
}
