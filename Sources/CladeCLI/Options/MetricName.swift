import ArgumentParser
import Clade
import CladeTables

/// A metric as `--metric` names it, and what of a table it compares.
///
/// To add one that isn't of the library's names: give it a case of ``Input`` and a name here, and
/// say in ``MetricInput`` what it makes of a table.
struct MetricName: Equatable {
  /// What of a table the metric compares.
  enum Input: Equatable {
    /// Rows of numbers, prepared as for all methods.
    case numbers(Metric)
    /// Rows as they were read, numbers and categories, with missing values.
    case mixed
    /// The table holds distances and no rows.
    case distances
    /// The texts of one column.
    case texts(TextDissimilarity)
  }

  /// The name as it was given.
  let name: String
  let input: Input

  /// The metric where none is named.
  static let euclidean = MetricName(name: "euclidean", input: .numbers(.euclidean))

  /// The name of Gower's metric.
  static let gower = "gower"

  /// The metrics that there are, for the help and for messages.
  static let names =
    Metric.names.filter { $0 != "precomputed" } + [gower] + textNames + ["precomputed"]

  /// Those that compare texts; items of sets are separated by what comes after the colon.
  private static let textNames = [
    "edit", "normalized-edit", "jaro", "jaro-winkler", "jaccard-sets:SEPARATOR",
  ]

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
    case "edit": self.init(name: "edit", input: .texts(.edit))
    case "normalized-edit":
      self.init(name: "normalized-edit", input: .texts(.normalizedEdit))
    case "jaro": self.init(name: "jaro", input: .texts(.jaro))
    case "jaro-winkler": self.init(name: "jaro-winkler", input: .texts(.jaroWinkler))
    case let name where name.hasPrefix("jaccard-sets"):
      let rest = argument.dropFirst("jaccard-sets".count)
      guard rest.isEmpty || (rest.first == ":" && rest.count > 1) else {
        throw ValidationError(
          "give what stands between items after a colon, jaccard-sets:\"|\", or nothing for "
            + "semicolons")
      }
      self.init(
        name: argument.lowercased(),
        input: .texts(
          rest.isEmpty ? .jaccardSets() : .jaccardSets(separator: String(rest.dropFirst()))))
    default:
      do {
        let metric = try Metric(named: argument)
        self.init(name: "\(metric)", input: .numbers(metric))
      } catch CladeError.invalidParameter(_, _, let reason) {
        let others = Self.names.dropLast().joined(separator: ", ")
        throw ValidationError(
          reason.hasPrefix("there is no such metric")
            ? "give \(others) or \(Self.names.last ?? "")" : reason)
      }
    }
  }

  /// Whether rows are places on the Earth, latitude and longitude in degrees.
  var isGeographic: Bool { input == .numbers(.haversine) }

  /// Whether numbers are compared as they are, so that none are scaled.
  var comparesRawValues: Bool {
    switch input {
    case .numbers(.haversine), .numbers(.dtw): true
    case .numbers: false
    case .mixed, .distances, .texts: true
    }
  }

  /// Refuses options that the metric has no use for.
  func check(_ preparing: PreparingOptions) throws {
    if preparing.symmetrize, input != .distances {
      throw ValidationError("--symmetrize goes with --metric precomputed, not with \(name).")
    }
    if preparing.isSinglePrecision, input != .distances {
      throw ValidationError("--float32 goes with --metric precomputed, not with \(name).")
    }
    switch input {
    case .numbers: return
    case .mixed:
      guard preparing.givenScale == nil else {
        throw ValidationError(
          "--scale doesn't go with --metric gower, which divides by each column's range.")
      }
    case .texts:
      guard preparing.givenScale == nil else {
        throw ValidationError("--scale doesn't go with --metric \(name), which compares texts.")
      }
      guard preparing.columns.count <= 1 else {
        throw ValidationError(
          "--metric \(name) compares the texts of one column: give --columns a single name.")
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
