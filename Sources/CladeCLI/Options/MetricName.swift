import ArgumentParser
import Clade
import CladeTables

/// A metric as `--metric` names it, and what of a table it compares.
///
/// To add one that isn't of the library's names: give it a case of ``Input`` and a name here, and say in
/// ``MetricInput`` what it makes of a table.
struct MetricName: Equatable {
  /// What of a table the metric compares.
  enum Input: Equatable {
    /// Rows of numbers, prepared as for all methods.
    case numbers(Metric)
    /// Rows as they were read, numbers and categories, with missing values.
    case mixed
    /// The table holds distances and no rows.
    case distances
  }

  /// The name as it was given.
  let name: String
  let input: Input

  /// The metric where none is named.
  static let euclidean = MetricName(name: "euclidean", input: .numbers(.euclidean))

  /// The name of Gower's metric.
  static let gower = "gower"

  /// The metrics that there are, for the help and for messages.
  static let names = Metric.names.filter { $0 != "precomputed" } + [gower, "precomputed"]

  private init(name: String, input: Input) {
    self.name = name
    self.input = input
  }

  /// The metric of a name.
  ///
  /// - Throws: `ValidationError`, with what can be given.
  init(parsing argument: String) throws {
    switch argument.lowercased() {
    case Self.gower: self.init(name: Self.gower, input: .mixed)
    case "precomputed": self.init(name: "precomputed", input: .distances)
    default:
      do {
        let metric = try Metric(named: argument)
        self.init(name: "\(metric)", input: .numbers(metric))
      } catch CladeError.invalidParameter(_, _, let reason) {
        let isKnown = argument.lowercased().hasPrefix("minkowski")
        throw ValidationError(
          isKnown
            ? reason
            : "give " + Self.names.dropLast().joined(separator: ", ")
              + " or \(Self.names.last ?? "")")
      }
    }
  }

  /// Whether rows are places on the Earth, latitude and longitude in degrees.
  var isGeographic: Bool { input == .numbers(.haversine) }

  /// Whether numbers are compared as they are, so that none are scaled.
  var comparesRawValues: Bool {
    switch input {
    case .numbers(let metric): metric == .haversine
    case .mixed, .distances: true
    }
  }

  /// Refuses options that the metric has no use for.
  func check(_ preparing: PreparingOptions) throws {
    switch input {
    case .numbers: return
    case .mixed:
      guard preparing.givenScale == nil else {
        throw ValidationError(
          "--scale doesn't go with --metric gower, which divides by each column's range.")
      }
    case .distances:
      let unavailable = [
        ("--scale", preparing.givenScale != nil), ("--columns", !preparing.columns.isEmpty),
      ]
      for (name, isGiven) in unavailable where isGiven {
        throw ValidationError(
          "\(name) doesn't go with --metric precomputed, for which the table holds distances.")
      }
    }
  }
}
