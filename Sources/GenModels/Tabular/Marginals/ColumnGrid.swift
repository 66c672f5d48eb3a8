import Foundation
import GenMedia

/// The levels into which the entries of a column are sorted: texts, or bins and common numbers;
/// the last is for what is missing.
struct ColumnGrid: Hashable, Codable, Sendable {
  let name: String
  private let storedType: StoredColumnType
  let content: Content

  enum Content: Hashable, Codable, Sendable {
    case levels([String])
    case bins(Bins)
  }

  /// Bins of equal width, then numbers that are levels by themselves.
  struct Bins: Hashable, Codable, Sendable {
    let lowest: Double
    let highest: Double
    let count: Int
    let common: [Double]
    /// Whether only whole numbers are in the column.
    let isWhole: Bool
  }

  var type: ColumnType { storedType.type }

  /// - Throws: ``SynthesisError/unfit(column:reason:)`` for a domain that is not one.
  init(_ column: Column, _ content: Content) throws {
    (name, storedType, self.content) = (column.name, StoredColumnType(column.type), content)
    if let fault { throw SynthesisError.unfit(column: name, reason: fault) }
  }

  /// Why this is no domain of such a column; nil where it is.
  var fault: String? {
    switch content {
    case .levels(let levels):
      if !type.hasLevels { return "it has numbers, and its domain levels" }
      if levels.isEmpty { return "its domain has no levels" }
      if Set(levels).count < levels.count { return "a level of its domain is there twice" }
    case .bins(let bins):
      if !type.isNumeric { return "it has levels, and its domain numbers" }
      if !bins.isSound {
        return "its domain is no range of finite numbers in 1 to \(Bins.largestCount) bins"
      }
    }
    return nil
  }

  /// How many levels there are, the one for missing entries among them.
  var levelCount: Int {
    switch content {
    case .levels(let levels): levels.count + 1
    case .bins(let bins): bins.count + bins.common.count + 1
    }
  }

  var missing: Int { levelCount - 1 }

  /// The level of each entry; -1 of texts that are not in the domain, where that is allowed.
  ///
  /// - Throws: ``SynthesisError/unfit(column:reason:)``.
  func levels(of column: Column, allowingOthers: Bool = false) throws -> [Int32] {
    switch (content, column.values) {
    case (.bins(let bins), .numbers(let numbers)):
      let common = Dictionary(
        zip(bins.common, (bins.count...).lazy.map(Int32.init)), uniquingKeysWith: { $1 })
      return numbers.map { number in
        number.isNaN ? Int32(missing) : common[number] ?? Int32(bins.bin(of: number))
      }
    case (.levels(let levels), .codes(let codes, let names)):
      let places = Dictionary(uniqueKeysWithValues: zip(levels, (0 as Int32)...))
      let known = names.map { places[$0] ?? -1 }
      let result = codes.map { $0 < 0 ? Int32(missing) : known[Int($0)] }
      if !allowingOthers, let row = result.firstIndex(of: -1) {
        throw SynthesisError.unfit(
          column: name,
          reason: "\"\(names[Int(codes[row])])\" in row \(row + 1) is not a level of its domain")
      }
      return result
    default:
      throw SynthesisError.unfit(column: name, reason: "its entries are of another kind")
    }
  }

  /// Entries at levels; within a bin all numbers are equally likely, of a range those in it.
  func column(
    at levels: [Int32], in range: ClosedRange<Double>?, _ random: inout some RandomNumberGenerator
  ) -> Column {
    switch content {
    case .levels(let names):
      let codes = levels.map { $0 == Int32(missing) ? -1 : $0 }
      return Column(name, type, .codes(codes, levels: names))
    case .bins(let bins):
      let numbers = levels.map { level in
        level == Int32(missing) ? Double.nan : bins.number(at: Int(level), in: range, &random)
      }
      return Column(name, type, .numbers(numbers))
    }
  }

  /// Which share of each level lies in a range; nil of a column without numbers.
  func shares(in range: ClosedRange<Double>) -> [Double]? {
    guard case .bins(let bins) = content else { return nil }
    return (0..<missing).map { bins.share(of: $0, in: range) } + [0]
  }
}

extension ColumnGrid.Bins {
  static let largestCount = 65_536

  /// Of whole numbers no more bins than there are numbers; then none is common besides.
  init(_ range: ClosedRange<Double>, count: Int, common: [Double], isWhole: Bool) {
    var (low, high) = (range.lowerBound, range.upperBound)
    if isWhole { (low, high) = (low.rounded(.up), max(high.rounded(.down), low.rounded(.up))) }
    let numberCount = isWhole ? high - low + 1 : high > low ? .infinity : 1
    let isEachCounted = numberCount <= Double(count)
    self.init(
      lowest: low, highest: high, count: isEachCounted ? Int(numberCount) : count,
      common: isEachCounted ? [] : Set(common).filter { low <= $0 && $0 <= high }.sorted(),
      isWhole: isWhole)
  }

  var isSound: Bool {
    lowest.isFinite && highest.isFinite && (highest - lowest).isFinite && lowest <= highest
      && (1...Self.largestCount).contains(count) && common.allSatisfy(\.isFinite)
      && common.count <= Self.largestCount
  }

  private var width: Double { (highest - lowest + (isWhole ? 1 : 0)) / Double(count) }

  func bin(of number: Double) -> Int {
    guard width > 0 else { return 0 }
    let place = (min(max(number, lowest), highest) - lowest) / width
    return min(count - 1, Int(place + (isWhole ? 1e-9 : 0)))
  }

  /// From the first to the last number of a bin, of whole numbers, or from its start to its end.
  private func ends(of bin: Int) -> (first: Double, last: Double) {
    let start = lowest + Double(bin) * width
    guard isWhole else { return (start, min(highest, start + width)) }
    let first = (start - 1e-9 * width).rounded(.up)
    return (first, min(highest, max(first, (start + width * (1 - 1e-9)).rounded(.up) - 1)))
  }

  /// The part of a bin that is in a range; nil where none is.
  private func ends(of bin: Int, in range: ClosedRange<Double>) -> (first: Double, last: Double)? {
    let (first, last) = ends(of: bin)
    let low = max(first, isWhole ? range.lowerBound.rounded(.up) : range.lowerBound)
    let high = min(last, isWhole ? range.upperBound.rounded(.down) : range.upperBound)
    return low <= high ? (low, high) : nil
  }

  func number(
    at level: Int, in range: ClosedRange<Double>?, _ random: inout some RandomNumberGenerator
  ) -> Double {
    guard level < count else { return common[level - count] }
    let (first, last) = range.flatMap { ends(of: level, in: $0) } ?? ends(of: level)
    let place = Double.random(in: 0..<1, using: &random)
    return isWhole
      ? min(last, first + (place * (last - first + 1)).rounded(.down))
      : min(last, first + place * (last - first))
  }

  func share(of level: Int, in range: ClosedRange<Double>) -> Double {
    guard level < count else { return range.contains(common[level - count]) ? 1 : 0 }
    guard let part = ends(of: level, in: range) else { return 0 }
    let (first, last) = ends(of: level)
    let step = isWhole ? 1.0 : 0
    guard last - first + step > 0 else { return 1 }
    return (part.last - part.first + step) / (last - first + step)
  }
}

/// A type of a column in a file.
private struct StoredColumnType: Hashable, Codable, Sendable {
  let type: ColumnType

  init(_ type: ColumnType) { self.type = type }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    switch type {
    case .number: try container.encode(["number"])
    case .whole: try container.encode(["whole"])
    case .category: try container.encode(["category"])
    case .flag: try container.encode(["flag"])
    case .date(let format): try container.encode(["date", format])
    case .time(let format): try container.encode(["time", format])
    case .text: try container.encode(["text"])
    case .identifier: try container.encode(["identifier"])
    }
  }

  init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    let words = try container.decode([String].self)
    switch (words.first, words.count) {
    case ("number", 1): type = .number
    case ("whole", 1): type = .whole
    case ("category", 1): type = .category
    case ("flag", 1): type = .flag
    case ("date", 2): type = .date(format: words[1])
    case ("time", 2): type = .time(format: words[1])
    default:
      throw DecodingError.dataCorruptedError(in: container, debugDescription: "no such type")
    }
  }
}
