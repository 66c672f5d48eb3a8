import GenMedia

/// How one column becomes a number, a level or both.
struct EncodedColumn: Codable, Sendable, Hashable {
  enum Kind: Codable, Sendable, Hashable {
    case modes(ModeEncoding)
    case quantiles(QuantileEncoding)
    case bins(BinEncoding)
    /// A category; the level after the last is "missing", where entries are.
    case levels([String], hasMissing: Bool)
  }

  let name: String
  private let typeName: String
  private let format: String
  let kind: Kind

  /// - Throws: ``SynthesisError/unfit(column:reason:)``.
  init(
    learning column: Column, _ scheme: TableEncoding.Scheme,
    _ random: inout some RandomNumberGenerator
  ) throws {
    (name, typeName) = (column.name, column.type.name)
    switch column.type {
    case .date(let format), .time(let format): self.format = format
    default: format = ""
    }
    switch column.values {
    case .numbers(let numbers):
      guard numbers.allSatisfy({ $0.isNaN || $0.isFinite }) else {
        throw SynthesisError.unfit(column: name, reason: "has infinite numbers")
      }
      kind =
        switch scheme {
        case .modes: .modes(ModeEncoding(learning: numbers, &random))
        case .quantiles: .quantiles(QuantileEncoding(learning: numbers))
        case .bins: .bins(BinEncoding(learning: numbers))
        }
    case .codes(let codes, let levels):
      kind = .levels(levels, hasMissing: codes.contains { $0 < 0 })
    case .texts: throw SynthesisError.unfit(column: name, reason: "has texts, not levels")
    }
  }

  var type: ColumnType { ColumnType(name: typeName, format: format) ?? .number }

  /// Whether an entry is a category or one of a few numbers: what conditions are made of.
  var isDiscrete: Bool {
    switch kind {
    case .levels: true
    case .modes(let modes): modes.means.isEmpty
    case .quantiles, .bins: false
    }
  }

  var hasScalar: Bool {
    switch kind {
    case .modes(let modes): !modes.means.isEmpty
    case .quantiles: true
    case .bins(let bins): bins.binCount > 0
    case .levels: false
    }
  }

  var levelCount: Int {
    switch kind {
    case .modes(let modes): modes.modeCount
    case .quantiles(let quantiles): quantiles.hasMissing ? 2 : 0
    case .bins(let bins): bins.tokenCount
    case .levels(let levels, let hasMissing): levels.count + (hasMissing ? 1 : 0)
    }
  }

  func encoded(
    _ column: Column, _ random: inout some RandomNumberGenerator
  ) -> (scalars: [Float], codes: [Int32]) {
    let numbers = column.numbers ?? []
    switch kind {
    case .modes(let modes):
      let pairs = numbers.map { modes.encoded($0, &random) }
      return (pairs.map(\.place), pairs.map(\.mode))
    case .quantiles(let quantiles):
      var known: [Double: Float] = [:]
      let scalars = numbers.map { number in
        if let found = known[number] { return found }
        let scalar = quantiles.encoded(number)
        if !number.isNaN { known[number] = scalar }
        return scalar
      }
      return (scalars, numbers.map { $0.isNaN ? 1 : 0 })
    case .bins(let bins):
      let pairs = numbers.map(bins.encoded)
      return (pairs.map(\.place), pairs.map(\.token))
    case .levels(let levels, let hasMissing):
      // Where nothing is known to be missing, what is missing all the same has no level.
      let missing = hasMissing ? Int32(levels.count) : -1
      return ([], (column.codes?.codes ?? []).map { $0 < 0 ? missing : $0 })
    }
  }

  /// The column that rows stand for.
  ///
  /// - Parameters:
  ///   - scalar: Which of a row's numbers is that of the column; nil where it has none.
  ///   - segment: Which of a row's levels.
  func decoded(_ rows: EncodedRows, scalar: Int?, segment: Int?) -> Column {
    func place(_ row: Int) -> Float { scalar.map { rows.scalars(row, at: $0) } ?? 0 }
    func code(_ row: Int) -> Int { segment.map { rows.code(row, at: $0) } ?? 0 }
    let all = 0..<rows.rowCount
    let values: Column.Values =
      switch kind {
      case .modes(let modes):
        .numbers(all.map { modes.decoded(place: place($0), mode: code($0)) })
      case .quantiles(let quantiles):
        .numbers(all.map { code($0) == 1 ? .nan : quantiles.decoded(place($0)) })
      case .bins(let bins):
        .numbers(all.map { bins.decoded(place: place($0), token: code($0)) })
      case .levels(let levels, _):
        .codes(all.map { code($0) < levels.count ? Int32(code($0)) : -1 }, levels: levels)
      }
    return Column(name, type, values)
  }

  /// Whether what was stored goes together.
  var isSound: Bool {
    guard let type = ColumnType(name: typeName, format: format) else { return false }
    switch kind {
    case .modes(let modes): return type.isNumeric && modes.isSound
    case .quantiles(let quantiles): return type.isNumeric && quantiles.isSound
    case .bins(let bins): return type.isNumeric && bins.isSound
    case .levels: return type.hasLevels && levelCount > 0
    }
  }
}

extension EncodedColumn {
  /// The levels that the entries of another column of the same kind have here; nil for an entry
  /// that has none.
  func codes(of column: Column) -> [Int?]? {
    switch (kind, column.values) {
    case (.levels(let levels, let hasMissing), .codes(let codes, let others)):
      let places = Dictionary(
        levels.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
      let known = others.map { places[$0] }
      return codes.map { $0 >= 0 ? known[Int($0)] : hasMissing ? levels.count : nil }
    case (.modes(let modes), .numbers(let numbers)):
      return numbers.map {
        $0.isNaN ? (modes.hasMissing ? modes.modeCount - 1 : nil) : modes.atoms.placeSorted($0)
      }
    default: return nil
    }
  }
}
