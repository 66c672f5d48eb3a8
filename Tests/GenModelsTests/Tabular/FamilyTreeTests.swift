import GenMedia
import GenTensor
import Testing

@testable import GenModels

/// Tables whose rows belong to rows of a table that itself belongs to another.
@Suite struct FamilyTreeTests {
  /// Schools, large ones with 6 to 8 classes, small ones with 1 or 2; classes, whose pupils are 1 or 2 in
  /// the lower and 4 to 6 in the upper years.
  private static func tables(_ count: Int) throws -> [FamilyTable] {
    var random = SplitMix(seed: 3)
    var large: [Int32] = []
    var (schools, isUpper): ([Double], [Int32]) = ([], [])
    var (classes, heights): ([String], [Double]) = ([], [])
    for school in 0..<count {
      large.append(Int32.random(in: 0...1, using: &random))
      for _ in 0..<Int.random(in: large[school] == 1 ? 6...8 : 1...2, using: &random) {
        schools.append(Double(school + 1))
        isUpper.append(Int32.random(in: 0...1, using: &random))
        let name = "C-\(100 + schools.count)"
        for _ in 0..<Int.random(in: isUpper.last == 1 ? 4...6 : 1...2, using: &random) {
          classes.append(name)
          heights.append(Double(Int.random(in: 120...180, using: &random)))
        }
      }
    }
    let names = schools.indices.map { "C-\(101 + $0)" }
    return [
      FamilyTable(
        "schools",
        try Table([
          Column("school", .whole, .numbers((1...count).map(Double.init))),
          Column("large", .flag, .codes(large, levels: ["no", "yes"])),
        ])),
      FamilyTable(
        "classes",
        try Table([
          Column("class", .identifier, .texts(TextEntries(names))),
          Column("school", .whole, .numbers(schools)),
          Column("upper", .flag, .codes(isUpper, levels: ["no", "yes"])),
        ]), of: "school"),
      FamilyTable(
        "pupils",
        try Table([
          Column("class", .identifier, .texts(TextEntries(classes))),
          Column("height", .whole, .numbers(heights)),
        ]), of: "class"),
    ]
  }

  @Test func `children of children belong to rows that are there, and are as many as fit these`()
    async throws
  {
    var settings = TabFormer.Settings(epochs: 15)
    (settings.batchCount, settings.width, settings.blockCount) = (64, 32, 1)
    let tables = try Self.tables(190)
    let family = try await FittedFamily(tables, settings, named: "tabformer()") { _ in
      (FittingRun(seed: 1), nil)
    }
    let made = try await family.rows(200, seed: 4)
    #expect(made.map(\.name) == ["schools", "classes", "pupils"])
    for (rows, table) in zip(made.map(\.rows), tables) {
      #expect(rows.columns.map(\.name) == table.rows.columns.map(\.name))
      #expect(rows.columns.map(\.type) == table.rows.columns.map(\.type))
    }
    let fitting = [
      try share(of: made[0].rows, "school", "large", made[1].rows, [0: 1...2, 1: 6...8]),
      try share(of: made[1].rows, "class", "upper", made[2].rows, [0: 1...2, 1: 4...6]),
    ]
    #expect(fitting.allSatisfy { $0 > 0.85 }, "\(fitting)")
    guard
      case .family(let stored) = try FittedTables(family.bytes(), named: "it", methods: [])
    else { return #expect(Bool(false), "no family") }
    #expect(try await stored.rows(30, seed: 4).map(\.rows) == family.rows(30, seed: 4).map(\.rows))
  }

  /// How many rows have as many others below them as those of their kind have; none below is of a row
  /// that is not there.
  private func share(
    of rows: Table, _ key: String, _ kind: String, _ below: Table,
    _ counts: [Int32: ClosedRange<Int>]
  ) throws -> Double {
    let names = try EntityKey.texts(try rows.column(key))
    #expect(Set(names).count == names.count)
    let owners = try EntityKey.texts(try below.column(key))
    #expect(Set(owners).isSubset(of: names))
    let found = Dictionary(grouping: owners) { $0 }.mapValues(\.count)
    let kinds = try #require(rows[kind]?.codes?.codes)
    let fitting = zip(names, kinds).count { name, kind in
      counts[kind]?.contains(found[name] ?? 0) ?? false
    }
    return Double(fitting) / Double(names.count)
  }

  @Test func `tables find what they belong to, and what belongs to nothing is refused`() throws {
    typealias Member = (String, [String], String?)
    func parents(_ members: [Member]) throws -> [Int?] {
      try FamilyTree.parents(of: members.map { .init($0.0, $0.1, key: $0.2) })
    }
    let (a, b): (Member, Member) = (("a", ["k", "x"], nil), ("b", ["k", "n"], "k"))
    #expect(try parents([a, b, ("c", ["n"], "n"), ("d", ["k", "y"], "k")]) == [nil, 0, 1, 0])
    typealias Fault = FamilyTree.Fault
    #expect(throws: Fault.noKey(table: "c", column: "z")) {
      try parents([a, b, ("c", ["n"], "z")])
    }
    #expect(throws: Fault.noParent(table: "c", column: "m")) {
      try parents([a, b, ("c", ["m"], "m")])
    }
    #expect(throws: Fault.twoKeys(table: "a", "k", "x")) {
      try parents([a, b, ("c", ["x"], "x")])
    }
    #expect(throws: Fault.twice(table: "c", column: "k", key: "n")) {
      try parents([a, b, ("c", ["n", "k"], "n")])
    }
  }

  @Test func `rows between that have no name of their own, or an old one, are refused`() throws {
    var tables = try Self.tables(20)
    let rows = tables[1].rows
    tables[1].rows = rows.rows([0, 1, 1] + Array(2..<rows.rowCount))
    let twice = #expect(throws: SynthesisError.self) { try FittedFamily.check(tables) }
    #expect(twice?.description.contains("'classes.class' of row 3 is \"C-102\"") ?? false)
    tables[1].rows = rows.rows(Array(1..<rows.rowCount))
    let orphan = #expect(throws: SynthesisError.self) { try FittedFamily.check(tables) }
    #expect(orphan?.description.contains("'pupils.class' of row 1 is \"C-101\"") ?? false)
  }
}
