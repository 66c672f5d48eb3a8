import GenMedia

/// What a column's plot draws: shares of rows by parts of a range or by level.
public struct ColumnPortrait: Sendable, Hashable, Codable {
  public let column: String
  /// The parts' names: levels, or two ends of a range.
  public let labels: [String]
  public let isNumeric: Bool
  public let real: [Double]
  public let synthetic: [Double]

  private static let partCount = 24
  private static let mostLevels = 8

  /// - Returns: nil for texts and identifiers, and where nothing is known.
  init?(real: Column, synthetic: Column) {
    column = real.name
    isNumeric = real.type.isNumeric
    if let first = real.numbers?.filter(\.isFinite),
      let second = synthetic.numbers?.filter(\.isFinite)
    {
      guard let low = (first + second).min(), let high = (first + second).max() else { return nil }
      func shares(_ numbers: [Double]) -> [Double] {
        var counts = [Double](repeating: 0, count: Self.partCount)
        for number in numbers {
          // Halves, since the width of a range of doubles may be no double.
          let width = high / 2 - low / 2
          let place = width > 0 ? (number / 2 - low / 2) / width * Double(Self.partCount) : 0
          counts[min(Self.partCount - 1, Int(place))] += 1
        }
        return counts.map { $0 / Double(max(1, numbers.count)) }
      }
      labels = [low, high].map(real.type.words)
      (self.real, self.synthetic) = (shares(first), shares(second))
    } else if let (first, levels) = real.codes, let (second, _) = synthetic.codes {
      func shares(_ codes: [Int32]) -> [Double] {
        var counts = [Double](repeating: 0, count: levels.count)
        for code in codes where code >= 0 { counts[Int(code)] += 1 }
        let sum = counts.reduce(0, +)
        return counts.map { $0 / max(1, sum) }
      }
      let (mine, others) = (shares(first), shares(second))
      let order = levels.indices.sorted { (mine[$1], $0) < (mine[$0], $1) }
      let shown = order.prefix(order.count > Self.mostLevels ? Self.mostLevels - 1 : order.count)
      let rest = order.dropFirst(shown.count)
      func folded(_ shares: [Double]) -> [Double] {
        shown.map { shares[$0] } + (rest.isEmpty ? [] : [rest.reduce(0) { $0 + shares[$1] }])
      }
      guard !levels.isEmpty else { return nil }
      labels = shown.map { levels[$0] } + (rest.isEmpty ? [] : ["\(rest.count) more"])
      (self.real, self.synthetic) = (folded(mine), folded(others))
    } else {
      return nil
    }
  }
}

extension ColumnType {
  /// A number of a column as people read it.
  func words(_ number: Double) -> String {
    switch self {
    case .date: return Self.day(number)
    case .time: return Self.day(number / 86_400)
    default:
      if let whole = Int(exactly: number), abs(whole) < 10_000_000 { return "\(whole)" }
      return String(Float(number.roundedToFour))
    }
  }

  /// The date of a day since 1970-01-01.
  ///
  /// - Source: Hinnant, "chrono-Compatible Low-Level Date Algorithms", `civil_from_days`.
  private static func day(_ number: Double) -> String {
    guard abs(number) < 3_000_000 else { return "\(number)" }
    let shifted = Int(number.rounded(.down)) + 719_468
    let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
    let dayOfEra = shifted - era * 146_097
    let year = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * year + year / 4 - year / 100)
    let part = (5 * dayOfYear + 2) / 153
    let month = part < 10 ? part + 3 : part - 9
    let day = dayOfYear - (153 * part + 2) / 5 + 1
    func digits(_ value: Int, _ count: Int) -> String {
      (value < 0 ? "-" : "")
        + String(repeating: "0", count: max(0, count - "\(abs(value))".count)) + "\(abs(value))"
    }
    let fullYear = year + era * 400 + (month <= 2 ? 1 : 0)
    return "\(digits(fullYear, 4))-\(digits(month, 2))-\(digits(day, 2))"
  }
}

extension Double {
  /// Four digits that count.
  fileprivate var roundedToFour: Double {
    guard self != 0, isFinite, abs(self) < 1e300, abs(self) > 1e-300 else { return self }
    var scale = 1.0
    while abs(self) * scale < 1000 { scale *= 10 }
    while abs(self) * scale >= 10_000 { scale /= 10 }
    return (self * scale).rounded() / scale
  }
}
