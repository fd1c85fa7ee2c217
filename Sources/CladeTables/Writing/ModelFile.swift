import CladeCore

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// A model on disk: one JSON object with what is needed to place new rows.
///
/// Its keys: `format` ("clade-model"), `format_version`, `clade_version`, `method`,
/// `preparation` and `model`.
public struct ModelFile: Sendable {
  /// The version of the format that is written, and the only one that is read.
  public static let formatVersion = 1
  private static let formatName = "clade-model"

  /// The file that the model was read from.
  public let path: String
  /// The name of the method that made the model, such as "ppp".
  public let method: String
  /// The version of Clade that wrote the file.
  public let version: String
  /// How the training table was prepared, or `nil` where nothing was.
  public let preparation: Preparation?
  private let content: Data

  /// Writes a model to a file that appears whole or not at all.
  ///
  /// - Throws: `CladeError.cannotWrite`.
  public static func write(
    method: String, model: some Encodable, preparation: Preparation?, to path: String
  ) throws {
    let file = try AtomicFile(path: path)
    try write(method: method, model: model, preparation: preparation, to: file)
    try file.commit()
  }

  /// Writes a model to an open file and leaves it to the caller to commit it.
  ///
  /// - Throws: `CladeError.cannotWrite`.
  public static func write(
    method: String, model: some Encodable, preparation: Preparation?, to file: AtomicFile
  ) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    let content: Data
    do {
      content = try encoder.encode(
        Envelope(
          format: formatName, formatVersion: formatVersion, cladeVersion: cladeVersion,
          method: method, preparation: preparation, model: model))
    } catch {
      throw CladeError.cannotWrite(path: file.path, reason: "the model can't be encoded: \(error)")
    }
    try file.write(content)
    try file.write("\n")
  }

  /// Reads a model's file; what method it is says ``method``, and ``decode(_:)`` gives the model.
  ///
  /// - Throws: `CladeError.cannotRead`, and `CladeError.badModel`
  ///   where it is no model, is damaged, or is of another version.
  public init(path: String) throws {
    self.path = path
    let input = try InputFile(path: path)
    content = Data(try input.readAll(atMost: 1 << 30))
    let header: Header
    do {
      header = try Self.decoder.decode(Header.self, from: content)
    } catch {
      throw CladeError.badModel(
        path: path, reason: "it is no model of Clade's, or it is damaged; fit it again")
    }
    guard header.format == Self.formatName else {
      throw CladeError.badModel(path: path, reason: "it is no model of Clade's")
    }
    guard header.formatVersion == Self.formatVersion else {
      throw CladeError.badModel(
        path: path,
        reason: "it has version \(header.formatVersion) of the format, and Clade \(cladeVersion) "
          + "reads version \(Self.formatVersion); fit it again with this version")
    }
    do {
      let body = try Self.decoder.decode(Body.self, from: content)
      method = body.method
      version = body.cladeVersion
      preparation = body.preparation
    } catch {
      throw Self.damaged(path, error)
    }
  }

  /// The model itself.
  ///
  /// - Throws: `CladeError.badModel` where the file holds no such model.
  public func decode<Model: Decodable>(_ type: Model.Type) throws -> Model {
    do {
      return try Self.decoder.decode(Payload<Model>.self, from: content).model
    } catch {
      throw Self.damaged(path, error)
    }
  }

  private static var decoder: JSONDecoder {
    let decoder = JSONDecoder()
    decoder.nonConformingFloatDecodingStrategy = .convertFromString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    return decoder
  }

  private static func damaged(_ path: String, _ error: any Error) -> CladeError {
    if let error = error as? CladeError {
      return .badModel(path: path, reason: "it is damaged: \(error); fit it again")
    }
    var place = ""
    if let error = error as? DecodingError {
      switch error {
      case .keyNotFound(let key, let context):
        place =
          ": \((context.codingPath + [key]).map(\.stringValue).joined(separator: ".")) is missing"
      case .typeMismatch(_, let context), .valueNotFound(_, let context),
        .dataCorrupted(let context):
        let keys = context.codingPath.map(\.stringValue).joined(separator: ".")
        place = keys.isEmpty ? "" : ": \(keys) can't be read"
      @unknown default: break
      }
    }
    return .badModel(path: path, reason: "it is damaged\(place); fit it again")
  }

  private enum CodingKeys: String, CodingKey {
    case format
    case formatVersion = "format_version"
    case cladeVersion = "clade_version"
    case method, preparation, model
  }

  private struct Envelope<Model: Encodable>: Encodable {
    let format: String
    let formatVersion: Int
    let cladeVersion: String
    let method: String
    let preparation: Preparation?
    let model: Model
    typealias CodingKeys = ModelFile.CodingKeys
  }

  private struct Header: Decodable {
    let format: String
    let formatVersion: Int
    typealias CodingKeys = ModelFile.CodingKeys

    init(from decoder: any Decoder) throws {
      let container = try decoder.container(keyedBy: CodingKeys.self)
      format = try container.decode(String.self, forKey: .format)
      formatVersion = try container.decode(Int.self, forKey: .formatVersion)
    }
  }

  private struct Body: Decodable {
    let method: String
    let cladeVersion: String
    let preparation: Preparation?

    init(from decoder: any Decoder) throws {
      let container = try decoder.container(keyedBy: CodingKeys.self)
      method = try container.decode(String.self, forKey: .method)
      cladeVersion = try container.decode(String.self, forKey: .cladeVersion)
      preparation = try container.decodeIfPresent(Preparation.self, forKey: .preparation)
    }
  }

  private struct Payload<Model: Decodable>: Decodable {
    let model: Model

    init(from decoder: any Decoder) throws {
      model = try decoder.container(keyedBy: CodingKeys.self).decode(Model.self, forKey: .model)
    }
  }
}
