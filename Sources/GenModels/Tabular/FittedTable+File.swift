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
    var (arrays, metadata) = try parts()
    metadata[Self.manifestKey] = manifest
    return SafetensorsFile.bytes(of: arrays, metadata: metadata)
  }

  /// What a file has of it.
  func parts() throws -> (arrays: [String: NDArray], metadata: [String: String]) {
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
    let metadata = [
      Self.factsKey: String(decoding: try encoder.encode(facts), as: UTF8.self),
      Self.settingsKey: stored?.facts ?? "",
    ]
    return (arrays, metadata)
  }

  /// - Parameters:
  ///   - name: What messages call the bytes.
  ///   - methods: Those that can be read.
  /// - Throws: ``WeightsError``; ``SynthesisError``.
  public init(
    _ bytes: [UInt8], named name: String, methods: [any TableSynthesizer.Type]
  ) throws {
    let file = try Weights(bytes, named: name)
    try self.init(try file.arrays(), file.metadata, methods: methods)
  }

  /// - Parameter methods: Those that can be read.
  /// - Throws: ``SynthesisError``.
  init(
    _ arrays: [String: NDArray], _ metadata: [String: String],
    methods: [any TableSynthesizer.Type]
  ) throws {
    let facts = try Self.facts(metadata)
    let schema = try facts.schema.table()
    try Self.check(facts.forms, schema)
    guard facts.plan.isSound(for: schema) else {
      throw SynthesisError.damaged("its rules are of other columns")
    }
    var hidden: Hidden?
    if let shown = try facts.hiddenSchema?.table(), let forms = facts.hiddenForms {
      try Self.check(forms, shown)
      hidden = Hidden(schema: shown, forms: forms)
    }
    var synthesizer: (any TableSynthesizer)?
    if let method = facts.method {
      guard let type = methods.first(where: { $0.method == method }) else {
        throw SynthesisError.unknownMethod(method)
      }
      synthesizer = try type.init(
        StoredSynthesizer(
          arrays: arrays.below(Self.arrayPrefix), facts: metadata[Self.settingsKey] ?? ""))
    }
    let losses = arrays.below(Self.lossPrefix).sorted { $0.key < $1.key }.map {
      LossTrace(name: $0.key, means: $0.value.floats)
    }
    self.init(
      schema: schema, forms: facts.forms, plan: facts.plan, hidden: hidden,
      synthesizer: synthesizer,
      provenance: Provenance(
        method: facts.written, rowCount: facts.rowCount, seed: facts.seed, losses: losses))
  }

  private static func facts(_ metadata: [String: String]) throws -> Facts {
    guard let text = metadata[factsKey],
      let facts = try? JSONDecoder().decode(Facts.self, from: Data(text.utf8))
    else { throw SynthesisError.damaged("it does not say what columns it has") }
    guard facts.format == formatNumber else {
      throw SynthesisError.damaged("it was written by another version")
    }
    return facts
  }

  /// The columns without rows, how they were fitted, and to how many rows.
  ///
  /// - Throws: ``SynthesisError``.
  static func look(
    _ metadata: [String: String]
  ) throws -> (schema: Table, method: String, rowCount: Int) {
    let facts = try facts(metadata)
    return (try facts.schema.table(), facts.written, facts.rowCount)
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
