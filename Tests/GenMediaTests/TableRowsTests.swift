import Testing

@testable import GenMedia

struct TableRowsTests {
  let people: Table

  init() throws {
    people = try Table([
      Column("name", .text, .texts(TextEntries(["Cy", "Ada", "Bo", nil]))),
      Column("age", .whole, .numbers([29, 36, .nan, 29])),
      Column("sex", .category, .codes([1, 0, 1, -1], levels: ["f", "m"])),
    ])
  }

  private func texts(_ table: Table, _ name: String) -> [String?] {
    (0..<table.rowCount).map { table[name]?.text($0) }
  }

  @Test func `rows are sorted by several columns, what is missing comes last`() throws {
    let sorted = try people.sorted(by: ["age", "name"], descending: false)
    #expect(texts(sorted, "name") == ["Cy", nil, "Ada", "Bo"])
    let other = try people.sorted(by: ["age"], descending: true)
    #expect(texts(other, "name") == ["Ada", "Cy", nil, "Bo"])
    #expect(throws: TableError.unknownColumn("x")) {
      try people.sorted(by: ["x"], descending: false)
    }
  }

  @Test func `rows are grouped, and what is missing is a group`() throws {
    let grouped = try people.grouped(by: ["sex"], [("age", .mean), ("name", .first)])
    #expect(texts(grouped, "sex") == ["m", "f", nil])
    #expect(texts(grouped, "rows") == ["2", "1", "1"])
    #expect(texts(grouped, "age") == ["29", "36", "29"])
    #expect(texts(grouped, "name") == ["Cy", "Ada", nil])
    #expect(throws: TableError.notNumeric("name")) {
      try people.grouped(by: ["sex"], [("name", .mean)])
    }
  }

  @Test func `tables are joined with and without rows that have no match`() throws {
    let towns = try Table([
      Column("name", .text, .texts(TextEntries(["Bo", "Bo", "Di"]))),
      Column("age", .whole, .numbers([1, 2, 3])),
    ])
    let matched = try people.joined(with: towns, by: ["name"], keepsLeft: false, keepsRight: false)
    #expect(matched.columns.map(\.name) == ["name", "age", "sex", "age_2"])
    #expect(texts(matched, "name") == ["Bo", "Bo"] && texts(matched, "age_2") == ["1", "2"])
    let left = try people.joined(with: towns, by: ["name"], keepsLeft: true, keepsRight: false)
    #expect(left.rowCount == 5)
    let all = try people.joined(with: towns, by: ["name"], keepsLeft: true, keepsRight: true)
    #expect(texts(all, "name") == ["Cy", "Ada", "Bo", "Bo", nil, "Di"])
    #expect(texts(all, "age_2") == [nil, nil, "1", "2", nil, "3"])
  }

  @Test func `a split has every row once, and its seed decides which`() throws {
    let table = try Table([Column("n", .whole, .numbers((0..<100).map(Double.init)))])
    let (first, rest) = table.split(0.3, seed: 1)
    #expect(first.rowCount == 30 && rest.rowCount == 70)
    let all = (first["n"]?.numbers ?? []) + (rest["n"]?.numbers ?? [])
    #expect(Set(all).count == 100)
    #expect(table.split(0.3, seed: 1).first == first)
    #expect(table.split(0.3, seed: 2).first != first)
  }

  @Test func `types are corrected, and an entry that cannot be is told`() throws {
    let zip = Column("zip", .whole, .numbers([1234, .nan]))
    #expect(try zip.typed(.text).text(0) == "1234")
    #expect(try zip.typed(.category).codes?.levels == ["1234"])
    let born = Column("born", .text, .texts(TextEntries(["31.12.1899", nil])))
    #expect(try born.typed(.date(format: "%d.%m.%Y")).numbers?.first == -25568)
    #expect(throws: TableError.unfit(column: "born", row: 0, entry: "31.12.1899", type: "number")) {
      try born.typed(.number)
    }
    #expect(throws: TableError.unknownFormat("%Q")) { try born.typed(.date(format: "%Q")) }
  }

  @Test func `statistics are those of the entries that are known`() throws {
    let summary = try #require(people["age"]?.summary)
    #expect(summary.missingCount == 1 && summary.range == 29...36 && summary.median == 29)
    #expect(abs((summary.mean ?? 0) - 94.0 / 3) < 1e-12)
    #expect(abs((summary.deviation ?? 0) - 4.041451884327381) < 1e-12)
    #expect(try people.described().rowCount == 3)
  }

  @Test(arguments: DateFormat.common)
  func `days come back from every format`(_ format: DateFormat) {
    for day in stride(from: -150_000, through: 150_000, by: 977)
    where day > -25_000 || !format.pattern.contains("%y") {
      let number = Double(day) * (format.hasTime ? 86_400 : 1)
      var text = format.text(number)
      #expect(text.withUTF8 { format.read($0) } == number, "\(text)")
    }
  }
}
