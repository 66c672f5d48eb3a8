import Foundation
import GenMedia
import GenWeights
import Testing

@testable import GenModels

struct FittedTableTests {
  private static let methods: [any TableSynthesizer.Type] = [GaussianCopula.self]

  private func fitted(_ table: Table) async throws -> FittedTable {
    try await FittedTable(GaussianCopula.self, table, .init(), run: FittingRun(seed: 1))
  }

  private func error(of table: Table) async -> SynthesisError? {
    do {
      _ = try await fitted(table)
      return nil
    } catch { return error as? SynthesisError }
  }

  @Test func `rows are of the form of the table`() async throws {
    let people = try TableSamples.people(400)
    let rows = try await fitted(people).rows(2000, seed: 4)
    #expect(rows.columns.map(\.name) == people.columns.map(\.name))
    #expect(rows.columns.map(\.type) == people.columns.map(\.type))
    let ages = try #require(rows["age"]?.numbers)
    #expect(ages.allSatisfy { $0 == $0.rounded() && $0 >= 18 && $0 <= 90 })
    let incomes = try #require(rows["income"]?.numbers)
    #expect(incomes.filter { !$0.isNaN }.allSatisfy { abs($0 * 10 - ($0 * 10).rounded()) < 1e-9 })
    #expect(rows["country"]?.text(7) == "DE" && rows["note"]?.missingCount == 2000)
    #expect(rows["born"]?.text(0)?.split(separator: ".").count == 3)
  }

  @Test func `what is missing is missing as often and where it was`() async throws {
    let people = try TableSamples.people(4000)
    let rows = try await fitted(people).rows(4000, seed: 4)
    let (real, made) = (people["income"]?.missingCount ?? 0, rows["income"]?.missingCount ?? 0)
    #expect(abs(real - made) < 150)
    let (ages, incomes) = (rows["age"]?.numbers ?? [], rows["income"]?.numbers ?? [])
    let young = zip(ages, incomes).filter { $0.1.isNaN }.map(\.0).average
    #expect(young < 35, "\(young)")
  }

  @Test func `identifiers go on behind those that were seen and are all different`() async throws {
    let rows = try await fitted(TableSamples.people(400)).rows(500, seed: 0)
    #expect(rows["id"]?.text(0) == "P1401" && rows["id"]?.text(499) == "P1900")
    let codes = (0..<300).map {
      String(format: "%02x-%05d", ($0 * 37) % 256, ($0 * 7919) % 100_000)
    }
    let form = IdentifierForm(codes)
    let entries = form.entries(1000, seed: 3)
    let made = (0..<entries.count).compactMap { entries[$0] }
    #expect(Set(made).count == 1000)
    #expect(made.allSatisfy { $0.count == 8 && $0.dropFirst(2).first == "-" })
    let few = IdentifierForm(["a", "b"]).entries(50, seed: 1)
    let different = Set((0..<50).map { (place: Int) -> String? in few[place] })
    #expect(different.count == 50)
  }

  @Test func `what cannot be learned is told`() async throws {
    let number = Column("a", .number, .numbers([1, 2]))
    #expect(await error(of: try Table([])) == .emptyTable)
    #expect(await error(of: try Table([number]).rows([])) == .emptyTable)
    #expect(await error(of: try Table([number]).rows([0])) == .oneRow)
    let texts = Column("t", .text, .texts(TextEntries(["x y", "z w"])))
    #expect(await error(of: try Table([number, texts])) == .texts(["t"]))
    let infinite = Column("i", .number, .numbers([1, .infinity]))
    #expect(await error(of: try Table([infinite])) == .infinite(column: "i", row: 1))
  }

  @Test func `a table in which nothing has to be learned is made again`() async throws {
    let table = try Table([
      Column("a", .whole, .numbers([4, 4, 4])),
      Column("b", .category, .codes([-1, -1, -1], levels: [])),
    ])
    let model = try await fitted(table)
    let rows = try await model.rows(2, seed: 0)
    #expect(rows["a"]?.numbers == [4, 4] && rows["b"]?.missingCount == 2)
    let again = try FittedTable(model.bytes(), named: "it", methods: Self.methods)
    #expect(try await again.rows(2, seed: 0) == rows)
  }

  @Test func `conditions are met by every row, and are as the rows that meet them`() async throws {
    let model = try await fitted(TableSamples.correlated(0.8, count: 5000))
    let formula = RowFormula.joined(.column("x"), .greater, .number(1.5))
    let condition = RowCondition(try model.demand(of: formula)) { rows in
      formula.isTrue(in: rows) ?? []
    }
    #expect(condition.demand.ranges["x"]?.lowerBound == 1.5)
    let rows = try await model.rows(3000, seed: 1, where: condition)
    #expect(rows.rowCount == 3000 && rows["x"]?.numbers?.allSatisfy { $0 > 1.5 } ?? false)
    // The mean of a standard normal number above 1.5 is 1.94.
    #expect(abs((rows["y"]?.numbers ?? []).average - 0.8 * 1.94) < 0.08)
    let same = RowFormula.joined(
      .joined(.text("large"), .equal, .column("size")), .and,
      .joined(.column("y"), .greaterEqual, .number(0.8)))
    let given = try #require(try model.demand(of: same).given)
    #expect(given.columns.map(\.name) == ["size"] && given["size"]?.text(0) == "large")
  }

  @Test func `a rare range is drawn where it lies, as the rows that reach it`() async throws {
    let model = try await fitted(TableSamples.correlated(0.8, count: 20_000))
    let formula = RowFormula.joined(
      .joined(.column("x"), .greater, .number(2.5)), .and,
      .joined(.column("y"), .lessEqual, .number(1.5)))
    let demand = try model.demand(of: formula)
    #expect(Set(demand.ranges.keys) == ["x", "y"])
    let drawn = try await model.learned(RowRequest(count: 4000, seed: 1, ranges: demand.ranges))
    let hits = (formula.isTrue(in: drawn) ?? []).count { $0 }
    #expect(hits >= 3990, "\(hits)")
    // One of 1,800 rows by rejection alone; their means are the same.
    let plain = RowCondition { formula.isTrue(in: $0) ?? [] }
    let rejected = try await model.rows(300, seed: 2, where: plain)
    for name in ["x", "y"] {
      let (one, other) = (drawn[name]?.numbers ?? [], rejected[name]?.numbers ?? [])
      #expect(abs(one.average - other.average) < 0.06, "\(one.average) \(other.average)")
    }
  }

  @Test func `a condition that no row can meet is refused before any is drawn`() async throws {
    let model = try await fitted(TableSamples.people(300))
    func reason(_ formula: RowFormula) -> String? {
      do {
        _ = try model.demand(of: formula)
        return nil
      } catch { return (error as? SynthesisError)?.description }
    }
    let age = RowFormula.column("age")
    #expect(reason(.joined(age, .greater, .number(90)))?.contains("from 18 to 90") ?? false)
    #expect(reason(.joined(.number(18), .greater, age))?.contains("from 18 to 90") ?? false)
    #expect(reason(.joined(age, .greaterEqual, .number(90))) == nil)
    #expect(reason(.joined(age, .equal, .number(30.5)))?.contains("as fine") ?? false)
    #expect(
      reason(.joined(.joined(age, .less, .number(30)), .and, .joined(age, .greater, .number(40))))?
        .contains("no row") ?? false)
    #expect(
      reason(.joined(.column("smoker"), .equal, .text("maybe")))?.contains("never \"maybe\"")
        ?? false)
    #expect(reason(.joined(.column("id"), .equal, .text("P1001")))?.contains("anew") ?? false)
    #expect(reason(.joined(.column("born"), .less, .text("1800-01-01")))?.contains("from") ?? false)
  }

  @Test func `a condition that hardly any row meets ends with how many did`() async throws {
    let model = try await fitted(TableSamples.correlated(0, count: 500))
    let condition = RowCondition { rows in
      (0..<rows.rowCount).map { _ in false }
    }
    do {
      _ = try await model.rows(5, seed: 1, where: condition)
      Issue.record("there are rows")
    } catch let error as SynthesisError {
      guard case .rare(met: 0, of: let tries, wanted: 5) = error else {
        Issue.record("\(error)")
        return
      }
      #expect(tries >= 1_000_000)
    }
  }

  @Test func `what was stored makes the same rows`() async throws {
    let model = try await fitted(TableSamples.people(300))
    let bytes = try model.bytes(manifest: "{}")
    let again = try FittedTable(bytes, named: "people.model", methods: Self.methods)
    #expect(try await again.rows(500, seed: 9) == model.rows(500, seed: 9))
    #expect(again.provenance == model.provenance && again.portraits == model.portraits)
    #expect(try again.bytes(manifest: "{}") == bytes)
  }

  @Test func `no row of the table is in what was stored`() async throws {
    let people = try TableSamples.people(300)
    let bytes = try await fitted(people).bytes()
    let text = String(decoding: bytes, as: UTF8.self)
    for row in 0..<300 { #expect(!text.contains(people["id"]?.text(row) ?? "")) }
  }

  @Test func `damaged files are told and never harm`() async throws {
    let bytes = try await fitted(TableSamples.people(60)).bytes()
    var random = SplitMix(seed: 3)
    var refused = 0
    for round in 0..<400 {
      var damaged = bytes
      if round % 2 == 0 {
        damaged.removeLast(Int.random(in: 1..<bytes.count, using: &random))
      } else {
        for _ in 0..<Int.random(in: 1...20, using: &random) {
          damaged[Int.random(in: 0..<bytes.count, using: &random)] = UInt8.random(
            in: 0...255, using: &random)
        }
      }
      do {
        let model = try FittedTable(damaged, named: "it", methods: Self.methods)
        _ = try await model.rows(20, seed: 1)
      } catch is WeightsError { refused += 1 } catch is SynthesisError { refused += 1 }
    }
    #expect(refused > 200)
    #expect(throws: SynthesisError.unknownMethod("copula")) {
      try FittedTable(bytes, named: "it", methods: [])
    }
  }

  @Test func `losses are kept while learning, each step once`() throws {
    let path = NSTemporaryDirectory() + "gen-losses-\(UUID().uuidString)"
    defer { try? FileManager.default.removeItem(atPath: path) }
    let first = LossRecord(path: path)
    for step in 1...250 {
      first.note(FittingEvent(step: step, of: 400, losses: ["critic": Float(step), "other": 0.1]))
    }
    let second = LossRecord(path: path)
    for step in 240...400 {
      second.note(FittingEvent(step: step, of: 400, losses: ["critic": Float(step), "other": 0.1]))
    }
    let curve = try #require(second.curves.first)
    #expect(curve.name == "critic" && curve.means.count == 200)
    #expect(curve.means.first == 1.5 && curve.means.last == 399.5)
  }
}
