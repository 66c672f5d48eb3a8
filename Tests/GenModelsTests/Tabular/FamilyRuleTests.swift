import GenMedia
import GenTensor
import Testing

@testable import GenModels

/// Rules and conditions in tables that belong together.
@Suite struct FamilyRuleTests {
  /// Accounts that were opened some day and have a limit; bookings after that day and below that limit,
  /// by one of four clerks, each of whom sits at one desk; no slip of paper is used twice.
  private static func tables(_ count: Int) throws -> (accounts: Table, bookings: Table) {
    var random = SplitMix(seed: 5)
    var (opened, limits, private_): ([Double], [Double], [Int32]) = ([], [], [])
    var (owners, days, amounts, clerks): ([Double], [Double], [Double], [Int32]) = ([], [], [], [])
    for number in 0..<count {
      opened.append(Double(Int.random(in: 0...60, using: &random)))
      private_.append(Int32.random(in: 0...1, using: &random))
      limits.append(Double(Int.random(in: 5...50, using: &random)))
      var day = opened[number]
      for _ in 0..<Int.random(in: 0...4, using: &random) {
        day += Double(Int.random(in: 0...20, using: &random))
        owners.append(Double(number + 1))
        days.append(day)
        amounts.append(Double(Int.random(in: 1...Int(limits[number]), using: &random)))
        clerks.append(Int32.random(in: 0...3, using: &random))
      }
    }
    let day = ColumnType.date(format: "%Y-%m-%d")
    let slips = owners.indices.map { Double(($0 * 7919) % 100_003) }
    return (
      try Table([
        Column("account", .whole, .numbers((1...count).map(Double.init))),
        Column("opened", day, .numbers(opened)), Column("limit", .whole, .numbers(limits)),
        Column("private", .flag, .codes(private_, levels: ["no", "yes"])),
      ]),
      try Table([
        Column("account", .whole, .numbers(owners)), Column("day", day, .numbers(days)),
        Column("amount", .whole, .numbers(amounts)),
        Column("clerk", .category, .codes(clerks, levels: ["Ada", "Bo", "Cy", "Di"])),
        Column("desk", .category, .codes(clerks.map { $0 / 2 }, levels: ["left", "right"])),
        Column("slip", .whole, .numbers(slips)),
      ])
    )
  }

  private static let rules = TableRules(
    always: [
      .joined(.column("day"), .greaterEqual, .column("opened")),
      .joined(.column("amount"), .lessEqual, .column("limit")),
    ], together: [["clerk", "desk"]], unique: ["slip"])

  private static let settings = {
    var settings = TabFormer.Settings(epochs: 3)
    (settings.batchCount, settings.width, settings.blockCount) = (128, 16, 1)
    return settings
  }()

  private static func members(_ rules: TableRules) throws -> [FamilyTable] {
    let (accounts, bookings) = try tables(150)
    return [
      FamilyTable("accounts", accounts),
      FamilyTable("bookings", bookings, of: "account", by: "day", rules: rules),
    ]
  }

  private static func family() async throws -> FittedFamily {
    try await FittedFamily(members(rules), settings, named: "tabformer()") { _ in
      (FittingRun(seed: 1), nil)
    }
  }

  /// What the bookings say beside what the accounts say that they belong to.
  private func checkRules(_ made: [(name: String, rows: Table)]) throws {
    let (accounts, bookings) = (made[0].rows, made[1].rows)
    let names = try EntityKey.texts(try accounts.column("account"))
    let places = Dictionary(uniqueKeysWithValues: zip(names, names.indices))
    let owners = try EntityKey.texts(try bookings.column("account")).map {
      try #require(places[$0])
    }
    let (opened, limits) = (
      try #require(accounts["opened"]?.numbers), try #require(accounts["limit"]?.numbers)
    )
    let (days, amounts) = (
      try #require(bookings["day"]?.numbers), try #require(bookings["amount"]?.numbers)
    )
    let (clerks, desks) = (
      try #require(bookings["clerk"]?.codes?.codes), try #require(bookings["desk"]?.codes?.codes)
    )
    for (row, owner) in owners.enumerated() {
      #expect(days[row] >= opened[owner])
      #expect(amounts[row] <= limits[owner])
      #expect(desks[row] == clerks[row] / 2)
    }
    let slips = try #require(bookings["slip"]?.numbers)
    #expect(Set(slips).count == slips.count)
  }

  @Test func `no row of a family breaks a rule, also where it is about the table above`()
    async throws
  {
    let family = try await Self.family()
    let made = try await family.rows(400, seed: 3)
    #expect(made[1].rows.rowCount > 200)
    #expect(
      made[1].rows.columns.map(\.name) == ["account", "day", "amount", "clerk", "desk", "slip"])
    try checkRules(made)
    // A file of it keeps them as well.
    guard
      case .family(let stored) = try FittedTables(family.bytes(), named: "it", methods: [])
    else { return #expect(Bool(false), "no family") }
    #expect(try await stored.rows(400, seed: 3).map(\.rows) == made.map(\.rows))
  }

  @Test func `what is asked of the first table is so of all its rows, and the others fit them`()
    async throws
  {
    let family = try await Self.family()
    let entities = try #require(family.entities)
    let asked = RowFormula.joined(
      .joined(.column("private"), .equal, .text("yes")), .and,
      .joined(.column("limit"), .less, .number(12)))
    let condition = RowCondition(try entities.demand(of: asked)) { asked.isTrue(in: $0) }
    let made = try await family.rows(120, seed: 2, where: condition)
    let accounts = made[0].rows
    #expect(accounts.rowCount == 120)
    #expect(asked.isTrue(in: accounts)?.allSatisfy { $0 } ?? false)
    #expect(try #require(made[1].rows["amount"]?.numbers).allSatisfy { $0 < 12 })
    try checkRules(made)
  }

  @Test func `rules that all rows of a family keep are told by table, and not when they were said`()
    throws
  {
    let told = try ObservedRules.written(of: Self.members(TableRules()))
    #expect(
      told == "always: {bookings: r => r.amount <= r.limit and r.opened <= r.day}, "
        + "together: {bookings: [\"clerk\", \"desk\"]}")
    #expect(try ObservedRules.written(of: Self.members(Self.rules)) == nil)
  }

  @Test func `a rule that rows of a family break is told with its table and its row`() throws {
    var members = try Self.members(Self.rules)
    var amounts = try #require(members[1].rows["amount"]?.numbers)
    amounts[7] = 99
    members[1].rows = try members[1].rows.setting(Column("amount", .whole, .numbers(amounts)))
    #expect(
      throws: SynthesisError.rule(
        "of 'bookings', amount <= limit", "is not so in row 8", row: 7)
    ) { try FittedFamily.check(members) }

    let never = RowFormula.joined(.column("day"), .less, .column("opened"))
    #expect(throws: SynthesisError.self) {
      try FittedFamily.check(
        Self.members(TableRules(always: Self.rules.always + [never])))
    }
    for (rules, told) in [
      (TableRules(unique: ["account"]), "made anew"), (TableRules(unique: ["clerk"]), "not unique"),
    ] {
      let found = #expect(throws: SynthesisError.self) {
        try FittedFamily.check(Self.members(rules))
      }
      #expect(found?.description.contains(told) ?? false, "\(found?.description ?? "")")
    }
  }

  @Test func `what never changes within an entity is learned once, and can be asked for`()
    async throws
  {
    let (accounts, bookings) = try Self.tables(150)
    let owners = try #require(bookings["account"]?.numbers).map { Int($0) - 1 }
    let rows = try bookings.removing("slip").beside(accounts.removing("account").rows(owners))
    let subject = FittedSequences.Subject(
      rows, of: "account", by: "day",
      rules: TableRules(always: Self.rules.always, together: [["clerk", "desk"]]))
    let family = try await FittedFamily(subject, Self.settings, named: "tabformer()") { _ in
      (FittingRun(seed: 1), nil)
    }
    let entities = try #require(family.entities)
    #expect(entities.schema.columns.map(\.name) == ["opened", "limit", "private"])
    let asked = RowFormula.joined(.column("limit"), .greater, .number(30))
    let condition = RowCondition(try entities.demand(of: asked)) { asked.isTrue(in: $0) }
    let made = try await family.rows(100, seed: 1, where: condition)[0].rows
    #expect(made.columns.map(\.name) == rows.columns.map(\.name))
    let groups = try made.groups(by: ["account"])
    #expect(groups.count == 100)
    for group in groups {
      for name in ["opened", "limit", "private"] {
        #expect(Set(group.map { made[name]?.text($0) }).count == 1)
      }
    }
    for formula in Self.rules.always + [asked] {
      let kept = try #require(TableRules.keeps(formula, made, [:]))
      #expect(kept.allSatisfy { $0 }, "\(formula)")
    }
    guard
      case .family(let stored) = try FittedTables(family.bytes(), named: "it", methods: [])
    else { return #expect(Bool(false), "no family") }
    #expect(try await stored.rows(100, seed: 1, where: condition)[0].rows == made)
  }

  @Test func `what is the same by chance, or goes together with what changes, is no fact`() throws {
    func names(_ subject: FittedSequences.Subject) throws -> [String] {
      let order = try EntityOrder(subject.rows, by: subject.key, order: nil, entities: nil)
      return try EntityFacts(subject, order).names
    }
    let owners = (0..<80).map { Double($0 / 2) }
    let sexes = (0..<80).map { Int32($0 / 2 % 2) }
    // Hardly anything differs from row to row of this one, so it says nothing that it does not here.
    let rare = (0..<80).map { Int32($0 < 2 ? 1 : 0) }
    let table = try Table([
      Column("of", .whole, .numbers(owners)),
      Column("sex", .flag, .codes(sexes, levels: ["man", "woman"])),
      Column("rare", .flag, .codes(rare, levels: ["no", "yes"])),
      Column(
        "place", .category,
        .codes((0..<80).map { Int32($0 % 4) }, levels: ["a", "b", "c", "d"])),
    ])
    #expect(try names(.init(table, of: "of")) == ["sex"])
    #expect(
      try names(.init(table, of: "of", rules: TableRules(together: [["sex", "place"]]))) == [])
    #expect(try names(.init(table, of: "of", by: "sex")) == [])
    #expect(try names(.init(table.rows(Array(0..<10)), of: "of")) == [])
  }
}
