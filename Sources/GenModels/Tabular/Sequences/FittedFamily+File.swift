import Foundation
import GenMedia
import GenTensor
import GenWeights

/// A fitted family as bytes: as ``FittedTable``'s, with the arrays of every table below its name.
extension FittedFamily {
  static let factsKey = "gen.family"
  private static let formatNumber = 1
  private static let parentPrefix = "parent/"
  private static let networkPrefix = "network/"

  private struct Facts: Codable {
    let format: Int
    let key: EntityKey
    let parent: ParentFacts?
    let children: [ChildFacts]
  }

  private struct ParentFacts: Codable {
    let name: String
    let schema: TableSchema
    let metadata: [String: String]
  }

  private struct ChildFacts: Codable {
    let name: String
    let schema: TableSchema
    /// Of what rows are beside what was learned of them.
    let metadata: [String: String]
    let mayBeEmpty: Bool
    let settings: TabFormer.Settings
    let columns: SequenceColumns
    let longest: Int
  }

  private static func prefix(_ child: Int) -> String { "child\(child)/" }

  /// - Parameter manifest: How it was made, for who looks at the file.
  public func bytes(manifest: String? = nil) throws -> [UInt8] {
    var arrays: [String: NDArray] = [:]
    func keep(_ more: [String: NDArray], below prefix: String) {
      for (name, array) in more { arrays[prefix + name] = array }
    }
    let parent = try parent.map { parent in
      let parts = try parent.model.parts()
      keep(parts.arrays, below: Self.parentPrefix)
      return ParentFacts(
        name: parent.name, schema: TableSchema(parent.schema), metadata: parts.metadata)
    }
    let children = try children.enumerated().map { place, child in
      let parts = try child.model.frame.parts()
      keep(parts.arrays, below: Self.prefix(place))
      let former = child.model.former
      keep(former.weights, below: Self.prefix(place) + Self.networkPrefix)
      return ChildFacts(
        name: child.name, schema: TableSchema(child.model.schema), metadata: parts.metadata,
        mayBeEmpty: child.model.mayBeEmpty, settings: former.settings, columns: former.columns,
        longest: former.longest)
    }
    let facts = Facts(
      format: Self.formatNumber, key: key, parent: parent, children: children)
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    var metadata = [Self.factsKey: String(decoding: try encoder.encode(facts), as: UTF8.self)]
    metadata[FittedTable.manifestKey] = manifest
    return SafetensorsFile.bytes(of: arrays, metadata: metadata)
  }

  /// - Throws: ``WeightsError``; ``SynthesisError``.
  init(_ file: Weights) throws {
    let facts = try Self.facts(file.metadata)
    let arrays = try file.arrays()
    func part(_ prefix: String) -> [String: NDArray] { arrays.below(prefix) }
    let parent = try facts.parent.map { own in
      Parent(
        name: own.name,
        model: try FittedTable(
          part(Self.parentPrefix), own.metadata, methods: [TabFormer.self]),
        schema: try own.schema.table())
    }
    let children = try facts.children.enumerated().map { place, own in
      let arrays = part(Self.prefix(place))
      let frame = try FittedTable(arrays, own.metadata, methods: [])
      let former = SequenceFormer(
        settings: own.settings, columns: own.columns, longest: own.longest,
        weights: arrays.below(Self.networkPrefix))
      try former.check()
      return Child(
        name: own.name,
        model: FittedSequences(
          schema: try own.schema.table(), frame: frame, key: facts.key, former: former,
          mayBeEmpty: own.mayBeEmpty))
    }
    self.init(key: facts.key, parent: parent, children: children)
    let schemas = schemas.map(\.schema)
    guard key.isSound, !children.isEmpty, schemas.allSatisfy({ $0[key.name] != nil }) else {
      throw SynthesisError.damaged("its tables have no key")
    }
  }

  private static func facts(_ metadata: [String: String]) throws -> Facts {
    guard let text = metadata[factsKey],
      let facts = try? JSONDecoder().decode(Facts.self, from: Data(text.utf8))
    else { throw SynthesisError.damaged("it does not say what tables it has") }
    guard facts.format == formatNumber else {
      throw SynthesisError.damaged("it was written by another version")
    }
    return facts
  }

  /// The tables of a file, without rows, and how they were fitted.
  static func look(
    _ metadata: [String: String]
  ) throws -> (schemas: [(name: String, schema: Table)], frame: [String: String]) {
    let facts = try facts(metadata)
    let own = try facts.parent.map { [($0.name, try $0.schema.table())] } ?? []
    return (
      own + (try facts.children.map { ($0.name, try $0.schema.table()) }),
      (facts.parent?.metadata ?? facts.children.first?.metadata) ?? [:]
    )
  }
}

extension [String: NDArray] {
  /// Those whose names begin with `prefix`, without it.
  func below(_ prefix: String) -> [String: NDArray] {
    reduce(into: [:]) { part, entry in
      if entry.key.hasPrefix(prefix) {
        part[String(entry.key.dropFirst(prefix.count))] = entry.value
      }
    }
  }
}

extension SequenceFormer {
  /// That its parts go together.
  ///
  /// - Throws: ``SynthesisError/damaged(_:)``.
  fileprivate func check() throws {
    try settings.check()
    let encodings = [columns.told, columns.seen] + (columns.entity.map { [$0] } ?? [])
    guard (1...1 << 24).contains(longest),
      encodings.allSatisfy({ !$0.columns.isEmpty && $0.columns.allSatisfy(\.isSound) })
    else { throw SynthesisError.damaged("its columns do not go together") }
    do {
      _ = try SequencePrograms(sizes: sizes).drawing(
        weights, order: columns.toldOrder, limited: columns.timedSegments, laneCount: 1)
    } catch { throw SynthesisError.damaged("\(error)") }
  }
}
