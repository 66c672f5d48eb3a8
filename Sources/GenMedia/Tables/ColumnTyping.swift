/// What columns of words are, found by looking at them.
enum ColumnTyping {
  /// Different texts up to which a column is a category whatever its length.
  private static let fewLevels = 20
  /// How columns without a name are called, before their place.
  static let namelessPrefix = "column_"
  private static let pairs: Set<Set<String>> = [
    ["yes", "no"], ["true", "false"], ["y", "n"], ["t", "f"], ["ja", "nein"], ["oui", "non"],
    ["on", "off"],
  ]

  static func column(named name: String, _ words: WordStore, _ knownCount: Int) -> Column {
    guard let (codes, levels) = words.categories else {
      return Column(name, .text, .texts(words.entries()))
    }
    if isFlag(levels) { return Column(name, .flag, .codes(codes, levels: levels)) }
    let isUnique = levels.count == knownCount && knownCount == codes.count
    let isSpoken = levels.contains { $0.contains(" ") }
    if isUnique, levels.count > fewLevels || isNamedAsKey(name) {
      return Column(name, isSpoken ? .text : .identifier, .texts(words.entries()))
    }
    if levels.count <= fewLevels || levels.count * 2 <= knownCount {
      return Column(name, .category, .codes(codes, levels: levels))
    }
    return Column(name, .text, .texts(words.entries()))
  }

  static func isFlag(_ levels: [String]) -> Bool {
    levels.count == 2 && pairs.contains(Set(levels.map { $0.lowercased() }))
  }

  /// Whether whole numbers only name their rows: all known, all different, under a key's name; or
  /// rows counted from 0 or 1, under no name.
  static func isNumbering(_ column: Column) -> Bool {
    guard let numbers = column.numbers, numbers.count > 1 else { return false }
    if column.name.hasPrefix(namelessPrefix), numbers[0] == 0 || numbers[0] == 1 {
      return zip(numbers, numbers.dropFirst()).allSatisfy { $0 + 1 == $1 }
    }
    guard isNamedAsKey(column.name) else { return false }
    // Most count upwards.
    if zip(numbers, numbers.dropFirst()).allSatisfy({ $0 < $1 }) { return true }
    var seen: Set<Double> = []
    return numbers.allSatisfy { !$0.isNaN && seen.insert($0).inserted }
  }

  private static func isNamedAsKey(_ name: String) -> Bool {
    let name = name.lowercased()
    return ["id", "key", "uuid"].contains { key in
      name == key || name.hasSuffix("_" + key) || name.hasSuffix("-" + key)
        || name.hasSuffix(" " + key)
    }
  }

  static func identifier(_ column: Column) -> Column {
    var entries = TextEntries()
    entries.reserve(column.count, byteCount: 8 * column.count)
    for (row, number) in (column.numbers ?? []).enumerated() {
      if abs(number) < 1e15, number == number.rounded() {
        entries.append(whole: Int(number))
      } else {
        entries.append(column.text(row))
      }
    }
    return Column(column.name, .identifier, .texts(entries))
  }
}

extension Column {
  /// A column of words, of the type that they look like.
  public static func words(_ name: String, _ texts: [String?]) -> Column {
    var store = WordStore()
    for text in texts {
      guard var text else {
        store.appendMissing()
        continue
      }
      _ = text.withUTF8 { store.append($0) }
    }
    return ColumnTyping.column(named: name, store, texts.count { $0 != nil })
  }

  /// An entry as a file has it; nil where nothing is known.
  public func text(_ row: Int) -> String? {
    switch values {
    case .codes(let codes, let levels): return codes[row] < 0 ? nil : levels[Int(codes[row])]
    case .texts(let texts): return texts[row]
    case .numbers(let numbers):
      let number = numbers[row]
      guard !number.isNaN else { return nil }
      switch type {
      case .date(let format), .time(let format):
        return (DateFormat(format) ?? (type.isTime ? .isoTime : .iso)).text(number)
      default:
        return number == number.rounded() && abs(number) < 1e15
          ? String(Int64(number)) : String(number)
      }
    }
  }
}

extension ColumnType {
  var isTime: Bool { if case .time = self { true } else { false } }

  /// What people call it.
  public var name: String {
    switch self {
    case .number: "number"
    case .whole: "whole"
    case .category: "category"
    case .flag: "flag"
    case .date: "date"
    case .time: "time"
    case .text: "text"
    case .identifier: "identifier"
    }
  }

  /// - Parameter format: Of dates and times; where it is empty, as ISO 8601 has it.
  public init?(name: String, format: String = "") {
    switch name {
    case "number": self = .number
    case "whole": self = .whole
    case "category": self = .category
    case "flag": self = .flag
    case "date": self = .date(format: format.isEmpty ? DateFormat.iso.pattern : format)
    case "time": self = .time(format: format.isEmpty ? DateFormat.isoTime.pattern : format)
    case "text": self = .text
    case "identifier": self = .identifier
    default: return nil
    }
  }
}
