import Foundation
import GenMedia
import GenTensor
import GenWeights

/// A fitted family as bytes: as ``FittedTable``'s, with the arrays of every table below its name.
extension FittedFamily {
  static let factsKey = "gen.family"
  private static let formatNumber = 2
  private static let rootPrefix = "root/"
  private static let networkPrefix = "network/"

  private struct Facts: Codable {
    let format: Int
    let root: RootFacts
    let branches: [BranchFacts]
  }

  private struct RootFacts: Codable {
    let name: String?
    let key: EntityKey
    let schema: TableSchema
    let rowCount: Int
    /// Of what was learned of the entities.
    let metadata: [String: String]?
  }

  private struct BranchFacts: Codable {
    let name: String
    let schema: TableSchema
    let parent: Int?
    let key: String
    let ownKey: EntityKey?
    /// Of what rows are beside what was learned of them.
    let metadata: [String: String]
    let mayBeEmpty: Bool
    let settings: TabFormer.Settings
    let columns: SequenceColumns
    let longest: Int
  }

  private static func prefix(_ branch: Int) -> String { "branch\(branch)/" }

  /// - Parameter manifest: How it was made, for who looks at the file.
  public func bytes(manifest: String? = nil) throws -> [UInt8] {
    var arrays: [String: NDArray] = [:]
    func keep(_ more: [String: NDArray], below prefix: String) {
      for (name, array) in more { arrays[prefix + name] = array }
    }
    let own = try root.model?.parts()
    keep(own?.arrays ?? [:], below: Self.rootPrefix)
    let root = RootFacts(
      name: root.name, key: root.key, schema: TableSchema(root.schema), rowCount: root.rowCount,
      metadata: own?.metadata)
    let branches = try branches.enumerated().map { place, branch in
      let parts = try branch.content.frame.parts()
      keep(parts.arrays, below: Self.prefix(place))
      let former = branch.content.former
      keep(former.weights, below: Self.prefix(place) + Self.networkPrefix)
      return BranchFacts(
        name: branch.name, schema: TableSchema(branch.schema), parent: branch.parent,
        key: branch.key, ownKey: branch.ownKey, metadata: parts.metadata,
        mayBeEmpty: branch.content.mayBeEmpty, settings: former.settings, columns: former.columns,
        longest: former.longest)
    }
    let facts = Facts(format: Self.formatNumber, root: root, branches: branches)
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
    let own = facts.root
    let root = Root(
      name: own.name, key: own.key, schema: try own.schema.table(), rowCount: own.rowCount,
      model: try own.metadata.map {
        try FittedTable(arrays.below(Self.rootPrefix), $0, methods: [TabFormer.self])
      })
    let branches = try facts.branches.enumerated().map { place, own in
      let arrays = arrays.below(Self.prefix(place))
      let frame = try FittedTable(arrays, own.metadata, methods: [])
      let former = SequenceFormer(
        settings: own.settings, columns: own.columns, longest: own.longest,
        weights: arrays.below(Self.networkPrefix))
      try former.check()
      return Branch(
        name: own.name, schema: try own.schema.table(), parent: own.parent, key: own.key,
        ownKey: own.ownKey,
        content: FittedSequences(frame: frame, former: former, mayBeEmpty: own.mayBeEmpty))
    }
    self.init(root: root, branches: branches)
    try check()
  }

  /// That its tables go together.
  ///
  /// - Throws: ``SynthesisError/damaged(_:)``.
  private func check() throws {
    func fail() -> SynthesisError { .damaged("its tables do not go together") }
    guard root.key.isSound, root.schema[root.key.name] != nil, !branches.isEmpty else {
      throw fail()
    }
    var known = [Set(root.model?.schema.columns.map(\.name) ?? [])]
    for (place, branch) in branches.enumerated() {
      let parent = branch.parent ?? -1
      guard (-1..<place).contains(parent), branch.schema[branch.key] != nil,
        branch.ownKey?.isSound ?? true,
        branch.key == (parent < 0 ? root.key : branches[parent].ownKey)?.name
      else { throw fail() }
      let (frame, above) = (branch.content.frame, known[parent + 1])
      let own = above.union(frame.schema.columns.map(\.name))
      let given = Set([branch.key] + (branch.ownKey.map { [$0.name] } ?? []))
      let looked =
        (branch.content.former.columns.entity?.columns.map(\.name) ?? [])
        + (frame.plan.above?.keys.sorted() ?? [])
      guard above.isSuperset(of: looked),
        branch.schema.columns.allSatisfy({ own.union(given).contains($0.name) })
      else { throw fail() }
      known.append(own)
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

  /// The tables of a file, without rows, how they were fitted, and the rows of the first where it is
  /// one of several.
  static func look(
    _ metadata: [String: String]
  ) throws -> (
    schemas: [(name: String, schema: Table)], frame: [String: String], rowCount: Int?
  ) {
    let facts = try facts(metadata)
    let own = try facts.root.name.map { [($0, try facts.root.schema.table())] } ?? []
    return (
      own + (try facts.branches.map { ($0.name, try $0.schema.table()) }),
      facts.branches.first?.metadata ?? [:], facts.root.name.map { _ in facts.root.rowCount }
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
