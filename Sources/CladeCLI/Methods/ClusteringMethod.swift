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

  /// Refuses options that no data could make right.
  static func check(_ options: MethodOptions) throws

  /// Finds the groups.
  static func fit(_ input: PreparedInput, _ options: MethodOptions, threads: Int) throws
    -> FittedModel

  /// Reads a model that ``fit(_:_:threads:)`` made.
  static func load(_ file: ModelFile) throws -> LoadedModel.Placing
}

extension ClusteringMethod {
  /// Everything that has passed the checks of all methods is right.
  static func check(_ options: MethodOptions) throws {}
}
