import Foundation
import GenMedia

@testable import GenTables

/// Tables and what SDMetrics says of them, as `scripts/reference/tables.py` wrote them.
struct ReferenceCase: Decodable {
  let real: [ReferenceColumn]
  let synthetic: [ReferenceColumn]
  let quality: [String: Double?]
  let withoutThresholds: [String: Double?]
  let diagnostic: [String: Double?]
  let shapes: [ReferenceScore]
  let pairs: [ReferencePair]
  let loosePairs: [ReferencePair]
  let validity: [ReferenceScore]

  static func read(_ name: String) throws -> ReferenceCase {
    try JSONDecoder().decode(ReferenceCase.self, from: fixture(name))
  }

  func tables() throws -> (synthetic: Table, real: Table) {
    (try Table(synthetic.map { $0.column() }), try Table(real.map { $0.column() }))
  }
}

func fixture(_ name: String) throws -> Data {
  try Data(
    contentsOf: URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "Fixtures/\(name).json"))
}

struct ReferenceScore: Decodable {
  let Column: String
  let Metric: String
  let Score: Double?
}

struct ReferencePair: Decodable {
  let first: String
  let second: String
  let metric: String
  let score: Double?
  let realCorrelation: Double?
  let realAssociation: Double?

  enum CodingKeys: String, CodingKey {
    case first = "Column 1"
    case second = "Column 2"
    case metric = "Metric"
    case score = "Score"
    case realCorrelation = "Real Correlation"
    case realAssociation = "Real Association"
  }
}

struct ReferenceColumn: Decodable {
  let name: String
  let type: String
  let values: [Entry]

  enum Entry: Decodable {
    case number(Double)
    case text(String)
    case missing

    init(from decoder: any Decoder) throws {
      let box = try decoder.singleValueContainer()
      if box.decodeNil() {
        self = .missing
      } else if let number = try? box.decode(Double.self) {
        self = .number(number)
      } else {
        self = .text(try box.decode(String.self))
      }
    }

    var number: Double {
      switch self {
      case .number(let number): number
      case .text(let text): Double(text) ?? .nan
      case .missing: .nan
      }
    }

    var text: String? { if case .text(let text) = self { text } else { nil } }
  }

  func column() -> Column {
    switch type {
    case "number": Column(name, .number, .numbers(values.map(\.number)))
    case "whole": Column(name, .whole, .numbers(values.map(\.number)))
    case "date": Column(name, .date(format: "%Y-%m-%d"), .numbers(values.map(\.number)))
    case "identifier": Column(name, .identifier, .texts(TextEntries(values.map(\.text))))
    default: .levels(name, values.map(\.text), type == "flag" ? .flag : .category)
    }
  }
}

extension Column {
  static func numbers(_ name: String, _ numbers: [Double], _ type: ColumnType = .number) -> Column {
    Column(name, type, .numbers(numbers))
  }

  /// A column of texts by levels in their own order of appearance.
  static func levels(_ name: String, _ texts: [String?], _ type: ColumnType = .category) -> Column {
    var levels: [String] = []
    let codes = texts.map { text -> Int32 in
      guard let text else { return -1 }
      if let place = levels.firstIndex(of: text) { return Int32(place) }
      levels.append(text)
      return Int32(levels.count - 1)
    }
    return Column(name, type, .codes(codes, levels: levels))
  }
}

/// People whose sickness depends on age and smoking, drawn from a seed.
func people(_ count: Int, seed: UInt64) throws -> Table {
  var random = SplitMix(seed: seed)
  var (ages, weights, smoking, towns, sick): ([Double], [Double], [String?], [String?], [String?]) =
    ([], [], [], [], [])
  for _ in 0..<count {
    let age = Double.random(in: 18...90, using: &random).rounded()
    let smokes = Double.random(in: 0...1, using: &random) < 0.3
    let risk = (age - 40) / 40 + (smokes ? 0.5 : 0)
    ages.append(age)
    weights.append(Double.random(in: -15...15, using: &random) + 60 + age / 4)
    smoking.append(smokes ? "yes" : "no")
    towns.append(["Ulm", "Köln", "Trier", nil].randomElement(using: &random) ?? nil)
    sick.append(Double.random(in: 0...1, using: &random) < risk ? "yes" : "no")
  }
  return try Table([
    .numbers("age", ages, .whole), .numbers("weight", weights), .levels("smokes", smoking, .flag),
    .levels("town", towns), .levels("sick", sick, .flag),
  ])
}
