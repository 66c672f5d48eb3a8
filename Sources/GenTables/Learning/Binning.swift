import GenMedia

/// How the entries of columns fall into at most 64 bins; what is not known has bin 0.
struct Binning {
  private let features: [Feature]
  static let binCount = 64

  private enum Feature {
    /// Bins between these edges, from bin 1.
    case ordered(edges: [Double])
    /// The bin of each level; the rarest share one.
    case levels([UInt8])
  }

  /// By ranges of numbers and frequencies of levels; texts and identifiers are left out.
  init(_ table: Table) {
    features = table.features.map { column in
      switch column.values {
      case .numbers(let numbers): .ordered(edges: Self.edges(numbers))
      case .codes(let codes, let levels): .levels(Self.ranks(codes, levels.count))
      case .texts: .levels([])
      }
    }
  }

  /// - Requires: a table with the columns and levels of the one that the bins are made of.
  func callAsFunction(_ table: Table) -> BinnedRows {
    BinnedRows(
      columns: zip(table.features, features).map { column, feature in
        switch (column.values, feature) {
        case (.numbers(let numbers), .ordered(let edges)):
          numbers.map { Self.bin($0, edges) }
        case (.codes(let codes, _), .levels(let bins)):
          codes.map { $0 < 0 || Int($0) >= bins.count ? 0 : bins[Int($0)] }
        default: [UInt8](repeating: 0, count: table.rowCount)
        }
      }, rowCount: table.rowCount,
      isOrdered: features.map { if case .ordered = $0 { true } else { false } })
  }

  /// Half of them quantiles of the rows, half of the distinct numbers, so that neither what is
  /// frequent nor what is rare goes without.
  private static func edges(_ numbers: [Double]) -> [Double] {
    let sorted = numbers.filter { !$0.isNaN }.sorted()
    guard let least = sorted.first else { return [] }
    let distinct = Set(sorted).sorted()
    let parts = binCount / 2
    let quantiles = [sorted, distinct].flatMap { values in
      (1..<parts).map { values[$0 * values.count / parts] }
    }
    return Set(quantiles).subtracting([least]).sorted()
  }

  private static func bin(_ number: Double, _ edges: [Double]) -> UInt8 {
    guard !number.isNaN else { return 0 }
    var (low, high) = (0, edges.count)
    while low < high {
      let middle = (low + high) / 2
      if edges[middle] <= number { low = middle + 1 } else { high = middle }
    }
    return UInt8(low + 1)
  }

  private static func ranks(_ codes: [Int32], _ levelCount: Int) -> [UInt8] {
    var counts = [Int](repeating: 0, count: levelCount)
    for code in codes where code >= 0 { counts[Int(code)] += 1 }
    var bins = [UInt8](repeating: 0, count: levelCount)
    let order = counts.indices.sorted { (counts[$1], $0) < (counts[$0], $1) }
    for (rank, level) in order.enumerated() { bins[level] = UInt8(min(rank + 1, binCount - 1)) }
    return bins
  }
}

/// Rows in bins, by column.
struct BinnedRows {
  let columns: [[UInt8]]
  let rowCount: Int
  /// Whether neighbouring bins of a column are alike.
  let isOrdered: [Bool]

  func rows(_ places: [Int]) -> BinnedRows {
    BinnedRows(
      columns: columns.map { column in places.map { column[$0] } }, rowCount: places.count,
      isOrdered: isOrdered)
  }
}

extension Table {
  /// The columns that say something about a row as such.
  var features: [Column] { columns.filter { $0.type.isNumeric || $0.type.hasLevels } }

  func without(_ name: String) throws -> Table { try Table(columns.filter { $0.name != name }) }
}
