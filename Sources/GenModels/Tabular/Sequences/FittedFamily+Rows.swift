import GenMedia
import GenTensor

extension FittedFamily {
  /// Rows that are there, with what those that belong to them have to know.
  private struct Made {
    /// What they are called; nil where nothing belongs to them.
    let keys: Column?
    let known: Table
  }

  /// Tables of so many entities with all their rows.
  ///
  /// - Parameters:
  ///   - condition: What has to be so of what is known of an entity; see ``entities``.
  ///   - mode: How networks keep their numbers while they draw.
  ///   - report: Told of how many entities the rows are made, table after table.
  /// - Throws: ``SynthesisError``; `CancellationError`.
  public func rows(
    _ count: Int, seed: UInt64, where condition: RowCondition? = nil, mode: NumericMode = .f32,
    report: @Sendable (Int) -> Void = { _ in }
  ) async throws -> [(name: String, rows: Table)] {
    do {
      return try await made(count, seed: seed, where: condition, mode, report: report)
    } catch is TableError { throw SynthesisError.damaged("its tables do not go together") }
  }

  private func made(
    _ count: Int, seed: UInt64, where condition: RowCondition?, _ mode: NumericMode,
    report: @Sendable (Int) -> Void
  ) async throws -> [(name: String, rows: Table)] {
    var random = SeriesGenerator(seed: seed, place: 0)
    let keys = root.key.column(
      count, like: try root.schema.column(root.key.name), seed: random.next())
    let own = try await entities(
      count, seed: random.next(), where: condition, mode, report: report)
    var all = [Made(keys: keys, known: own)]
    var tables: [(name: String, rows: Table)] = []
    if let name = root.name {
      tables.append((name, try own.arranged(as: root.schema, keys)))
    }
    for branch in branches {
      let above = all[branch.parent.map { $0 + 1 } ?? 0]
      let (rows, owners) = try await branch.content.rows(
        above.known.rowCount, known: above.known, seed: random.next(), mode: mode, report: report)
      guard let names = above.keys else { throw SynthesisError.damaged("its rows have no names") }
      let owned = try Table([names.like(try branch.schema.column(branch.key))]).rows(owners)
      let keys = try branch.ownKey.map { key in
        key.column(
          rows.rowCount, like: try branch.schema.column(key.name), seed: random.next())
      }
      let known = try rows.beside(above.known.rows(owners))
      all.append(Made(keys: keys, known: known))
      let named = try keys.map { try known.setting($0) } ?? known
      tables.append((branch.name, try named.arranged(as: branch.schema, owned[branch.key])))
    }
    return tables
  }

  /// What is known of new entities, without the key.
  private func entities(
    _ count: Int, seed: UInt64, where condition: RowCondition?, _ mode: NumericMode,
    report: @Sendable (Int) -> Void
  ) async throws -> Table {
    guard let model = root.model else { return try Table([], rowCount: count) }
    guard let condition else { return try await model.rows(count, seed: seed, mode: mode) }
    return try await model.rows(count, seed: seed, where: condition, mode: mode, report: report)
  }
}

extension Table {
  /// The columns of a schema in their order, one of them given.
  fileprivate func arranged(as schema: Table, _ given: Column?) throws -> Table {
    let all = try schema.columns.map { own in
      if let given, given.name == own.name { return given }
      return try column(own.name)
    }
    return try Table(all, rowCount: rowCount)
  }
}

extension Column {
  /// The same entries in a column of another's type and name.
  fileprivate func like(_ own: Column) -> Column {
    let texts = TextEntries((0..<count).map { text($0) })
    let written = Column(own.name, .text, .texts(texts))
    return (try? written.typed(own.type)) ?? written
  }
}
