/// Chooses the levels that rows are made for, and rows that have them: training by sampling.
///
/// - Source: Xu et al. 2019, arXiv:1907.00503v2, section 4.3.
struct ConditionSampler: Sendable {
  /// One level: its column among the discrete ones, its place there, and its place among all levels
  /// of these.
  struct Condition: Sendable, Hashable {
    let column: Int
    let level: Int
    let place: Int32
  }

  /// How many rows have each level, by column.
  let counts: [[Int]]
  /// Where the levels of each column begin among all.
  private let starts: [Int]
  /// What training draws levels by: the logarithms of how many rows have them, added up.
  private let sums: [[Double]]
  /// How many rows have each level or one before it.
  private let countSums: [[Int]]

  init(counts: [[Int]]) {
    self.counts = counts
    var start = 0
    starts = counts.map { levels in
      defer { start += levels.count }
      return start
    }
    sums = counts.map { levels in
      var sum = 0.0
      return levels.map { count in
        sum += Double.log(Double(count + 1))
        return sum
      }
    }
    countSums = counts.map { levels in
      var sum = 0
      return levels.map { count in
        sum += count
        return sum
      }
    }
  }

  /// A level of any column, rare ones more often than rows have them.
  func training(_ random: inout some RandomNumberGenerator) -> Condition {
    let column = Int.random(in: 0..<counts.count, using: &random)
    let mark = Double.random(in: 0..<(sums[column].last ?? 1), using: &random)
    return condition(column, level: sums[column].firstIndex { $0 > mark } ?? 0)
  }

  /// A level of any column, as often as rows have it.
  func natural(_ random: inout some RandomNumberGenerator) -> Condition {
    let column = Int.random(in: 0..<counts.count, using: &random)
    let sums = countSums[column]
    let mark = Int.random(in: 0..<max(sums.last ?? 1, 1), using: &random)
    return condition(column, level: sums.firstIndex { $0 > mark } ?? 0)
  }

  func condition(_ column: Int, level: Int) -> Condition {
    Condition(column: column, level: level, place: Int32(starts[column] + level))
  }
}

/// The rows of a table by the levels that they have.
struct RowsByLevel: Sendable {
  /// By column: the rows in the order of their levels, and where each level's begin and end.
  private let columns: [(rows: [Int32], starts: [Int])]
  let counts: [[Int]]
  private let rowCount: Int

  init(_ rows: EncodedRows) {
    let layout = rows.layout
    let first = layout.segmentCount - layout.conditionCount
    rowCount = rows.rowCount
    columns = layout.conditionLevelCounts.enumerated().map { place, levelCount in
      var starts = [Int](repeating: 0, count: levelCount + 1)
      for row in 0..<rows.rowCount { starts[rows.code(row, at: first + place) + 1] += 1 }
      for level in 0..<levelCount { starts[level + 1] += starts[level] }
      var next = starts
      var ordered = [Int32](repeating: 0, count: rows.rowCount)
      for row in 0..<rows.rowCount {
        let level = rows.code(row, at: first + place)
        ordered[next[level]] = Int32(row)
        next[level] += 1
      }
      return (ordered, starts)
    }
    counts = columns.map { column in zip(column.starts, column.starts.dropFirst()).map { $1 - $0 } }
  }

  /// Any row that has a level; any row at all where there is no condition.
  func row(
    _ condition: ConditionSampler.Condition?, _ random: inout some RandomNumberGenerator
  ) -> Int {
    guard let condition, counts[condition.column][condition.level] > 0 else {
      return Int.random(in: 0..<rowCount, using: &random)
    }
    let (rows, starts) = columns[condition.column]
    let range = starts[condition.level]..<starts[condition.level + 1]
    return Int(rows[Int.random(in: range, using: &random)])
  }
}
