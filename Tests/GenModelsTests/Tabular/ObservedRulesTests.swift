import GenMedia
import Testing

@testable import GenModels

struct ObservedRulesTests {
  /// Stays with what they cost, and a town with its country; columns that have nothing to do with each
  /// other beside them.
  private func stays(_ count: Int = 400, broken row: Int? = nil) throws -> Table {
    var random = SplitMix(seed: 3)
    func numbers(_ range: ClosedRange<Int>) -> [Double] {
      (0..<count).map { _ in Double(Int.random(in: range, using: &random)) }
    }
    var starts = numbers(18_000...18_400)
    let ends = zip(starts, numbers(0...30)).map(+)
    if let row { starts[row] += 31 }
    let (beds, meals) = (numbers(1...99), numbers(0...80))
    let towns = numbers(0...3).map { Int32($0) }
    let day = ColumnType.date(format: "%Y-%m-%d")
    return try Table([
      Column("first day", day, .numbers(starts)),
      Column("end", day, .numbers(ends.enumerated().map { $0 % 9 == 4 ? .nan : $1 })),
      Column("beds", .number, .numbers(beds.map { $0 / 10 })),
      Column("meals", .number, .numbers(meals.map { $0 / 10 })),
      Column("total", .number, .numbers(zip(beds, meals).map { $0 / 10 + $1 / 10 })),
      Column("town", .category, .codes(towns, levels: ["Rome", "Milan", "Bern", "Graz"])),
      Column(
        "country", .category, .codes(towns.map { $0 < 2 ? 0 : $0 - 1 }, levels: ["IT", "CH", "AT"])),
      Column("prefix", .whole, .numbers(towns.map { $0 < 2 ? 39 : $0 == 2 ? 41 : 43 })),
      Column("children", .whole, .numbers(numbers(0...3))),
    ])
  }

  @Test func `orders, sums and what goes together are seen, and written as fit takes them`() throws
  {
    #expect(
      ObservedRules(of: try stays()).written
        == "always: r => r.total == r.beds + r.meals and r[\"first day\"] <= r.end, "
        + "together: [\"town\", \"country\", \"prefix\"]")
  }

  @Test func `what was said is not said again`() throws {
    let seen = ObservedRules(of: try stays())
    #expect(ObservedRules(of: try stays(), besides: seen.rules).written == nil)
  }

  @Test func `what one row breaks is no rule, and is not missed`() throws {
    let rules = ObservedRules(of: try stays(broken: 123)).rules
    #expect(rules.always.map(\.description) == ["total == beds + meals"])
  }

  @Test func `every rule that is seen can be kept`() async throws {
    let table = try stays()
    let rules = ObservedRules(of: table).rules
    let model = try await FittedTable(
      GaussianCopula.self, table, .init(), rules: rules, run: FittingRun(seed: 1))
    let made = try await model.rows(300, seed: 2)
    #expect(ObservedRules(of: made).rules == rules)
  }

  @Test func `few rows, and columns that chance would hardly part, suggest nothing`() throws {
    #expect(ObservedRules(of: try stays(8)).written == nil)
    let low = Column("low", .whole, .numbers((0..<200).map { Double($0 % 7) }))
    let high = Column("high", .whole, .numbers((0..<200).map { Double(100 + $0 % 11) }))
    let same = Column("same", .whole, .numbers(.init(repeating: 4, count: 200)))
    #expect(ObservedRules(of: try Table([low, high, same])).written == nil)
    #expect(ObservedRules(of: try Table([low], rowCount: 200)).written == nil)
  }

  @Test func `columns that are never known together suggest nothing`() throws {
    let numbers = (0..<200).map { Double($0 * 37 % 101) }
    let table = try Table([
      Column("left", .number, .numbers(numbers.enumerated().map { $0 % 2 == 0 ? $1 : .nan })),
      Column("died", .number, .numbers(numbers.enumerated().map { $0 % 2 == 1 ? $1 : .nan })),
      Column("nothing", .number, .numbers(.init(repeating: .nan, count: 200))),
    ])
    #expect(ObservedRules(of: table).written == nil)
  }

  @Test func `two columns that are the same are told as that alone`() throws {
    let numbers = (0..<200).map { Double($0 * 37 % 101) }
    let table = try Table([
      Column("price", .number, .numbers(numbers)), Column("cost", .number, .numbers(numbers)),
    ])
    #expect(ObservedRules(of: table).written == "always: r => r.cost == r.price")
  }

  @Test func `names of columns are written as a program can read them`() throws {
    let numbers = (0..<200).map { Double($0 * 37 % 101) }
    let table = try Table([
      Column("a \"b\" {c}", .number, .numbers(numbers)), Column("d", .number, .numbers(numbers)),
    ])
    #expect(
      ObservedRules(of: table).written == #"always: r => r.d == r["a \"b\" \{c}"]"#)
  }
}
