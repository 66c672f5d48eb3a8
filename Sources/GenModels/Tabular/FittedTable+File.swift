import Foundation
import GenMedia
import GenTensor
import GenWeights

/// A fitted model as bytes: a safetensors file with the arrays of the method, and everything else as
/// JSON in its metadata.
extension FittedTable {
  private static let formatNumber = 1
  static let factsKey = "gen.table"
  static let settingsKey = "gen.method"
  static let manifestKey = "gen.manifest"
  private static let lossPrefix = "loss/"
  private static let arrayPrefix = "method/"

  private struct Facts: Codable {
    let format: Int
    let schema: TableSchema
    let forms: [ColumnForm]
    let plan: RulePlan
    let hiddenSchema: TableSchema?
    let hiddenForms: [ColumnForm]?
    /// The name of the method, and how a script would write it with its settings.
    let method: String?
    let written: String
    let rowCount: Int
    let seed: UInt64
  }

  /// - Parameter manifest: How it was made, for who looks at the file.
  public func bytes(manifest: String? = nil) throws -> [UInt8] {
    let stored = try synthesizer?.stored()
    var arrays: [String: NDArray] = [:]
    for (name, array) in stored?.arrays ?? [:] { arrays[Self.arrayPrefix + name] = array }
    for loss in provenance.losses { arrays[Self.lossPrefix + loss.name] = NDArray(loss.means) }
    let facts = Facts(
      format: Self.formatNumber, schema: TableSchema(schema), forms: forms, plan: plan,
      hiddenSchema: hidden.map { TableSchema($0.schema) }, hiddenForms: hidden?.forms,
      method: synthesizer.map { type(of: $0).method }, written: provenance.method,
      rowCount: provenance.rowCount, seed: provenance.seed)
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    var metadata = [
      Self.factsKey: String(decoding: try encoder.encode(facts), as: UTF8.self),
      Self.settingsKey: stored?.facts ?? "",
    ]
    metadata[Self.manifestKey] = manifest
    return SafetensorsFile.bytes(of: arrays, metadata: metadata)
  }

  /// - Parameters:
  ///   - name: What messages call the bytes.
  ///   - methods: Those that can be read.
  /// - Throws: ``WeightsError``; ``SynthesisError``.
  public init(
    _ bytes: [UInt8], named name: String, methods: [any TableSynthesizer.Type]
  ) throws {
    let file = try Weights(bytes, named: name)
    guard let text = file.metadata[Self.factsKey],
      let facts = try? JSONDecoder().decode(Facts.self, from: Data(text.utf8))
    else { throw SynthesisError.damaged("it does not say what columns it has") }
    guard facts.format == Self.formatNumber else {
      throw SynthesisError.damaged("it was written by another version")
    }
    let schema = try facts.schema.table()
    try Self.check(facts.forms, schema)
    guard facts.plan.steps.allSatisfy({ $0.isSound(for: schema) }) else {
      throw SynthesisError.damaged("its rules are of other columns")
    }
    var hidden: Hidden?
    if let shown = try facts.hiddenSchema?.table(), let forms = facts.hiddenForms {
      try Self.check(forms, shown)
      hidden = Hidden(schema: shown, forms: forms)
    }
    let arrays = try file.arrays()
    func part(_ prefix: String) -> [(String, NDArray)] {
      arrays.filter { $0.key.hasPrefix(prefix) }.map {
        (String($0.key.dropFirst(prefix.count)), $0.value)
      }
    }
    var synthesizer: (any TableSynthesizer)?
    if let method = facts.method {
      guard let type = methods.first(where: { $0.method == method }) else {
        throw SynthesisError.unknownMethod(method)
      }
      synthesizer = try type.init(
        StoredSynthesizer(
          arrays: Dictionary(uniqueKeysWithValues: part(Self.arrayPrefix)),
          facts: file.metadata[Self.settingsKey] ?? ""))
    }
    let losses = part(Self.lossPrefix).sorted { $0.0 < $1.0 }.map {
      LossTrace(name: $0.0, means: $0.1.floats)
    }
    self.init(
      schema: schema, forms: facts.forms, plan: facts.plan, hidden: hidden,
      synthesizer: synthesizer,
      provenance: Provenance(
        method: facts.written, rowCount: facts.rowCount, seed: facts.seed, losses: losses))
  }

  /// What a file of a fitted model says about itself.
  public struct Look: Sendable {
    /// The columns, without rows.
    public let schema: Table
    public let method: String
    public let rowCount: Int
    public let manifest: String?
    /// Whether rows are protected; how many there were is not told then.
    public var isProtected: Bool { rowCount == 0 }
  }

  /// - Throws: ``WeightsError``; ``SynthesisError``.
  public static func look(_ path: String) throws -> Look {
    let metadata = try SafetensorsFile(path: path).metadata
    guard let text = metadata[factsKey],
      let facts = try? JSONDecoder().decode(Facts.self, from: Data(text.utf8)),
      facts.format == formatNumber
    else { throw SynthesisError.damaged("\"\(path)\" does not say what columns it has") }
    return Look(
      schema: try facts.schema.table(), method: facts.written, rowCount: facts.rowCount,
      manifest: metadata[manifestKey])
  }

  /// The bytes of a file.
  ///
  /// - Throws: ``WeightsError``.
  public static func file(_ path: String) throws -> [UInt8] {
    let file = try MappedFile(path: path)
    return withExtendedLifetime(file) { Array(file.bytes) }
  }

  /// Whether forms and columns go together.
  private static func check(_ forms: [ColumnForm], _ schema: Table) throws {
    guard forms.count == schema.columns.count else {
      throw SynthesisError.damaged(
        "it says of \(forms.count) of \(schema.columns.count) columns what they are")
    }
    for (form, column) in zip(forms, schema.columns) {
      let isSound =
        switch form {
        case .numbers(let grain, let low, let high):
          column.type.isNumeric && low <= high && grain.unit >= 0 && grain.parts > 0
        case .oneNumber: column.type.isNumeric
        case .levels: column.type.hasLevels
        case .oneLevel(let code):
          column.type.hasLevels && code >= -1 && code < column.codes?.levels.count ?? 0
        case .identifier(let form, let missing):
          !column.type.isNumeric && !column.type.hasLevels && form.isSound
            && (0...1).contains(missing)
        }
      guard isSound else {
        throw SynthesisError.damaged("'\(column.name)' is not what it says that it is")
      }
    }
  }
}
