import Foundation
import GenMedia
import Testing

@testable import GenModels

struct RuleTests {
  /// Stays with costs, and a town with its country.
  private func stays(_ count: Int, broken row: Int? = nil) throws -> Table {
    var random = SplitMix(seed: 11)
    func numbers(_ range: ClosedRange<Int>) -> [Double] {
      (0..<count).map { _ in Double(Int.random(in: range, using: &random)) }
    }
    let starts = numbers(18_000...19_000)
    let ends = zip(starts, numbers(0...30)).map(+)
    let nets = numbers(1000...99_999).map { $0 / 100 }
    let taxes = nets.map { ($0 * 19).rounded() / 100 }
    var totals = zip(nets, taxes).map { (($0 + $1) * 100).rounded() / 100 }
    if let row { totals[row] += 1 }
    let towns = numbers(0...3).map { Int32($0) }
    let day = ColumnType.date(format: "%Y-%m-%d")
    return try Table([
      Column("start", day, .numbers(starts)),
      Column("end", day, .numbers(ends.enumerated().map { $0 % 9 == 4 ? .nan : $1 })),
      Column("net", .number, .numbers(nets)), Column("tax", .number, .numbers(taxes)),
      Column("total", .number, .numbers(totals)),
      Column("share", .number, .numbers(nets.map { ($0 / 3 * 100).rounded() / 100 })),
      Column("town", .category, .codes(towns, levels: ["Rome", "Milan", "Bern", "Graz"])),
      Column(
        "country", .category, .codes(towns.map { $0 < 2 ? 0 : $0 - 1 }, levels: ["IT", "CH", "AT"])),
      Column("room", .whole, .numbers((0..<count).map { Double(($0 * 37) % 5000) })),
    ])
  }

  private func column(_ name: String) -> RowFormula { .column(name) }

  private var total: RowFormula {
    .joined(column("total"), .equal, .joined(column("net"), .add, column("tax")))
  }

  private func fitted(_ table: Table, _ rules: TableRules) async throws -> FittedTable {
    try await FittedTable(
      GaussianCopula.self, table, .init(), rules: rules, run: FittingRun(seed: 1))
  }

  private func reason(_ table: Table, _ rules: TableRules) async -> String? {
    do {
      _ = try await fitted(table, rules)
      return nil
    } catch { return (error as? SynthesisError)?.description }
  }

  @Test func `no row that is made breaks a rule`() async throws {
    let rules = TableRules(
      always: [
        .joined(column("start"), .lessEqual, column("end")), total,
        .joined(.joined(.number(0.19), .multiply, column("net")), .equal, column("tax")),
        .joined(column("share"), .less, .joined(column("net"), .divide, .number(2))),
        .joined(
          .joined(column("net"), .greater, .number(500)), .or,
          .joined(column("town"), .notEqual, .text("nowhere"))),
      ], together: [["town", "country"]], unique: ["room"])
    let model = try await fitted(stays(800), rules)
    let rows = try await model.rows(3000, seed: 2)
    #expect(rows.columns.map(\.name) == (try stays(2)).columns.map(\.name))
    let (starts, ends) = (rows["start"]?.numbers ?? [], rows["end"]?.numbers ?? [])
    #expect(zip(starts, ends).allSatisfy { $0 <= $1 || $1.isNaN })
    #expect(ends.contains { $0.isNaN } && Set(zip(starts, ends).map { $1 - $0 }).count > 10)
    let (nets, taxes) = (rows["net"]?.numbers ?? [], rows["tax"]?.numbers ?? [])
    let totals = rows["total"]?.numbers ?? []
    for row in 0..<3000 {
      #expect(abs(totals[row] - nets[row] - taxes[row]) < 1e-6)
      #expect(abs(taxes[row] - nets[row] * 0.19) <= 0.005 + 1e-9)
      #expect((rows["share"]?.numbers?[row] ?? 0) < nets[row] / 2)
      let (town, country) = (rows["town"]?.text(row), rows["country"]?.text(row))
      #expect((town == "Rome" || town == "Milan") == (country == "IT"))
    }
    #expect(Set(rows["room"]?.numbers ?? []).count == 3000)
    #expect(model.plan.steps.count == 5)
    // A file of it keeps them as well.
    let again = try FittedTable(model.bytes(), named: "it", methods: [GaussianCopula.self])
    #expect(try await again.rows(200, seed: 2) == model.rows(200, seed: 2))
  }

  @Test func `a column between two others stays between them`() async throws {
    var random = SplitMix(seed: 2)
    let low = (0..<300).map { _ in Double(Int.random(in: 0...50, using: &random)) }
    let high = low.map { $0 + Double(Int.random(in: 2...40, using: &random)) }
    let middle = zip(low, high).map { ($0 + $1) / 2 }.map { $0.rounded() }
    let table = try Table([
      Column("middle", .whole, .numbers(middle)), Column("low", .whole, .numbers(low)),
      Column("high", .whole, .numbers(high)),
    ])
    let rules = TableRules(always: [
      .joined(column("low"), .lessEqual, column("middle")),
      .joined(column("middle"), .lessEqual, column("high")),
      .joined(column("low"), .less, column("high")),
    ])
    let rows = try await fitted(table, rules).rows(2000, seed: 1)
    for row in 0..<2000 {
      let (low, middle, high) = (
        rows["low"]?.numbers?[row] ?? 0, rows["middle"]?.numbers?[row] ?? 0,
        rows["high"]?.numbers?[row] ?? 0
      )
      #expect(low <= middle && middle <= high && low < high)
    }
  }

  @Test func `a rule that the table breaks is told with its row`() async throws {
    let broken = try stays(300, broken: 41)
    #expect(
      await reason(broken, TableRules(always: [total]))
        == "total == net + tax is not so in row 42")
    let late = RowFormula.joined(column("end"), .less, column("start"))
    #expect(
      await reason(try stays(300), TableRules(always: [late]))?.contains(
        "end < start is not so in row 1")
        ?? false)
    #expect(
      await reason(try stays(300), TableRules(unique: ["town"]))?.contains("is not unique: rows")
        ?? false)
    #expect(
      await reason(try stays(300), TableRules(together: [["net", "tax"]]))?
        .contains("hardly ever go together twice") ?? false)
    #expect(
      await reason(
        try stays(300), TableRules(together: [["town", "country"], ["town", "room"]])) != nil)
    let sense = RowFormula.joined(column("town"), .less, .number(3))
    #expect(
      await reason(try stays(300), TableRules(always: [sense]))?.contains("cannot be worked out")
        ?? false)
  }

  @Test func `sums are solved for any of their columns`() throws {
    // 2a - b + 3 = c
    let sum = RowFormula.joined(
      .joined(.joined(.number(2), .multiply, column("a")), .subtract, column("b")), .add, .number(3)
    )
    let form = try #require(LinearForm(.joined(sum, .subtract, column("c"))))
    #expect(form.weights == ["a": 2, "b": -1, "c": -1] && form.constant == 3)
    let table = try Table([
      Column("a", .number, .numbers([5])), Column("b", .number, .numbers([4])),
      Column("c", .number, .numbers([9])),
    ])
    for (name, value) in [("a", 5.0), ("b", 4), ("c", 9)] {
      #expect(form.solved(for: name)?.numbers(in: table) == [value])
    }
    #expect(LinearForm(.joined(column("a"), .multiply, column("b"))) == nil)
  }
}
