/// A table as it was read, with what had to be decided by looking.
public struct TableReading: Sendable, Hashable {
  public let table: Table
  /// What the person should know: sentences without a full stop.
  public let notes: [String]
  /// Whether it is the whole file.
  public let isWhole: Bool

  public init(table: Table, notes: [String], isWhole: Bool) {
    (self.table, self.notes, self.isWhole) = (table, notes, isWhole)
  }
}

/// How the columns of a file are read: guessed from its beginning, mended where a later entry
/// does not fit.
struct TableDraft {
  let names: [String]
  private(set) var dialect: Dialect
  private var kinds: [EntryKind]
  /// By column the first entry that is neither number nor date among others that are.
  private var mixed: [Int: (line: Int, text: String)] = [:]

  init(_ names: [String], _ kinds: [EntryKind], _ dialect: Dialect) {
    (self.names, self.kinds, self.dialect) = (names, kinds, dialect)
  }

  func builders() -> [ColumnBuilder] { kinds.map { ColumnBuilder($0, dialect) } }

  /// Whether a pass has read all entries; where not, the next one will read them otherwise.
  ///
  /// A column goes from numbers or dates to words, so that there are few passes.
  mutating func settles(_ builders: [ColumnBuilder]) -> Bool {
    guard !builders.contains(where: \.isNotUTF8) else {
      dialect.isLatin1 = true
      return false
    }
    var isSettled = true
    for (index, builder) in builders.enumerated() {
      guard let misfit = builder.misfit else { continue }
      isSettled = false
      if builder.knownCount > 0, mixed[index] == nil { mixed[index] = misfit }
      kinds[index] = builder.nextKind(seeing: misfit.text)
    }
    return isSettled
  }

  func reading(
    _ builders: [ColumnBuilder], rowCount: Int, isWhole: Bool, notes: [String]
  ) -> TableReading {
    var notes = notes
    if dialect.isLatin1 { notes.append("it is no UTF-8 and was read as Latin-1") }
    if dialect.decimal == 0x2C { notes.append("its numbers have a decimal comma") }
    for (index, misfit) in mixed.sorted(by: { $0.key < $1.key }) where kinds[index] == .words {
      notes.append(
        "\"\(names[index])\" is no column of numbers or dates: line \(misfit.line) has "
          + "\"\(misfit.text)\"")
    }
    for (name, builder) in zip(names, builders) {
      notes += builder.notes(name, rowCount: rowCount)
    }
    let columns = zip(names, builders).map { $1.column(named: $0) }
    return TableReading(
      table: Table(unchecked: columns, rowCount: rowCount), notes: notes, isWhole: isWhole)
  }
}
