import GenMedia

/// Random numbers from a seed.
///
/// - Source: SplitMix64 (Steele, Lea & Flood 2014).
struct Drawing: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

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
