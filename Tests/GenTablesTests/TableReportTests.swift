import Foundation
import GenMedia
import GenPages
import Testing

@testable import GenTables

@Suite struct TableReportTests {
  @Test func `the same tables give the same report, another seed other rows`() throws {
    let (real, synthetic) = (try people(300, seed: 1), try people(250, seed: 2))
    let first = try TableReport(synthetic: synthetic, real: real)
    #expect(try TableReport(synthetic: synthetic, real: real) == first)
    let other = try TableReport(synthetic: synthetic, real: real, seed: 2)
    #expect(other.detection != first.detection && other.quality == first.quality)
  }

  @Test func `tables without rows or anything in common are refused`() throws {
    let some = try Table([.numbers("x", [1])])
    let none = try Table([.numbers("x", [])])
    #expect(throws: TableReportError.noRows("synthetic table")) {
      try TableReport(synthetic: none, real: some)
    }
    #expect(throws: TableReportError.noRows("real table")) {
      try TableReport(synthetic: some, real: Table([]))
    }
    #expect(throws: TableReportError.noRows("holdout")) {
      try TableReport(synthetic: some, real: some, holdout: none)
    }
    #expect(throws: TableReportError.nothingInCommon) {
      try TableReport(synthetic: Table([.numbers("y", [1])]), real: some)
    }
  }

  @Test func `columns that do not match are named and the rest compared`() throws {
    let real = try Table([
      .numbers("x", [1, 2, 3]), .numbers("gone", [1, 2, 3]), .numbers("changed", [1, 2, 3]),
      .levels("zip", ["1", "2", "3"]),
    ])
    let synthetic = try Table([
      .numbers("x", [3, 2, 1]), .levels("changed", ["a", "b", "c"]), .numbers("new", [1, 2, 3]),
      .numbers("zip", [1, 2, 3], .whole),
    ])
    let report = try TableReport(synthetic: synthetic, real: real)
    #expect(
      report.remarks == [
        "The synthetic table has no column “gone”; it is not compared.",
        "“changed” is number in the real table and category in the synthetic table; it is not compared.",
        "The real table has no column “new”; it is not compared.",
      ])
    #expect(report.quality.shapes.map(\.column) == ["x", "zip"])
    #expect(report.quality.shapesScore == 1)
    #expect(report.diagnostic.structure == 1.0 / 7)
    #expect(report.findings.contains { $0.name == "Structure" && $0.verdict == .poor })
  }

  @Test func `tiny and empty-handed tables are reported without numbers that are not there`() throws
  {
    let columns: [Column] = [
      .numbers("x", [5]), .numbers("gone", [.nan]), .levels("y", [nil]),
      Column("z", .text, .texts(TextEntries(["note"]))), .numbers("far", [.infinity]),
    ]
    let table = try Table(columns)
    let report = try TableReport(synthetic: table, real: table, holdout: table)
    #expect(report.detection == nil && report.usefulness == nil && report.map == nil)
    #expect(report.quality.shapes.map(\.score) == [1, nil, nil, 1])
    #expect(!report.text().contains("nan"))
    #expect(try JSONSerialization.jsonObject(with: Data(report.json().utf8)) is [String: Any])
    #expect(!report.page(origin: "test").text.contains("nan"))
  }

  @Test func `numbers at the ends of their range do no harm`() throws {
    let largest = Double.greatestFiniteMagnitude
    let columns: [Column] = [
      .numbers("wide", [-largest, largest, .infinity, 5, -largest, 0, -.infinity, .nan]),
      .numbers("tiny", [5e-324, 0, -0.0, 1e-310, 0, 0, 0, 1e-320]),
      Column("day", .date(format: "%Y"), .numbers([largest, -1e9, 0, 1, 2, 3, 4, .nan])),
      .levels("y", ["a", "b", "a", "b", "a", "b", "a", "b"]),
    ]
    let table = try Table(columns)
    for target in [nil, "wide", "tiny", "y"] {
      let report = try TableReport(
        synthetic: table, real: table, holdout: table, target: target)
      #expect(report.quality.shapes.allSatisfy { $0.score == 1 })
      #expect(!report.page(origin: "test").text.contains("nan"))
      #expect(try !report.json().isEmpty)
    }
  }

  @Test func `a table of very many columns is reported in bounds`() throws {
    var random = SplitMix(seed: 9)
    let columns = (0..<150).map { place in
      Column.numbers("c\(place)", (0..<60).map { _ in Double.random(in: 0...1, using: &random) })
    }
    let table = try Table(columns)
    let report = try TableReport(synthetic: table, real: table, holdout: table)
    #expect(report.quality.pairs.count == 150 * 149 / 2)
    #expect(report.privacy.attributes.count == 40)
    let page = report.page(origin: "test").text
    #expect(page.contains("and 90 columns more") && page.utf8.count < 1_500_000)
    #expect(report.text().contains("and 120 columns more"))
  }

  @Test func `text fits its width and says what was found`() throws {
    let (real, holdout) = (try people(300, seed: 1), try people(300, seed: 2))
    let report = try TableReport(synthetic: real, real: real, holdout: holdout)
    for width in [60, 80, 120] {
      #expect(report.text(width: width).split(separator: "\n").allSatisfy { $0.count <= width })
    }
    let text = report.text(width: 200)
    #expect(
      text.hasPrefix("300 synthetic rows beside 300 real ones, 300 held out\nQuality 1.000\n"))
    #expect(text.contains("300 of 300 synthetic rows are exact copies of a real one"))
    #expect(text.contains("more than chance."))
    #expect(text.contains("it shows who was in the real table"))
    #expect(text.contains("age, town, weight, smokes and sick can be guessed better for real rows"))
  }

  @Test func `names do nothing to a terminal`() throws {
    let table = try Table([.numbers("\u{1B}]0;x\u{7}\u{9B}31m", [1, 2])])
    let text = try TableReport(synthetic: table, real: table).text()
    #expect(text.contains("\u{FFFD}]0;x\u{FFFD}\u{FFFD}31m"))
    #expect(!text.unicodeScalars.contains { $0.value < 32 && $0 != "\n" || $0 == "\u{9B}" })
  }

  @Test func `numbers in JSON are those of the report, and the value survives coding`() throws {
    let report = try TableReport(
      synthetic: people(300, seed: 3), real: people(300, seed: 1), holdout: people(300, seed: 2))
    let object = try JSONSerialization.jsonObject(with: Data(report.json().utf8)) as? [String: Any]
    let scores = try #require(object?["scores"] as? [String: Double])
    #expect(scores["quality"] == report.quality.score)
    #expect(scores["dataStructure"] == 1)
    let coded = try JSONEncoder().encode(report)
    #expect(try JSONDecoder().decode(TableReport.self, from: coded) == report)
  }

  @Test func `a page shows hostile names as text and asks nobody for anything`() throws {
    let name = "<script>alert('x')</script>"
    let real = try Table([
      .levels(name, ["<b>", "\"q\"", "&", nil]), .numbers("\(name)2", [1, 2, 3, 4]),
      .numbers("third", [1, 4, 2, 3]), .levels("fourth", ["u", "v", "u", "v"]),
    ])
    let report = try TableReport(synthetic: real, real: real, holdout: real)
    let page = report.page(title: name, origin: "Gen <1>").text
    #expect(!page.contains("<script") && !page.contains("<b>&") && !page.contains("\"q\""))
    #expect(page.contains("&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;"))
    #expect(page.contains("default-src 'none'; style-src 'unsafe-inline'"))
    #expect(!page.contains("http:") && !page.contains("https:"))
  }

  @Test func `days are shown as dates`() {
    let date = ColumnType.date(format: "%Y-%m-%d")
    #expect(date.words(0) == "1970-01-01")
    #expect(date.words(-1) == "1969-12-31")
    #expect(date.words(19_782) == "2024-02-29")
    #expect(date.words(-719_468) == "0000-03-01")
    #expect(ColumnType.number.words(0.123456) == "0.1235")
    #expect(ColumnType.number.words(-1_234_567.8) == "-1235000.0")
  }
}
