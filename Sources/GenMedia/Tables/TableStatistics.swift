import Glibc

/// A column in a few numbers.
public struct ColumnSummary: Sendable, Hashable {
  public let missingCount: Int
  /// How many different entries there are; nil for numbers and texts.
  public let levelCount: Int?
  /// Of a column of numbers, dates or times.
  public let range: ClosedRange<Double>?
  public let mean: Double?
  /// The square root of the mean squared distance from the mean, over one less than the count.
  public let deviation: Double?
  public let median: Double?
  /// The most frequent level and how often it stands there.
  public let mode: (level: String, count: Int)?

  public static func == (left: ColumnSummary, right: ColumnSummary) -> Bool {
    left.facts == right.facts && left.mode?.level == right.mode?.level
      && left.mode?.count == right.mode?.count
  }

  public func hash(into hasher: inout Hasher) { hasher.combine(facts) }

  private var facts: [Double?] {
    [
      Double(missingCount), levelCount.map(Double.init), range?.lowerBound, range?.upperBound, mean,
      deviation, median,
    ]
  }
}

extension Column {
  public var summary: ColumnSummary {
    switch values {
    case .numbers(let numbers): summary(of: numbers.filter { !$0.isNaN }, all: numbers.count)
    case .codes(let codes, let levels): summary(of: codes, levels)
    case .texts(let texts):
      ColumnSummary(
        missingCount: texts.missingCount, levelCount: nil, range: nil, mean: nil, deviation: nil,
        median: nil, mode: nil)
    }
  }

  private func summary(of known: [Double], all: Int) -> ColumnSummary {
    let sorted = known.sorted()
    var range: ClosedRange<Double>?
    if let low = sorted.first, let high = sorted.last { range = low...high }
    return ColumnSummary(
      missingCount: all - known.count, levelCount: nil, range: range, mean: known.mean,
      deviation: known.deviation, median: sorted.middle, mode: nil)
  }

  private func summary(of codes: [Int32], _ levels: [String]) -> ColumnSummary {
    var counts = [Int](repeating: 0, count: levels.count)
    for code in codes where code >= 0 { counts[Int(code)] += 1 }
    let most = counts.indices.max {
      counts[$0] < counts[$1] || (counts[$0] == counts[$1] && $0 > $1)
    }
    return ColumnSummary(
      missingCount: missingCount, levelCount: counts.count { $0 > 0 }, range: nil, mean: nil,
      deviation: nil, median: nil, mode: most.map { (levels[$0], counts[$0]) })
  }

  /// A number of this column as people read it: a day, a time, or the number itself.
  public func spoken(_ number: Double) -> String {
    switch type {
    case .date(let format), .time(let format):
      return (DateFormat(format) ?? .iso).text(type == .whole ? number : number.rounded(.down))
    default:
      let size = abs(number)
      let digits = size >= 1000 || size == 0 ? 0 : size >= 10 ? 1 : size >= 0.1 ? 3 : 6
      let scale = (0..<digits).reduce(1.0) { scale, _ in scale * 10 }
      let value = (number * scale).rounded() / scale
      return value == value.rounded() && abs(value) < 1e15 ? String(Int64(value)) : String(value)
    }
  }
}

extension [Double] {
  /// Nil of none.
  var mean: Double? {
    isEmpty ? nil : reduce(0, +) / Double(count)
  }

  var deviation: Double? {
    guard count > 1, let mean else { return nil }
    return (reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(count - 1)).squareRoot()
  }

  /// The median of numbers that are in order.
  var middle: Double? {
    guard !isEmpty else { return nil }
    return count % 2 == 1 ? self[count / 2] : (self[count / 2 - 1] + self[count / 2]) / 2
  }
}
