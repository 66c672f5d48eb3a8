import GenMedia

/// How the columns of a table become numbers and levels for a network, and are read back.
struct TableEncoding: Codable, Sendable, Hashable {
  /// How the numbers of numeric columns are put.
  enum Scheme: String, Codable, Sendable {
    /// A mode and a place in it.
    case modes
    /// One number, normal over all rows; whether it is missing beside it.
    case quantiles
    /// A token, and a place in the bin that it stands for.
    case bins
  }

  let columns: [EncodedColumn]

  /// - Throws: ``SynthesisError/emptyTable``, ``SynthesisError/unfit(column:reason:)``.
  init(learning table: Table, _ scheme: Scheme, seed: UInt64) throws {
    guard table.rowCount > 0, !table.columns.isEmpty else { throw SynthesisError.emptyTable }
    columns = try sideBySide(table.columns.count) { place in
      var random = SeriesGenerator(seed: seed, place: UInt64(place))
      return Result { try EncodedColumn(learning: table.columns[place], scheme, &random) }
    }.map { try $0.get() }
  }

  /// Levels of discrete columns, which conditions are made of, come last.
  var layout: RowLayout {
    let ordered = levelOrder
    return RowLayout(
      scalarCount: columns.count { $0.hasScalar },
      levelCounts: ordered.map { columns[$0].levelCount },
      conditionCount: ordered.count { columns[$0].isDiscrete })
  }

  /// The columns that have levels, in the order of their levels.
  var levelOrder: [Int] {
    let leveled = columns.indices.filter { columns[$0].levelCount > 0 }
    return leveled.filter { !columns[$0].isDiscrete } + leveled.filter { columns[$0].isDiscrete }
  }

  /// The rows of a table as a network reads them.
  ///
  /// - Requires: a table with the columns of the one learned from.
  func encoded(_ table: Table, seed: UInt64) -> EncodedRows {
    let parts = sideBySide(columns.count) { place in
      var random = SeriesGenerator(seed: ~seed, place: UInt64(place))
      return columns[place].encoded(table.columns[place], &random)
    }
    var rows = EncodedRows(layout, rowCount: table.rowCount)
    for (part, (scalar, segment)) in zip(parts, zip(scalarPlaces, segmentPlaces)) {
      if let scalar { rows.setScalars(part.scalars, at: scalar) }
      if let segment { rows.setCodes(part.codes, at: segment) }
    }
    return rows
  }

  /// The table that rows stand for.
  ///
  /// - Throws: ``TableError``.
  func decoded(_ rows: EncodedRows) throws -> Table {
    let (scalars, segments) = (scalarPlaces, segmentPlaces)
    return try Table(
      sideBySide(columns.count) { place in
        columns[place].decoded(rows, scalar: scalars[place], segment: segments[place])
      }, rowCount: rows.rowCount)
  }

  /// Which number of a row is that of each column.
  private var scalarPlaces: [Int?] {
    var count = 0
    return columns.map { column in
      guard column.hasScalar else { return nil }
      defer { count += 1 }
      return count
    }
  }

  /// Which segment of a row has the levels of each column.
  var segmentPlaces: [Int?] {
    var places = [Int?](repeating: nil, count: columns.count)
    for (segment, column) in levelOrder.enumerated() { places[column] = segment }
    return places
  }
}

/// How the columns of an encoded row lie: numbers, then levels one after the other.
struct RowLayout: Codable, Sendable, Hashable {
  let scalarCount: Int
  /// How many levels each segment has.
  let levelCounts: [Int]
  /// How many of the last segments are those of discrete columns.
  let conditionCount: Int

  var segmentCount: Int { levelCounts.count }
  var oneHotCount: Int { levelCounts.reduce(0, +) }
  /// Numbers and all levels.
  var width: Int { scalarCount + oneHotCount }
  var conditionLevelCounts: [Int] { Array(levelCounts.suffix(conditionCount)) }
  /// Levels of all discrete columns.
  var conditionWidth: Int { conditionLevelCounts.reduce(0, +) }
}

/// Rows as numbers and levels.
struct EncodedRows: Sendable {
  let layout: RowLayout
  let rowCount: Int
  /// `[rows, scalars]`.
  private(set) var scalars: [Float]
  /// `[rows, segments]`.
  private(set) var codes: [Int32]

  init(_ layout: RowLayout, rowCount: Int) {
    (self.layout, self.rowCount) = (layout, rowCount)
    scalars = [Float](repeating: 0, count: rowCount * layout.scalarCount)
    codes = [Int32](repeating: 0, count: rowCount * layout.segmentCount)
  }

  func scalars(_ row: Int, at place: Int) -> Float { scalars[row * layout.scalarCount + place] }
  func code(_ row: Int, at segment: Int) -> Int { Int(codes[row * layout.segmentCount + segment]) }

  mutating func setScalars(_ values: [Float], at place: Int) {
    for row in 0..<rowCount { scalars[row * layout.scalarCount + place] = values[row] }
  }

  mutating func setCodes(_ values: [Int32], at segment: Int) {
    for row in 0..<rowCount { codes[row * layout.segmentCount + segment] = values[row] }
  }

  /// Takes over the first of the rows that a program made, from a row on.
  mutating func set(from start: Int, scalars made: [Float], codes chosen: [Int32]) {
    let count = min(
      rowCount - start,
      layout.scalarCount > 0 ? made.count / layout.scalarCount : chosen.count / layout.segmentCount)
    let scalarCount = count * layout.scalarCount
    let codeCount = count * layout.segmentCount
    scalars.replaceSubrange(
      start * layout.scalarCount..<start * layout.scalarCount + scalarCount,
      with: made.prefix(scalarCount))
    codes.replaceSubrange(
      start * layout.segmentCount..<start * layout.segmentCount + codeCount,
      with: chosen.prefix(codeCount))
  }

  /// The numbers and levels of some rows, for a program.
  func gathered(_ rows: [Int]) -> (scalars: [Float], codes: [Int32]) {
    var result: (scalars: [Float], codes: [Int32]) = ([], [])
    result.scalars.reserveCapacity(rows.count * layout.scalarCount)
    result.codes.reserveCapacity(rows.count * layout.segmentCount)
    for row in rows {
      result.scalars += scalars[row * layout.scalarCount..<(row + 1) * layout.scalarCount]
      result.codes += codes[row * layout.segmentCount..<(row + 1) * layout.segmentCount]
    }
    return result
  }
}
