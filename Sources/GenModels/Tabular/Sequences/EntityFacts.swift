import GenMedia

/// What never changes within an entity: the year in which a patient was born, in each of the visits.
struct EntityFacts {
  /// The columns, in the order in which they stand.
  let names: [String]
  /// The rules that are about them alone, and all others.
  let rules: TableRules
  let otherRules: TableRules

  /// As many neighbouring rows as this should differ by chance before a column in which none does is
  /// taken for a fact: less than one in 20,000 is one by accident.
  private static let fewestChances = 10.0

  init(_ subject: FittedSequences.Subject, _ order: EntityOrder) throws {
    let rules = subject.rules
    let apart = Set([subject.key] + (subject.order.map { [$0] } ?? []) + rules.unique)
    var facts = Set(
      subject.rows.columns.filter { column in
        !apart.contains(column.name) && Self.isFact(column, order)
      }.map(\.name))
    // What goes together with something that changes is learned with it.
    for group in rules.together where !facts.isSuperset(of: group) { facts.subtract(group) }
    names = subject.rows.columns.map(\.name).filter(facts.contains)
    func isOwn(_ columns: [String]) -> Bool {
      !columns.isEmpty && facts.isSuperset(of: columns)
    }
    self.rules = TableRules(
      always: rules.always.filter { isOwn($0.columns) }, together: rules.together.filter(isOwn))
    otherRules = TableRules(
      always: rules.always.filter { !isOwn($0.columns) },
      together: rules.together.filter { !isOwn($0) }, unique: rules.unique)
  }

  /// Whether a column is the same in all rows of every entity, and would hardly be so by chance.
  private static func isFact(_ column: Column, _ order: EntityOrder) -> Bool {
    let codes = column.entryCodes
    var pairCount = 0
    for (start, end) in zip(order.starts, order.starts.dropFirst()) where end > start {
      let first = codes[order.rows[start]]
      for place in start + 1..<end {
        guard codes[order.rows[place]] == first else { return false }
      }
      pairCount += end - start - 1
    }
    let counts = Dictionary(codes.map { ($0, 1) }, uniquingKeysWith: +)
    let same = counts.values.reduce(0.0) { sum, count in
      let share = Double(count) / Double(max(column.count, 1))
      return sum + share * share
    }
    return Double(pairCount) * (1 - same) >= fewestChances
  }
}

extension Column {
  /// A number for each entry, the same for the same; nil where it is missing.
  fileprivate var entryCodes: [Double?] {
    guard case .texts(let texts) = values else { return (0..<count).map(entryCode) }
    var places: [String: Double] = [:]
    return (0..<count).map { row in
      guard let text = texts[row] else { return nil }
      let place = places[text] ?? Double(places.count)
      places[text] = place
      return place
    }
  }
}
