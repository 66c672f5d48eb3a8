import Foundation
import GenMedia
import GenTensor
import Testing

@testable import GenModels

/// Tables that belong together: accounts of two kinds, and their bookings in the order of days.
@Suite struct FamilyTests {
  /// What is so of every booking: quiet accounts have 0 to 2, busy ones 4 to 8; the first is on one
  /// of the first ten days, the others one to three days later each; amounts of busy ones are negative.
  private static func tables(_ count: Int) throws -> (accounts: Table, bookings: Table) {
    var random = SplitMix(seed: 11)
    var (codes, busy, limits): ([String], [Int32], [Double]) = ([], [], [])
    var (owners, days, amounts, kinds): ([String], [Double], [Double], [Int32]) = ([], [], [], [])
    for number in 0..<count {
      let isBusy = Bool.random(using: &random)
      codes.append("K-\(1000 + number)")
      busy.append(isBusy ? 1 : 0)
      limits.append(Double(Int.random(in: isBusy ? 50...99 : 10...40, using: &random)))
      var day = Double(Int.random(in: 0...9, using: &random))
      for _ in 0..<Int.random(in: isBusy ? 4...8 : 0...2, using: &random) {
        owners.append(codes[number])
        days.append(day)
        let amount = Double(Int.random(in: 1...900, using: &random)) / 10
        amounts.append(isBusy ? -amount : amount)
        kinds.append(Int32.random(in: 0..<3, using: &random))
        day += Double(Int.random(in: 1...3, using: &random))
      }
    }
    // The rows of an account do not stand beside each other.
    let order = EpochOrder(count: owners.count, seed: 3, epoch: 0)
    let bookings = try Table([
      Column("account", .text, .texts(TextEntries(owners))),
      Column("day", .date(format: "%Y-%m-%d"), .numbers(days)),
      Column("amount", .number, .numbers(amounts)),
      Column("kind", .category, .codes(kinds, levels: ["cash", "card", "post"])),
    ])
    return (
      try Table([
        Column("account", .identifier, .texts(TextEntries(codes))),
        Column("busy", .flag, .codes(busy, levels: ["no", "yes"])),
        Column("limit", .whole, .numbers(limits)),
      ]), bookings.rows(owners.indices.map { order[$0] })
    )
  }

  private static let settings = {
    var settings = TabFormer.Settings(epochs: 30)
    (settings.batchCount, settings.width, settings.blockCount) = (128, 32, 2)
    return settings
  }()

  private static func family(
    _ accounts: Table, _ bookings: Table, rules: TableRules = TableRules()
  ) async throws -> FittedFamily {
    try await FittedFamily(
      [
        FamilyTable("accounts", accounts),
        FamilyTable("bookings", bookings, of: "account", by: "day", rules: rules),
      ], settings, named: "tabformer()"
    ) { _ in (FittingRun(seed: 1), nil) }
  }

  private static func sequences(
    _ bookings: Table, rules: TableRules = TableRules(), run: FittingRun = FittingRun(seed: 1)
  ) async throws -> FittedFamily {
    try await FittedFamily(
      .init(bookings, of: "account", by: "day", rules: rules), settings, named: "tabformer()"
    ) { _ in (run, nil) }
  }

  /// The rows of each entity, in the order in which they stand.
  private func groups(_ table: Table) throws -> [String: [Int]] {
    let keys = try EntityKey.texts(try table.column("account"))
    return Dictionary(grouping: keys.indices) { keys[$0] }
  }

  @Test func `every row belongs to a row of the first table, as many and such as fit it`()
    async throws
  {
    let (accounts, bookings) = try Self.tables(400)
    let family = try await Self.family(accounts, bookings)
    let made = try await family.rows(1000, seed: 5)
    #expect(made.map(\.name) == ["accounts", "bookings"])
    let (parents, children) = (made[0].rows, made[1].rows)
    #expect(parents.columns.map(\.name) == ["account", "busy", "limit"])
    #expect(children.columns.map(\.type) == bookings.columns.map(\.type))
    let keys = try EntityKey.texts(try parents.column("account"))
    #expect(Set(keys).count == 1000)
    #expect(Set(keys).isDisjoint(with: try EntityKey.texts(try accounts.column("account"))))
    #expect(children.rowCount > 2000)

    let groups = try groups(children)
    #expect(Set(groups.keys).isSubset(of: keys))
    let (busy, days, amounts) = (
      try #require(parents["busy"]?.codes?.codes), try #require(children["day"]?.numbers),
      try #require(children["amount"]?.numbers)
    )
    var (fitting, signed, signs) = (0, 0, 0)
    for (parent, key) in keys.enumerated() {
      let rows = groups[key] ?? []
      for (row, next) in zip(rows, rows.dropFirst()) { #expect(days[row] <= days[next]) }
      fitting += (busy[parent] == 1 ? 4...8 : 0...2).contains(rows.count) ? 1 : 0
      signed += rows.count { (amounts[$0] < 0) == (busy[parent] == 1) }
      signs += rows.count
    }
    #expect(fitting > 930, "\(fitting) of 1000 have as many rows as their kind has")
    #expect(Double(signed) > 0.85 * Double(signs), "\(signed) of \(signs)")
  }

  @Test func `entities alone have as many rows as those that were seen, with gaps like theirs`()
    async throws
  {
    let (_, bookings) = try Self.tables(400)
    let family = try await Self.sequences(bookings)
    let made = try await family.rows(500, seed: 5)
    #expect(made.map(\.name) == [""])
    let (real, rows) = (try groups(bookings), try groups(made[0].rows))
    #expect(rows.count == 500)
    let (wanted, found) = (
      real.values.map { Double($0.count) }, rows.values.map { Double($0.count) }
    )
    #expect(abs(found.average - wanted.average) < 0.4, "\(found.average) \(wanted.average)")
    #expect(found.allSatisfy { $0 <= 8 })
    let days = try #require(made[0].rows["day"]?.numbers)
    var gaps: [Double] = []
    for group in rows.values {
      for (row, next) in zip(group, group.dropFirst()) { gaps.append(days[next] - days[row]) }
    }
    #expect(gaps.allSatisfy { $0 >= 0 })
    #expect(gaps.count { (1...3).contains($0) } > gaps.count * 95 / 100)
  }

  @Test func `the name of an entity is made up once for all of its rows`() async throws {
    let (_, bookings) = try Self.tables(120)
    let owners = try EntityKey.texts(try bookings.column("account"))
    let mail = owners.map { String?("k\($0.suffix(4))@mail.org") }
    let rows = try Table(
      bookings.columns + [Column("mail", .text, .texts(TextEntries(mail)))])
    let family = try await Self.sequences(rows)
    let made = try await family.rows(60, seed: 5)[0].rows
    let column = try made.column("mail")
    for group in try groups(made).values {
      #expect(Set(group.map { column.text($0) }).count == 1)
    }
    #expect(Set((0..<column.count).map { column.text($0) }).count > 40)
    #expect((0..<column.count).allSatisfy { column.text($0)?.hasSuffix(".example") ?? false })
  }

  @Test func `rules hold in every row of an entity`() async throws {
    let (_, bookings) = try Self.tables(200)
    let kept = bookings.rows(
      (bookings["amount"]?.numbers ?? []).indices.filter {
        abs(bookings["amount"]?.numbers?[$0] ?? 0) > 15
      })
    let rule = RowFormula.joined(
      .joined(.column("amount"), .greater, .number(15)), .or,
      .joined(.column("amount"), .less, .number(-15)))
    let family = try await Self.sequences(kept, rules: TableRules(always: [rule]))
    let rows = try await family.rows(300, seed: 2)[0].rows
    #expect(try #require(rows["amount"]?.numbers).allSatisfy { abs($0) > 15 })
  }

  @Test func `a family that was stored makes the same rows, and damage is told`() async throws {
    let (accounts, bookings) = try Self.tables(60)
    var family = try await Self.family(accounts, bookings)
    for _ in 0..<2 {
      let bytes = try family.bytes(manifest: "by hand")
      let again = try FittedTables(bytes, named: "it", methods: [])
      guard case .family(let stored) = again else { return #expect(Bool(false), "no family") }
      let (first, second) = (try await family.rows(40, seed: 3), try await stored.rows(40, seed: 3))
      #expect(first.map(\.rows) == second.map(\.rows))
      #expect(again.schemas.map(\.name) == family.schemas.map(\.name))
      #expect(throws: (any Error).self) {
        try FittedTables(bytes.dropLast(40).map { $0 }, named: "it", methods: [])
      }
      family = try await Self.sequences(bookings)
    }
  }

  @Test func `a fit of sequences that was stopped ends in the same numbers`() async throws {
    let (_, bookings) = try Self.tables(60)
    let path = NSTemporaryDirectory() + "/family-\(UUID().uuidString).safetensors"
    defer { try? FileManager.default.removeItem(atPath: path) }
    let whole = try await Self.sequences(bookings).bytes()
    let task = Task {
      try await Self.sequences(
        bookings,
        run: FittingRun(seed: 1, checkpoint: path) { event in
          if event.step == 4 { withUnsafeCurrentTask { $0?.cancel() } }
        })
    }
    await #expect(throws: CancellationError.self) { try await task.value }
    #expect(FileManager.default.fileExists(atPath: path))
    let resumed = try await Self.sequences(bookings, run: FittingRun(seed: 1, checkpoint: path))
    guard case .family(let stored) = try FittedTables(whole, named: "it", methods: []) else {
      return #expect(Bool(false), "no family")
    }
    let (first, second) = (
      try await resumed.rows(20, seed: 1), try await stored.rows(20, seed: 1)
    )
    #expect(first.map(\.rows) == second.map(\.rows))
  }

  @Test func `rows that belong nowhere are refused with their number`() async throws {
    let (accounts, bookings) = try Self.tables(30)
    let some = accounts.rows(Array(0..<10))
    do {
      _ = try await Self.family(some, bookings)
      Issue.record("orphans were learned from")
    } catch SynthesisError.key(let name, let reason, let row) {
      #expect(name == "bookings.account")
      #expect(reason.contains("which no row of the table above has"))
      let text = try #require(bookings["account"]?.text(row))
      #expect(try !EntityKey.texts(try some.column("account")).contains(text))
    }
    let twice = SynthesisError.key("accounts.account", "is \"K-1000\", as in row 1", row: 2)
    await #expect(throws: twice) {
      try await Self.family(accounts.rows([0, 1, 0]), bookings)
    }
    var days = try #require(bookings["day"]?.numbers)
    days[3] = .nan
    let gap = try bookings.setting(Column("day", .date(format: "%Y-%m-%d"), .numbers(days)))
    await #expect(throws: SynthesisError.key("day", "is missing", row: 3)) {
      try await Self.sequences(gap)
    }
    #expect(throws: TableError.unknownColumn("when")) {
      try FittedFamily.check(.init(bookings, of: "account", by: "when"))
    }
  }

  @Test func `long sequences are learned in stretches and made as long`() async throws {
    var (owners, days): ([Double], [Double]) = ([], [])
    for entity in 0..<12 {
      for row in 0..<150 {
        owners.append(Double(entity + 1))
        days.append(Double(row))
      }
    }
    let table = try Table([
      Column("account", .whole, .numbers(owners)), Column("day", .whole, .numbers(days)),
    ])
    var settings = Self.settings
    settings.epochs = 10
    let family = try await FittedFamily(
      .init(table, of: "account", by: "day"), settings, named: "tabformer()"
    ) { _ in (FittingRun(seed: 1), nil) }
    let rows = try await family.rows(5, seed: 1)[0].rows
    let groups = try groups(rows)
    #expect(groups.count == 5)
    #expect(groups.values.allSatisfy { $0.count <= 150 })
    #expect(rows["account"]?.type == .whole)
    #expect(groups.keys.allSatisfy { (Int($0) ?? 0) > 12 })
  }
}
