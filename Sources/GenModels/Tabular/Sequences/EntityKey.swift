import GenMedia

/// The column that says which entity a row belongs to; what stands in it is made anew.
struct EntityKey: Hashable, Codable, Sendable {
  let name: String
  private let form: IdentifierForm

  /// - Throws: ``SynthesisError/unfit(column:reason:)`` for a column that can name nothing.
  init(_ column: Column) throws {
    switch column.type {
    case .text, .identifier, .category, .flag, .whole: break
    default:
      throw SynthesisError.unfit(
        column: column.name,
        reason: "it is a \(column.type.name), and entities are named by texts or whole numbers")
    }
    name = column.name
    form = IdentifierForm(of: column, unique: true)
  }

  var isSound: Bool { form.isSound }

  /// Different names, as entries of a column of the type that was learned from.
  func column(_ count: Int, like own: Column, seed: UInt64) -> Column {
    let entries = form.entries(count, seed: seed)
    let texts = (0..<count).compactMap { entries[$0] }
    switch own.values {
    case .texts: return Column(name, own.type, .texts(entries))
    case .numbers: return Column(name, own.type, .numbers(texts.map { Double($0) ?? .nan }))
    case .codes:
      let places = (0..<count).map { Int32($0) }
      return Column(name, .category, .codes(places, levels: texts))
    }
  }

  /// The entries of a key column as texts.
  ///
  /// - Throws: ``SynthesisError/key(_:_:row:)`` where one is missing.
  static func texts(_ column: Column) throws -> [String] {
    try (0..<column.count).map { row in
      guard let text = column.text(row) else {
        throw SynthesisError.key(column.name, "is missing", row: row)
      }
      return text
    }
  }
}

/// The rows of a table by their entities.
struct EntityOrder {
  /// The rows, those of one entity after those of another, in their order.
  let rows: [Int]
  /// Where the rows of each entity begin, and behind the last where they end.
  let starts: [Int]

  /// The entity of each row of the table.
  var owners: [Int] {
    var owners = [Int](repeating: 0, count: rows.count)
    for (entity, ends) in zip(starts, starts.dropFirst()).enumerated() {
      for place in ends.0..<ends.1 { owners[rows[place]] = entity }
    }
    return owners
  }

  /// - Parameters:
  ///   - name: What messages call the table; empty where there is only one.
  ///   - order: The column that they are ordered by; nil leaves rows as they stand.
  ///   - entities: All entities; nil takes those that the rows are of.
  /// - Throws: ``SynthesisError/key(_:_:row:)`` for a row without an entity or a place in the order.
  init(
    _ table: Table, named name: String = "", by key: String, order: String?, entities: [String]?
  ) throws {
    func called(_ column: String) -> String { name.isEmpty ? column : "\(name).\(column)" }
    let keys = try EntityKey.texts(try table.column(key).named(called(key)))
    var places: [String: Int] = [:]
    for entity in entities ?? [] { places[entity] = places.count }
    var groups = [[Int]](repeating: [], count: places.count)
    for (row, text) in keys.enumerated() {
      if let place = places[text] {
        groups[place].append(row)
      } else if entities == nil {
        places[text] = groups.count
        groups.append([row])
      } else {
        throw SynthesisError.key(
          called(key), "is \"\(text)\", which no row of the table above has", row: row)
      }
    }
    if let order {
      let column = try table.column(order)
      guard let numbers = column.numbers else {
        throw SynthesisError.unfit(
          column: order, reason: "it is a \(column.type.name), which rows have no order by")
      }
      if let row = numbers.firstIndex(where: \.isNaN) {
        throw SynthesisError.key(called(order), "is missing", row: row)
      }
      for place in groups.indices {
        groups[place].sort { (numbers[$0], $0) < (numbers[$1], $1) }
      }
    }
    rows = groups.flatMap { $0 }
    var end = 0
    starts =
      [0]
      + groups.map { group in
        end += group.count
        return end
      }
  }
}
