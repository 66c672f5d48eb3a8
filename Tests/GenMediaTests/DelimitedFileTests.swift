import Foundation
import Testing

@testable import GenMedia

/// A file that is gone after the test.
private func reading(_ bytes: some Sequence<UInt8>, _ name: String = "t.csv") throws -> TableReading
{
  let folder = NSTemporaryDirectory() + "gen-table-\(UUID().uuidString)"
  try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(atPath: folder) }
  let path = folder + "/" + name
  try Data(bytes).write(to: URL(filePath: path))
  return try MediaFile.readTable(path)
}

private func reading(_ text: String, _ name: String = "t.csv") throws -> TableReading {
  try reading(text.utf8, name)
}

extension Table {
  fileprivate func texts(_ name: String) -> [String?] {
    self[name].map { column in (0..<column.count).map(column.text) } ?? []
  }
}

struct DelimitedFileTests {
  @Test func `types are found by looking`() throws {
    let table = try reading(
      """
      id,age,weight,sex,smoker,born,seen,zip,note
      1,30,70.5,f,yes,1990-01-31,2020-02-03 10:30:00,01234,"said ""no"", left"
      2,,81,m,no,1885-12-01,2020-02-03 23:59:59,99999,
      3,41,?,f,NA,2000-02-29,,10000,two words
      """
    ).table
    let types = table.columns.map(\.type)
    #expect(
      types == [
        .identifier, .whole, .number, .category, .flag, .date(format: "%Y-%m-%d"),
        .time(format: "%Y-%m-%d %H:%M:%S"), .category, .category,
      ])
    #expect(table["age"]?.numbers?[0] == 30 && table["age"]?.numbers?[1].isNaN == true)
    #expect(table.texts("smoker") == ["yes", "no", nil])
    #expect(table.texts("born") == ["1990-01-31", "1885-12-01", "2000-02-29"])
    #expect(table["born"]?.numbers?[1] == -30711)
    #expect(table.texts("zip") == ["01234", "99999", "10000"])
    #expect(table.texts("note") == ["said \"no\", left", nil, "two words"])
  }

  @Test(arguments: [",", ";", "\t", "|"])
  func `the separator is found`(_ separator: String) throws {
    let text = "a,b c,d\n1,\"x;,|\ty\",2\n3,z,4\n".replacingOccurrences(
      of: ",", with: separator)
    let table = try reading(text).table
    #expect(table.columns.map(\.name) == ["a", "b c", "d"])
    #expect(table["d"]?.numbers == [2, 4])
  }

  @Test func `a column without a name that counts the rows names them, another does not`() throws {
    let counted = try reading(",age\n0,31\n1,42\n2,31\n")
    #expect(counted.table.columns.map(\.type) == [.identifier, .whole])
    #expect(counted.table.texts("column_1") == ["0", "1", "2"])
    let uneven = try reading(",age\n1,31\n2,42\n4,31\n")
    #expect(uneven.table["column_1"]?.type == .whole)
    let named = try reading("rank,age\n1,31\n2,42\n3,31\n")
    #expect(named.table["rank"]?.type == .whole)
  }

  @Test func `thousands may be set apart before a fraction`() throws {
    let comma = try reading("preis;netz\n1.234,50;10.200.300.400\n-12.345.678,9;y\n99,00;x\n")
    #expect(comma.table["preis"]?.numbers == [1234.5, -12_345_678.9, 99])
    #expect(comma.table.texts("netz") == ["10.200.300.400", "y", "x"])
    let point = try reading("price;note\n1,234.50;a\n7.25;b\n")
    #expect(point.table["price"]?.numbers == [1234.5, 7.25])
    let odd = try reading("a;b\n12.34,5;1,5\n1.234,5;2,5\n")
    #expect(odd.table["a"]?.numbers == nil)
  }

  @Test func `numbers with a sign of money or hundredths are numbers, and the sign is told`() throws
  {
    let dollars = try reading("a,b\n\"$1,234.50\",12%\n-$7,0.5 %\n($20),-3%\n\"$1,000\",100%\n")
    #expect(dollars.table["a"]?.numbers == [1234.5, -7, -20, 1000])
    #expect(dollars.table["b"]?.numbers == [12, 0.5, -3, 100])
    #expect(dollars.notes.contains { $0.contains("\"a\" is in $") })
    let euros = try reading("preis;rest\n1.234,50 €;€ 3\n12.345 €;€ 4\n-0,5€;\n")
    #expect(euros.table["preis"]?.numbers == [1234.5, 12_345, -0.5])
    #expect(euros.table["rest"]?.type == .whole && euros.table["rest"]?.missingCount == 1)
    let windows: [Character: UInt8] = ["ö": 0xF6, "€": 0x80, "–": 0x96]
    let text = "ort;preis\nKöln;5 €\nUlm –A;6 €\n"
    let old = try reading(text.map { windows[$0] ?? $0.asciiValue ?? 0 })
    #expect(old.table["preis"]?.numbers == [5, 6])
    #expect(old.table.texts("ort") == ["Köln", "Ulm –A"])
  }

  @Test func `numbers of several signs, or of some without, stay words`() throws {
    for rows in [
      ["$5", "€5"], ["$5", "5"], ["5", "5%"], ["$", "%"], ["$$5", "$6"], ["1,2,3$", "4$"],
    ] {
      let table = try reading("a;n\n" + rows.map { $0 + ";x\n" }.joined()).table
      #expect(table["a"]?.numbers == nil, "\(rows)")
      #expect(table.texts("a") == rows)
    }
  }

  @Test func `decimal commas, a byte order mark, other line ends and Latin-1 are understood`()
    throws
  {
    let comma = try reading("\u{FEFF}preis;ort\r\n1,5;Köln\r\n-2,25;Ulm\r\n")
    #expect(comma.table["preis"]?.numbers == [1.5, -2.25])
    #expect(comma.table.texts("ort") == ["Köln", "Ulm"])
    #expect(comma.notes.contains { $0.contains("decimal comma") })
    let old = try reading("a,b\r1,2\r3,4")
    #expect(old.table["b"]?.numbers == [2, 4])
    let latin = try reading(Array("ort,n\nK".utf8) + [0xF6] + Array("ln,1\n".utf8))
    #expect(latin.table.texts("ort") == ["Köln"])
    #expect(latin.notes.contains { $0.contains("Latin-1") })
  }

  @Test func `numbers are read to the last bit`() throws {
    let texts = [
      "0.1", "123456789.123456789", "-1e-7", "2.5E+10", "9007199254740992", "1e308", ".5", "3.",
      "0.30000000000000004", "-0.0", "17976931348623157e292",
    ]
    let table = try reading("x\n" + texts.joined(separator: "\n") + "\n").table
    #expect(table["x"]?.numbers == texts.map { Double($0.hasSuffix(".") ? $0 + "0" : $0) ?? .nan })
  }

  @Test func `a late entry that does not fit changes the type of the column, and is told`() throws {
    var lines = ["n,day"] + (0..<3000).map { "\($0 % 100),2020-01-0\($0 % 9 + 1)" }
    lines[2500] = "unknown,soon"
    let read = try reading(lines.joined(separator: "\n"))
    #expect(read.table["n"]?.type == .category)
    #expect(read.table["n"]?.text(7) == "7")
    #expect(read.table["day"]?.type == .category)
    #expect(read.notes.contains { $0.contains("line 2501 has \"unknown\"") }, "\(read.notes)")
  }

  @Test func `days that fit two formats are told, unless a later one decides`() throws {
    let open = try reading("d\n01/02/2020\n03/04/2020\n")
    #expect(open.table["d"]?.type == .date(format: "%d/%m/%Y"))
    #expect(open.notes.contains { $0.contains("%m/%d/%Y") })
    let lines = (0..<2000).map { _ in "01/02/2020" } + ["01/31/2020"]
    let decided = try reading("d\n" + lines.joined(separator: "\n"))
    #expect(decided.table["d"]?.type == .date(format: "%m/%d/%Y"))
    #expect(decided.table["d"]?.text(0) == "01/02/2020")
    #expect(decided.notes.isEmpty, "\(decided.notes)")
  }

  @Test(arguments: [
    ("a,b,c\n1,2,3\n4,5\n", 3, "2 of 3"), ("a,b\n1,2\n\n3,4,5\n", 4, "3 entries"),
    ("a,b\n1,\"x\"y\n", 2, "behind the closing quote"), ("a,b\n1,\"x\n2,y\n", 2, "never closed"),
  ])
  func `what is not a record is told with its line`(
    _ text: String, _ line: Int, _ reason: String
  ) throws {
    do {
      _ = try reading(text)
      Issue.record("it was read")
    } catch let error as MediaError {
      guard case .entry(_, let found, _, let told, let hint) = error else {
        Issue.record("\(error)")
        return
      }
      #expect(found == line && told.contains(reason) && !hint.isEmpty, "\(error)")
    }
  }

  @Test func `names that are missing or twice there are made, and told`() throws {
    let read = try reading("a,,a\n1,2,3\n")
    #expect(read.table.columns.map(\.name) == ["a", "column_2", "a_2"])
    #expect(read.notes.count == 2)
    let bare = try reading("39, State-gov, 77516\n50, Private, 83311\n")
    #expect(bare.table.columns.map(\.name) == ["column_1", "column_2", "column_3"])
    #expect(bare.table.rowCount == 2 && bare.table.texts("column_2") == ["State-gov", "Private"])
  }

  @Test func `strokes stand for what is missing among numbers and dates, not among words`() throws {
    let read = try reading(
      "n,d,w,g\n-,2024-01-02,-,+\n3,–,a,-\n.,2024-03-04,b,+\n--,-,a,-\n")
    #expect(read.table.columns.map(\.missingCount) == [3, 2, 0, 0])
    #expect(read.table["n"]?.type == .whole && read.table["d"]?.type == .date(format: "%Y-%m-%d"))
    #expect(read.table.texts("w") == ["-", "a", "b", "a"])
    #expect(read.table.texts("g") == ["+", "-", "+", "-"])
    #expect(
      read.notes == [
        "\"n\" has \"-\" 3 times, taken as missing", "\"d\" has \"–\" 2 times, taken as missing",
      ])
  }

  @Test func `odd sizes are tables as well`() throws {
    #expect(try reading("a,b\n").table.rowCount == 0)
    #expect(try reading("a,b\n1,2").table.rowCount == 1)
    let empty = try reading("a,b\n,1\n,2\n")
    #expect(empty.table["a"]?.missingCount == 2)
    #expect(empty.notes == ["\"a\" holds nothing"])
    let wide = (0..<2000).map { "c\($0)" }.joined(separator: ",")
    let row = (0..<2000).map(String.init).joined(separator: ",")
    #expect(try reading("\(wide)\n\(row)\n\(row)\n").table["c1999"]?.numbers == [1999, 1999])
    let infinite = try reading("x\n1\ninf\n1e999\n")
    #expect(infinite.table["x"]?.missingCount == 2)
    #expect(infinite.notes.contains { $0.contains("line 3") }, "\(infinite.notes)")
    #expect(throws: MediaError.self) { try reading("") }
    #expect(throws: MediaError.self) { try reading([0xFF, 0xFE, 0x61, 0]) }
    #expect(throws: MediaError.self) { try reading([0x61, 0, 0x62]) }
  }

  @Test func `many categories are one column, more texts than that are kept as such`() throws {
    let some = (0..<40_000).map { "k\($0 % 10_000)" }
    let categories = try reading("k\n" + some.joined(separator: "\n")).table
    #expect(categories["k"]?.codes?.levels.count == 10_000)
    let many = (0..<150_000).map { "k\($0 % 100_000)" }
    let texts = try reading("k\n" + many.joined(separator: "\n")).table
    #expect(texts["k"]?.type == .text && texts.texts("k") == many.map { $0 })
  }

  @Test(arguments: ["csv", "tsv", "jsonl"])
  func `what is written is read back as it was`(_ ending: String) throws {
    let table = try Table([
      Column("n", .number, .numbers([0.1, .nan, -1e-9, 3])),
      Column("whole", .whole, .numbers([1, 2, .nan, -4])),
      Column(
        "a, \"b\"\tc", .category, .codes([0, 1, -1, 2], levels: ["x,\ty", "NA", " \"q\"\n "])),
      Column("on", .flag, .codes([1, 0, 1, -1], levels: ["false", "true"])),
      Column("born", .date(format: "%d.%m.%Y"), .numbers([-50_000, 0, .nan, 20_000])),
      Column("at", .time(format: "%Y-%m-%dT%H:%M:%S"), .numbers([0.5, -1, 86_399, .nan])),
    ])
    let path = NSTemporaryDirectory() + "gen-\(UUID().uuidString).\(ending)"
    defer { try? FileManager.default.removeItem(atPath: path) }
    let report = try MediaFile.write(table, to: path)
    #expect(report.rows?.rowCount == 4 && report.byteCount > 100)
    let back = try MediaFile.readTable(path)
    for (column, other) in zip(table.columns, back.table.columns) {
      #expect(column.name == other.name && column.type == other.type)
      #expect((0..<4).map(column.text) == (0..<4).map(other.text))
    }
    #expect(back.notes.isEmpty, "\(back.notes)")
  }

  @Test func `records lie across the pieces in which a file is read`() throws {
    var random = SplitMix(seed: 9)
    var text = "n,word,day,note\n"
    var notes: [String] = []
    let count = 60_000
    for row in 0..<count {
      // Of all lengths; one is longer than a piece.
      let length = row == 30_000 ? 3 << 20 : Int.random(in: 0..<60, using: &random)
      let note = String(repeating: row % 3 == 0 ? "a\n" : "b ", count: length) + "\(row)"
      notes.append(note)
      let day = row % 27 + 1
      text += "\(row * 7),\"w\(row % 40)\",2020-01-\(day < 10 ? "0" : "")\(day),\"\(note)\"\n"
      if row % 1000 == 0 { text += "\n" }
    }
    let table = try reading(text).table
    #expect(table.rowCount == count)
    let places = (0..<count).map { (row: Int) in Double(row * 7) }
    #expect(table.columns[0].numbers == places)
    #expect(table.texts("word") == (0..<count).map { "w\($0 % 40)" })
    let days = (0..<count).map { (row: Int) in Double(18_262 + row % 27) }
    #expect(table.columns[2].numbers == days)
    #expect(table.texts("note") == notes)
    do {
      _ = try reading(text + "1,2\n")
      Issue.record("it was read")
    } catch MediaError.entry(_, let line, _, _, _) {
      #expect(line == text.utf8.count { $0 == UInt8(ascii: "\n") } + 1)
    }
  }

  @Test func `a quoted mark of what is missing is a text, also after one that is not`() throws {
    let table = try reading("a,b\nNA,x\n\"NA\",y\nNA,z\n\"NA\",x\nword,x\n").table
    #expect(table.texts("a") == [nil, "NA", nil, "NA", "word"])
  }

  @Test func `a line that is no object is told`() throws {
    let table = try reading(
      "{\"a\": 1, \"b\": \"x\"}\n\n{\"b\": \"y\\n\", \"c\": [1, {\"d\": \"]\"}]}\n", "t.jsonl"
    ).table
    #expect(table.columns.map(\.name) == ["a", "b", "c"])
    #expect(table.texts("c") == [nil, "[1, {\"d\": \"]\"}]"] && table.texts("b") == ["x", "y\n"])
    for text in ["{\"a\": 1}\n{\"a\": }\n", "{\"a\": 1}\n[1]\n", "{}\n{\"a\": \"x}\n"] {
      do {
        _ = try reading(text, "t.jsonl")
        Issue.record("it was read")
      } catch MediaError.entry(_, let line, _, _, _) { #expect(line == 2) }
    }
  }

  @Test func `no bytes at all bring the reader down`() throws {
    var generator = SplitMix(seed: 7)
    let alphabet = Array("a1,;\"\n\r\t .-é\u{FF}".utf8) + [0xFF, 0xC3]
    for _ in 0..<400 {
      let count = Int.random(in: 0..<60, using: &generator)
      let bytes = (0..<count).map { _ in alphabet.randomElement(using: &generator) ?? 0 }
      do {
        let table = try reading(bytes).table
        #expect(table.columns.allSatisfy { $0.count == table.rowCount })
      } catch is MediaError {}
    }
  }
}
