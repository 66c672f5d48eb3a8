import GenMedia
import GenPipeline
import GenTables

/// What a fit does about columns that tell who somebody is.
///
/// Texts that do are made up anew in every row. Levels and numbers would be learned and come out as they
/// went in, which is refused unless somebody decided so.
enum PersonalColumns {
  /// The share of signs of people that are different, and the digits that numbers need for that.
  private static let differing = 0.9
  private static let leastSign = 100_000.0

  /// - Parameter decided: Columns that may be learned all the same.
  /// - Throws: ``Diagnostic`` for the first that may not.
  static func check(_ table: Table, but decided: [String]) throws {
    for column in table.columns where !column.isMadeUp && !decided.contains(column.name) {
      guard let kind = PersonalLook.kind(of: column), isGivenAway(column, kind) else { continue }
      throw Diagnostic.personal(column.name, kind)
    }
  }

  /// What is said of the columns that are made up; nil where none is.
  static func note(on tables: [Table]) -> String? {
    sentence(
      tables.flatMap(PersonalLook.kinds).filter { found in
        found.kind != .code && tables.contains { $0[found.column]?.isText ?? false }
      })
  }

  static func sentence(_ kinds: [(column: String, kind: PersonalKind)]) -> String? {
    let parts = kinds.map { "\($0.column) (\($0.kind.plural))" }
    return kinds.isEmpty ? nil : "made up: " + parts.joined(separator: ", ")
  }

  /// Identifiers and texts are made anew in any case.
  private static func isGivenAway(_ column: Column, _ kind: PersonalKind) -> Bool {
    guard let numbers = column.numbers else { return column.codes != nil }
    guard kind == .code else { return true }
    let known = numbers.filter { !$0.isNaN }
    return Double(Set(known).count) >= differing * Double(known.count)
      && Double(known.count { $0 >= leastSign }) >= differing * Double(known.count)
  }
}

extension Column {
  fileprivate var isText: Bool { if case .texts = values { true } else { false } }
}

extension Diagnostic {
  fileprivate static func personal(_ column: String, _ kind: PersonalKind) -> Diagnostic {
    Diagnostic(
      "E0797",
      message: "'\(column)' looks like \(kind.plural): rows that are made would have the same ones",
      hint: "leave it out with select, make them up with disguise, or decide that they may stay: "
        + "personal: [\"\(column)\"]")
  }
}
