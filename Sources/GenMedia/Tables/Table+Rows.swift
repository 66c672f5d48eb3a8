/// Choosing, ordering and putting together rows and columns.
extension Table {
  /// The columns of these names, in this order.
  ///
  /// - Throws: ``TableError/unknownColumn(_:)``.
  public func selecting(_ names: [String]) throws -> Table {
    try Table(names.map(column), rowCount: rowCount)
  }

  /// - Throws: ``TableError/unknownColumn(_:)``.
  public func column(_ name: String) throws -> Column {
    guard let column = self[name] else { throw TableError.unknownColumn(name) }
    return column
  }

  /// The table with a column in the place of one of that name, or behind all others.
  public func setting(_ column: Column) throws -> Table {
    var all = columns
    if let place = all.firstIndex(where: { $0.name == column.name }) {
      all[place] = column
    } else {
      all.append(column)
    }
    return try Table(all, rowCount: columns.isEmpty ? column.count : rowCount)
  }

  /// The same with other names.
  public func renaming(_ names: [String: String]) throws -> Table {
    for name in names.keys.sorted() { _ = try column(name) }
    return try Table(columns.map { $0.named(names[$0.name] ?? $0.name) }, rowCount: rowCount)
  }

  /// The rows in the order of some columns, the first of them counting most; what is missing comes
  /// last, and rows that are alike stay as they are.
  public func sorted(by names: [String], descending: Bool) throws -> Table {
    let ranks = try names.map { try column($0).ranks }
    let order = (0..<rowCount).sorted { first, second in
      for ranks in ranks {
        let (left, right) = (ranks[first], ranks[second])
        if left == right || (left.isNaN && right.isNaN) { continue }
        if left.isNaN || right.isNaN { return right.isNaN }
        return descending ? left > right : left < right
      }
      return first < second
    }
    return rows(order)
  }

  /// Two tables: a share of the rows, drawn at random, and the rest, both in their order.
  public func split(_ share: Double, seed: UInt64) -> (first: Table, rest: Table) {
    var generator = SplitMix(seed: seed)
    var order = Array(0..<rowCount)
    order.shuffle(using: &generator)
    let count = Int((Double(rowCount) * share).rounded())
    return (rows(order[..<count].sorted()), rows(order[count...].sorted()))
  }

  /// Rows of both that have the same entries in some columns, side by side; of a row that has none
  /// on the other side, if it is kept, the other columns are missing.
  ///
  /// A column of the other table whose name is taken gets `_2` behind it.
  public func joined(
    with other: Table, by names: [String], keepsLeft: Bool, keepsRight: Bool
  ) throws -> Table {
    let (own, others) = (try keys(names), try other.keys(names))
    var places: [String: [Int]] = [:]
    for (row, key) in others.enumerated() { if let key { places[key, default: []].append(row) } }
    var (left, right): ([Int?], [Int?]) = ([], [])
    var met = [Bool](repeating: false, count: other.rowCount)
    for (row, key) in own.enumerated() {
      let found = key.flatMap { places[$0] } ?? []
      for match in found {
        met[match] = true
        left.append(row)
        right.append(match)
      }
      if found.isEmpty, keepsLeft {
        left.append(row)
        right.append(nil)
      }
    }
    if keepsRight {
      for row in met.indices where !met[row] {
        left.append(nil)
        right.append(row)
      }
    }
    var taken = Set(columns.map(\.name))
    var all = try columns.map { column in
      names.contains(column.name) && keepsRight
        ? column.merged(left, with: try other.column(column.name), right) : column.entries(left)
    }
    for column in other.columns where !names.contains(column.name) {
      var name = column.name
      while !taken.insert(name).inserted { name += "_2" }
      all.append(column.entries(right).named(name))
    }
    return try Table(all, rowCount: left.count)
  }

  /// The rows of several tables one after the other; all have the columns of the first, and columns
  /// with levels the same levels.
  ///
  /// - Throws: ``TableError``.
  public static func stacked(_ tables: [Table]) throws -> Table {
    guard let first = tables.first else { return try Table([]) }
    return try Table(
      first.columns.map { column in
        let parts = try tables.map { try $0.column(column.name) }
        return Column(column.name, column.type, column.values.joined(with: parts.map(\.values)))
          .withType(found: parts.contains(where: \.isTypeFound))
          .withEntries(madeUp: parts.allSatisfy(\.isMadeUp))
      }, rowCount: tables.reduce(0) { $0 + $1.rowCount })
  }

  /// What the entries of some columns are in each row; nil where one is missing.
  func keys(_ names: [String]) throws -> [String?] {
    let chosen = try names.map(column)
    return (0..<rowCount).map { row in
      var key = ""
      for column in chosen {
        guard let text = column.text(row) else { return nil }
        key += "\(text.utf8.count):\(text)"
      }
      return key
    }
  }

  /// The rows with the same entries in some columns, in the order in which these first come; a
  /// missing entry is one of its own.
  public func groups(by names: [String]) throws -> [[Int]] {
    let chosen = try names.map(column)
    var places: [String: Int] = [:]
    var groups: [[Int]] = []
    for row in 0..<rowCount {
      var key = ""
      for column in chosen {
        key += column.text(row).map { "\($0.utf8.count):\($0)" } ?? "-"
      }
      if let place = places[key] {
        groups[place].append(row)
      } else {
        places[key] = groups.count
        groups.append([row])
      }
    }
    return groups
  }

  /// Each column in a row of its own: what it is and its statistics.
  public func described() throws -> Table {
    let summaries = columns.map(\.summary)
    func numbers(_ name: String, _ value: (ColumnSummary) -> Double?) -> Column {
      Column(name, .number, .numbers(summaries.map { value($0) ?? .nan }))
    }
    func texts(_ name: String, _ values: [String?]) -> Column {
      Column(name, .text, .texts(TextEntries(values)))
    }
    let edges = zip(columns, summaries).map { column, summary in
      summary.range.map { (column.spoken($0.lowerBound), column.spoken($0.upperBound)) }
    }
    return try Table([
      texts("column", columns.map(\.name)), texts("type", columns.map(\.type.name)),
      Column("missing", .whole, .numbers(summaries.map { Double($0.missingCount) })),
      Column("levels", .whole, .numbers(summaries.map { $0.levelCount.map(Double.init) ?? .nan })),
      numbers("mean") { $0.mean }, numbers("deviation") { $0.deviation },
      texts("least", edges.map { $0?.0 }), numbers("median") { $0.median },
      texts("most", edges.map { $0?.1 }), texts("frequent", summaries.map { $0.mode?.level }),
    ])
  }
}

extension Column.Values {
  /// All entries of columns that are kept as this one is.
  fileprivate func joined(with all: [Column.Values]) -> Column.Values {
    switch self {
    case .numbers: return .numbers(all.flatMap(\.numbers))
    case .codes(_, let levels): return .codes(all.flatMap(\.codes), levels: levels)
    case .texts:
      var texts = TextEntries()
      for case .texts(let more) in all { for row in 0..<more.count { texts.append(more[row]) } }
      return .texts(texts)
    }
  }

  private var numbers: [Double] { if case .numbers(let numbers) = self { numbers } else { [] } }
  private var codes: [Int32] { if case .codes(let codes, _) = self { codes } else { [] } }
}

extension Column {
  public func named(_ name: String) -> Column {
    Column(name, type, values).cameAbout(like: self)
  }

  /// Numbers in the order of the entries; NaN where they are missing.
  var ranks: [Double] {
    switch values {
    case .numbers(let numbers): return numbers
    case .codes(let codes, let levels):
      var rank = [Double](repeating: 0, count: levels.count)
      for (place, level) in levels.indices.sorted(by: { levels[$0] < levels[$1] }).enumerated() {
        rank[level] = Double(place)
      }
      return codes.map { $0 < 0 ? .nan : rank[Int($0)] }
    case .texts(let texts):
      let all = (0..<texts.count).map { texts[$0] }
      var ranks = [Double](repeating: .nan, count: all.count)
      var (rank, before) = (0.0, String?.none)
      for row in all.indices.filter({ all[$0] != nil }).sorted(by: {
        (all[$0] ?? "") < (all[$1] ?? "")
      }) {
        if before != nil, before != all[row] { rank += 1 }
        before = all[row]
        ranks[row] = rank
      }
      return ranks
    }
  }

  /// The entries at these places; missing where there is none.
  func entries(_ places: [Int?]) -> Column {
    let chosen: Values =
      switch values {
      case .numbers(let numbers): .numbers(places.map { $0.map { numbers[$0] } ?? .nan })
      case .codes(let codes, let levels):
        .codes(places.map { $0.map { codes[$0] } ?? -1 }, levels: levels)
      case .texts(let texts): .texts(TextEntries(places.map { $0.flatMap { texts[$0] } }))
      }
    return Column(name, type, chosen).cameAbout(like: self)
  }

  /// The entries of this column, and of another where it has none.
  fileprivate func merged(_ own: [Int?], with other: Column, _ others: [Int?]) -> Column {
    if let numbers, let more = other.numbers {
      let merged = zip(own, others).map { row, match in
        row.map { numbers[$0] } ?? match.map { more[$0] } ?? .nan
      }
      return Column(name, type, .numbers(merged)).withType(found: isTypeFound)
    }
    let texts = zip(own, others).map { row, match in
      row.flatMap(text) ?? match.flatMap(other.text)
    }
    return Column.words(name, texts)
  }
}
