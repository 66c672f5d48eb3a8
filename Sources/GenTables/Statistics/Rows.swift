import GenMedia

extension SplitMix {
  /// At most `most` rows of a table, in a drawn order.
  mutating func rows(of table: Table, most: Int) -> Table {
    table.rows(Array((0..<table.rowCount).shuffled(using: &self).prefix(most)))
  }
}

extension Table {
  /// The rows of this table, then those of another one with the same columns, numbers as numbers and
  /// codes by the same levels.
  func followed(by other: Table) throws -> Table {
    try Table(
      zip(columns, other.columns).map { first, second in
        let values: Column.Values =
          switch (first.values, second.values) {
          case (.numbers(let a), .numbers(let b)): .numbers(a + b)
          case (.codes(let a, let levels), .codes(let b, _)): .codes(a + b, levels: levels)
          default:
            .texts(
              TextEntries(
                (0..<first.count).map(first.label) + (0..<second.count).map(second.label)))
          }
        return Column(first.name, first.type, values)
      })
  }
}
