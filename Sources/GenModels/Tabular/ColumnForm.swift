import Foundation
import GenMedia

/// What is known of a column beside what a method learns.
enum ColumnForm: Hashable, Codable, Sendable {
  /// Numbers as fine as they were seen, and between the least and the greatest.
  case numbers(Grain, low: Double, high: Double)
  case levels
  /// Always the same number; missing where there is none.
  case oneNumber(Double?)
  /// Always the same level, -1 where it is missing.
  case oneLevel(Int32)
  /// Made anew, missing in a share of the rows.
  case identifier(IdentifierForm, missing: Double)

  /// Whether a method has to learn it.
  var isLearned: Bool {
    switch self {
    case .numbers, .levels: true
    case .oneNumber, .oneLevel, .identifier: false
    }
  }

  /// - Throws: ``SynthesisError``.
  init(_ column: Column) throws {
    switch column.values {
    case .numbers(let numbers):
      if let row = numbers.firstIndex(where: \.isInfinite) {
        throw SynthesisError.infinite(column: column.name, row: row)
      }
      let known = numbers.filter { !$0.isNaN }
      guard let low = known.min(), let high = known.max() else {
        self = .oneNumber(nil)
        return
      }
      self =
        low == high && known.count == numbers.count
        ? .oneNumber(low) : .numbers(Grain(known, column.type), low: low, high: high)
    case .codes(let codes, _):
      let first = codes.first ?? -1
      self = codes.allSatisfy { $0 == first } ? .oneLevel(first) : .levels
    case .texts(let texts):
      self = .identifier(
        IdentifierForm(of: column, unique: column.type == .identifier),
        missing: Double(texts.missingCount) / Double(max(1, texts.count)))
    }
  }

  /// A column as it was seen, of what a method made of it: nil where no method had to.
  func column(like own: Column, _ made: Column?, _ rowCount: Int, seed: UInt64) -> Column {
    switch self {
    case .levels: return made ?? own
    case .numbers(let grain, let low, let high):
      let numbers = (made?.numbers ?? []).map { number in
        number.isNaN ? number : min(high, max(low, grain.rounded(number)))
      }
      return Column(own.name, own.type, .numbers(numbers))
    case .oneNumber(let number):
      return Column(own.name, own.type, .numbers(.init(repeating: number ?? .nan, count: rowCount)))
    case .oneLevel(let code):
      return Column(
        own.name, own.type,
        .codes(.init(repeating: code, count: rowCount), levels: own.codes?.levels ?? []))
    case .identifier(let form, let missing):
      let texts = form.entries(rowCount, missing: missing, seed: seed)
      return Column(own.name, own.type, .texts(texts))
    }
  }
}

/// How fine the numbers of a column are: multiples of a unit, or with some digits behind the point.
struct Grain: Hashable, Codable, Sendable {
  /// 0 where every number goes.
  let unit: Double
  /// How many of them fill a unit of one.
  let parts: Double

  private static let mostDigits = 9

  /// The distance between neighbours; 0 where every number goes.
  var step: Double { unit == 0 ? 0 : unit / parts }

  init(_ numbers: [Double], _ type: ColumnType) {
    switch type {
    case .number:
      let digits = (0...Self.mostDigits).first { digits in
        let parts = pow(10, Double(digits))
        return numbers.allSatisfy { abs(($0 * parts).rounded() / parts - $0) <= 1e-12 * abs($0) }
      }
      (unit, parts) = (digits == nil ? 0 : 1, pow(10, Double(digits ?? 0)))
    case .time:
      (unit, parts) = (Self.greatest(of: [86400, 3600, 900, 60, 1], numbers) ?? 0, 1)
    case .whole:
      let units = [1e6, 1e5, 1e4, 1e3, 100, 10]
      // A few numbers may be multiples by chance.
      let greatest = numbers.count < 20 ? nil : Self.greatest(of: units, numbers)
      (unit, parts) = (greatest ?? 1, 1)
    default: (unit, parts) = (1, 1)
    }
  }

  func rounded(_ number: Double) -> Double {
    unit == 0 ? number : (number / unit * parts).rounded() / parts * unit
  }

  private static func greatest(of units: [Double], _ numbers: [Double]) -> Double? {
    units.first { unit in numbers.allSatisfy { $0.remainder(dividingBy: unit) == 0 } }
  }
}
