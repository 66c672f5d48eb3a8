import GenMedia
import GenWeights

/// What `fit` makes: a model of the rows of one table, or of the rows of entities and of tables that
/// belong together.
public enum FittedTables: Sendable {
  case rows(FittedTable)
  case family(FittedFamily)

  /// - Parameters:
  ///   - name: What messages call the bytes.
  ///   - methods: Those that can be read.
  /// - Throws: ``WeightsError``; ``SynthesisError``.
  public init(
    _ bytes: [UInt8], named name: String, methods: [any TableSynthesizer.Type]
  ) throws {
    let file = try Weights(bytes, named: name)
    self =
      file.metadata[FittedFamily.factsKey] == nil
      ? .rows(try FittedTable(try file.arrays(), file.metadata, methods: methods))
      : .family(try FittedFamily(file))
  }

  /// - Parameter manifest: How it was made, for who looks at the file.
  public func bytes(manifest: String? = nil) throws -> [UInt8] {
    switch self {
    case .rows(let model): try model.bytes(manifest: manifest)
    case .family(let family): try family.bytes(manifest: manifest)
    }
  }

  /// The models of its tables; the name is empty where there is only one.
  public var parts: [(name: String, model: FittedTable)] {
    switch self {
    case .rows(let model): [("", model)]
    case .family(let family):
      (family.root.model.map { [(family.root.name ?? "", $0)] } ?? [])
        + family.branches.map { ($0.name, $0.content.frame) }
    }
  }

  /// The tables that it makes, without rows, and how many it learned from; the name is empty where there
  /// is only one.
  public var schemas: [(name: String, schema: Table, rowCount: Int)] {
    switch self {
    case .rows(let model): [("", model.schema, model.provenance.rowCount)]
    case .family(let family): family.schemas
    }
  }

  /// What a file says about itself.
  ///
  /// - Throws: ``WeightsError``; ``SynthesisError``.
  public static func look(_ path: String) throws -> Look {
    let metadata = try SafetensorsFile(path: path).metadata
    let manifest = metadata[FittedTable.manifestKey]
    guard metadata[FittedFamily.factsKey] != nil else {
      let own = try FittedTable.look(metadata)
      return Look(
        schemas: [("", own.schema)], method: own.method, rowCount: own.rowCount, manifest: manifest)
    }
    let family = try FittedFamily.look(metadata)
    let own = try FittedTable.look(family.frame)
    return Look(
      schemas: family.schemas, method: own.method, rowCount: family.rowCount ?? own.rowCount,
      manifest: manifest)
  }

  public struct Look: Sendable {
    /// The tables, without rows; the name is empty where there is only one.
    public let schemas: [(name: String, schema: Table)]
    public let method: String
    /// Of the first table.
    public let rowCount: Int
    public let manifest: String?
    /// Whether rows are protected; how many there were is not told then.
    public var isProtected: Bool { rowCount == 0 }
  }
}
